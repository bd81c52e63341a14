/**
 * What is made of points when it is asked for: they are read a page at a time, and no more than a page is in memory. Between two pages the
 * thread does its other work, and what takes too long is given up, since nobody waits for it any more.
 */
import { setImmediate as rest } from 'node:timers/promises';
import { elapsed, utcMs, type Clock, type UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type {
  AggregateConfiguration,
  AggregateFunction,
  AggregateSpan,
  MadeValue,
} from '../../plant/history-aggregate.ts';
import type { HistoryOrder, HistoryPoint, ModifiedPoint } from '../../plant/ports/history.ts';
import { AggregateFold, intervalsOf } from '../aggregates/fold.ts';
import type { Series } from '../point.ts';
import type { HistoryStore } from '../store.ts';
import { carriedForMs, checkLimit, checkSpan, mostBuckets, queryError } from '../trend.ts';
import { InForce } from './in-force.ts';
import { insertedIn, modifiedPoint } from './inserted.ts';
import { Reduction } from './m4.ts';

const pointsOfPage = 10_000;
/** How far before a span what stands there, and the last Good value, are looked for. */
const lookBackMs = 600_000;
const mostBefore = 200;
export const mostTimes = 10_000;
/** Less than the main thread waits for an answer. */
const answerWithinMs = 12_000;
/** Times further apart than this are looked up by themselves: nothing is read of what lies between them. */
const apartMs = 2 * carriedForMs;
const lookUpsAtOnce = 8;

type Store = Pick<HistoryStore, 'raw' | 'gaps'>;
/** When the question was asked, in a way that is told when it has taken too long. */
type Pace = (series: Series) => Promise<void>;

export class Questions {
  readonly #store: Store;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #withinMs: number;

  /** @param withinMs after which a question is given up */
  constructor(store: Store, clock: Pick<Clock, 'monotonic'>, withinMs = answerWithinMs) {
    this.#store = store;
    this.#clock = clock;
    this.#withinMs = withinMs;
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
    await this.#each(series, low, utcMs(high + 1), 'some before', (point) => fold.take(point));
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
    const found = new Array<MadeValue>(times.length);
    const groups = groupsOf(order);
    const pace = this.#pace();
    for (let at = 0; at < groups.length; at += lookUpsAtOnce) {
      await Promise.all(
        groups.slice(at, at + lookUpsAtOnce).map(async (group) => {
          const values = await this.#inForce(
            series,
            group.map(({ time }) => time),
            pace,
          );
          for (const [i, value] of values.entries()) found[group[i]?.place ?? 0] = value;
        }),
      );
    }
    return found;
  }

  /** @param times ascending, each near the one before */
  async #inForce(series: Series, times: readonly UtcMs[], pace: Pace): Promise<readonly MadeValue[]> {
    const inForce = new InForce(times);
    const [first, last] = [times[0] ?? utcMs(0), times.at(-1) ?? utcMs(0)];
    if (first === last) {
      await pace(series);
      const back = utcMs(Math.max(0, first - carriedForMs));
      const [point] = await this.#store.raw(series, back, utcMs(first + 1), 1, 'newest first');
      if (point !== undefined) inForce.take(point);
    } else await this.#each(series, first, utcMs(last + 1), 'the last before', (point) => inForce.take(point), pace);
    return inForce.done();
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
    await this.#each(series, from, to, 'none before', (point) => reduction.take(point));
    return reduction.done();
  }

  /** Points that were put in after their time, where a gap was filled: nothing else in history is ever changed. */
  async modified(
    series: Series,
    from: UtcMs,
    to: UtcMs,
    limit: number,
    order: HistoryOrder,
  ): Promise<readonly ModifiedPoint[]> {
    checkSpan(from, to);
    checkLimit(limit);
    const spans = insertedIn(await this.#store.gaps(series.skid, from, to), from, to);
    const found: ModifiedPoint[] = [];
    const pace = this.#pace();
    for (const span of order === 'oldest first' ? spans : spans.toReversed()) {
      if (found.length >= limit) break;
      await pace(series);
      const points = await this.#store.raw(series, span.from, span.to, limit - found.length, order);
      for (const point of points) found.push(modifiedPoint(point, span));
    }
    return found;
  }

  /** Every point of the span in order, after those before it that tell what stands at its beginning. */
  async #each(
    series: Series,
    from: UtcMs,
    to: UtcMs,
    before: 'none before' | 'the last before' | 'some before',
    take: (point: HistoryPoint) => void,
    pace = this.#pace(),
  ): Promise<void> {
    const backMs = before === 'some before' ? lookBackMs : carriedForMs;
    const back = utcMs(Math.max(0, from - backMs));
    if (before !== 'none before' && back < from) {
      const most = before === 'some before' ? mostBefore : 1;
      const earlier = await this.#store.raw(series, back, from, most, 'newest first');
      for (const point of earlier.toReversed()) take(point);
    }
    for (let at = from; at < to;) {
      await pace(series);
      const page = await this.#store.raw(series, at, to, pointsOfPage, 'oldest first');
      for (const point of page) take(point);
      const last = page.at(-1);
      if (last === undefined || page.length < pointsOfPage) return;
      at = utcMs(last.time + 1);
    }
  }

  /** @returns what is called before each page: it lets others have their turn, and throws where the question has taken too long */
  #pace(): Pace {
    const begun = this.#clock.monotonic();
    return async ({ skid, tag }) => {
      await rest();
      if (elapsed(begun, this.#clock.monotonic()) <= this.#withinMs) return;
      const problem = `It was not answered within ${this.#withinMs / 1_000} s.`;
      throw mesolineError('history-query-too-long', `${skid}/${tag}`, problem, 'Ask for a shorter span.');
    };
  }
}

type Asked = Readonly<{ time: UtcMs; place: number }>;

/** Times in order, cut where two are far apart. */
function groupsOf(order: readonly Asked[]): readonly (readonly Asked[])[] {
  const groups: Asked[][] = [];
  let last = -Infinity;
  for (const asked of order) {
    if (asked.time - last > apartMs) groups.push([]);
    groups.at(-1)?.push(asked);
    last = asked.time;
  }
  return groups;
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
