import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLimit, columnsOf, fillGaps } from '../../historian/trend.ts';
import { utcMs } from '../../plant/clock.ts';

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

  it('show a gap as a column with nothing in it', () => {
    const full = { time: utcMs(120), count: 1, min: 1, max: 1, last: 1, worst: null };
    expect(fillGaps([full], utcMs(100), { widthMs: 20, count: 3 }).map(({ time, count }) => [time, count])).toEqual([
      [100, 0],
      [120, 1],
      [140, 0],
    ]);
  });
});

describe('the limit of a query', () => {
  it.each([0, -1, 1.5, 100_001])('is refused where it is %d', (limit) => {
    expect(() => checkLimit(limit)).toThrow(/limit/);
  });
});
