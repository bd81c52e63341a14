/**
 * What every open page is told, at once and to all the same text. Values go out at most four times a second; links,
 * interlocks and running batches, which change with every reading, are looked at once a second while somebody watches.
 * A large site is told and looked at a few skids at a time: the thread scans them too.
 *
 * Times are the caller's: `flush` and `beat` do one round each.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Clock } from '../../../plant/clock.ts';
import { messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { AlarmDesk, AlarmView } from '../../../plant/ports/alarm-desk.ts';
import type { BatchDesk } from '../../../plant/ports/batch-desk.ts';
import type { InterlockDesk, InterlockView } from '../../../plant/ports/interlock-desk.ts';
import type { FieldView, LinkView, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import type { SkidNow } from '../../api/answers.ts';
import { alarmStands, type InterlockSummary, type StreamEventName, type StreamEvents } from '../../api/stream.ts';
import { eventText, type StreamClient } from './client.ts';
import { createSkidNews } from './skid-news.ts';

export interface StreamHub {
  accept(news: ScanNews): void;
  alarmChanged(view: AlarmView): void;
  batchChanged(view: BatchView): void;
  join(client: StreamClient): void;
  leave(client: StreamClient): void;
  /** Tells what changed since the last flush: of these skids, else of all. */
  flush(skids?: readonly SkidName[]): void;
  /** Says that the server lives, then looks at what changes all the time. */
  beat(): Promise<void>;
  /** Ends the streams of a session that has ended. */
  endSession(token: string): void;
  tokens(): readonly string[];
  figures(): Readonly<{ streams: number; streamsCut: number }>;
  close(): void;
}

type Sources = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  alarms: AlarmDesk;
  batches: BatchDesk;
  field: FieldView;
  interlocks: InterlockDesk;
}>;

const ended: ReadonlySet<BatchView['state']> = new Set(['Complete', 'Stopped', 'Aborted']);
/** Ended batches that stay in the snapshot; older ones are asked for by page. */
const endedKept = 50;

