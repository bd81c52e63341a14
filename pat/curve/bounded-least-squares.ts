/**
 * Least squares with bounds: Levenberg–Marquardt (D. W. Marquardt, J. Soc. Ind. Appl. Math. 11 (1963) 431) on the parameters that are free;
 * one that stands at a bound and is pushed against it rests there until it is pushed back (active set, projected steps).
 */

export type LeastSquaresProblem = Readonly<{
  start: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  points: number;
  /** Writes the residuals (model less measurement, over its standard deviation) and, row after row, their derivatives. */
  evaluate: (parameters: Float64Array, residuals: Float64Array, jacobian: Float64Array) => void;
  /** Parameters that count as free for the covariance though they rest at a bound: of an amount that was found to be nothing. */
  countAsFree?: readonly number[];
  mostRounds?: number;
  /** Relative fall of the sum of squares below which it has settled. */
  tolerance?: number;
}>;

export type LeastSquaresFit = Readonly<{
  parameters: Float64Array;
  sumOfSquares: number;
  residuals: Float64Array;
  /** Of the parameters, row after row, for residuals of unit variance; rows of parameters at a bound are zero, but for those counted as free. */
  covariance: Float64Array;
  /** Parameters that rest at a bound. */
  atBound: readonly boolean[];
  /** Points less free parameters. */
  degreesOfFreedom: number;
  rounds: number;
  settled: boolean;
}>;

export function fitBounded(problem: LeastSquaresProblem): LeastSquaresFit {
  const { lower, upper, points, evaluate, countAsFree = [], mostRounds = 60, tolerance = 1e-8 } = problem;
  const count = problem.start.length;
  const clamp = (value: number, i: number): number => Math.min(upper[i] ?? value, Math.max(lower[i] ?? value, value));
  let parameters = problem.start.map(clamp);
  let residuals = new Float64Array(points);
  let jacobian = new Float64Array(points * count);
  let [nextResiduals, nextJacobian] = [new Float64Array(points), new Float64Array(points * count)];
  evaluate(parameters, residuals, jacobian);
  let sumOfSquares = squares(residuals);
  let damping = 1e-3;
  let growth = 2;
  let settled = false;
  let rounds = 0;
  const moving = Array.from(lower.keys()).filter((i) => lower[i] !== upper[i]);
  let { hessian, gradient } = normalEquations(residuals, jacobian, count, moving);
  while (!settled && rounds < mostRounds) {
    rounds += 1;
    const free = freeOnes(parameters, gradient, lower, upper);
    if (free.length === 0) {
      settled = true;
      break;
    }
    const step = boundedStep({ hessian, gradient, count, parameters, lower, upper }, free, damping);
    const next = parameters.map((value, i) => clamp(value - (step?.[i] ?? 0), i));
    if (step !== null) evaluate(next, nextResiduals, nextJacobian);
    const nextSum = step === null ? Infinity : squares(nextResiduals);
    // How much of what the quadratic promised came true says how far it may be trusted next (H. B. Nielsen, IMM-REP-1999-05).
    const gain = (sumOfSquares - nextSum) / promisedFall(hessian, gradient, step, count);
    if (nextSum <= sumOfSquares) {
      settled = sumOfSquares - nextSum <= tolerance * sumOfSquares && damping <= 1e3;
      parameters = next;
      [residuals, nextResiduals] = [nextResiduals, residuals];
      [jacobian, nextJacobian] = [nextJacobian, jacobian];
      sumOfSquares = nextSum;
      ({ hessian, gradient } = normalEquations(residuals, jacobian, count, moving));
      damping = Math.max(1e-12, damping * Math.max(1 / 5, 1 - (2 * Math.min(1, gain) - 1) ** 3));
      growth = 2;
    } else {
      damping *= growth;
      growth *= 2;
      // No step, however short, makes it better: this is the best there is.
      if (damping > 1e12) settled = true;
    }
  }
  const atBound = Array.from(parameters, (value, i) => value <= (lower[i] ?? 0) || value >= (upper[i] ?? 0));
  const free = atBound.flatMap((rests, i) => (rests && !countAsFree.includes(i) ? [] : [i]));
  return {
    parameters,
    sumOfSquares,
    residuals,
    covariance: covarianceOf(hessian, free, count),
    atBound,
    degreesOfFreedom: points - free.length,
    rounds,
    settled,
  };
}

const squares = (values: Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Number.isFinite(sum) ? sum : Infinity;
};

function normalEquations(
  residuals: Float64Array,
  jacobian: Float64Array,
  count: number,
  moving: readonly number[],
): Readonly<{ hessian: Float64Array; gradient: Float64Array }> {
  const hessian = new Float64Array(count * count);
  const gradient = new Float64Array(count);
  const size = moving.length;
  const columns = Int32Array.from(moving);
  const packed = new Float64Array(size * size);
  const slopes = new Float64Array(size);
  for (let point = 0; point < residuals.length; point += 1) {
    const row = point * count;
    const residual = residuals[point] ?? 0;
    for (let m = 0; m < size; m += 1) slopes[m] = jacobian[row + (columns[m] ?? 0)] ?? 0;
    for (let m = 0; m < size; m += 1) {
      const slope = slopes[m] ?? 0;
      if (slope === 0) continue;
      const a = columns[m] ?? 0;
      gradient[a] = (gradient[a] ?? 0) + slope * residual;
      const start = m * size;
      for (let n = 0; n <= m; n += 1) packed[start + n] = (packed[start + n] ?? 0) + slope * (slopes[n] ?? 0);
    }
  }
  for (let m = 0; m < size; m += 1) {
    for (let n = 0; n <= m; n += 1) hessian[(columns[m] ?? 0) * count + (columns[n] ?? 0)] = packed[m * size + n] ?? 0;
  }
  return { hessian, gradient };
}

