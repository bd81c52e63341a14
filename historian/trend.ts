/** The columns of a trend: how wide they are, and those in which nothing was. */
import { utcMs, type UtcMs } from '../plant/clock.ts';
import { mesolineError } from '../plant/errors.ts';
import type { TrendBucket } from '../plant/ports/history.ts';

export const mostBuckets = 5_000;
export const mostPoints = 100_000;
export const mostTags = 100;

export type Columns = Readonly<{ widthMs: number; count: number }>;

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

/** Every column in order; one without points has `count` 0. */
export function fillGaps(
  found: readonly TrendBucket[],
  from: UtcMs,
  { widthMs, count }: Columns,
): readonly TrendBucket[] {
  const byColumn = new Map(found.map((bucket) => [Math.floor((bucket.time - from) / widthMs), bucket]));
  return Array.from({ length: count }, (_, column) => {
    const time = utcMs(from + column * widthMs);
    const bucket = byColumn.get(column);
    return bucket === undefined
      ? { time, count: 0, min: null, max: null, last: null, worst: null }
      : { ...bucket, time };
  });
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

const queryError = (where: string, problem: string, remedy: string) =>
  mesolineError('history-query-invalid', where, problem, remedy);
