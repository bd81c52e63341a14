/**
 * What is done to a spectrum before a model sees it, as data: the list of steps is part of the model's record. Each step looks at
 * one spectrum alone, so nothing passes between a calibration and what it is validated on. Mean centring does look at all spectra;
 * it belongs to the regression and is done anew in every fold.
 */
import { mesolineError } from '../../plant/errors.ts';
import { interpolateLinear } from '../curve/interpolate.ts';
import { standardNormalVariate } from '../curve/scatter.ts';
import { savitzkyGolay } from '../curve/smoothing.ts';

export type PreprocessingStep =
  /** Savitzky, Golay, Anal. Chem. 36 (1964) 1627; the ends by the polynomial of the outermost window (Gorry 1990). */
  | Readonly<{ step: 'savitzky-golay'; windowPoints: number; order: number; derivative: number }>
  /** Standard normal variate (Barnes, Dhanoa, Lister 1989): zero mean and unit standard deviation, of n − 1, over what is left. */
  | Readonly<{ step: 'snv' }>
  /** Both ends of each range belong to it. */
  | Readonly<{ step: 'regions'; ranges: readonly (readonly [number, number])[] }>;

/** An even axis, in the unit of the spectra for which it is made. */
export type Grid = Readonly<{ from: number; step: number; points: number }>;

export const gridValues = ({ from, step, points }: Grid): Float64Array =>
  Float64Array.from({ length: points }, (_, i) => from + i * step);

/**
 * The spectrum on the grid, by straight lines between its points; null where it does not cover the grid or is not along a
 * strictly monotonic axis of finite values.
 */
export function onGrid(x: Float64Array, y: Float64Array, grid: Grid): Float64Array | null {
  if (x.length < 2 || x.length !== y.length || !y.every(Number.isFinite)) return null;
  const falls = (x[0] ?? NaN) > (x.at(-1) ?? NaN);
  const [axis, values] = falls ? [x.toReversed(), y.toReversed()] : [x, y];
  for (let i = 1; i < axis.length; i += 1) if (!((axis[i] ?? NaN) > (axis[i - 1] ?? NaN))) return null;
  const [first, last] = [axis[0] ?? NaN, axis.at(-1) ?? NaN];
  // An end that a file has rounded is still an end.
  const tolerance = 1e-6 * grid.step;
  const wanted = gridValues(grid).map((at) => {
    if (at < first && at > first - tolerance) return first;
    return at > last && at < last + tolerance ? last : at;
  });
  const row = interpolateLinear(axis, values, wanted);
  return row.every(Number.isFinite) ? row : null;
}

type Row = Readonly<{ x: Float64Array; y: Float64Array }>;

/**
 * A spectrum on the grid, through all steps.
 * @throws MesolineError `pls-preprocessing` where a step does not fit the grid
 */
export const preprocess = (steps: readonly PreprocessingStep[], grid: Grid, y: Float64Array): Float64Array =>
  preprocessed(steps, grid, y).y;

/** As {@link preprocess}, with the points of the grid that are left. */
export function preprocessed(steps: readonly PreprocessingStep[], grid: Grid, y: Float64Array): Row {
  let row: Row = { x: gridValues(grid), y };
  for (const [i, step] of steps.entries()) row = apply(step, row, grid, `preprocessing step ${i + 1}`);
  return row;
}

function apply(step: PreprocessingStep, { x, y }: Row, grid: Grid, where: string): Row {
  switch (step.step) {
    case 'savitzky-golay':
      return { x, y: smooth(step, x, y, grid.step, where) };
    case 'snv':
      return { x, y: standardNormalVariate(y) };
    case 'regions': {
      const inside = (value: number): boolean => step.ranges.some(([low, high]) => value >= low && value <= high);
      const kept = [...x.keys()].filter((i) => inside(x[i] ?? NaN));
      if (kept.length < 3)
        throw refused(where, `The ranges leave ${kept.length} points of the spectrum.`, 'Choose them inside the grid.');
      return { x: Float64Array.from(kept, (i) => x[i] ?? NaN), y: Float64Array.from(kept, (i) => y[i] ?? NaN) };
    }
  }
}

function smooth(
  { windowPoints, order, derivative }: Extract<PreprocessingStep, { step: 'savitzky-golay' }>,
  x: Float64Array,
  y: Float64Array,
  spacing: number,
  where: string,
): Float64Array {
  const odd = Number.isInteger(windowPoints) && windowPoints % 2 === 1 && windowPoints >= 5;
  if (!odd || windowPoints > y.length)
    throw refused(where, `The window has ${windowPoints} of ${y.length} points.`, 'Use an odd number from 5 on.');
  if (order < 1 || order > 5 || order >= windowPoints || derivative < 0 || derivative > order)
    throw refused(where, `Order ${order} does not give derivative ${derivative}.`, 'Use an order of 1 to 5.');
  // Two regions side by side are no even axis.
  const even = Math.abs((x.at(-1) ?? 0) - (x[0] ?? 0) - spacing * (x.length - 1)) < 1e-6 * spacing * x.length;
  if (!even) throw refused(where, 'It would smooth across the gap between two regions.', 'Put it before "regions".');
  return savitzkyGolay(y, spacing, { windowPoints, polynomialOrder: order, derivative });
}

const refused = (where: string, problem: string, remedy: string) =>
  mesolineError('pls-preprocessing', where, problem, remedy);
