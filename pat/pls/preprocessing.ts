/**
 * What is done to a spectrum before a model sees it, as data: the list of steps is part of the model's record. Each step looks at
 * one spectrum alone, so nothing passes between a calibration and what it is validated on. Mean centring does look at all spectra;
 * it belongs to the regression and is done anew in every fold.
 */
import { sgg } from 'ml-savitzky-golay-generalized';
import { mesolineError } from '../../plant/errors.ts';

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
  const [first, last] = [x[0], x.at(-1)];
  if (first === undefined || last === undefined || x.length !== y.length) return null;
  const rising = last > first;
  const at = (values: Float64Array, i: number): number => values[rising ? i : values.length - 1 - i] ?? NaN;
  const values = gridValues(grid);
  const tolerance = 1e-6 * grid.step;
  let left = 0;
  for (let i = 1; i < x.length; i += 1) if (!(at(x, i) > at(x, i - 1)) || !Number.isFinite(at(y, i))) return null;
  if (!Number.isFinite(at(y, 0)) || at(x, 0) > grid.from + tolerance) return null;
  if (at(x, x.length - 1) < (values.at(-1) ?? Infinity) - tolerance) return null;
  return values.map((wanted) => {
    while (left < x.length - 2 && at(x, left + 1) <= wanted) left += 1;
    const [x0, x1] = [at(x, left), at(x, left + 1)];
    const share = (wanted - x0) / (x1 - x0);
    return at(y, left) * (1 - share) + at(y, left + 1) * share;
  });
}

type Row = Readonly<{ x: Float64Array; y: Float64Array }>;

/**
 * A spectrum on the grid, through all steps.
 * @throws MesolineError `pls-preprocessing` where a step does not fit the grid
 */
export function preprocess(steps: readonly PreprocessingStep[], grid: Grid, y: Float64Array): Float64Array {
  let row: Row = { x: gridValues(grid), y };
  for (const [i, step] of steps.entries()) row = apply(step, row, grid, `preprocessing step ${i + 1}`);
  return row.y;
}

function apply(step: PreprocessingStep, { x, y }: Row, grid: Grid, where: string): Row {
  switch (step.step) {
    case 'savitzky-golay':
      return { x, y: smooth(step, x, y, grid.step, where) };
    case 'snv':
      return { x, y: standardNormal(y) };
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
  return sgg(y, spacing, { windowSize: windowPoints, polynomial: order, derivative });
}

/** A spectrum without any variation has no such form; it becomes all zero, far from every model. */
function standardNormal(y: Float64Array): Float64Array {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (y.length - 1));
  return y.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}

const refused = (where: string, problem: string, remedy: string) =>
  mesolineError('pls-preprocessing', where, problem, remedy);
