/** One down-sampled row of a series: what a dashboard draws of 10 s, a minute or an hour. */
import type { UtcMs } from '../../plant/clock.ts';
import type { Quality } from '../../plant/quality.ts';
import type { Series } from '../point.ts';

export type CoarseRow = Readonly<{
  series: Series;
  /** Its beginning, a multiple of the tier's width. */
  time: UtcMs;
  /** Points in it; 0 where a value from before stands. */
  count: number;
  /** Of every value that stood in it, whatever its quality; a boolean counts as 0 or 1. Null where no number did. */
  min: number | null;
  max: number | null;
  /** Weighted by time, each value standing until the next. */
  mean: number | null;
  last: number | null;
  worst: Quality;
}>;
