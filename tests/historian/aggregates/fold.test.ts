/** Aggregates beside a slow reckoning that looks at every interval by itself, and at every point of history. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AggregateFold } from '../../../historian/aggregates/fold.ts';
import {
  aggregateFunctions,
  type AggregateFunction,
  type AggregateSpan as Span,
} from '../../../plant/history-aggregate.ts';
import { carriedForMs } from '../../../historian/trend.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { HistoryPoint } from '../../../plant/ports/history.ts';
import { badNoCommunication, good, uncertainLastUsableValue } from '../../../plant/quality.ts';

const t0 = 1_000_000;
const points = fc
  .array(
    fc.record({
      after: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 60, max: 90 })),
      value: fc.integer({ min: -9, max: 9 }),
      quality: fc.constantFrom(good, good, good, uncertainLastUsableValue, badNoCommunication),
    }),
    { maxLength: 40 },
  )
  .map((given) => {
    let at = t0;
    return given.map(({ after, value, quality }): HistoryPoint => {
      at += after * 1_000;
      return { time: utcMs(at), value, quality, serverTime: utcMs(at) };
    });
  });
const span = fc
  .record({
    from: fc.integer({ min: -20, max: 150 }),
    length: fc.integer({ min: 1, max: 120 }),
    width: fc.integer({ min: 1, max: 60 }),
    back: fc.boolean(),
  })
  .map(({ from, length, width, back }): Span => {
    const [low, high] = [t0 + from * 1_000, t0 + (from + length) * 1_000];
    return { from: utcMs(back ? high : low), to: utcMs(back ? low : high), widthMs: width * 1_000 };
  });

/** What of an interval has to be Bad for a Bad answer, and Good for a Good one, in percent. */
type Shares = readonly [bad: number, good: number];
type Told = Readonly<{ value: number | null; status: number }>;
const shares = fc.constantFrom<Shares>([100, 100], [50, 50], [25, 90]);
const hex = (status: number): string => status.toString(16);

function folded(
  all: readonly HistoryPoint[],
  of: Span,
  asked: AggregateFunction,
  treatUncertainAsBad: boolean,
  [percentDataBad, percentDataGood]: Shares = [100, 100],
) {
  const found: { time: number; value: unknown; status: number }[] = [];
  const fold = new AggregateFold(of, { treatUncertainAsBad, percentDataBad, percentDataGood }, (interval) =>
    found.push(interval.tell(asked)),
  );
  for (const point of all) fold.take(point);
  fold.end();
  return of.to < of.from ? found.reverse() : found;
}

/** Each interval as it is asked for: `begin` counts among its times, `end` does not. */
function intervals({ from, to, widthMs }: Span) {
  const sign = to < from ? -1 : 1;
  return Array.from({ length: Math.ceil(Math.abs(to - from) / widthMs) }, (_, i) => {
    const begin = from + sign * i * widthMs;
    const end = sign > 0 ? Math.min(to, begin + widthMs) : Math.max(to, begin - widthMs);
    return { begin, end };
  });
}

const noData = 0x809b_0000;
const allBad = 0x8000_0000;
const subNormal = 0x40a4_0000;

