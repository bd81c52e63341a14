import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLimit, columnsOf, fillColumns, lookFrom, type FoundBucket } from '../../historian/trend.ts';
import { utcMs } from '../../plant/clock.ts';
import { badNoCommunication, good, type Quality } from '../../plant/quality.ts';

describe('the columns of a trend', () => {
  it('cover the span without overlap, and are no more than were asked for', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000_000_000),
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        (from, span, most) => {
          const { widthMs, count } = columnsOf(utcMs(from), utcMs(from + span), most);
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(most);
          expect(count * widthMs).toBeGreaterThanOrEqual(span);
          expect((count - 1) * widthMs).toBeLessThan(span);
        },
      ),
    );
  });

  it.each([
    [10, 10, 5],
    [20, 10, 5],
    [0.5, 10, 5],
    [0, NaN, 5],
    [0, 10, 0],
    [0, 10, 1.5],
    [0, 10, 5_001],
  ])('are refused for %d to %d in %d', (from, to, buckets) => {
    expect(() => columnsOf(utcMs(from), utcMs(to), buckets)).toThrow(
      expect.objectContaining({ code: 'history-query-invalid' }),
    );
  });
});

describe('the columns without points', () => {
  const at = (time: number, last: number, lastQuality: Quality = good): FoundBucket => ({
    time: utcMs(time),
    count: 1,
    min: last,
    max: last,
    last,
    worst: lastQuality,
    lastQuality,
  });
  const tenSeconds = { widthMs: 10_000, count: 20 };
  const lasts = (found: readonly FoundBucket[], from = 0) =>
    fillColumns(found, utcMs(from), tenSeconds).map(({ last }) => last);
  const times = (length: number, value: number | null) => Array.from({ length }, () => value);

  it('carry a value that is stored once a minute, without counting as points', () => {
    const found = [0, 60_000, 120_000, 180_000].map((time) => at(time, 5));
    const columns = fillColumns(found, utcMs(0), tenSeconds);
    expect(columns.map(({ last }) => last)).toEqual(times(20, 5));
    expect(columns.map(({ count }) => count).reduce((sum, count) => sum + count)).toBe(4);
    expect(columns[1]).toEqual({ time: 10_000, count: 0, min: 5, max: 5, last: 5, worst: good });
  });

  it('are a gap from a Bad point on, until the next point', () => {
    const found = [at(0, 5), at(60_000, 5, badNoCommunication), at(120_000, 6), at(180_000, 6)];
    expect(lasts(found)).toEqual([...times(7, 5), ...times(5, null), ...times(8, 6)]);
  });

  it('are a gap as a whole where the silence is longer than 70 s, also at the end', () => {
    expect(lasts([at(0, 5), at(80_000, 5), at(170_000, 7)])).toEqual([
      ...times(9, 5),
      ...times(8, null),
      ...times(3, 7),
    ]);
    expect(lasts([at(110_000, 5)]).slice(11)).toEqual([5, ...times(8, null)]);
    expect(lasts([at(120_000, 5)]).slice(12)).toEqual(times(8, 5));
  });

  it('carry in a value from before the span, where the store is asked for it', () => {
    const from = 1_000_000;
    expect(from - lookFrom(utcMs(from), 10_000)).toBe(80_000);
    expect(lasts([at(from - 50_000, 5), at(from + 20_000, 6)], from).slice(0, 3)).toEqual([5, 5, 6]);
    expect(lasts([at(from - 80_000, 5), at(from + 20_000, 6)], from).slice(0, 3)).toEqual([null, null, 6]);
  });

  it('are gaps where a column is wider than that, or nothing came before', () => {
    const columns = fillColumns([at(100_000, 5)], utcMs(0), { widthMs: 100_000, count: 3 });
    expect(columns.map(({ last }) => last)).toEqual([null, 5, null]);
  });

  it('are in order and complete, whatever was found', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -200, max: 200 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 80_000 }),
        fc.integer({ min: 1, max: 200 }),
        (places, widthMs, count) => {
          const from = 100_000_000;
          const found = places.sort((one, other) => one - other).map((place) => at(from + place * widthMs, place));
          const columns = fillColumns(found, utcMs(from), { widthMs, count });
          expect(columns.map(({ time }) => (time - from) / widthMs)).toEqual(
            Array.from({ length: count }, (_, i) => i),
          );
          for (const [i, column] of columns.entries()) expect(column.count).toBe(places.includes(i) ? 1 : 0);
        },
      ),
    );
  });
});

describe('the limit of a query', () => {
  it.each([0, -1, 1.5, 100_001])('is refused where it is %d', (limit) => {
    expect(() => checkLimit(limit)).toThrow(/limit/);
  });
});
