/** Columns of a trend made of a tier's rows. An extreme stands in the column in which its row begins. Pure. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Quality } from '../../plant/quality.ts';
import { coarseTiers, type CoarseTier } from '../schema.ts';
import type { FoundBucket } from '../trend.ts';
import type { CoarseRow } from './coarse-row.ts';

/** The coarsest tier that is no coarser than the columns; null where they are finer than any. */
export const tierFor = (widthMs: number): CoarseTier | null =>
  coarseTiers.findLast((tier) => tier.widthMs <= widthMs) ?? null;

/** @param rows of one series, in order, at `from` or later */
export function bucketsOf(rows: readonly CoarseRow[], from: UtcMs, widthMs: number): readonly FoundBucket[] {
  const found: FoundBucket[] = [];
  for (const row of rows) {
    const time = utcMs(from + Math.floor((row.time - from) / widthMs) * widthMs);
    const open = found.at(-1);
    if (open?.time !== time) {
      const { count, min, max, last, worst } = row;
      found.push({ time, count, min, max, last, worst, lastQuality: worst });
      continue;
    }
    found[found.length - 1] = {
      time,
      count: open.count + row.count,
      min: open.min === null ? row.min : row.min === null ? open.min : Math.min(open.min, row.min),
      max: open.max === null ? row.max : row.max === null ? open.max : Math.max(open.max, row.max),
      last: row.last,
      worst: Math.max((open.worst ?? 0) >>> 0, row.worst >>> 0) as Quality,
      lastQuality: row.worst,
    };
  }
  return found;
}
