import { describe, expect, it } from 'vitest';
import { dose, hourMs, peak } from '../../../control/exposure/dose.ts';
import { Series } from '../../../control/exposure/series.ts';

const start = Date.UTC(2026, 9, 2, 6);
const read = (series: Series, from: number, seconds: number, value: number | null): void => {
  for (let at = from; at <= from + seconds * 1000; at += 100) series.add(at, value);
};

describe('what a zone has to be breathed', () => {
  it('is what was read, where all of it was', () => {
    const series = new Series(5);
    read(series, start, 60, 2);
    const { lower, upper } = dose(series.breaths(start, start + 60_000));
    expect([lower, upper]).toEqual([expect.closeTo(2 / 60, 6), expect.closeTo(2 / 60, 6)]);
  });
  it('is between nothing and the highest alarm where nothing was read', () => {
    const series = new Series(5);
    read(series, start, 60, 2);
    read(series, start + 60_000, 60, null);
    const { lower, upper } = dose(series.breaths(start + 60_000, start + 120_000));
    expect([lower, upper]).toEqual([expect.closeTo(0, 6), expect.closeTo(5 / 60, 6)]);
  });
  it('is bounded by the last Good reading where that was higher than the alarm', () => {
    const series = new Series(5);
    read(series, start, 60, 9);
    read(series, start + 60_000, 60, null);
    expect(dose(series.breaths(start + 60_000, start + 120_000)).upper).toBeCloseTo(9 / 60, 6);
  });
  it('has no hole: an hour in which the service did not run is an hour at the bound', () => {
    const series = new Series(5);
    read(series, start, 10, 0);
    read(series, start + hourMs, 10, 0);
    expect(dose(series.breaths(start, start + hourMs + 10_000)).upper).toBeCloseTo((5 * 3590) / 3600, 2);
  });
  it('is not added to by a clock that was set back', () => {
    const series = new Series(5);
    read(series, start, 60, 2);
    const before = series.measuredMs(start, start + 60_000);
    read(series, start + 20_000, 20, 4);
    expect(series.measuredMs(start, start + 60_000)).toBe(before);
    expect(series.breaths(start, start + 60_000).every(({ upper }) => upper < 2.001)).toBe(true);
  });
  it('reaches a ceiling by its highest reading, though half of the time is a gap', () => {
    const series = new Series(5);
    read(series, start, 5, 21);
    read(series, start + 5100, 5, null);
    expect(peak(series.breaths(start, start + 10_000), start, start + 10_000).lower).toBe(21);
  });
  it('takes from history only what it did not see itself', () => {
    const series = new Series(5);
    read(series, start, 10, 2);
    series.fill(start, { low: 7, high: 7, top: 7, share: 1 });
    series.fill(start - 10_000, { low: 3, high: 4, top: 4, share: 1 });
    expect(series.breaths(start - 10_000, start).map(({ lower, upper }) => [lower, upper])).toEqual([[3, 4]]);
    expect(series.breaths(start, start + 10_000)[0]?.upper).toBeCloseTo(2, 6);
  });
});
