/** What passes between the historian in the main thread and its worker. */
import type { UtcMs } from '../plant/clock.ts';
import type { Fault } from '../plant/errors.ts';
import type { HistoryOrder, HistoryPoint, RingCursor, TrendBucket } from '../plant/ports/history.ts';
import type { RoomState } from '../plant/ports/room.ts';
import type { Sample, TagName } from '../plant/sample.ts';
import type { InfluxChoice } from './find-influx.ts';
import type { Gap, Series } from './point.ts';

/** What the worker is started with; `series` are the site's tags. */
export type WorkerSetup = Readonly<{
  dataFolder: string;
  influx: InfluxChoice;
  series: readonly Series[];
  limits: Readonly<{ segmentBytes: number; segmentAgeMs: number; totalBytes: number }>;
}>;

/** Calls by name, with what they take and give. */
export type Calls = {
  start: { takes: null; gives: null };
  append: {
    takes: Readonly<{ samples: readonly Sample[]; cursor: RingCursor | null; gaps: readonly Gap[] }>;
    gives: null;
  };
  cursors: { takes: null; gives: readonly RingCursor[] };
  raw: {
    takes: Readonly<{ tag: TagName; from: UtcMs; to: UtcMs; limit: number; order: HistoryOrder }>;
    gives: readonly HistoryPoint[];
  };
  trend: {
    takes: Readonly<{ tags: readonly TagName[]; from: UtcMs; to: UtcMs; buckets: number }>;
    gives: readonly Readonly<{ tag: TagName; buckets: readonly TrendBucket[] }>[];
  };
  stop: { takes: null; gives: null };
};
export type CallName = keyof Calls;

export type CallMessage = {
  [Name in CallName]: Readonly<{ id: number; call: Name; takes: Calls[Name]['takes'] }>;
}[CallName];

export type WorkerHealth = Readonly<{ state: RoomState; detail: string; figures: Readonly<Record<string, number>> }>;

export type WorkerMessage =
  | Readonly<{ kind: 'answer'; id: number; gives: Calls[CallName]['gives'] }>
  | Readonly<{ kind: 'failure'; id: number; code: string; faults: readonly Fault[] }>
  | Readonly<{ kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; fields: object; message: string }>
  | Readonly<{ kind: 'health'; health: WorkerHealth }>;