function freeOnes(
  parameters: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): readonly number[] {
  const free: number[] = [];
  for (let i = 0; i < parameters.length; i += 1) {
    const [value, slope] = [parameters[i] ?? 0, gradient[i] ?? 0];
    const [low, high] = [lower[i] ?? -Infinity, upper[i] ?? Infinity];
    if (low === high || (value <= low && slope > 0) || (value >= high && slope < 0)) continue;
    free.push(i);
  }
  return free;
}

type Quadratic = Readonly<{
  hessian: Float64Array;
  gradient: Float64Array;
  count: number;
  parameters: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}>;

/**
 * Steps of all parameters, to be taken away. Those that would leave their bounds go to the bound, and the others are solved for anew with
 * these held there; cutting the step off instead would spoil it. Null where the equations cannot be solved at this damping.
 */
function boundedStep(quadratic: Quadratic, free: readonly number[], damping: number): Float64Array | null {
  const { hessian, gradient, count, parameters, lower, upper } = quadratic;
  const step = new Float64Array(count);
  let open = free;
  const slopes = Float64Array.from(gradient);
  while (open.length > 0) {
    const factor = choleskyOf(hessian, open, count, damping);
    if (factor === null) return null;
    const solution = choleskySolve(
      factor.lower,
      open.map((i, k) => (slopes[i] ?? 0) * (factor.scale[k] ?? 0)),
    );
    const left: number[] = [];
    for (const [k, i] of open.entries()) {
      const wanted = (solution[k] ?? 0) * (factor.scale[k] ?? 0);
      const value = parameters[i] ?? 0;
      const [most, least] = [value - (lower[i] ?? -Infinity), value - (upper[i] ?? Infinity)];
      step[i] = Math.min(most, Math.max(least, wanted));
      if (step[i] !== wanted) left.push(i);
    }
    if (left.length === 0) return step;
    for (const i of left) {
      for (const j of open) slopes[j] = (slopes[j] ?? 0) - symmetric(hessian, count, i, j) * (step[i] ?? 0);
    }
    open = open.filter((i) => !left.includes(i));
  }
  return step;
}

/** By how much the sum of squares would fall if the residuals were linear. */
function promisedFall(hessian: Float64Array, gradient: Float64Array, step: Float64Array | null, count: number): number {
  if (step === null) return Infinity;
  let fall = 0;
  for (let i = 0; i < count; i += 1) {
    const own = step[i] ?? 0;
    if (own === 0) continue;
    let curved = 0;
    for (let j = 0; j < count; j += 1) curved += symmetric(hessian, count, i, j) * (step[j] ?? 0);
    fall += own * (2 * (gradient[i] ?? 0) - curved);
  }
  return Math.max(fall, Number.MIN_VALUE);
}

/** Only the lower half is filled. */
const symmetric = (hessian: Float64Array, count: number, i: number, j: number): number =>
  (i >= j ? hessian[i * count + j] : hessian[j * count + i]) ?? 0;

function covarianceOf(hessian: Float64Array, free: readonly number[], count: number): Float64Array {
  const covariance = new Float64Array(count * count);
  const factor = choleskyOf(hessian, free, count, 1e-12);
  if (factor === null) return covariance.fill(Infinity);
  for (const [column, j] of free.entries()) {
    const unit = free.map((_, k) => (k === column ? (factor.scale[column] ?? 0) : 0));
    const solution = choleskySolve(factor.lower, unit);
    for (const [row, i] of free.entries()) {
      covariance[i * count + j] = (solution[row] ?? 0) * (factor.scale[row] ?? 0);
    }
  }
  return covariance;
}

/** Of the free rows and columns, scaled to a unit diagonal, plus the damping; null where it is not positive definite. */
function choleskyOf(
  hessian: Float64Array,
  free: readonly number[],
  count: number,
  damping: number,
): Readonly<{ lower: Float64Array; scale: Float64Array }> | null {
  const size = free.length;
  const scale = Float64Array.from(free, (i) => {
    const diagonal = hessian[i * count + i] ?? 0;
    return diagonal > 0 ? 1 / Math.sqrt(diagonal) : 1;
  });
  const lower = new Float64Array(size * size);
  for (const [row, i] of free.entries()) {
    for (let column = 0; column <= row; column += 1) {
      const j = free[column] ?? 0;
      let sum = (hessian[i * count + j] ?? 0) * (scale[row] ?? 0) * (scale[column] ?? 0);
      if (row === column) sum = (sum > 0 ? sum : 1) * (1 + damping);
      for (let k = 0; k < column; k += 1) sum -= (lower[row * size + k] ?? 0) * (lower[column * size + k] ?? 0);
      if (row === column) {
        if (!(sum > 0)) return null;
        lower[row * size + row] = Math.sqrt(sum);
      } else lower[row * size + column] = sum / (lower[column * size + column] ?? 1);
    }
  }
  return { lower, scale };
}

function choleskySolve(lower: Float64Array, right: readonly number[]): Float64Array {
  const size = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) x[i] = (x[i] ?? 0) - (lower[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (lower[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) x[i] = (x[i] ?? 0) - (lower[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (lower[i * size + i] ?? 1);
  }
  return x;
}
