/** What history is made of: points of series, and the gaps where points had to be given up. */
import type { UtcMs } from '../plant/clock.ts';
import type { Quality } from '../plant/quality.ts';
import type { RingCursor } from '../plant/ports/history.ts';
import type { SkidName, TagValue } from '../plant/sample.ts';

/** One tag of one skid: the measurement is the skid's type, the tag its local name. */
export type Series = Readonly<{ measurement: string; skid: SkidName; tag: string }>;

/** A value at its own time. A later point of the same series and time replaces an earlier one. */
export type Point = Readonly<{
  series: Series;
  value: TagValue;
  quality: Quality;
  /** When the value was true: the time history files it under. */
  time: UtcMs;
  /** When we took it in. */
  serverTime: UtcMs;
}>;

/** Points of live skids that were given up because neither disk nor memory had room for them. */
export type Gap = Readonly<{ skid: SkidName; from: UtcMs; to: UtcMs; points: number; reason: string }>;

/** What is written to the spool at once, and is there after a crash as a whole or not at all. */
export type SpoolEntry = Readonly<{ points: readonly Point[]; cursor?: RingCursor; gaps?: readonly Gap[] }>;
