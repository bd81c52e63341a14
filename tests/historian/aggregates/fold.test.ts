/** Aggregates beside a slow reckoning that looks at every interval by itself, and at every point of history. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AggregateFold } from '../../../historian/aggregates/fold.ts';
import {
  aggregateFunctions,
  usualConfiguration,
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

function folded(all: readonly HistoryPoint[], of: Span, asked: AggregateFunction, treatUncertainAsBad: boolean) {
  const found: { time: number; value: unknown; status: number }[] = [];
  const fold = new AggregateFold(of, { ...usualConfiguration, treatUncertainAsBad }, (interval) =>
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

function reckoned(all: readonly HistoryPoint[], of: Span, treatUncertainAsBad: boolean) {
  const isGood = ({ quality }: HistoryPoint): boolean =>
    quality >>> 30 === 0 || (quality >>> 30 === 1 && !treatUncertainAsBad);
  return intervals(of).map(({ begin, end }) => {
    const inside = all.filter(({ time }) => (end > begin ? time >= begin && time < end : time <= begin && time > end));
    const goods = inside.filter(isGood).map(({ value }) => Number(value));
    let goodMs = 0;
    let area = 0;
    for (let ms = Math.min(begin, end); ms < Math.max(begin, end); ms += 1_000) {
      const stands = all.findLast(({ time }) => time <= ms);
      if (stands === undefined || ms - stands.time >= carriedForMs || !isGood(stands)) continue;
      goodMs += 1_000;
      area += Number(stands.value) * 1_000;
    }
    const before = all.filter(({ time }) => time <= begin);
    const last = before.at(-1);
    const stood = last !== undefined && begin - last.time <= carriedForMs ? before.findLast(isGood) : undefined;
    const mean = goods.length === 0 ? null : goods.reduce((sum, value) => sum + value, 0) / goods.length;
    const squares = mean === null ? 0 : goods.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const least = goods.length === 0 ? null : Math.min(...goods);
    const most = goods.length === 0 ? null : Math.max(...goods);
    const length = Math.abs(end - begin);
    const values: Readonly<Record<AggregateFunction, number | null | undefined>> = {
      Interpolative: stood === undefined ? null : Number(stood.value),
      Average: mean,
      TimeAverage: goodMs === 0 ? null : area / goodMs,
      Total: goodMs === 0 ? null : (area / goodMs) * (length / 1_000),
      Minimum: least,
      Maximum: most,
      MinimumActualTime: least,
      MaximumActualTime: most,
      Range: least === null || most === null ? null : most - least,
      Count: goods.length,
      Start: inside[0] === undefined ? null : Number(inside[0].value),
      End: inside.length === 0 ? null : Number(inside.at(-1)?.value),
      Delta: goods.length === 0 ? null : (Number(goods.at(-1)) - Number(goods[0])) * (end < begin ? -1 : 1),
      StandardDeviationSample: mean === null ? null : goods.length < 2 ? 0 : Math.sqrt(squares / (goods.length - 1)),
      StandardDeviationPopulation: mean === null ? null : Math.sqrt(squares / goods.length),
      VarianceSample: mean === null ? null : goods.length < 2 ? 0 : squares / (goods.length - 1),
      VariancePopulation: mean === null ? null : squares / goods.length,
      DurationGood: goodMs,
      DurationBad: length - goodMs,
      PercentGood: (100 * goodMs) / length,
      PercentBad: (100 * (length - goodMs)) / length,
      WorstQuality: undefined,
    };
    return { values, partial: length < of.widthMs, goodMs, length };
  });
}

describe('aggregates', () => {
  it.each(aggregateFunctions)('%s is what looking at every point gives, forwards and backwards', (asked) => {
    fc.assert(
      fc.property(points, span, fc.boolean(), (all, of, treatUncertainAsBad) => {
        const found = folded(all, of, asked, treatUncertainAsBad);
        const expected = reckoned(all, of, treatUncertainAsBad);
        expect(found).toHaveLength(expected.length);
        for (const [i, { values, partial }] of expected.entries()) {
          const value = values[asked];
          const got = found[i]!;
          if (value === undefined) continue;
          if (value === null) expect(got.value).toBeNull();
          else expect(got.value).toBeCloseTo(value, 9);
          if (got.value !== null) expect((got.status & 0x4) !== 0).toBe(partial);
        }
      }),
      { numRuns: 200 },
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
