/** Where samples are kept, and how they are asked for. Made by historian. */
import type { UtcMs } from '../clock.ts';
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
   * Settles when the samples and the cursor are on disk together (fsynced): after a kill either both are there or neither.
   * @throws MesolineError `spool-refused` where they cannot be, a full disk among the causes.
   */
  append(samples: readonly Sample[], cursor?: RingCursor): Promise<void>;
  cursors(): Promise<readonly RingCursor[]>;
}

export type HistoryPoint = Readonly<{ time: UtcMs; value: TagValue; quality: Quality }>;

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
}