/** Every aggregate of one interval, by its definition in Part 13, 5.4.3. */
function reckoned(all: readonly HistoryPoint[], of: Span, treatUncertainAsBad: boolean, [bad, enough]: Shares) {
  const isUncertain = ({ quality }: HistoryPoint): boolean => quality >>> 30 === 1;
  const isGood = (one: HistoryPoint): boolean => one.quality >>> 30 === 0 || (isUncertain(one) && !treatUncertainAsBad);
  return intervals(of).map(({ begin, end }) => {
    const inside = all.filter(({ time }) => (end > begin ? time >= begin && time < end : time <= begin && time > end));
    const goods = inside.filter(isGood);
    const values = goods.map(({ value }) => Number(value));
    const length = Math.abs(end - begin);
    const stood: HistoryPoint[] = [];
    for (let ms = Math.min(begin, end); ms < Math.max(begin, end); ms += 1_000) {
      const stands = all.findLast(({ time }) => time <= ms);
      if (stands !== undefined && ms - stands.time < carriedForMs && isGood(stands)) stood.push(stands);
    }
    const goodMs = stood.length * 1_000;
    const before = all.filter(({ time }) => time <= begin);
    const last = before.at(-1);
    const held = last !== undefined && begin - last.time <= carriedForMs ? before.findLast(isGood) : undefined;

    const partial = length < of.widthMs ? 4 : 0;
    const shared = (share: number, uncertain: boolean): number => {
      const severity = share === 1 ? 0 : 100 * (1 - share) >= bad ? allBad : 100 * share >= enough ? 0 : subNormal;
      return severity === 0 && uncertain ? subNormal : severity;
    };
    const byTime = shared(goodMs / length, stood.some(isUncertain));
    const byValues = inside.length === 0 ? 0 : shared(goods.length / inside.length, goods.some(isUncertain));
    const ofAll = goodMs < length || stood.some(isUncertain) ? subNormal : 0;
    const ofSome = goods.length < inside.length || goods.some(isUncertain) ? subNormal : 0;
    const made = (value: number | null, severity: number, bits = 0x401 | partial): Told =>
      value === null
        ? { value: null, status: noData }
        : severity === allBad
          ? { value: null, status: allBad }
          : { value, status: (severity | bits) >>> 0 };
    const one = <T>(from: readonly T[], tell: (some: readonly T[]) => number): number | null =>
      from.length === 0 ? null : tell(from);
    const mean = one(values, (some) => some.reduce((sum, value) => sum + value, 0) / some.length);
    const squares = values.reduce((sum, value) => sum + (value - (mean ?? 0)) ** 2, 0);
    const spread = (n: number): number | null => one(values, () => (n === 0 ? 0 : squares / n));
    const root = (value: number | null): number | null => (value === null ? null : Math.sqrt(value));
    const average = one(stood, (some) => some.reduce((sum, { value }) => sum + Number(value), 0) / some.length);
    const total = average === null ? null : (average * length) / 1_000;
    const inState = (zero: boolean): number | null =>
      one(stood, (some) => 1_000 * some.filter(({ value }) => (value === 0) === zero).length);
    const extreme = (value: number | null, ownTime: boolean): Told => {
      const found = goods.filter((point) => point.value === value);
      const raw = ofSome === 0 && (ownTime || found[0]?.time === begin);
      return made(value, ofSome, (raw ? 0x400 : 0x401) | partial | (found.length > 1 ? 0x10 : 0));
    };
    const [least, most] = [one(values, (some) => Math.min(...some)), one(values, (some) => Math.max(...some))];
    const edge = (point: HistoryPoint | undefined): Told =>
      point === undefined
        ? made(null, 0)
        : { value: Number(point.value), status: (point.quality | 0x400 | partial) >>> 0 };
    const passedOver = inside[0] !== goods[0] || inside.at(-1) !== goods.at(-1) || goods.some(isUncertain);
    const worstOf = (points: readonly HistoryPoint[]): Told => {
      const severity = Math.max(...points.map(({ quality }) => quality >>> 30));
      const found = points.filter(({ quality }) => quality >>> 30 === severity);
      return made(found[0]?.quality ?? null, 0, 0x401 | partial | (found.length > 1 ? 0x10 : 0));
    };
    const exact = last?.time === begin && isGood(last);
    const disturbed = held !== last || (held !== undefined && isUncertain(held));
    const told: Readonly<Record<AggregateFunction, Told>> = {
      Interpolative: made(
        held === undefined ? null : Number(held.value),
        exact ? held!.quality : disturbed ? subNormal : 0,
        exact ? 0x400 : 0x402,
      ),
      Average: made(mean, byValues, 0x401),
      TimeAverage: made(average, ofAll),
      TimeAverage2: made(average, byTime),
      Total: made(total, ofAll),
      Total2: made(total, byTime),
      Minimum: extreme(least, false),
      Maximum: extreme(most, false),
      MinimumActualTime: extreme(least, true),
      MaximumActualTime: extreme(most, true),
      Range: made(least === null || most === null ? null : most - least, ofSome),
      Count: { value: goods.length, status: (byValues | 0x401 | partial) >>> 0 },
      Start: edge(inside[0]),
      End: edge(inside.at(-1)),
      Delta: made(
        one(values, (some) => some.at(-1)! - some[0]!),
        passedOver ? subNormal : 0,
      ),
      StandardDeviationSample: made(root(spread(values.length - 1)), byValues),
      StandardDeviationPopulation: made(root(spread(values.length)), byValues),
      VarianceSample: made(spread(values.length - 1), byValues),
      VariancePopulation: made(spread(values.length), byValues),
      DurationGood: made(goodMs, 0),
      DurationBad: made(length - goodMs, 0),
      DurationInStateZero: made(inState(true), byTime),
      DurationInStateNonZero: made(inState(false), byTime),
      PercentGood: made((100 * goodMs) / length, 0),
      PercentBad: made((100 * (length - goodMs)) / length, 0),
      WorstQuality: worstOf(inside),
      WorstQuality2: worstOf(last === undefined || inside.includes(last) ? inside : [last, ...inside]),
    };
    return told;
  });
}

