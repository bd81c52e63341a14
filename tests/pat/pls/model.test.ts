import { describe, expect, it } from 'vitest';
import { calibratePls, correctPls, plsPredict, readPlsModel, validateByBatch } from '../../../pat/pls/index.ts';
import type { CalibrationPlan, CalibrationSample } from '../../../pat/pls/index.ts';
import { axis, deviates, mixtures, spectrumOf } from './mixtures.ts';

const plan: CalibrationPlan = {
  name: 'mixtures',
  version: 1,
  axisUnit: '1/cm',
  grid: { from: 400, step: 4, points: 150 },
  preprocessing: [{ step: 'savitzky-golay', windowPoints: 7, order: 2, derivative: 1 }],
  responses: [
    { name: 'glucose', unit: 'mM' },
    { name: 'lactate', unit: 'mM' },
  ],
  components: 3,
  confidence: 0.99,
};
const model = calibratePls(mixtures(6, 10), plan);
const quiet = (): number => 0;

describe('a calibration', () => {
  it('of one batch is refused, because there would be no batch that it has not seen', () => {
    expect(() => calibratePls(mixtures(1, 30), plan)).toThrow(/of 1 batch/u);
    expect(() => validateByBatch(mixtures(1, 30), plan, 2)).toThrow(/of 1 batch/u);
  });

  it('is judged by whole batches: what tells batches apart does not flatter it', () => {
    // The response is the batch's own constant, which nothing in a new batch can tell.
    const draw = deviates(3);
    const labelled = (inEach: number): CalibrationSample[] =>
      Array.from({ length: 8 }, (_, batch) => {
        const y = spectrumOf(5 + draw(), 3 + draw(), 3, quiet);
        const values = [draw()];
        return Array.from({ length: inEach }, () => ({
          x: axis,
          y: y.map((v) => v + 1e-3 * draw()),
          group: `${batch}`,
          values,
        }));
      }).flat();
    const [error] = validateByBatch(labelled(6), { ...plan, preprocessing: [] }, 2).rmsecv[1] ?? [];
    expect(error).toBeGreaterThan(0.5);
  });

  it.each([
    ['a NaN in its spectrum', { y: axis.map((_, i) => (i === 7 ? NaN : 1)) }, /sample 1.*grid/u],
    ['a spectrum too short', { x: axis.slice(5), y: axis.slice(5) }, /sample 1.*grid/u],
    ['no reference value', { values: [5, NaN] }, /reference values are \[5, NaN\]/u],
  ])('refuses a sample with %s', (_, fault, message) => {
    const [first, ...rest] = mixtures(3, 6);
    expect(() => calibratePls([{ ...first!, ...fault }, ...rest], plan)).toThrow(message);
  });

  it('refuses to smooth across the gap between two regions', () => {
    const regions = {
      step: 'regions',
      ranges: [
        [400, 500],
        [700, 900],
      ],
    } as const;
    expect(() => calibratePls(mixtures(3, 6), { ...plan, preprocessing: [regions, ...plan.preprocessing] })).toThrow(
      /gap/u,
    );
  });
});

describe('a model', () => {
  it('is a record that cannot be changed, and comes back from its file the same', () => {
    expect(() => Object.assign(model.responses[0]!, { bias: 1 })).toThrow(TypeError);
    expect(readPlsModel(JSON.parse(JSON.stringify(model)), 'file')).toEqual(model);
  });

  it('is refused where a number of it was changed, or it is none at all', () => {
    const changed = { ...structuredClone(model), centre: model.centre.map((value) => value + 1e-9) };
    expect(() => readPlsModel(changed, 'file')).toThrow(/not that of digest/u);
    expect(() => readPlsModel({ ...structuredClone(model), loadings: [] }, 'file')).toThrow(/loadings/u);
    expect(() => readPlsModel({ name: 'x' }, 'file')).toThrow(/no model/u);
  });

  it('has the same digest for the same calibration, and another for another', () => {
    expect(calibratePls(mixtures(6, 10), plan).digest).toBe(model.digest);
    expect(calibratePls(mixtures(6, 10, 2), plan).digest).not.toBe(model.digest);
  });
});