export function createStreamHub({ skids, clock, log, alarms, batches, field, interlocks }: Sources): StreamHub {
  const clients = new Set<StreamClient>();
  const names = skids.map(({ name }) => name);
  const news = new Map(skids.map(({ name }) => [name, createSkidNews()]));
  const standing = new Map<string, AlarmView>();
  const known = new Map<string, BatchView>();
  const changedAlarms = new Map<string, AlarmView>();
  const changedBatches = new Map<string, BatchView>();
  let links: readonly LinkView[] = [];
  const trips = new Map<SkidName, InterlockSummary>();
  /** Alarms that were announced before `prime` had its answer: what it says of them may be old. */
  const announced = new Set<string>();
  let primed = false;
  let looking: Promise<void> | null = null;
  let cut = 0;

  const tell = <E extends StreamEventName>(event: E, data: StreamEvents[E]): void => {
    if (clients.size === 0) return;
    const text = eventText(event, data);
    for (const client of clients) if (!client.send(text)) drop(client);
  };
  const drop = (client: StreamClient): void => {
    if (!clients.delete(client)) return;
    cut += 1;
    log.warn(
      { streams: clients.size },
      'a page read its stream too slowly and was cut; it re-syncs when it comes again',
    );
  };

  const keepBatch = (view: BatchView): void => {
    known.delete(view.id);
    known.set(view.id, view);
    const old = [...known.values()].filter(({ state }) => ended.has(state));
    for (const { id } of old.slice(0, -endedKept)) known.delete(id);
  };
  const noteBatch = (view: BatchView): void => {
    keepBatch(view);
    changedBatches.set(view.id, view);
  };

  /** What stood before we listened. Until the rooms can say, it is asked again with every beat. */
  async function prime(): Promise<void> {
    const [alarmsNow, batchesNow, ...scans] = await Promise.all([
      alarms.standing(),
      batches.batches(),
      ...skids.map(({ name }) => field.snapshot(name)),
    ]);
    for (const view of alarmsNow) if (!announced.has(view.id)) standing.set(view.id, view);
    for (const view of [...batchesNow].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))) {
      if (!known.has(view.id)) keepBatch(view);
    }
    for (const scan of scans) {
      const its = scan === null ? undefined : news.get(scan.batch.skid);
      if (scan !== null && its?.all() === null) its.accept(scan);
    }
    primed = true;
    announced.clear();
  }

  /** One look at a time: a room that answers slowly is not asked again meanwhile. */
  const look = (): Promise<void> => (looking ??= lookOnce().finally(() => (looking = null)));

  async function lookOnce(): Promise<void> {
    try {
      if (!primed) await prime();
      if (clients.size === 0) return;
      const linksNow = await field.links();
      if (differs(links, linksNow)) tell('links', (links = linksNow));
      await lookAtBatches();
      await lookAtInterlocks();
    } catch (thrown) {
      log.warn({ error: messageOf(thrown) }, `the pages could not be told everything: ${messageOf(thrown)}`);
    }
  }

  /** One batch after the other, as with skids: a batch of many skids is much to compare. */
  async function lookAtBatches(): Promise<void> {
    for (const before of [...known.values()].filter(({ state }) => !ended.has(state))) {
      const view = await batches.batch(before.id);
      // A change that was announced while we waited is newer than the answer.
      if (view !== null && before === known.get(view.id) && differs(before, view)) noteBatch(view);
      await turn();
    }
  }

  /** One skid after the other, so that scans have their turn between them. */
  async function lookAtInterlocks(): Promise<void> {
    const changed: InterlockSummary[] = [];
    for (const { name } of skids) {
      const summary = summaryOf(await interlocks.view(name));
      if (differs(trips.get(name), summary)) {
        trips.set(name, summary);
        changed.push(summary);
      }
      await turn();
    }
    if (changed.length > 0) tell('interlocks', changed);
  }

  return {
    accept(scan) {
      news.get(scan.batch.skid)?.accept(scan);
    },
    alarmChanged(view) {
      if (!primed) announced.add(view.id);
      if (alarmStands(view)) standing.set(view.id, view);
      else standing.delete(view.id);
      changedAlarms.set(view.id, view);
    },
    batchChanged: noteBatch,
    join(client) {
      const live: Record<string, SkidNow> = {};
      for (const [skid, its] of news) {
        const all = its.all();
        if (all !== null) live[skid] = all;
      }
      const snapshot: StreamEvents['snapshot'] = {
        serverTime: clock.utc(),
        skids: live,
        alarms: [...standing.values()],
        batches: [...known.values()],
        links,
        interlocks: [...trips.values()],
      };
      if (client.send(eventText('snapshot', snapshot))) clients.add(client);
      void look();
    },
    leave(client) {
      clients.delete(client);
    },
    flush(some = names) {
      const live: Record<string, SkidNow> = {};
      for (const skid of some) {
        const changes = news.get(skid)?.changes() ?? null;
        if (changes !== null) live[skid] = changes;
      }
      if (Object.keys(live).length > 0) tell('values', { serverTime: clock.utc(), skids: live });
      if (changedAlarms.size > 0) tell('alarms', [...changedAlarms.values()]);
      if (changedBatches.size > 0) tell('batches', [...changedBatches.values()]);
      changedAlarms.clear();
      changedBatches.clear();
    },
    beat() {
      tell('heartbeat', { serverTime: clock.utc() });
      return look();
    },
    endSession(token) {
      for (const client of clients) {
        if (client.token !== token) continue;
        clients.delete(client);
        client.end();
      }
    },
    tokens: () => [...new Set([...clients].map(({ token }) => token))],
    figures: () => ({ streams: clients.size, streamsCut: cut }),
    close() {
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}

const summaryOf = (view: InterlockView): InterlockSummary => ({
  skid: view.skid,
  demand: view.demand,
  firstOut: view.firstOut,
  changeover: view.changeover,
  rows: view.rows.length,
  unhealthy: view.rows.filter(({ state }) => state !== 'healthy').length,
  bypasses: view.bypasses.length,
  forces: view.forces.length,
  overdueTests: view.kpis.overdueTests,
  underTest: view.proofTest !== null,
});

const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
