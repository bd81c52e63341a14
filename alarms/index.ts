/**
 * The alarms of the site (ISA-18.2): limits of values, trips of interlocks, lost links, and what other rooms judge. Every
 * transition is a line of the record; what stood and what was acknowledged is taken up from it after a restart.
 */
import { milliseconds, type Clock, type UtcMs } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { Authority } from '../plant/ports/access.ts';
import type { AlarmDesk, AlarmListener, AlarmTransition } from '../plant/ports/alarm-desk.ts';
import type { BatchListener } from '../plant/ports/batch-desk.ts';
import type { RecordKeeper } from '../plant/ports/record-keeper.ts';
import type { Room, RoomState } from '../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../plant/ports/scan-consumer.ts';
import type { StandingAlarms } from '../plant/ports/standing-alarms.ts';
import { RecordOutbox } from '../plant/record-outbox.ts';
import type { Skid } from '../plant/skid/definition.ts';
import { AlarmBook, viewOf, type Change, type Entry } from './book.ts';
import { createDesk } from './desk.ts';
import { Journal, recordOf, service } from './journal.ts';
import { Phases } from './phases.ts';
import { restore } from './restore.ts';
import { SkidAlarms } from './skid-alarms.ts';
import { Standing } from './standing.ts';
import { stands } from './state.ts';

/** The alarms of one skid by themselves: no record, nobody who acknowledges. `raised` is told of each that comes. */
export function createSkidAlarms(
  skid: Skid,
  clock: Clock,
  raised: (alarm: Readonly<{ id: string; title: string; priority: number }>) => void,
): Readonly<{ accept: (news: ScanNews, phase: string | null) => void }> {
  const book = new AlarmBook(
    ({ point }, { what }) => {
      if (what === 'raised') raised({ id: point.id, title: point.title, priority: point.priority });
    },
    () => undefined,
  );
  const standing = new Standing(book, clock);
  const alarms = new SkidAlarms(skid, book, standing);
  standing.resume();
  return alarms;
}

export type AlarmsOptions = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
}>;

export type Alarms = Room &
  ScanConsumer &
  BatchListener &
  Readonly<{
    desk: AlarmDesk;
    standing: StandingAlarms;
    /** Tells `listener` of every change from now on, at once. */
    onChange(listener: AlarmListener): void;
  }>;

const outboxCapacity = 5000;
const retryAfter = milliseconds(1000);
const stopWithin = milliseconds(1000);

export function createAlarms({ skids, clock, log, authority, records }: AlarmsOptions): Alarms {
  const outbox = new RecordOutbox({ records, log, actor: service, capacity: outboxCapacity, retryAfter });
  const journal = new Journal(records);
  const listeners: AlarmListener[] = [];
  const phases = new Phases();
  let state: RoomState = 'stopped';

  /** Keeps it in the journal at hand and tells the listeners. */
  const publish = (entry: Entry, { what, at, by, note }: Change): AlarmTransition => {
    const { id: alarm, skid } = entry.point;
    const transition = { alarm, skid, at, what, value: entry.value, by, note };
    journal.add(transition);
    tell(entry, at);
    return transition;
  };
  const tell = (entry: Entry, at: UtcMs): void => {
    const view = viewOf(entry);
    for (const listener of listeners) {
      try {
        listener.changed(view, at);
      } catch (error) {
        log.error({ alarm: view.id }, `A listener of alarms failed: ${messageOf(error)}`);
      }
    }
  };
  const book = new AlarmBook((entry, change) => {
    outbox.post(recordOf(entry.point, publish(entry, change), entry.quality, service));
  }, tell);
  const standing = new Standing(book, clock);
  const ofSkid = new Map(skids.map((skid) => [skid.name, new SkidAlarms(skid, book, standing)]));
  const desk = createDesk({
    clock,
    authority,
    records,
    outbox,
    book,
    journal,
    changed: (entry, change) => void publish(entry, change),
  });

  return {
    name: 'alarms',
    desk,
    standing,
    onChange: (listener) => void listeners.push(listener),
    accept(news) {
      if (state !== 'ready') return;
      standing.forget(news.batch.monotonic);
      ofSkid.get(news.batch.skid)?.accept(news, phases.of(news.batch.skid));
    },
    changed: (batch) => phases.changed(batch),
    async start() {
      if (state === 'ready') return;
      state = 'starting';
      try {
        await restore(skids, records, book, journal);
      } catch (error) {
        state = 'failed';
        throw error;
      }
      for (const alarms of ofSkid.values()) alarms.resume();
      standing.resume();
      state = 'ready';
    },
    async stop() {
      if (state === 'ready') state = 'stopping';
      await outbox.stop(stopWithin);
      state = 'stopped';
    },
    health() {
      const all = [...book.entries()].filter((entry) => stands(entry.state));
      const unacknowledged = all.filter((entry) => !entry.state.acknowledged).length;
      const figures = outbox.figures();
      const behind = figures.recordsWaiting > outboxCapacity / 2;
      return {
        state: state === 'ready' && behind ? 'degraded' : state,
        detail: behind
          ? `${figures.recordsWaiting} transitions wait for the ledger.`
          : `${all.length} alarms stand, ${unacknowledged} of them unacknowledged.`,
        figures: { ...figures, standing: all.length, unacknowledged, journal: journal.size },
      };
    },
  };
}
