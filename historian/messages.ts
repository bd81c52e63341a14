/** What passes between the historian in the main thread and its worker. */
import type { UtcMs } from '../plant/clock.ts';
import type { Fault } from '../plant/errors.ts';
import type { HistoryOrder, HistoryPoint, RingCursor, TrendBucket } from '../plant/ports/history.ts';
import type { RoomState } from '../plant/ports/room.ts';
import type { ArchivedResult, ArchivedSpectrum } from '../plant/ports/spectrum-archive.ts';
import type { LocalTag, Sample, SkidName, TagName } from '../plant/sample.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import type { InfluxChoice } from './find-influx.ts';
import type { Gap, Series } from './point.ts';
import type { Keepable } from './spectra/spectrum-store.ts';

/** What the worker is started with; `series` are the site's tags. */
export type WorkerSetup = Readonly<{
  dataFolder: string;
  influx: InfluxChoice;
  series: readonly Series[];
  limits: Readonly<{ segmentBytes: number; segmentAgeMs: number; totalBytes: number; spectraBytes: number }>;
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
