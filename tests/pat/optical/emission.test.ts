import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseEmission } from '../../../pat/optical/index.ts';
import { dataOf, emission, emissionParametersOf, type Shining } from './spectra.ts';

const cdse = emissionParametersOf('emission-cdse');
const analysed = (of: Shining, absorbanceAtExcitation: number | null = 0.08) =>
  analyseEmission(emission(of), cdse, { absorbanceAtExcitation });
const good = emission({ maximumNm: 590 });
const { values: nm } = good.x;
const { values: y } = good.y;

describe('the emission', () => {
  it('has its maximum and its width within the stated uncertainty', () => {
    fc.assert(
      fc.property(
        fc.record({
          maximumNm: fc.double({ min: 520, max: 650, noNaN: true }),
          sigmaNm: fc.double({ min: 10, max: 20, noNaN: true }),
          background: fc.double({ min: 0, max: 500, noNaN: true }),
          seed: fc.integer({ min: 1, max: 1000 }),
        }),
        (of) => {
          const { outputs, verdict } = analysed(of);
          expect(verdict).toBe('in domain');
          const [maximum, fwhm] = [outputs['emissionMaximum']!, outputs['fwhm']!];
          expect(Math.abs(maximum.value - of.maximumNm)).toBeLessThan(maximum.uncertainty);
          expect(maximum.uncertainty).toBeLessThan(2);
          expect(Math.abs(fwhm.value - 2 * Math.sqrt(2 * Math.LN2) * of.sigmaNm)).toBeLessThan(0.3);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is less sure of its maximum, the more the cell may take up again; most where that is not known', () => {
    const uncertain = (absorbance: number | null) =>
      analysed({ maximumNm: 590 }, absorbance).outputs['emissionMaximum']!.uncertainty;
    expect(uncertain(0.05)).toBeLessThan(uncertain(0.3));
    expect(uncertain(null)).toBeCloseTo(uncertain(0.5), 9);
  });

  it('says how lopsided it is, and keeps the maximum where the top is', () => {
    const lopsided = nm.map((at) => 100 + 20_000 * Math.exp(-0.5 * ((at - 590) / (at < 590 ? 12 : 18)) ** 2));
    const { outputs, figures } = analyseEmission(dataOf(nm, lopsided, 'Counts'), cdse, {});
    expect(figures['asymmetry']).toBeGreaterThan(1.3);
    const { value, uncertainty } = outputs['emissionMaximum']!;
    expect(Math.abs(value - 590)).toBeLessThan(uncertainty);
  });

  it('has no diameter among its results', () => {
    expect(Object.keys(analysed({ maximumNm: 590 }).outputs)).toEqual(['emissionMaximum', 'fwhm', 'plqy']);
  });
});

describe('the quantum yield', () => {
  const { reference } = cdse.quantumYield!;
  const areaOf = 20_000 * 13 * Math.sqrt(2 * Math.PI);
  const expected = (absorbance: number): number =>
    (reference.quantumYieldPercent * areaOf * (1 - 10 ** -reference.absorbance)) /
    (reference.area * (1 - 10 ** -absorbance));

  it('is that of the reference times the ratios of light given and light taken', () => {
    for (const absorbance of [0.03, 0.08, 0.2]) {
      const { value, uncertainty } = analysed({ maximumNm: 590 }, absorbance).outputs['plqy']!;
      expect(Math.abs(value / expected(absorbance) - 1)).toBeLessThan(0.01);
      expect(uncertainty).toBeGreaterThan(0.05 * value);
    }
  });

  it('grows uncertain above the absorbance at which the cell filters, and is not decided far above', () => {
    const share = (absorbance: number): number => {
      const { value, uncertainty } = analysed({ maximumNm: 590 }, absorbance).outputs['plqy']!;
      return uncertainty / value;
    };
    expect(share(0.3)).toBeGreaterThan(share(0.099));
    const { verdict, reasons } = analysed({ maximumNm: 590 }, 0.7);
    expect([verdict, reasons.join(' ')]).toEqual([
      'undecided',
      expect.stringContaining('filters its own light') as string,
    ]);
  });

  it('is none where the absorbance is next to nothing; the maximum stands', () => {
    for (const absorbance of [0.001, -0.05])
      expect(analysed({ maximumNm: 590 }, absorbance)).toMatchObject({ verdict: 'in domain', outputs: { plqy: null } });
  });
});

describe('an emission is not decided', () => {
  it('where nobody knows the absorbance of the cell: it may take up its own light', () => {
    for (const absorbance of [null, NaN, Infinity]) {
      const { verdict, reasons } = analysed({ maximumNm: 590 }, absorbance);
      expect([verdict, reasons.join(' ')]).toEqual(['undecided', expect.stringContaining('not known') as string]);
    }
  });

  it('where it shines more than it takes up', () => {
    const { verdict, reasons } = analysed({ maximumNm: 590, counts: 300_000 }, 0.03);
    expect([verdict, reasons.join(' ')]).toEqual(['undecided', expect.stringContaining('same liquid') as string]);
  });

  it.each([
    ['where the detector is saturated', emission({ maximumNm: 590, counts: 2e6 }), /saturated/u],
    ['where nothing shines', emission({ maximumNm: 590, counts: 0 }), /No emission|times the noise/u],
    ['where it has its maximum elsewhere', emission({ maximumNm: 440 }), /No emission|fit of the top/u],
    ['where it is the line of a lamp', emission({ maximumNm: 577, sigmaNm: 3 }), /line of a lamp/u],
    [
      'where its top is cut off, at whatever counts',
      dataOf(
        nm,
        y.map((v) => Math.min(v, 8000)),
        'Counts',
      ),
      /stands still/u,
    ],
    ['where it is far too wide', emission({ maximumNm: 590, sigmaNm: 45 }), /nm wide/u],
    ['where it is weak', emission({ maximumNm: 590, counts: 100 }), /times the noise|fit of the top|No emission/u],
    ['where it is an absorbance', dataOf(nm, y, 'Absorbance'), /not light that was counted/u],
    ['with another axis', { ...good, x: { ...good.x, unit: 'ppm' } }, /in ppm, not in nm/u],
    ['where it is cut off', dataOf(nm.slice(0, 400), y.slice(0, 400), 'Counts'), /not over 420 to 800/u],
    ['where it holds no number', dataOf(nm, y.with(0, Infinity), 'Counts'), /is no number/u],
  ])('%s', (_, data, reason) => {
    const { verdict, reasons } = analyseEmission(data, cdse, { absorbanceAtExcitation: 0.08 });
    expect(verdict).toBe('undecided');
    expect(reasons.join(' ')).toMatch(reason);
  });

  it('whatever its numbers are; nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 861, maxLength: 861 }), (values) => {
        const outcome = analyseEmission(dataOf(nm, Float64Array.from(values), 'Counts'), cdse, {});
        expect(outcome.verdict).toBe('undecided');
      }),
      { numRuns: 20 },
    );
  });
});
