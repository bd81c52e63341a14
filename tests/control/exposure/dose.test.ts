import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dose,
  excursions,
  forecast,
  hourMs,
  minuteMs,
  minutesLeft,
  timeWeightedAverage,
  worstMean,
  type Breath,
} from '../../../control/exposure/dose.ts';
import { equivalentExposure } from '../../../control/exposure/mixture.ts';
import { shiftAt } from '../../../control/exposure/site-time.ts';
import { utcMs } from '../../../plant/clock.ts';

const at = (from: number, hours: number, value: number): Breath => ({
  from,
  to: from + hours * hourMs,
  lower: value,
  upper: value,
});
const sure = (value: number) => ({ lower: expect.closeTo(value, 9), upper: expect.closeTo(value, 9) });

/** Two hours at 150, two at 75, four at 50 ppm: the example of 29 CFR 1910.1000(d)(1)(ii). */
const example = (from: number): Breath[] => [
  at(from, 2, 150),
  at(from + 2 * hourMs, 2, 75),
  at(from + 4 * hourMs, 4, 50),
];

describe('the 8-h average', () => {
  it('of the example in 29 CFR 1910.1000(d)(1)(ii) is 81.25 ppm', () => {
    expect(timeWeightedAverage(example(0))).toEqual(sure(81.25));
  });
  it('is the same where the shift goes over midnight', () => {
    expect(timeWeightedAverage(example(Date.UTC(2026, 9, 2, 22)))).toEqual(sure(81.25));
  });
  it('of a partial shift is over 8 h as well', () => {
    expect(timeWeightedAverage([at(0, 2, 150)])).toEqual(sure(37.5));
  });
  it('takes no more than the span asked of what lies across its ends', () => {
    expect(timeWeightedAverage([at(0, 8, 80)], hourMs, 3 * hourMs)).toEqual(sure(20));
  });
  it.each([
    ['spring', Date.UTC(2027, 2, 27, 23), 7],
    ['autumn', Date.UTC(2026, 9, 24, 22), 9],
  ])('of a night shift over the change of the clock in %s counts the hours that passed', (_, begin, hours) => {
    const shift = shiftAt(utcMs(begin), ['00:00', '08:00', '16:00'], 'Europe/Berlin');
    expect([shift.from, (shift.to - shift.from) / hourMs]).toEqual([begin, hours]);
    expect(timeWeightedAverage([{ ...shift, lower: 40, upper: 40 }])).toEqual(sure((40 * hours) / 8));
  });
});

describe('a mixture', () => {
  it('of the example in 29 CFR 1910.1000(d)(2)(ii) takes 0.925 of its limit', () => {
    const parts = [
      [500, 1000],
      [45, 200],
      [40, 200],
    ].map(([value = 0, limit = 1]) => ({ concentration: { lower: value, upper: value }, limit }));
    expect(equivalentExposure(parts)).toEqual(sure(0.925));
  });
});

describe('what is left', () => {
  it('is the rest of eight times the limit, at what is breathed now', () => {
    expect(minutesLeft(5, 10, 6)).toBeCloseTo(300, 9);
    expect(minutesLeft(5, 40, 1)).toBe(0);
    expect(minutesLeft(5, 10, 0)).toBeNull();
  });
  it('of a shift is forecast with what is breathed now', () => {
    expect(forecast({ lower: 8, upper: 16 }, { lower: 1, upper: 2 }, 4 * hourMs)).toEqual({ lower: 1.5, upper: 3 });
  });
});

describe('a rolling mean', () => {
  it('finds a quarter of an hour that begins within a cell', () => {
    const peakFrom = 7 * minuteMs + 3000;
    const breaths = [at(0, 7.05 / 60, 0), at(peakFrom, 0.25, 8), at(peakFrom + 15 * minuteMs, 1, 0)];
    expect(worstMean(breaths, 15 * minuteMs, 0, hourMs)).toEqual(sure(8));
  });
  it('over 8 h looks back beyond the shift', () => {
    const breaths = [at(0, 4, 10), at(4 * hourMs, 4, 2), at(8 * hourMs, 4, 10)];
    expect(worstMean(breaths, 8 * hourMs, 8 * hourMs, 12 * hourMs)).toEqual(sure(6));
  });
  it('above a limit twice with a clean half hour between is two excursions', () => {
    const breaths = [at(0, 0.25, 10), at(0.25 * hourMs, 0.5, 0), at(0.75 * hourMs, 0.25, 10)];
    const spells = excursions(breaths, {
      windowMs: 15 * minuteMs,
      above: 5,
      bound: 'lower',
      from: 0,
      to: 2 * hourMs,
    });
    expect(spells.map(({ from, to }) => [from / minuteMs, to / minuteMs])).toEqual([
      [7.5, 22.5],
      [52.5, 67.5],
    ]);
  });
});

const breathsOf = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 3_600_000 }),
      length: fc.integer({ min: 1, max: 7_200_000 }),
      lower: fc.double({ min: 0, max: 100, noNaN: true }),
      more: fc.double({ min: 0, max: 100, noNaN: true }),
    }),
    { maxLength: 12 },
  )
  .map((parts) => {
    let now = 0;
    return parts.map(({ gap, length, lower, more }): Breath => {
      const from = now + gap;
      now = from + length;
      return { from, to: now, lower, upper: lower + more };
    });
  });

describe('for every day', () => {
  it('the dose of the whole is that of its parts', () => {
    fc.assert(
      fc.property(breathsOf, fc.integer({ min: 0, max: 80_000_000 }), (breaths, cut) => {
        const [whole, early, late] = [dose(breaths), dose(breaths, 0, cut), dose(breaths, cut)];
        expect(early.lower + late.lower).toBeCloseTo(whole.lower, 6);
        expect(early.upper + late.upper).toBeCloseTo(whole.upper, 6);
      }),
    );
  });
  it('the order in which it is told does not matter to the dose', () => {
    fc.assert(
      fc.property(breathsOf, (breaths) => {
        expect(dose([...breaths].reverse()).upper).toBeCloseTo(dose(breaths).upper, 6);
      }),
    );
  });
  it('to know less never narrows the bounds', () => {
    fc.assert(
      fc.property(breathsOf, fc.nat(), fc.double({ min: 0, max: 100, noNaN: true }), (breaths, which, bound) => {
        const lost = breaths.map((breath, index) =>
          index === which % Math.max(1, breaths.length)
            ? { ...breath, lower: 0, upper: Math.max(breath.upper, bound) }
            : breath,
        );
        const [known, less] = [dose(breaths), dose(lost)];
        expect(less.lower).toBeLessThanOrEqual(known.lower + 1e-9);
        expect(less.upper).toBeGreaterThanOrEqual(known.upper - 1e-9);
      }),
    );
  });
  it('no window that one can lay by hand has a higher mean than the worst', () => {
    fc.assert(
      fc.property(breathsOf, fc.integer({ min: 0, max: 90_000_000 }), (breaths, end) => {
        const windowMs = 15 * minuteMs;
        const { upper } = worstMean(breaths, windowMs, 0, 90_000_000);
        expect(dose(breaths, end - windowMs, end).upper / 0.25).toBeLessThanOrEqual(upper + 1e-6);
      }),
    );
  });
});
