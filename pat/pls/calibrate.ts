/**
 * Calibrates a model and validates it by leaving out one batch after the other. There is no other validation: spectra of one batch
 * are like each other, and a random split would test the model on what it has all but seen.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Matrix } from 'ml-matrix';
import { mesolineError } from '../../plant/errors.ts';
import { hotellingLimit, residualLimit } from './limits.ts';
import { sealPlsModel, type PlsModel } from './model.ts';
import { onGrid, preprocess, type Grid, type PreprocessingStep } from './preprocessing.ts';
import { fitPls, predictRows, residualRows } from './regression.ts';

export type CalibrationSample = Readonly<{
  x: Float64Array;
  y: Float64Array;
  /** The batch it is of. */
  group: string;
  /** Reference values, in the order of the responses. */
  values: readonly number[];
}>;

export type Treatment = Readonly<{ grid: Grid; preprocessing: readonly PreprocessingStep[] }>;

export type CalibrationPlan = Treatment &
  Readonly<{
    name: string;
    version: number;
    axisUnit: string;
    responses: readonly Readonly<{ name: string; unit: string | null }>[];
    components: number;
    /** Of the limits of T² and Q, such as 0.99. */
    confidence: number;
  }>;

export type BatchValidation = Readonly<{
  groups: readonly string[];
  /** For 1, 2, … components: root mean square error of each response, over all samples when their batch was left out. */
  rmsecv: readonly (readonly number[])[];
}>;

type Prepared = Readonly<{ spectra: Matrix; values: Matrix; groups: readonly string[]; names: readonly string[] }>;

/**
 * Errors by leaving out each batch in turn, for 1 to `components` components.
 * @throws MesolineError `pls-one-group`, `pls-sample`, `pls-rank`, `pls-preprocessing`
 */
export function validateByBatch(
  samples: readonly CalibrationSample[],
  treatment: Treatment,
  components: number,
): BatchValidation {
  const prepared = prepare(samples, treatment);
  return { groups: prepared.names, rmsecv: leaveBatchesOut(prepared, components).rmsecv };
}

/**
 * A sealed model with its errors on left-out batches. The limit of Q stands on what the left-out spectra left over, as those of
 * a batch to come will; the calibration's own residuals are smaller than those ever are.
 * @throws MesolineError as {@link validateByBatch}
 */
export const calibratePls = (samples: readonly CalibrationSample[], plan: CalibrationPlan): PlsModel =>
  calibrateAndValidate(samples, plan).model;

/**
 * As {@link calibratePls}, with the errors for 1 to `components` components on which its choice stands.
 * @throws MesolineError as {@link validateByBatch}
 */
export function calibrateAndValidate(
  samples: readonly CalibrationSample[],
  plan: CalibrationPlan,
): Readonly<{ model: PlsModel; validation: BatchValidation }> {
  const { name, version, axisUnit, grid, preprocessing, components, confidence } = plan;
  const prepared = prepare(samples, plan);
  if (prepared.values.columns !== plan.responses.length)
    throw refused(
      'pls-sample',
      'the responses',
      `There are ${plan.responses.length} names for ${prepared.values.columns} values.`,
      'Name each once.',
    );
  const { rmsecv, residuals } = leaveBatchesOut(prepared, components);
  const fit = fitPls(prepared.spectra, prepared.values, components);
  const n = samples.length;
  const model = sealPlsModel({
    name,
    version,
    corrects: null,
    calibrationSet: calibrationSetOf(samples),
    samples: n,
    groups: prepared.names,
    axisUnit,
    grid,
    preprocessing,
    components,
    responses: plan.responses.map((response, i) => {
      const values = prepared.values.getColumn(i);
      const error = rmsecv[components - 1]?.[i] ?? NaN;
      const range = { least: Math.min(...values), most: Math.max(...values) };
      return { ...response, ...range, rmsecv: error, slope: 1, bias: 0, correctionError: null };
    }),
    centre: [...fit.centre],
    responseCentre: [...fit.responseCentre],
    rotations: fit.rotations.to2DArray(),
    loadings: fit.loadings.to2DArray(),
    responseLoadings: fit.responseLoadings.to2DArray(),
    scoreVariances: Array.from({ length: components }, (_, a) => fit.scores.getColumnVector(a).norm() ** 2 / (n - 1)),
    limits: {
      confidence,
      hotellingT2: hotellingLimit(n, components, confidence),
      q: residualLimit(residuals, confidence),
    },
  });
  return { model, validation: { groups: prepared.names, rmsecv } };
}

