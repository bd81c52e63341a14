/**
 * The operational interlocks of the site: a guard for each skid, which the scan asks first, the desk at which people see and
 * reset them, and the desk at which they work on them. They supplement hard-wired protection and claim no safety integrity
 * level.
 */
import { join } from 'node:path';
import { milliseconds, type Clock, type UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { InterlockDesk, InterlockView } from '../../plant/ports/interlock-desk.ts';
import type { InterlockWork } from '../../plant/ports/interlock-work.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomState } from '../../plant/ports/room.ts';
import type { ScanGuard } from '../../plant/ports/scan-guard.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import { RecordOutbox, type PastEvent } from '../../plant/record-outbox.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { SkidGuard } from './guard.ts';
import { KeptLatches } from './kept.ts';
import { kpisAt } from './kpis.ts';
import { Past } from './past.ts';
import { ProofWatch } from './proof-watch.ts';
import { recordOf, service } from './record.ts';
import type { GuardEvent } from './state.ts';
import { createWorkDesk } from './work-desk.ts';

export type { GuardEvent } from './state.ts';

/** A guard by itself: no record, no latches kept from before. Its events are told at once. */
export const createGuard = (
  skid: Skid,
  clock: Clock,
  tell: (event: GuardEvent, at: UtcMs) => void,
): Pick<SkidGuard, 'skid' | 'step' | 'forces' | 'reset'> => new SkidGuard({ skid, clock, tell, keep: () => undefined });

export type InterlocksOptions = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  records: RecordKeeper;
  authority: Authority;
  /** Where the latches are kept beside the record, in `interlocks/`. */
  dataFolder: string;
  /** Where overdue proof tests are told. */
  alarms: StandingAlarms;
}>;

export type Interlocks = Room &
  Readonly<{
    /** @throws MesolineError `skid-unknown` */
    guard(skid: SkidName): ScanGuard;
    desk: InterlockDesk;
    work: InterlockWork;
  }>;

type Watched = Readonly<{ guard: SkidGuard; past: Past; kept: KeptLatches; proofs: ProofWatch }>;

const outboxCapacity = 2000;
const retryAfter = milliseconds(1000);
const stopWithin = milliseconds(1000);
const lookEvery = milliseconds(60_000);

export function createInterlocks(options: InterlocksOptions): Interlocks {
  const { clock, log, records, authority } = options;
  const outbox = new RecordOutbox({ records, log, actor: service, capacity: outboxCapacity, retryAfter });
  const skids = new Map(options.skids.map((skid) => [skid.name, watch(skid, options, (event) => outbox.post(event))]));
  let state: RoomState = 'stopped';
  let timer: NodeJS.Timeout | null = null;

  const of = (skid: SkidName): Watched => {
    const watched = skids.get(skid);
    if (watched !== undefined) return watched;
    const known = [...skids.keys()].join(', ');
    throw mesolineError('skid-unknown', skid, 'This site has no such skid.', `Use one of: ${known}.`);
  };
  const lookAll = (): void => {
    for (const { proofs } of skids.values()) proofs.look(clock.utc());
  };

  return {
    name: 'interlocks',
    guard: (skid) => of(skid).guard,
    desk: {
      view: (skid) => new Promise((resolve) => resolve(viewOfSkid(of(skid), clock.utc()))),
      reset: (skid, actor, commandId) => new Promise((resolve) => resolve(of(skid).guard.reset(actor, commandId))),
    },
    work: createWorkDesk({
      clock,
      log,
      authority,
      records,
      guardOf: (skid) => of(skid).guard,
      post(skid, event) {
        outbox.post(event);
        of(skid).past.tell(event, event.happenedAt);
      },
      recorded: (skid, event) => of(skid).past.tell(event, event.happenedAt ?? clock.utc()),
      proofTests: (skid) => of(skid).proofs.tests(clock.utc()),
      responses: (skid) => of(skid).past.known.responses.toReversed(),
    }),
    async start() {
      if (state === 'ready') return;
      state = 'starting';
      await Promise.all(
        [...skids.values()].map(async ({ guard, past, kept }) => {
          guard.adopt(await kept.read());
          await past.start();
        }),
      );
      timer = setInterval(lookAll, lookEvery);
      timer.unref();
      for (const { past, proofs } of skids.values()) past.onWhole(() => proofs.look(clock.utc()));
      state = 'ready';
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await Promise.all([...skids.values()].flatMap(({ past, kept }) => [past.stop(), kept.settle()]));
      await outbox.stop(stopWithin);
      state = 'stopped';
    },
    health() {
      const figures: Record<string, number> = { ...outbox.figures() };
      for (const [skid, watched] of skids) {
        for (const [name, value] of Object.entries(figuresOf(watched))) figures[`${skid}.${name}`] = value;
      }
      const waiting = figures['recordsWaiting'] ?? 0;
      const behind = waiting > outboxCapacity / 2;
      const unread = [...skids].filter(([, { past }]) => !past.whole).map(([skid]) => skid);
      const detail = behind
        ? `${waiting} events wait for the ledger.`
        : unread.length > 0
          ? `${skids.size} skids are guarded; the record of ${unread.join(', ')} is still being read.`
          : `${skids.size} skids are guarded.`;
      return { state: state === 'ready' && behind ? 'degraded' : state, detail, figures };
    },
  };
}

/** Everything that goes with one skid; `post` puts an event into the record when it can be. */
function watch(
  skid: Skid,
  { clock, log, records, dataFolder, alarms }: InterlocksOptions,
  post: (event: PastEvent) => void,
): Watched {
  const past = new Past(skid.name, records, log);
  const kept = new KeptLatches(skid.name, join(dataFolder, 'interlocks'), log);
  const posted = (event: PastEvent): void => {
    post(event);
    past.tell(event, event.happenedAt);
  };
  const tell = (event: GuardEvent, at: UtcMs): void => {
    const say = event.action === 'interlock-tripped' ? 'warn' : 'info';
    log[say](
      { skid: skid.name, action: event.action, row: event.row, demand: event.demand },
      `${event.title}: ${event.message}`,
    );
    posted(recordOf(skid.name, event, at));
  };
  const guard = new SkidGuard({ skid, clock, tell, keep: (latches) => kept.keep(latches) });
  return { guard, past, kept, proofs: new ProofWatch({ skid, past, alarms, post: posted }) };
}

/** The guard's view, with what only the record knows. */
function viewOfSkid({ guard, past, proofs }: Watched, now: UtcMs): InterlockView {
  const view = guard.view();
  const dates = proofs.dates(now);
  return {
    ...view,
    kpis: { bypassesNow: view.bypasses.length, overdueTests: proofs.overdue, ...kpisAt(past.known.kpis, now) },
    rows: view.rows.map((row) => {
      const known = dates.get(row.row);
      return row.proofTest === null || known === undefined
        ? row
        : { ...row, proofTest: { ...row.proofTest, ...known } };
    }),
  };
}

const figuresOf = ({ guard, past, kept, proofs }: Watched): Readonly<Record<string, number>> => ({
  ...guard.figures(),
  responsesKept: past.known.responses.length,
  proofTestsOverdue: proofs.overdue,
  keptFailures: kept.failures,
});
