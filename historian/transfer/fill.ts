/**
 * Fills gaps of one store with what another has of the same time: a copy that was restored, a second historian of the site. Only what lies
 * within a gap on record is taken, and what is there already stays; tiers are made anew there, and the gap says that it was filled.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { HistoryGap } from '../../plant/ports/history.ts';
import { remake } from '../downsampling/remake.ts';
import { batchOf, type Series } from '../point.ts';
import type { HistoryStore } from '../store.ts';

export type Filled = Readonly<{ gap: HistoryGap; points: number }>;

const pointsOfPage = 10_000;

/** @param series of the skids whose gaps are filled. @returns each gap that was open, with what was put in */
export async function fillGaps(
  from: Pick<HistoryStore, 'raw'>,
  to: HistoryStore,
  series: readonly Series[],
  now: UtcMs,
  signal: AbortSignal,
): Promise<readonly Filled[]> {
  const open = (await to.gaps(null, utcMs(0), now)).filter(
    ({ filled, kind }) => filled === null && kind !== 'quarantined',
  );
  const filled: Filled[] = [];
  for (const gap of open) {
    let points = 0;
    for (const one of series.filter(({ skid }) => skid === gap.skid))
      points += await fillOne(from, to, one, gap, now, signal);
    // With nothing put in it stays open: somebody else may have it.
    if (points > 0) await to.write(batchOf([]), { gaps: [{ ...gap, filled: now }], events: [] }, signal);
    filled.push({ gap, points });
  }
  return filled;
}

async function fillOne(
  from: Pick<HistoryStore, 'raw'>,
  to: HistoryStore,
  series: Series,
  gap: HistoryGap,
  now: UtcMs,
  signal: AbortSignal,
): Promise<number> {
  let put = 0;
  // The points at its ends are there: between them something is missing.
  for (let begin = utcMs(gap.from + 1); begin < gap.to;) {
    const page = await from.raw(series, begin, gap.to, pointsOfPage, 'oldest first');
    const there = new Set(
      (await to.raw(series, begin, gap.to, 10 * pointsOfPage, 'oldest first')).map(({ time }) => time),
    );
    const missing = page.filter(({ time }) => !there.has(time)).map((point) => ({ series, ...point }));
    const rejected = missing.length === 0 ? [] : await to.write(batchOf(missing), { gaps: [], events: [] }, signal);
    put += missing.length - rejected.length;
    const last = page.at(-1);
    if (last === undefined || page.length < pointsOfPage) break;
    begin = utcMs(last.time + 1);
  }
  if (put > 0) await remake(to, series, { from: gap.from, to: gap.to }, now, signal);
  return put;
}
