import { describe, expect, it } from 'vitest';
import { dose, hourMs, peak } from '../../../control/exposure/dose.ts';
import { Series } from '../../../control/exposure/series.ts';

const start = Date.UTC(2026, 9, 2, 6);
const read = (series: Series, from: number, seconds: number, value: number | null): void => {
  for (let at = from; at <= from + seconds * 1000; at += 100) series.add(at, value);
};

const measured = (series: Series, from: number, to: number): number =>
  series.breaths(from, to).reduce((sum, breath) => sum + (breath.to - breath.from) * (breath.measured ?? 1), 0);

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
  it('is as much in the first moment of what history filled as in all of it, before anything is read', () => {
    const series = new Series(5);
    series.fill(start, { low: 6, high: 6, top: 6, share: 1 });
    const [moment] = series.breaths(start, start + 1, start + 60_000);
    expect(moment).toMatchObject({ lower: 6, upper: 6, measured: 1 });
    const half = new Series(5);
    half.fill(start, { low: 6, high: 6, top: 6, share: 0.5 });
    expect(half.breaths(start, start + 1, start + 60_000)).toMatchObject([{ lower: 3, upper: 6, measured: 0.5 }]);
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
  it('is what was read both times where the clock was set back, and no reading is passed over', () => {
    const series = new Series(5);
    read(series, start, 60, 2);
    const before = measured(series, start, start + 60_000);
    read(series, start + 20_000, 20, 4);
    expect(series.last()).toEqual({ value: 4, at: start + 40_000 });
    expect(measured(series, start, start + 60_000)).toBe(before);
    const told = series.breaths(start, start + 60_000);
    expect(dose(told).lower * 3600).toBeCloseTo(60 * 2 + 20 * 4, 6);
    expect(peak(told, start, start + 60_000)).toEqual({ lower: 4, upper: expect.closeTo(4, 9) });
  });
  it('reaches a ceiling by its highest reading, though half of the time is a gap', () => {
    const series = new Series(5);
    read(series, start, 5, 21);
    read(series, start + 5100, 5, null);
    expect(peak(series.breaths(start, start + 10_000), start, start + 10_000).lower).toBe(21);
  });
  it('has the same dose when it is told by the minute, more than an hour later', () => {
    const series = new Series(5);
    read(series, start, 600, 2);
    read(series, start + 600_000, 45, null);
    read(series, start + 645_000, 300, 3);
    const span = [start + 13_000, start + 931_000] as const;
    const early = [dose(series.breaths(...span)), measured(series, ...span)];
    read(series, start + 945_000, 2 * 3600, 1);
    const late = series.breaths(...span);
    expect(late.length).toBeLessThan(20);
    expect([dose(late), measured(series, ...span)]).toEqual([
      {
        lower: expect.closeTo((early[0] as { lower: number }).lower, 9),
        upper: expect.closeTo((early[0] as { upper: number }).upper, 9),
      },
      expect.closeTo(early[1] as number, 3),
    ]);
  });
  it('is bounded anew where history fills the minute before a gap', () => {
    const series = new Series(5);
    read(series, start, 10, 1);
    read(series, start + 3 * hourMs, 10, 1);
    const upper = (): number => dose(series.breaths(start + hourMs, start + hourMs + 60_000)).upper * 60;
    expect(upper()).toBeCloseTo(5, 6);
    series.fill(start + hourMs - 10_000, { low: 9, high: 9, top: 9, share: 1 });
    expect(upper()).toBeCloseTo(9, 6);
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
