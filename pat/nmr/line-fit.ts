/**
 * Lines fitted together by variable projection. Pure.
 *
 * Amplitudes and baseline are linear: for any shifts, widths and phases they follow by least squares, the amplitudes of lines never
 * below zero. The others are sought by Gauss and Newton's step with Levenberg and Marquardt's damping, each held by what is known of it beforehand
 * (a normal distribution, and bounds). The covariance is that of all unknowns together, so what an area does not know because of
 * width, phase, baseline or a neighbour is in it (Golub, Pereyra, Inverse Problems 2003, 19, R1).
 */
import { cholesky, inverseSymmetric, solveLower, solveSymmetric } from './least-squares.ts';
import { columnsOf, folded, foldedVector, jacobianOf, productsOf, type Built, type Products } from './line-columns.ts';
import { priorsOf, type Model, type Prior } from './line-model.ts';
import type { Grid } from './line-shape.ts';

export type LineFit = Readonly<{
  model: Model;
  vector: Float64Array;
  /** One for each line, then the baseline's coefficients. */
  amplitudes: Float64Array;
  /** Covariance of the amplitudes of the lines, row by row. */
  covariance: Float64Array;
  /** Mean square of the residual. */
  residual: number;
  /** Sum of the residual's squares and of the priors' (−2 ln of the posterior's height). */
  cost: number;
  /** The information (inverse covariance) of all unknowns, the parameters that are free by their places, and the columns. */
  information: Float64Array;
  width: number;
  free: readonly number[];
  built: Built;
  weights: Float64Array;
}>;

export type FitTask = Readonly<{
  grid: Grid;
  /** In units of the noise's standard deviation, with what its correlation takes from the number of points. */
  data: Float64Array;
  model: Model;
  baseline: readonly Float64Array[];
  start: Float64Array;
}>;

type State = Readonly<{
  vector: Float64Array;
  built: Built;
  products: Products;
  amplitudes: Float64Array;
  square: number;
  cost: number;
}>;

const mostSteps = 16;

export function fitLines(task: FitTask): LineFit {
  const priors = priorsOf(task.model);
  const free = priors.flatMap(({ deviation }, i) => (deviation > 0 ? [i] : []));
  let state = stateAt(task, priors, clamped(task.start, priors));
  let damping = 1e-3;
  for (let step = 0; step < mostSteps; step += 1) {
    const { information, right, width, linear } = equationsAt(task, priors, free, state);
    let better: State | null = null;
    for (let attempt = 0; attempt < 5 && better === null; attempt += 1) {
      const damped = Float64Array.from(information);
      for (let i = 0; i < width; i += 1) {
        const diagonal = i * width + i;
        // Small on the linear ones, only that a line without amplitude leaves the system solvable.
        damped[diagonal] = (damped[diagonal] ?? 0) * (1 + (i < linear ? 1e-10 : damping)) + 1e-12;
      }
      const change = solveSymmetric(damped, right);
      if (change === null) {
        damping = Math.max(1e-6, damping * 10);
        continue;
      }
      const next = Float64Array.from(state.vector);
      free.forEach((parameter, j) => (next[parameter] = (next[parameter] ?? 0) + (change[linear + j] ?? 0)));
      const tried = stateAt(task, priors, clamped(next, priors));
      if (tried.cost < state.cost) better = tried;
      else damping *= 10;
    }
    if (better === null) break;
    const gained = state.cost - better.cost;
    state = better;
    damping = Math.max(1e-9, damping / 10);
    if (gained < 1e-3) break;
  }
  return finished(task, priors, free, state);
}

function clamped(vector: Float64Array, priors: readonly Prior[]): Float64Array {
  return vector.map((value, i) => {
    const prior = priors[i];
    return prior === undefined ? value : Math.min(prior.most, Math.max(prior.least, value));
  });
}

function stateAt(task: FitTask, priors: readonly Prior[], vector: Float64Array): State {
  const built = columnsOf(task.grid, task.model, vector, task.baseline);
  const products = productsOf(built.columns, task.data);
  const { amplitudes, square } = amplitudesOf(products, task.model);
  let cost = square;
  priors.forEach(({ mean, deviation }, i) => {
    if (deviation > 0) cost += (((vector[i] ?? 0) - mean) / deviation) ** 2;
  });
  return { vector, built, products, amplitudes, square, cost };
}

