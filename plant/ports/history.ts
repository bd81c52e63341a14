/** Where samples are kept, and how they are asked for. Made by historian. */
import type { UtcMs } from '../clock.ts';
import type { AggregateConfiguration, AggregateFunction, AggregateSpan, MadeValue } from '../history-aggregate.ts';
import type { Quality } from '../quality.ts';
import type { Sample, SkidName, TagName, TagValue } from '../sample.ts';

/** How far a logging device's ring has been read: the sequence number of the last row kept. */
export type RingCursor = Readonly<{
  skid: SkidName;
  device: string;
  /** The recording the number belongs to: the device's own mark of its start; 0 where it has none. */
  epoch: number;
  sequence: number;
}>;

export interface SampleStore {
  /**
   * Settles when the samples, the cursor and the gaps are on disk together (fsynced): after a kill either all are there or none.
   * @throws MesolineError `spool-refused` where they cannot be, a full disk among the causes.
   */
  append(samples: readonly Sample[], cursor?: RingCursor, gaps?: readonly HistoryGap[]): Promise<void>;
  cursors(): Promise<readonly RingCursor[]>;
}

export type HistoryPoint = Readonly<{ time: UtcMs; value: TagValue; quality: Quality; serverTime: UtcMs }>;

/** A point that was put into history after its time, or was there before another took its place. */
export type ModifiedPoint = HistoryPoint &
  Readonly<{
    modificationTime: UtcMs;
    /** `Insert`: the point that was put in. `Replace`: the one that is no longer there. */
    updateType: 'Insert' | 'Replace';
    /** Null where it was no person. */
    user: string | null;
  }>;

/** Why points are missing. */
export type GapKind =
  /** The service did not run, or was killed before they were on disk. */
  | 'service-down'
  /** Neither disk nor memory had room. */
  | 'given-up'
  /** A part of the spool could not be read. */
  | 'spool-damaged'
  /** The store will never take them; they lie in quarantine. */
  | 'quarantined'
  /** A logging device overwrote rows before they were read. */
  | 'ring-overrun';

/**
 * Points of a skid that are missing between two that are there. One of the same skid, kind and beginning replaces an earlier one; `points` 0
 * where nobody can say how many. `filled`: when all of it was filled from elsewhere; null while it is open.
 */
export type HistoryGap = Readonly<{
  skid: SkidName;
  kind: GapKind;
  from: UtcMs;
  to: UtcMs;
  points: number;
  reason: string;
  filled: UtcMs | null;
}>;

export type HistoryEventKind = 'batch' | 'phase' | 'alarm' | 'interlock';

/** Something that happened, drawn beside the values. One of the same kind, skid, object and beginning replaces an earlier one. */
export type HistoryEvent = Readonly<{
  kind: HistoryEventKind;
  skid: SkidName;
  /** What of the skid: an alarm, a phase, an interlock's row; `batch` for a batch. Bounded by the skid's file. */
  object: string;
  /** `B-2026-0001`, or the alarm's own. */
  id: string;
  from: UtcMs;
  /** Null while it lasts. */
  to: UtcMs | null;
  title: string;
  text: string;
  batch: string | null;
  /** OPC UA severity, 1 to 1000. */
  severity: number;
}>;

export type HistoryEventQuery = Readonly<{
  from: UtcMs;
  to: UtcMs;
  skid: SkidName | null;
  kind: HistoryEventKind | null;
  limit: number;
  /** Only those that began within the span; else all that touch it. */
  begun?: boolean;
  /** By their beginnings; oldest first where nothing is said. */
  order?: HistoryOrder;
}>;

/**
 * One pixel column of a trend: the extremes and the last value in it, and the worst quality. A column without points has
 * `count` 0. It carries the Good value before it (`min`, `max` and `last` alike) where the empty columns up to the next point,
 * or to the end, are 70 s or less in all, since a value that does not change is stored once a minute; else it is a gap, with null.
 */
export type TrendBucket = Readonly<{
  time: UtcMs;
  count: number;
  min: number | null;
  max: number | null;
  last: number | null;
  worst: Quality | null;
}>;

export type HistoryOrder = 'oldest first' | 'newest first';

export interface HistoryQueries {
  /** The first `limit` points in that order (oldest first where nothing is said), at `from` or later and before `to`. */
  raw(tag: TagName, from: UtcMs, to: UtcMs, limit: number, order?: HistoryOrder): Promise<readonly HistoryPoint[]>;
  trend(
    tags: readonly TagName[],
    from: UtcMs,
    to: UtcMs,
    buckets: number,
  ): Promise<readonly Readonly<{ tag: TagName; buckets: readonly TrendBucket[] }>[]>;
  /** Gaps that touch the span, oldest first; of every skid where none is named. */
  gaps(skid: SkidName | null, from: UtcMs, to: UtcMs): Promise<readonly HistoryGap[]>;
  /** Events that touch the span, or began in it. */
  events(query: HistoryEventQuery): Promise<readonly HistoryEvent[]>;
  /** For each function its value of every interval, in the order of the span. @throws MesolineError `history-query-invalid` */
  aggregate(
    tag: TagName,
    span: AggregateSpan,
    functions: readonly AggregateFunction[],
    configuration: AggregateConfiguration,
  ): Promise<readonly (readonly MadeValue[])[]>;
  /** The value in force at each of the times, which may be in any order. */
  atTime(tag: TagName, times: readonly UtcMs[]): Promise<readonly MadeValue[]>;
  /** A row for each step from `from`: the value in force of each tag. */
  aligned(
    tags: readonly TagName[],
    from: UtcMs,
    to: UtcMs,
    stepMs: number,
  ): Promise<readonly Readonly<{ tag: TagName; values: readonly MadeValue[] }>[]>;
  /** The first `limit` points in that order that were put in or replaced after their time. */
  modified(
    tag: TagName,
    from: UtcMs,
    to: UtcMs,
    limit: number,
    order?: HistoryOrder,
  ): Promise<readonly ModifiedPoint[]>;
  /** Of each of so many columns the first, the least, the greatest and the last point (M4): what a line of that many pixels shows. */
  reduced(tag: TagName, from: UtcMs, to: UtcMs, columns: number): Promise<readonly HistoryPoint[]>;
}
