/** What a dry run says of what it found. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { quantile, type Draw } from '../../../deploy/dry-run/draws.ts';
import type { DryRun } from '../../../deploy/dry-run/dry-run-result.ts';
import { reportOf } from '../../../deploy/dry-run/report.ts';
import { reportText, spanText } from '../../../deploy/dry-run/report-text.ts';

const moment = { skid: 'DRY-1', atS: 100, step: 'produce/collect' };
const cadmium = { name: 'Cd(OAc)2', mmol: 4.3, g: 1.146, weighedAs: 'Cd(OAc)2·2H2O' };
const nominal: DryRun = {
  state: 'Complete',
  why: null,
  durationS: 3466,
  collectedMl: 1000.9,
  coreMmol: 1.25,
  shellMmol: 0,
  yieldPercent: 29.1,
  wasteMl: 2154,
  consumption: [
    {
      skid: 'DRY-1',
      feeds: [
        {
          feed: 'cadmium',
          name: 'Cd(OAc)2',
          ml: 430,
          solutions: [{ of: 'Cd(OAc)2', ml: 430 }],
          substances: [cadmium],
        },
      ],
      flush: { waterMl: 1663, oilMl: 0, diluteAcidMl: 0, acidMmol: 0 },
      balance: [
        { of: 'liquid', unit: 'mL', fed: 3155, product: 1001, waste: 2154, leaked: 0, held: 0, errorPercent: 1e-12 },
      ],
      isClosed: true,
      accuracyPercent: 0.1,
    },
  ],
  diversions: 0,
  exceptions: [],
  trips: [],
  alarms: [],
  boilingMargins: [
    {
      skid: 'DRY-1',
      part: 'R201/TT-202',
      smallestK: 29.7,
      celsius: 162.1,
      barG: 12,
      atS: 100,
      step: 'produce/collect',
      limitK: 13.6,
      underLimitS: 0,
      firstUnderS: null,
      isUnderLimit: false,
    },
  ],
  limits: [],
  steps: [
    { skid: 'DRY-1', path: 'prepare/prime', fromS: 0, toS: 62 },
    { skid: 'DRY-1', path: 'produce/collect', fromS: 62, toS: null },
  ],
  extremes: [{ reading: 'reactorTemperature', low: 22, high: 161.6 }],
};
const recipe = { name: 'CdSe-3.6', materials: [{ name: 'Cd(OAc)2', amount: 10, unit: 'mmol', checked: true }] };
const of = { recipe, skidType: 'cdse-two-stage', skids: 1, timesRealTime: 299.4 };
const draw = (collectedMl: number, more: Partial<Draw> = {}): Draw => ({ ...nominal, seed: 1, collectedMl, ...more });
const reportWith = (more: Partial<DryRun>, materials = recipe.materials) =>
  reportOf({ ...of, recipe: { ...recipe, materials } }, { ...nominal, ...more }, [], []);

describe('a dry run that came through', () => {
  it('is fit to run, and says what it takes', () => {
    const report = reportWith({});
    expect(report.isFit).toBe(true);
    const text = reportText(report);
    expect(text).toContain('cadmium Cd(OAc)2: 430.0 mL; Cd(OAc)2 4.30 mmol (1.146 g as Cd(OAc)2·2H2O)');
    expect(text).toContain('fed 3155.0 mL = product 1001.0 mL + waste 2154.0 mL');
    expect(text).toContain(
      'R201/TT-202: 29.7 K at 162.1 °C and 12.00 bar(g), 100 s in produce/collect; at least 13.6 K',
    );
    expect(text).toMatch(/1000\.9 mL\n/u);
    expect(text).toContain('Fit to run. 299 × real time.');
    expect(text).toContain('reactorTemperature: 22.00 to 161.60 °C');
    expect(text).toContain('produce/collect, not ended');
  });

  it('is not fit where a draw of it does not come through, and says why', () => {
    const stopped = draw(10, { state: 'Held', why: 'The pressure is too high.' });
    const report = reportOf(of, nominal, [], [draw(1000), draw(1010), stopped]);
    expect(report.draws).toMatchObject({ runs: 3, complete: 2, stopped: { 'The pressure is too high.': 1 } });
    expect(report.isFit).toBe(false);
    expect(reportText(report)).toContain('1 ×: The pressure is too high.');
  });

  it('is not fit where it trips an interlock, and says which row read what, when and in which step', () => {
    const channels = [{ channel: 'R201/PT-201A', value: 17.2, unit: 'bar(g)' }];
    const trip = { ...moment, row: 9, title: 'Pressure', demand: 'S', message: 'Too high.', channels } as const;
    const report = reportWith({ trips: [trip] });
    expect(report.isFit).toBe(false);
    expect(reportText(report)).toContain(
      '100 s DRY-1 in produce/collect: row 9 Pressure (S): Too high. It read R201/PT-201A = 17.20 bar(g).',
    );
  });

  it('is not fit where a limit is broken, a part comes near boiling, a material is short or a balance stays open', () => {
    const limit = { ...moment, kind: 'skid', name: 'reactorPressure', unit: 'bar(g)', low: null, high: 16 } as const;
    const seen = { seenLow: 0, seenHigh: 17, room: -1, roomPercent: -6 };
    const broken = reportWith({ limits: [{ ...limit, ...seen, isBroken: true }] });
    expect(broken.broken.map(({ message }) => message)).toEqual([
      'Reactor pressure: 17.00 bar(g), and the skid bears at most 16 bar(g).',
    ]);
    const margins = nominal.boilingMargins.map((each) => ({ ...each, isUnderLimit: true, underLimitS: 4 }));
    const near = reportWith({ boilingMargins: margins });
    const short = reportWith({}, [{ name: 'Cd(OAc)2', amount: 4.2, unit: 'mmol', checked: true }]);
    const consumption = nominal.consumption.map((each) => ({
      ...each,
      balance: each.balance.map((line) => ({ ...line, errorPercent: 0.2 })),
    }));
    const open = reportWith({ consumption });
    expect([broken, near, short, open].map(({ isFit, broken: [first] }) => [isFit, first?.kind])).toEqual([
      [false, 'skid'],
      [false, 'boiling margin'],
      [false, 'material'],
      [false, 'balance'],
    ]);
  });

  it('holds a material that is weighed in grams against what is taken', () => {
    const weighed = [{ name: 'Cd(OAc)2·2H2O', for: ['Cd(OAc)2'], gPerMol: 266.532 }];
    const inGrams = (amount: number) => ({ name: 'Cd(OAc)2', amount, unit: 'g', checked: true });
    const enough = (amount: number): readonly (readonly [number, boolean])[] =>
      reportOf({ ...of, recipe: { ...recipe, materials: [inGrams(amount)] } }, nominal, weighed, []).materials.map(
        ({ weighedMmol, isEnough }) => [Number(weighedMmol.toFixed(2)), isEnough],
      );
    expect([enough(1.2), enough(1.1)]).toEqual([[[4.5, true]], [[4.13, false]]]);
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
