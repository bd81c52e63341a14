import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseUvVis } from '../../../pat/optical/index.ts';
import { absorbance, dataOf, uvVisOf, type Absorbing } from './spectra.ts';

const cdse = uvVisOf('uv-vis-cdse');
const analysed = (of: Absorbing) => analyseUvVis(absorbance(of), cdse);
const reasonsOf = (data: Parameters<typeof analyseUvVis>[0]) => {
  const { verdict, reasons } = analyseUvVis(data, cdse);
  expect(verdict).toBe('undecided');
  return reasons.join(' ');
};
const good = absorbance({ excitonNm: 570 });
const { values: nm } = good.x;
const { values: y } = good.y;

describe('the first exciton', () => {
  it('is found within its stated uncertainty wherever it is, however high and wide the shoulder', () => {
    fc.assert(
      fc.property(
        fc.record({
          excitonNm: fc.double({ min: 500, max: 620, noNaN: true }),
          height: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
          sigmaEv: fc.double({ min: 0.035, max: 0.07, noNaN: true }),
          offset: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
          seed: fc.integer({ min: 1, max: 1000 }),
        }),
        (of) => {
          const { outputs, verdict } = analysed(of);
          expect(verdict).toBe('in domain');
          const { value, uncertainty } = outputs['firstExciton']!;
          // Twice the stated: of so many draws some are beyond k = 2.
          expect(Math.abs(value - of.excitonNm)).toBeLessThan(2 * uncertainty);
          expect(uncertainty).toBeLessThan(8);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is known the better, the less noise there is', () => {
    const [quiet, loud] = [0.0003, 0.003].map((noise) => analysed({ excitonNm: 570, noise }).outputs['firstExciton']!);
    expect(quiet!.uncertainty).toBeLessThan(loud!.uncertainty);
  });

  it('is the same whichever way the axis runs', () => {
    const turned = analyseUvVis(dataOf(nm.toReversed(), y.toReversed(), 'Absorbance'), cdse);
    expect(turned.outputs).toEqual(analyseUvVis(good, cdse).outputs);
  });

  it('is not decided where there is no shoulder: a liquid without dots, a bare slope, noise', () => {
    const rise = nm.map((at) => 0.5 * Math.exp(-(at - 340) / 60));
    for (const values of [nm.map(() => 0), rise, absorbance({ excitonNm: 570, height: 0.0005 }).y.values])
      expect(reasonsOf(dataOf(nm, values, 'Absorbance'))).toMatch(/no shoulder|less than 0.01/u);
  });
});

describe('the diameter', () => {
  it('is that of the named curve, with its scatter in the uncertainty', () => {
    const { outputs, figures } = analysed({ excitonNm: 573.4, noise: 0.0002 });
    expect(outputs['diameter']!.value).toBeCloseTo(3.63, 1);
    expect(outputs['diameter']!.uncertainty).toBeGreaterThan(0.06 * 3.6);
    expect(figures['diameterRepeatabilityNm']).toBeLessThan(outputs['diameter']!.uncertainty);
  });

  it('is refused where the curve does not reach, and the exciton stands', () => {
    const wide = { ...cdse, exciton: { ...cdse.exciton, searchNm: [470, 700] as [number, number] } };
    const { outputs, reasons, verdict } = analyseUvVis(absorbance({ excitonNm: 660 }), wide);
    expect([outputs['diameter'], verdict]).toEqual([null, 'undecided']);
    expect(Math.abs(outputs['firstExciton']!.value - 660)).toBeLessThan(3);
    expect(reasons.join(' ')).toContain('the curve of Yu 2003, CdSe stands from 450 to 640 nm');
  });

  it('of a core is read where the exciton would be without its shell', () => {
    const [bare, shelled] = [cdse, uvVisOf('uv-vis-cdse-zns')].map(
      (one) => analyseUvVis(good, one).outputs['diameter']!,
    );
    expect(shelled!.value).toBeLessThan(bare!.value);
    expect(shelled!.uncertainty).toBeGreaterThan(bare!.uncertainty * (shelled!.value / bare!.value));
  });
});

it('the amount follows from the extinction of the paper and the path of the cell', () => {
  const { outputs } = analysed({ excitonNm: 573.4, height: 0.2, noise: 0.0002 });
  const { value, uncertainty } = outputs['concentration']!;
  const expected = (1000 * 0.2 * 1.07) / (5857 * 3.63 ** 2.65 * 0.1);
  expect(value / expected).toBeGreaterThan(0.85);
  expect(value / expected).toBeLessThan(1.15);
  expect(uncertainty).toBeGreaterThan(0.3 * value);
});

it('the absorbance at the excitation is none where the cell lets too little light through', () => {
  const { outputs, verdict } = analyseUvVis(absorbance({ excitonNm: 600, height: 1.4 }), { ...cdse, readAtNm: 500 });
  expect([outputs['absorbanceAtExcitation'], verdict]).toEqual([null, 'in domain']);
});

describe('an absorbance is not decided', () => {
  it.each([
    [
      'where it stands still at its highest',
      dataOf(
        nm,
        y.map((v) => Math.min(v, 0.15)),
        'Absorbance',
      ),
      /stands still/u,
    ],
    [
      'where it leaps beside the exciton',
      dataOf(
        nm,
        y.map((v, i) => (nm[i]! < 575 ? v + 0.03 : v)),
        'Absorbance',
      ),
      /leaps from one point/u,
    ],
    ['where the lamp has drifted', absorbance({ excitonNm: 570, offset: 0.3 }), /lamp has drifted/u],
    ['where it is saturated', absorbance({ excitonNm: 570, height: 2 }), /not measured truly/u],
    ['where it is too noisy', absorbance({ excitonNm: 570, noise: 0.05 }), /noise is/u],
    [
      'where the dark signal is wrong',
      dataOf(
        nm,
        y.map((v, i) => (nm[i]! < 400 ? -0.4 : v)),
        'Absorbance',
      ),
      /dark signal/u,
    ],
    ['with another axis', { ...good, x: { ...good.x, unit: '1/cm' } }, /in 1\/cm, not in nm/u],
    ['with no unit at its axis', { ...good, x: { ...good.x, unit: null } }, /no unit/u],
    ['where it is a transmittance', dataOf(nm, y, 'Transmittance', '%'), /not absorbance/u],
    ['where it holds no number', dataOf(nm, y.with(77, NaN), 'Absorbance'), /378.5 nm is no number/u],
    ['where it is cut off', dataOf(nm.slice(0, 500), y.slice(0, 500), 'Absorbance'), /not over 360 to 750/u],
    [
      'where a piece is missing',
      dataOf(
        nm.filter((_, i) => i < 300 || i > 320),
        y.filter((_, i) => i < 300 || i > 320),
        'Absorbance',
      ),
      /leaps/u,
    ],
    ['where its axis turns', dataOf(nm.with(50, 360), y, 'Absorbance'), /one way/u],
    ['where it is empty', dataOf(new Float64Array(), new Float64Array(), 'Absorbance'), /0 points/u],
  ])('%s', (_, data, reason) => {
    expect(reasonsOf(data)).toMatch(reason);
  });

  it('whatever its numbers are; nothing is thrown, and no number of it is NaN', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 881, maxLength: 881 }), (values) => {
        const { outputs, figures, verdict } = analyseUvVis(dataOf(nm, Float64Array.from(values), 'Absorbance'), cdse);
        expect(verdict).toBe('undecided');
        for (const number of [
          ...Object.values(outputs).flatMap((one) => (one === null ? [] : Object.values(one))),
          ...Object.values(figures),
        ])
          expect(Number.isFinite(number)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
