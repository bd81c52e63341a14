/**
 * What was put into history after its time: points within gaps that were filled. Which of them a filling brought is not kept beside each
 * point; between the two ends of a gap nothing was there before, so that all of them are taken for such. Pure.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { HistoryGap, HistoryPoint, ModifiedPoint } from '../../plant/ports/history.ts';

/** With `from`, without `to`. */
export type InsertedSpan = Readonly<{ from: UtcMs; to: UtcMs; at: UtcMs }>;

/** Spans of filled gaps within what is asked for, in order; where gaps overlap, what the first filling brought stays its own. */
export function insertedIn(gaps: readonly HistoryGap[], from: UtcMs, to: UtcMs): readonly InsertedSpan[] {
  const filled = gaps
    .flatMap(({ from: begin, to: end, filled: at }) => (at === null ? [] : [{ begin: begin + 1, end, at }]))
    .filter(({ begin, end }) => begin < end);
  const edges = [...new Set(filled.flatMap(({ begin, end }) => [begin, end]))].sort((one, other) => one - other);
  const spans: InsertedSpan[] = [];
  for (const [i, begin] of edges.entries()) {
    const end = edges[i + 1];
    if (end === undefined) break;
    const over = filled.filter((one) => one.begin <= begin && one.end >= end);
    const [low, high] = [Math.max(begin, from), Math.min(end, to)];
    if (over.length === 0 || low >= high) continue;
    const at = utcMs(Math.min(...over.map((one) => one.at)));
    const last = spans.at(-1);
    if (last?.to === low && last.at === at) spans[spans.length - 1] = { ...last, to: utcMs(high) };
    else spans.push({ from: utcMs(low), to: utcMs(high), at });
  }
  return spans;
}

export const modifiedPoint = (point: HistoryPoint, { at }: InsertedSpan): ModifiedPoint => ({
  ...point,
  modificationTime: at,
  updateType: 'Insert',
  user: null,
});