/** SHA-256 over spectra, values and groups, in their order. */
export function calibrationSetOf(samples: readonly CalibrationSample[]): string {
  const hash = createHash('sha256');
  // The text of a list (RFC 8785), a sample at a time: of a large set the whole would take more room than the set.
  for (const [i, { x, y, group, values }] of samples.entries())
    hash.update(`${i === 0 ? '[' : ','}${canonicalize({ x: [...x], y: [...y], group, values }) ?? ''}`);
  return hash.update(samples.length === 0 ? '[]' : ']').digest('hex');
}

function prepare(samples: readonly CalibrationSample[], { grid, preprocessing }: Treatment): Prepared {
  const groups = samples.map(({ group }) => group);
  const names = [...new Set(groups)];
  if (names.length < 2)
    throw refused(
      'pls-one-group',
      'the calibration set',
      `Its ${samples.length} samples are of ${names.length} batch(es).`,
      'A model is validated on batches it has not seen: bring samples of two or more, better of ten.',
    );
  const rows = samples.map(({ x, y }, i) => {
    const row = onGrid(x, y, grid);
    if (row === null)
      throw refused(
        'pls-sample',
        `sample ${i + 1}`,
        'Its spectrum does not cover the grid with finite values.',
        'Leave it out.',
      );
    return preprocess(preprocessing, grid, row);
  });
  const width = samples[0]?.values.length ?? 0;
  for (const [i, { values }] of samples.entries())
    if (values.length !== width || width === 0 || !values.every(Number.isFinite))
      throw refused(
        'pls-sample',
        `sample ${i + 1}`,
        `Its reference values are [${values.join(', ')}].`,
        'Give each, or leave it out.',
      );
  return { spectra: new Matrix(rows), values: new Matrix(samples.map(({ values }) => values)), groups, names };
}

function leaveBatchesOut({ spectra, values, groups, names }: Prepared, components: number) {
  const squares = Array.from({ length: components }, () => new Array<number>(values.columns).fill(0));
  const residuals = new Matrix(spectra.rows, spectra.columns);
  for (const name of names) {
    const inside = rowsWhere(groups, (group) => group !== name);
    const outside = rowsWhere(groups, (group) => group === name);
    const fit = fitPls(rowsOf(spectra, inside), rowsOf(values, inside), components);
    const left = rowsOf(spectra, outside);
    for (const [a, sums] of squares.entries()) {
      const errors = Matrix.sub(predictRows(fit, left, a + 1), rowsOf(values, outside));
      for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + errors.getColumnVector(i).norm() ** 2;
    }
    const remain = residualRows(fit, left);
    for (const [i, row] of outside.entries()) residuals.setRow(row, remain.getRow(i));
  }
  return { rmsecv: squares.map((sums) => sums.map((sum) => Math.sqrt(sum / groups.length))), residuals };
}

const rowsWhere = (groups: readonly string[], which: (group: string) => boolean): number[] =>
  [...groups.keys()].filter((i) => which(groups[i] ?? ''));

const rowsOf = (matrix: Matrix, rows: number[]): Matrix => new Matrix(rows.map((row) => matrix.getRow(row)));

const refused = (code: string, where: string, problem: string, remedy: string) =>
  mesolineError(code, where, problem, remedy);