describe('a prediction', () => {
  it('is within its stated uncertainty in new batches, as often as k = 2 says', () => {
    const fresh = mixtures(20, 20, 99);
    const good = fresh.filter(({ x, y, values }) => {
      const { responses, verdict } = plsPredict(model, x, y);
      const { value, uncertainty } = responses['glucose']!;
      return verdict !== 'in domain' || Math.abs(value - values[0]!) <= uncertainty;
    });
    expect(good.length / fresh.length).toBeGreaterThan(0.95);
    const used = fresh.filter(({ x, y }) => plsPredict(model, x, y).verdict === 'in domain');
    expect(used.length / fresh.length).toBeGreaterThan(0.9);
  });

  it('is the same whichever way the axis runs', () => {
    const y = spectrumOf(5, 3, 3, quiet);
    expect(plsPredict(model, axis.toReversed(), y.toReversed())).toEqual(plsPredict(model, axis, y));
  });

  it('is not to be used where the spectrum holds what the calibration never saw', () => {
    const foreign = spectrumOf(5, 3, 3, quiet).map((value, i) => value + Math.exp(-0.5 * ((axis[i]! - 700) / 12) ** 2));
    const { verdict, reasons } = plsPredict(model, axis, foreign);
    expect([verdict, reasons[0]]).toEqual(['do not use', expect.stringContaining('Q is') as string]);
  });

  it('is not to be used where there is far more of the known than in the calibration', () => {
    const { verdict, reasons } = plsPredict(model, axis, spectrumOf(25, 3, 3, quiet));
    expect(verdict).toBe('do not use');
    expect(reasons.join(' ')).toMatch(/T² is .*glucose is 2\d\.\d+, outside/su);
  });

  it('is none, with the reason, of a spectrum that is cut off or holds no numbers', () => {
    const y = spectrumOf(5, 3, 3, quiet);
    for (const [x, values] of [
      [axis.slice(0, 100), y.slice(0, 100)],
      [axis, y.with(9, NaN)],
      [new Float64Array(0), new Float64Array(0)],
      [axis.with(4, 400), y],
    ] as const)
      expect(plsPredict(model, x, values)).toMatchObject({ responses: { glucose: null }, verdict: 'do not use' });
  });
});

describe('a correction', () => {
  const pairs = Array.from({ length: 12 }, (_, i) => ({ predicted: 3 + i / 3, reference: 1.1 * (3 + i / 3) - 0.4 }));

  it('is a new version that names the one it corrects, which stays as it was', () => {
    const corrected = correctPls(model, 'glucose', 'slope and bias', pairs);
    expect(corrected).toMatchObject({ version: 2, corrects: model.digest });
    expect(corrected.digest).not.toBe(model.digest);
    const y = spectrumOf(5, 3, 3, quiet);
    const [before, after] = [model, corrected].map((one) => plsPredict(one, axis, y).responses);
    expect(after!['glucose']!.value).toBeCloseTo(1.1 * before!['glucose']!.value - 0.4, 9);
    expect(after!['lactate']).toEqual(before!['lactate']);
    expect(
      correctPls(
        corrected,
        'glucose',
        'bias',
        pairs.map(({ reference }) => ({ predicted: reference, reference: reference + 1 })),
      ),
    ).toMatchObject({
      version: 3,
      corrects: corrected.digest,
    });
  });

  it('is refused with too few samples, over too small a span, or of no response', () => {
    expect(() => correctPls(model, 'glucose', 'bias', pairs.slice(0, 4))).toThrow(/4 pairs/u);
    expect(() =>
      correctPls(
        model,
        'glucose',
        'slope and bias',
        pairs.map((pair) => ({ ...pair, reference: 5 })),
      ),
    ).toThrow(/less than half/u);
    expect(() => correctPls(model, 'maltose', 'bias', pairs)).toThrow(/Use one of: glucose, lactate/u);
  });
});
