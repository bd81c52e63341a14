/** What a dry run says of what it found. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { quantile, type Draw } from '../../../deploy/dry-run/draws.ts';
import type { DryRun } from '../../../deploy/dry-run/dry-run-result.ts';
import { brokenLimits } from '../../../deploy/dry-run/limits.ts';
import { isFit, reportOf, reportText, spanText } from '../../../deploy/dry-run/report.ts';

const nominal: DryRun = {
  state: 'Complete',
  why: null,
  durationS: 3466,
  collectedMl: 1000.9,
  coreMmol: 1.25,
  wasteMl: 2154,
  drawnMl: { chalcogen: 530, cadmium: 430, ligand: 532, shell: 0, flush: 1663 },
  drawnMmol: { cadmium: 4.3, ligand: 12.76 },
  diversions: 0,
  exceptions: [],
  trips: [],
  alarms: [],
  steps: [
    { skid: 'DRY-1', path: 'prepare/prime', fromS: 0, toS: 62 },
    { skid: 'DRY-1', path: 'produce/collect', fromS: 62, toS: null },
  ],
  extremes: [
    { reading: 'reactorTemperature', low: 22, high: 161.6 },
    { reading: 'reactorPressure', low: 0, high: 12.2 },
    { reading: 'totalFlow', low: 0, high: 66 },
  ],
};
const limits = { totalFlowMlPerMin: 80, pressureBarG: 16, automaticTemperatureC: 185 };
const of = { recipe: 'CdSe-3.6', skidType: 'cdse-two-stage', skids: 1, timesRealTime: 299.4 };
const draw = (collectedMl: number, more: Partial<Draw> = {}): Draw => ({ ...nominal, seed: 1, collectedMl, ...more });

describe('a dry run that came through', () => {
  it('is fit to run, and says what it takes', () => {
    const report = reportOf(of, nominal, limits, []);
    expect(isFit(report)).toBe(true);
    const text = reportText(report);
    expect(text).toContain('cadmium 430.0 mL (4.30 mmol)');
    expect(text).toMatch(/1000\.9 mL\n/u);
    expect(text).toContain('Fit to run. 299 × real time.');
    expect(text).toContain('reactorTemperature: 22.00 to 161.60 °C');
    expect(text).toContain('produce/collect, not ended');
  });

  it('is not fit where a draw of it does not come through, and says why', () => {
    const stopped = draw(10, { state: 'Held', why: 'The pressure is too high.' });
    const report = reportOf(of, nominal, limits, [draw(1000), draw(1010), stopped]);
    expect(report.draws).toMatchObject({ runs: 3, complete: 2, stopped: { 'The pressure is too high.': 1 } });
    expect(isFit(report)).toBe(false);
    expect(reportText(report)).toContain('1 ×: The pressure is too high.');
  });

  it('is not fit where it trips an interlock or breaks what the skid bears', () => {
    const trip = { row: 9, title: 'Pressure', message: 'Too high.', atS: 100, skid: 'DRY-1' };
    expect(isFit(reportOf(of, { ...nominal, trips: [trip] }, limits, []))).toBe(false);
    const high = { reading: 'reactorPressure', low: 0, high: 17 };
    const broken = reportOf(of, { ...nominal, extremes: [high] }, limits, []);
    expect(broken.broken).toEqual(['Pressure: 17.0 bar(g), and the skid bears 16 bar(g).']);
    expect(isFit(broken)).toBe(false);
  });
});

describe('limits', () => {
  it('are broken by what lies beyond noise, and by nothing where the skid has none', () => {
    const at = (high: number) => ({ extremes: [{ reading: 'totalFlow', low: 0, high }] });
    expect(brokenLimits(at(81.5), limits)).toEqual([]);
    expect(brokenLimits(at(82), limits)).toHaveLength(1);
    expect(brokenLimits(at(500), { ...limits, totalFlowMlPerMin: null })).toEqual([]);
  });
});

describe('a quantile', () => {
  it('lies between two values in proportion, and is none of nothing', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('grows with its share, and lies within the values', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (of, one, other) => {
        const [low, high] = [quantile(of, Math.min(one, other)), quantile(of, Math.max(one, other))];
        expect(low).toBeLessThanOrEqual(high + 1e-6);
        expect(low).toBeGreaterThanOrEqual(Math.min(...of) - 1e-6);
        expect(high).toBeLessThanOrEqual(Math.max(...of) + 1e-6);
      }),
    );
  });
});

it('a span is said as people say it', () => {
  expect([18, 119.6, 1119, 3466, Number.NaN].map(spanText)).toEqual(['18 s', '120 s', '19 min', '58 min', '–']);
  expect(spanText(7320)).toBe('2 h 02 min');
});
