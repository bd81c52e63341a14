/** The columns of a trend: how wide they are, which of them carry a value on, and which are gaps. */
import { utcMs, type UtcMs } from '../plant/clock.ts';
import { mesolineError } from '../plant/errors.ts';
import type { TrendBucket } from '../plant/ports/history.ts';
import { isGood, type Quality } from '../plant/quality.ts';

export const mostBuckets = 5_000;
export const mostPoints = 100_000;
export const mostTags = 100;

/** A value that does not change is stored at least every 60 s: a longer silence, with some room for delays, is a gap. */
export const carriedForMs = 70_000;

export type Columns = Readonly<{ widthMs: number; count: number }>;
/** What a store finds in a column. */
export type FoundBucket = TrendBucket & Readonly<{ lastQuality: Quality }>;

/** Columns of whole milliseconds that cover `from` up to `to`; at most `buckets`, fewer where the span does not divide. */
export function columnsOf(from: UtcMs, to: UtcMs, buckets: number): Columns {
  checkSpan(from, to);
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > mostBuckets) {
    throw queryError(
      'buckets',
      `${buckets} is not a number from 1 to ${mostBuckets}.`,
      'Ask for as many as the page has columns.',
    );
  }
  const widthMs = Math.max(1, Math.ceil((to - from) / buckets));
  return { widthMs, count: Math.ceil((to - from) / widthMs) };
}

/** Where to look from: whole columns before `from`, so that a value from before it is carried in. */
export const lookFrom = (from: UtcMs, widthMs: number): UtcMs =>
  utcMs(from - Math.min(Math.floor(carriedForMs / widthMs) + 1, Math.floor(Math.max(0, from) / widthMs)) * widthMs);

/**
 * Every column in order. A stretch of empty columns of at most `carriedForMs`, up to the next point or to the end, carries
 * the last value before it, where that was Good; every other column without points is a gap.
 * @param found in order; those before `from` are only carried in
 */
export function fillColumns(
  found: readonly FoundBucket[],
  from: UtcMs,
  { widthMs, count }: Columns,
): readonly TrendBucket[] {
  const filled: TrendBucket[] = [];
  let before: FoundBucket | null = null;
  let next = 0;
  const emptyUpTo = (column: number): void => {
    const begin = before === null ? -Infinity : Math.floor((before.time - from) / widthMs) + 1;
    const carries = (column - begin) * widthMs <= carriedForMs;
    const carried = carries && before !== null && isGood(before.lastQuality) ? before.last : null;
    for (; next < column; next++) {
      const time = utcMs(from + next * widthMs);
      const worst = carried === null ? null : (before?.lastQuality ?? null);
      filled.push({ time, count: 0, min: carried, max: carried, last: carried, worst });
    }
  };
  for (const bucket of found) {
    const column = Math.floor((bucket.time - from) / widthMs);
    if (column >= count) break;
    emptyUpTo(column);
    before = bucket;
    if (column < 0) continue;
    const { min, max, last, worst } = bucket;
    filled.push({ time: utcMs(from + column * widthMs), count: bucket.count, min, max, last, worst });
    next = column + 1;
  }
  emptyUpTo(count);
  return filled;
}

export function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostPoints) return;
  throw queryError('limit', `${limit} is not a number from 1 to ${mostPoints}.`, 'Ask for the span in parts.');
}

export function checkTags(tags: readonly string[]): void {
  if (tags.length <= mostTags) return;
  throw queryError('tags', `${tags.length} tags are more than ${mostTags}.`, 'Ask for them in parts.');
}

export function checkSpan(from: UtcMs, to: UtcMs): void {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to) return;
  throw queryError(
    'from, to',
    `${from} to ${to} is no span of time in whole milliseconds.`,
    'Let `from` lie before `to`.',
  );
}

export const queryError = (where: string, problem: string, remedy: string) =>
  mesolineError('history-query-invalid', where, problem, remedy);