describe('aggregates', () => {
  it.each(aggregateFunctions)('%s is what looking at every point gives, forwards and backwards', (asked) => {
    fc.assert(
      fc.property(points, span, fc.boolean(), shares, (all, of, treatUncertainAsBad, ask) => {
        const found = folded(all, of, asked, treatUncertainAsBad, ask);
        const expected = reckoned(all, of, treatUncertainAsBad, ask).map((told) => told[asked]);
        expect(found.map(({ status }) => hex(status))).toEqual(expected.map(({ status }) => hex(status)));
        for (const [i, { value }] of expected.entries()) {
          if (value === null) expect(found[i]?.value).toBeNull();
          else expect(found[i]?.value).toBeCloseTo(value, 9);
        }
      }),
      { numRuns: 300 },
    );
  });

  const point = (s: number, value: number | boolean | string | null, quality = good): HistoryPoint => ({
    time: utcMs(t0 + s * 1_000),
    value,
    quality,
    serverTime: utcMs(t0),
  });
  const minute: Span = { from: utcMs(t0), to: utcMs(t0 + 60_000), widthMs: 60_000 };
  const status = (all: readonly HistoryPoint[], asked: AggregateFunction, of = minute) =>
    folded(all, of, asked, true)[0]?.status;

  it('say how they were made, and how far they are to be trusted', () => {
    expect(status([], 'Average')).toBe(0x809b_0000);
    expect(status([point(0, 1), point(30, 2)], 'Average')).toBe(0x401);
    expect(status([point(0, 1), point(30, 2, badNoCommunication)], 'Average')).toBe(0x40a4_0401);
    expect(status([point(0, 1)], 'Interpolative')).toBe(0x400);
    expect(status([point(-5, 1)], 'Interpolative')).toBe(0x402);
    expect(status([point(-9, 1), point(-5, 1, badNoCommunication)], 'Interpolative')).toBe(0x40a4_0402);
    expect(status([point(-71, 1)], 'Interpolative')).toBe(0x809b_0000);
    expect(status([point(0, 1), point(10, 1)], 'Minimum')).toBe(0x410 | 0x400);
    expect(status([point(0, 5), point(10, 1)], 'Minimum')).toBe(0x401);
    expect(status([point(0, 1)], 'Count', { ...minute, widthMs: 90_000 })).toBe(0x405);
  });

  it('tell the actual time of extremes, and edges at their own times', () => {
    const all = [point(3, 5), point(10, 1), point(20, 7)];
    expect(folded(all, minute, 'MinimumActualTime', true)[0]).toMatchObject({ time: t0 + 10_000, value: 1 });
    expect(folded(all, minute, 'Start', true)[0]).toMatchObject({ time: t0 + 3_000, value: 5 });
    expect(folded(all, minute, 'End', true)[0]).toMatchObject({ time: t0 + 20_000, value: 7 });
  });

  it('are none of texts, but for how long they were good, how many, and the ones at the edges', () => {
    const all = [point(0, 'run'), point(30, 'hold')];
    expect(folded(all, minute, 'Average', true)[0]?.value).toBeNull();
    expect(folded(all, minute, 'End', true)[0]?.value).toBe('hold');
    expect(folded(all, minute, 'Interpolative', true)[0]?.value).toBe('run');
    expect(folded(all, minute, 'DurationGood', true)[0]?.value).toBe(60_000);
    expect(folded(all, minute, 'Count', true)[0]?.value).toBe(2);
  });
});
