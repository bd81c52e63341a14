/**
 * The operational interlocks of the site: a guard for each skid, which the scan asks first, and the desk at which people
 * see and reset them. They supplement hard-wired protection and claim no safety integrity level.
 */
import { milliseconds, type Clock, type UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { InterlockDesk } from '../../plant/ports/interlock-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomState } from '../../plant/ports/room.ts';
import type { ScanGuard } from '../../plant/ports/scan-guard.ts';
import { RecordOutbox } from '../../plant/record-outbox.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { SkidGuard } from './guard.ts';
import { recordOf, service } from './record.ts';
import type { GuardEvent } from './state.ts';

export type InterlocksOptions = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  records: RecordKeeper;
}>;

export type Interlocks = Room &
  Readonly<{
    /** @throws MesolineError `skid-unknown` */
    guard(skid: SkidName): ScanGuard;
    desk: InterlockDesk;
  }>;

const outboxCapacity = 2000;
const retryAfter = milliseconds(1000);
const stopWithin = milliseconds(1000);

export function createInterlocks({ skids, clock, log, records }: InterlocksOptions): Interlocks {
  const outbox = new RecordOutbox({ records, log, actor: service, capacity: outboxCapacity, retryAfter });
  const tell =
    (skid: SkidName) =>
    (event: GuardEvent, at: UtcMs): void => {
      const say = event.action === 'interlock-tripped' ? 'warn' : 'info';
      log[say](
        { skid, action: event.action, row: event.row, demand: event.demand },
        `${event.title}: ${event.message}`,
      );
      outbox.post(recordOf(skid, event, at));
    };
  const guards = new Map(skids.map((skid) => [skid.name, new SkidGuard(skid, clock, tell(skid.name))]));
  let state: RoomState = 'stopped';

  const guardOf = (skid: SkidName): SkidGuard => {
    const guard = guards.get(skid);
    if (guard !== undefined) return guard;
    const known = [...guards.keys()].join(', ');
    throw mesolineError('skid-unknown', skid, 'This site has no such skid.', `Use one of: ${known}.`);
  };

  return {
    name: 'interlocks',
    guard: guardOf,
    desk: {
      view: (skid) => new Promise((resolve) => resolve(guardOf(skid).view())),
      reset: (skid, actor, commandId) => new Promise((resolve) => resolve(guardOf(skid).reset(actor, commandId))),
    },
    start() {
      state = 'ready';
      return Promise.resolve();
    },
    async stop() {
      await outbox.stop(stopWithin);
      state = 'stopped';
    },
    health() {
      const figures: Record<string, number> = { ...outbox.figures() };
      for (const [skid, guard] of guards) {
        for (const [name, value] of Object.entries(guard.figures())) figures[`${skid}.${name}`] = value;
      }
      const waiting = figures['recordsWaiting'] ?? 0;
      const behind = waiting > outboxCapacity / 2;
      return {
        state: state === 'ready' && behind ? 'degraded' : state,
        detail: behind ? `${waiting} events wait for the ledger.` : `${guards.size} skids are guarded.`,
        figures,
      };
    },
  };
}
