/** What passes between the historian in the main thread and its worker. */
import type { UtcMs } from '../plant/clock.ts';
import type { Fault } from '../plant/errors.ts';
import type {
  HistoryEvent,
  HistoryEventQuery,
  HistoryGap,
  HistoryOrder,
  HistoryPoint,
  ModifiedPoint,
  RingCursor,
  TrendBucket,
} from '../plant/ports/history.ts';
import type {
  AggregateConfiguration,
  AggregateFunction,
  AggregateSpan,
  MadeValue,
} from '../plant/history-aggregate.ts';
import type { RoomState } from '../plant/ports/room.ts';
import type { ArchivedResult, ArchivedSpectrum } from '../plant/ports/spectrum-archive.ts';
import type { LocalTag, SkidName, TagName } from '../plant/sample.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import type { InfluxChoice } from './find-influx.ts';
import type { PackedPoints } from './packing.ts';
import type { Series } from './point.ts';
import type { Seen } from './seen.ts';
import type { Keepable } from './spectra/spectrum-store.ts';

/** What of live scans goes to disk at once; `seen`: up to when that is all there was. */
export type Appended = Readonly<{
  points: PackedPoints;
  cursor: RingCursor | null;
  gaps: readonly HistoryGap[];
  events: readonly HistoryEvent[];
  seen: Seen;
}>;

/** What the worker is started with; `series` are the site's tags. */
export type WorkerSetup = Readonly<{
  dataFolder: string;
  influx: InfluxChoice;
  /** How long points are kept; null: for good. */
  rawDays: number | null;
  /** The address of a second place for points; null: none. */
  secondSink: string | null;
  series: readonly Series[];
  limits: Readonly<{ segmentBytes: number; segmentAgeMs: number; totalBytes: number; spectraBytes: number }>;
}>;

/** Calls by name, with what they take and give. */
export type Calls = {
  /** Gives up to when the scans of each skid are on disk, of an earlier run. */
  start: { takes: null; gives: Seen };
  append: { takes: Appended; gives: null };
  cursors: { takes: null; gives: readonly RingCursor[] };
  raw: {
    takes: Readonly<{ tag: TagName; from: UtcMs; to: UtcMs; limit: number; order: HistoryOrder }>;
    gives: readonly HistoryPoint[];
  };
  trend: {
    takes: Readonly<{ tags: readonly TagName[]; from: UtcMs; to: UtcMs; buckets: number }>;
    gives: readonly Readonly<{ tag: TagName; buckets: readonly TrendBucket[] }>[];
  };
  aggregate: {
    takes: Readonly<{
      tag: TagName;
      span: AggregateSpan;
      functions: readonly AggregateFunction[];
      configuration: AggregateConfiguration;
    }>;
    gives: readonly (readonly MadeValue[])[];
  };
  atTime: { takes: Readonly<{ tag: TagName; times: readonly UtcMs[] }>; gives: readonly MadeValue[] };
  aligned: {
    takes: Readonly<{ tags: readonly TagName[]; from: UtcMs; to: UtcMs; stepMs: number }>;
    gives: readonly Readonly<{ tag: TagName; values: readonly MadeValue[] }>[];
  };
  modified: {
    takes: Readonly<{ tag: TagName; from: UtcMs; to: UtcMs; limit: number; order: HistoryOrder }>;
    gives: readonly ModifiedPoint[];
  };
  reduced: {
    takes: Readonly<{ tag: TagName; from: UtcMs; to: UtcMs; columns: number }>;
    gives: readonly HistoryPoint[];
  };
  gaps: {
    takes: Readonly<{ skid: SkidName | null; from: UtcMs; to: UtcMs }>;
    gives: readonly HistoryGap[];
  };
  events: { takes: HistoryEventQuery; gives: readonly HistoryEvent[] };
  keepSpectra: { takes: Keepable; gives: null };
  listSpectra: {
    takes: Readonly<{ spectrum: TagName; from: UtcMs; to: UtcMs; limit: number }>;
    gives: readonly ArchivedSpectrum[];
  };
  readSpectrum: { takes: Readonly<{ spectrum: TagName; digest: string }>; gives: SpectrumData | null };
  listResults: {
    takes: Readonly<{ skid: SkidName; analysis: LocalTag; from: UtcMs; to: UtcMs; limit: number }>;
    gives: readonly ArchivedResult[];
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