/** The amplitudes and the baseline by least squares; a line that would be negative is left out, the most negative first. */
function amplitudesOf({ gram, size, withData, dataSquare }: Products, model: Model) {
  const lines = model.lines.length;
  const columns = [
    ...model.lines.map((_, k) => 6 * k),
    ...Array.from({ length: model.baselineOrder + 1 }, (_, b) => 6 * lines + b),
  ];
  const amplitudes = new Float64Array(columns.length);
  let used = columns.map((_, i) => i);
  for (;;) {
    const solved = solveFor(
      used.map((i) => columns[i] ?? 0),
      gram,
      size,
      withData,
    );
    let worst = -1;
    used.forEach((i, at) => {
      if (i < lines && (solved[at] ?? 0) < 0 && (worst < 0 || (solved[at] ?? 0) < (solved[worst] ?? 0))) worst = at;
    });
    if (worst < 0) {
      let square = dataSquare;
      used.forEach((i, at) => {
        amplitudes[i] = solved[at] ?? 0;
        square -= (solved[at] ?? 0) * (withData[columns[i] ?? 0] ?? 0);
      });
      return { amplitudes, square: Math.max(0, square) };
    }
    used = used.filter((_, at) => at !== worst);
  }
}

function solveFor(columns: readonly number[], gram: Float64Array, size: number, withData: Float64Array): Float64Array {
  const count = columns.length;
  const matrix = new Float64Array(count * count);
  columns.forEach((a, i) =>
    columns.forEach((b, j) => (matrix[i * count + j] = (gram[a * size + b] ?? 0) * (i === j ? 1 + 1e-10 : 1))),
  );
  const right = Float64Array.from(columns, (a) => withData[a] ?? 0);
  return solveSymmetric(matrix, right) ?? new Float64Array(count);
}

function equationsAt(task: FitTask, priors: readonly Prior[], free: readonly number[], state: State) {
  const { weights, width } = jacobianOf(state.built, task.model, state.vector, state.amplitudes, free);
  const { gram, size, withData } = state.products;
  const information = folded(gram, size, weights, width);
  const linear = width - free.length;
  // withData less what the model has: the residual's products with the columns.
  const residual = Float64Array.from(withData);
  for (let i = 0; i < linear; i += 1) {
    const column = i < task.model.lines.length ? 6 * i : 6 * task.model.lines.length + i - task.model.lines.length;
    const amplitude = state.amplitudes[i] ?? 0;
    for (let a = 0; a < size; a += 1) residual[a] = (residual[a] ?? 0) - amplitude * (gram[a * size + column] ?? 0);
  }
  const right = foldedVector(residual, weights, width);
  free.forEach((parameter, j) => {
    const { mean, deviation } = priors[parameter] ?? { mean: 0, deviation: 1 };
    const at = linear + j;
    information[at * width + at] = (information[at * width + at] ?? 0) + 1 / deviation ** 2;
    right[at] = (right[at] ?? 0) - ((state.vector[parameter] ?? 0) - mean) / deviation ** 2;
  });
  return { information, right, width, linear, weights };
}

function finished(task: FitTask, priors: readonly Prior[], free: readonly number[], state: State): LineFit {
  const { information, width, weights } = equationsAt(task, priors, free, state);
  const lines = task.model.lines.length;
  const regular = Float64Array.from(information);
  for (let i = 0; i < width; i += 1) regular[i * width + i] = (regular[i * width + i] ?? 0) * (1 + 1e-10) + 1e-12;
  const inverse = inverseSymmetric(regular, width);
  const covariance = new Float64Array(lines * lines);
  for (let a = 0; a < lines; a += 1) {
    for (let b = 0; b < lines; b += 1) covariance[a * lines + b] = inverse?.[a * width + b] ?? Number.POSITIVE_INFINITY;
  }
  return {
    model: task.model,
    vector: state.vector,
    amplitudes: state.amplitudes,
    covariance,
    residual: state.square / task.data.length,
    cost: state.cost,
    information: regular,
    width,
    free,
    built: state.built,
    weights,
  };
}

/** What is left of the data. */
export function residualOf(fit: LineFit, data: Float64Array): Float64Array {
  const left = Float64Array.from(data);
  fit.amplitudes.forEach((amplitude, i) => {
    const lines = fit.model.lines.length;
    const column = fit.built.columns[i < lines ? 6 * i : 6 * lines + i - lines];
    if (column === undefined || amplitude === 0) return;
    for (let n = 0; n < left.length; n += 1) left[n] = (left[n] ?? 0) - amplitude * (column[n] ?? 0);
  });
  return left;
}

/** Solves with the information of the fit: for what a further line would share with it. */
export function solverOf({ information, width }: LineFit): (right: Float64Array) => Float64Array {
  const lower = cholesky(information, width);
  return (right) => (lower === null ? new Float64Array(width) : solveLower(lower, right));
}
