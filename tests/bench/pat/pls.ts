/** Accuracy of partial least squares on a measured fermentation: errors on left-out batches, and on another scale of reactor. */
import { readFileSync } from 'node:fs';
import { calibratePls, plsPredict, validateByBatch, type CalibrationSample } from '../../../pat/pls/index.ts';
import { measuredData } from '../../support/measured-data.ts';
import type { AccuracyRow } from '../accuracy-row.ts';

const source = 'Kuhn & Johnson, bioreactor Raman (MIT); reference numbers of an independent implementation in R';
const unit = 'g/L';
const within = 1e-3;

/** First derivative on the whole axis, then the regions, then SNV over what they leave. */
const treatment = {
  grid: { from: 400, step: 1, points: 2651 },
  preprocessing: [
    { step: 'savitzky-golay', windowPoints: 25, order: 2, derivative: 1 },
    {
      step: 'regions',
      ranges: [
        [600, 1700],
        [2800, 3000],
      ],
    },
    { step: 'snv' },
  ],
} as const;
const expected = [
  { components: 4, rmsecv: 2.713, rmsep: 2.602 },
  { components: 6, rmsecv: 2.63, rmsep: 2.198 },
  { components: 8, rmsecv: 2.627, rmsep: 2.179 },
];

export function plsRows(): Promise<readonly AccuracyRow[]> {
  const [small, large] = [samplesOf('small'), samplesOf('large')];
  if (small === null || large === null) {
    const skipped = { what: 'Glucose by PLS', got: NaN, unit, goal: 'the reference', passed: null };
    return Promise.resolve([{ ...skipped, source: 'skipped: the measured data raman-glucose are not here' }]);
  }
  const { rmsecv } = validateByBatch(small, treatment, 8);
  const rows = expected.flatMap(({ components, rmsecv: cv, rmsep }): AccuracyRow[] => [
    row(`RMSECV, batches left out, ${components} components`, rmsecv[components - 1]?.[0] ?? NaN, cv),
    row(`RMSEP, small to large reactor, ${components} components`, errorOn(large, small, components), rmsep),
  ]);
  return Promise.resolve([...rows, ...statedUncertainty(small, large)]);
}

const row = (what: string, got: number, reference: number): AccuracyRow => ({
  what,
  got,
  unit,
  goal: `${reference.toFixed(3)} ± ${within}`,
  passed: Math.abs(got - reference) <= within,
  source,
});

const modelOf = (samples: readonly CalibrationSample[], components: number) =>
  calibratePls(samples, {
    ...treatment,
    name: 'glucose',
    version: 1,
    axisUnit: '1/cm',
    responses: [{ name: 'glucose', unit }],
    components,
    confidence: 0.99,
  });

const predictAll = (samples: readonly CalibrationSample[], model: ReturnType<typeof modelOf>) =>
  samples.map(({ x, y, values }) => {
    const { responses, verdict } = plsPredict(model, x, y);
    const { value, uncertainty } = responses['glucose'] ?? { value: NaN, uncertainty: NaN };
    return { error: Math.abs(value - (values[0] ?? NaN)), uncertainty, used: verdict === 'in domain' };
  });

function errorOn(samples: readonly CalibrationSample[], calibration: readonly CalibrationSample[], components: number) {
  const all = predictAll(samples, modelOf(calibration, components));
  return Math.sqrt(all.reduce((sum, { error }) => sum + error ** 2, 0) / all.length);
}

function statedUncertainty(small: readonly CalibrationSample[], large: readonly CalibrationSample[]): AccuracyRow[] {
  const used = predictAll(large, modelOf(small, 4)).filter((one) => one.used);
  const share = (100 * used.filter(({ error, uncertainty }) => error <= uncertainty).length) / used.length;
  const what = `large reactor, ${used.length} of ${large.length} in domain at 4 components: within the stated uncertainty`;
  return [{ what, got: share, unit: '%', goal: '≥ 95', passed: share >= 95, source }];
}

function samplesOf(name: 'small' | 'large'): readonly CalibrationSample[] | null {
  const file = measuredData(`raman-glucose/${name}.csv`);
  if (file === null) return null;
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const x = Float64Array.from(head.split(',').slice(4), (text) => Number(text.replaceAll('"', '')));
  return lines.map((line) => {
    const [group = '', , , value, ...y] = line.split(',');
    return { x, y: Float64Array.from(y, Number), group, values: [Number(value)] };
  });
}
