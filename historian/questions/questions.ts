/** What is made of points when it is asked for: they are read a page at a time, and no more than a page is in memory. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type {
  AggregateConfiguration,
  AggregateFunction,
  AggregateSpan,
  MadeValue,
} from '../../plant/history-aggregate.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { AggregateFold, intervalsOf } from '../aggregates/fold.ts';
import type { Series } from '../point.ts';
import type { HistoryStore } from '../store.ts';
import { carriedForMs, checkSpan, mostBuckets, queryError } from '../trend.ts';
import { InForce } from './in-force.ts';
import { Reduction } from './m4.ts';

const pointsOfPage = 10_000;
/** How far before a span what stands there, and the last Good value, are looked for. */
const lookBackMs = 600_000;
const mostBefore = 200;
export const mostTimes = 10_000;

export class Questions {
  readonly #store: Pick<HistoryStore, 'raw'>;

  constructor(store: Pick<HistoryStore, 'raw'>) {
    this.#store = store;
  }

  async aggregate(
    series: Series,
    span: AggregateSpan,
    functions: readonly AggregateFunction[],
    configuration: AggregateConfiguration,
  ): Promise<readonly (readonly MadeValue[])[]> {
    const [low, high] = span.to < span.from ? [span.to, span.from] : [span.from, span.to];
    checkSpan(low, high);
    checkStep(span.widthMs);
    checkCount(intervalsOf(span) * functions.length);
    const found = functions.map((): MadeValue[] => []);
    const fold = new AggregateFold(span, configuration, (interval) => {
      for (const [i, one] of functions.entries()) found[i]?.push(interval.tell(one));
    });
    // A point at the very end still counts where time runs backwards.
    await this.#each(series, low, utcMs(high + 1), (point) => fold.take(point));
    fold.end();
    return span.to < span.from ? found.map((values) => values.reverse()) : found;
  }

  async atTime(series: Series, times: readonly UtcMs[]): Promise<readonly MadeValue[]> {
    if (times.length > mostTimes) {
      throw queryError('times', `${times.length} are more than ${mostTimes}.`, 'Ask for them in parts.');
    }
    const order = times.map((time, place) => ({ time, place })).sort((one, other) => one.time - other.time);
    const [first, last] = [order[0]?.time, order.at(-1)?.time];
    if (first === undefined || last === undefined) return [];
    checkSpan(first, utcMs(last + 1));
    const inForce = new InForce(order.map(({ time }) => time));
    await this.#each(series, first, utcMs(last + 1), (point) => inForce.take(point));
    const values = inForce.done();
    const found = new Array<MadeValue>(times.length);
    for (const [i, { place }] of order.entries()) {
      const value = values[i];
      if (value !== undefined) found[place] = value;
    }
    return found;
  }

  async aligned(series: Series, from: UtcMs, to: UtcMs, stepMs: number): Promise<readonly MadeValue[]> {
    checkSpan(from, to);
    checkStep(stepMs);
    checkCount(Math.ceil((to - from) / stepMs));
    return this.atTime(
      series,
      Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, i) => utcMs(from + i * stepMs)),
    );
  }

  async reduced(series: Series, from: UtcMs, to: UtcMs, columns: number): Promise<readonly HistoryPoint[]> {
    checkSpan(from, to);
    checkCount(columns);
    const reduction = new Reduction(from, Math.max(1, Math.ceil((to - from) / columns)));
    await this.#each(series, from, to, (point) => reduction.take(point), false);
    return reduction.done();
  }

  /** Every point of the span in order, after those before it that tell what stands at its beginning. */
  async #each(
    series: Series,
    from: UtcMs,
    to: UtcMs,
    take: (point: HistoryPoint) => void,
    before = true,
  ): Promise<void> {
    if (before) {
      const back = utcMs(Math.max(0, from - Math.max(lookBackMs, carriedForMs)));
      const earlier = back < from ? await this.#store.raw(series, back, from, mostBefore, 'newest first') : [];
      for (const point of earlier.toReversed()) take(point);
    }
    for (let at = from; at < to;) {
      const page = await this.#store.raw(series, at, to, pointsOfPage, 'oldest first');
      for (const point of page) take(point);
      const last = page.at(-1);
      if (last === undefined || page.length < pointsOfPage) return;
      at = utcMs(last.time + 1);
    }
  }
}

function checkStep(stepMs: number): void {
  if (Number.isSafeInteger(stepMs) && stepMs >= 1) return;
  throw queryError('step', `${stepMs} is no whole number of milliseconds from 1 on.`, 'Give a longer step.');
}

function checkCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= mostBuckets * 2) return;
  throw queryError(
    'step',
    `${count} values are more than ${mostBuckets * 2}.`,
    'Ask for a shorter span, or a longer step.',
  );
}
