/** Makes the rows of a span anew: the finest tier of the points that the store has, each other of the one before it. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import type { Series } from '../point.ts';
import { coarseTiers, type CoarseTier } from '../schema.ts';
import type { HistoryStore } from '../store.ts';
import { carriedForMs } from '../trend.ts';
import type { CoarseRow } from './coarse-row.ts';
import { ceilTo, floorTo, numericOf, RowFold, SeriesFold } from './fold.ts';
import type { Span } from './late.ts';

const pointsAtOnce = 10_000;
/** Rows of a tier that are read at once, by the time that they cover. */
const rowsAtOnce = 5_000;

/** @param over what ends later is still open, and is left. @throws StoreUnavailable */
export async function remake(
  store: HistoryStore,
  series: Series,
  { from, to }: Span,
  over: UtcMs,
  signal: AbortSignal,
): Promise<void> {
  const [finest, ...coarser] = coarseTiers;
  if (finest === undefined) return;
  // A value stands on after its point.
  let end = Math.min(ceilTo(to + 1 + carriedForMs, finest.widthMs), floorTo(over, finest.widthMs));
  let begin: number = floorTo(from, finest.widthMs);
  if (begin >= end) return;
  await ofPoints(store, series, finest, { from: begin, to: end }, signal);
  let before = finest;
  for (const tier of coarser) {
    begin = floorTo(begin, tier.widthMs);
    end = Math.min(ceilTo(end, tier.widthMs), floorTo(over, tier.widthMs));
    if (begin >= end) return;
    await ofRows(store, series, before, tier, { from: begin, to: end }, signal);
    before = tier;
  }
}

async function ofPoints(
  store: HistoryStore,
  series: Series,
  tier: CoarseTier,
  span: Span,
  signal: AbortSignal,
): Promise<void> {
  const writer = new Rows(store, tier, span, signal);
  const fold = new SeriesFold(series, tier.widthMs, (row) => writer.add(row));
  for (let from = span.from - carriedForMs; ;) {
    const points: readonly HistoryPoint[] = await store.raw(
      series,
      utcMs(Math.max(0, from)),
      utcMs(span.to),
      pointsAtOnce,
      'oldest first',
    );
    for (const { time, value, quality } of points) fold.take(time, numericOf(value), quality);
    await writer.flush(pointsAtOnce);
    const last = points.at(-1);
    if (last === undefined || points.length < pointsAtOnce) break;
    from = last.time + 1;
  }
  fold.closeTo(span.to);
  await writer.flush(0);
}

async function ofRows(
  store: HistoryStore,
  series: Series,
  before: CoarseTier,
  tier: CoarseTier,
  span: Span,
  signal: AbortSignal,
): Promise<void> {
  const writer = new Rows(store, tier, span, signal);
  const fold = new RowFold(tier.widthMs, (row) => writer.add(row), true);
  const stepMs = rowsAtOnce * before.widthMs;
  for (let from = span.from; from < span.to; from += stepMs) {
    const [rows] = await store.coarse(before, [series], utcMs(from), utcMs(Math.min(span.to, from + stepMs)));
    for (const row of rows ?? []) fold.take(row);
    await writer.flush(pointsAtOnce);
  }
  fold.closeTo(span.to);
  await writer.flush(0);
}

/** Rows within the span, on their way to the store. */
class Rows {
  readonly #write: (rows: readonly CoarseRow[]) => Promise<void>;
  readonly #span: Span;
  #rows: CoarseRow[] = [];

  constructor(store: HistoryStore, tier: CoarseTier, span: Span, signal: AbortSignal) {
    this.#write = (rows) => store.writeCoarse(tier, rows, signal);
    this.#span = span;
  }

  add(row: CoarseRow): void {
    if (row.time >= this.#span.from && row.time < this.#span.to) this.#rows.push(row);
  }

  /** Writes what waits where it is more than `above`. */
  async flush(above: number): Promise<void> {
    if (this.#rows.length <= above) return;
    const rows = this.#rows;
    this.#rows = [];
    await this.#write(rows);
  }
}
