/** Baselines below the lines of a spectrum, by penalised least squares with weights that give way where a line stands. */
import { createWhittaker, type DifferenceOrder } from './whittaker.ts';

export type Baseline = Readonly<{
  baseline: Float64Array;
  /** Of the last round, 0 to 1 for arPLS; small where a line stands. */
  weights: Float64Array;
  rounds: number;
  /** False where the rounds ran out first; the baseline is then the last round's. */
  settled: boolean;
}>;

export type ArPlsOptions = Readonly<{
  /** λ; between neighbours of equal distance, so it grows with the fourth power of the points per unit of the axis. */
  smoothness: number;
  /** Relative change of the weights below which it has settled. */
  ratio?: number;
  mostRounds?: number;
}>;

/**
 * arPLS: S.-J. Baek, A. Park, Y.-J. Ahn, J. Choo, Analyst 140 (2015) 250. Weights are logistic in the residual, scaled by mean and
 * standard deviation (of the sample, N − 1) of the negative residuals; second differences.
 */
export function arPls(y: Float64Array, { smoothness, ratio = 1e-6, mostRounds = 50 }: ArPlsOptions): Baseline {
  const smooth = createWhittaker(y.length, 2, smoothness);
  let weights = new Float64Array(y.length).fill(1);
  let baseline = smooth(weights, y);
  for (let round = 1; round < mostRounds; round += 1) {
    const { mean, deviation } = negativeResiduals(y, baseline);
    // Nothing lies below the baseline, or all of it by as much: there is no noise to judge by.
    if (!(deviation > 0)) return { baseline, weights, rounds: round, settled: true };
    const next = new Float64Array(y.length);
    for (let i = 0; i < y.length; i += 1) {
      const residual = (y[i] ?? 0) - (baseline[i] ?? 0);
      next[i] = 1 / (1 + Math.exp((2 * (residual - (2 * deviation - mean))) / deviation));
    }
    const change = distance(weights, next) / norm(weights);
    if (change < ratio) return { baseline, weights, rounds: round, settled: true };
    weights = next;
    baseline = smooth(weights, y);
  }
  return { baseline, weights, rounds: mostRounds, settled: false };
}

export type AirPlsOptions = Readonly<{
  smoothness: number;
  /** Of the differences that are penalised; the authors' own programs have 1 (R) or 2 (MATLAB). */
  order?: DifferenceOrder;
  /** Share of the curve that may still lie below the baseline when it has settled. */
  ratio?: number;
  mostRounds?: number;
}>;

/**
 * airPLS: Z.-M. Zhang, S. Chen, Y.-Z. Liang, Analyst 135 (2010) 1138. In round t a point below the baseline weighs exp(t·|residual|/|d|), d
 * being the sum of the negative residuals, and one on or above it nothing. The bars of |residual| are missing in equation 9 as
 * printed; the author has said that they belong there (github.com/zmzhang/airPLS, issue 8).
 */
export function airPls(
  y: Float64Array,
  { smoothness, order = 2, ratio = 1e-3, mostRounds = 50 }: AirPlsOptions,
): Baseline {
  const smooth = createWhittaker(y.length, order, smoothness);
  const whole = y.reduce((sum, value) => sum + Math.abs(value), 0);
  let weights = new Float64Array(y.length).fill(1);
  let baseline = smooth(weights, y);
  for (let round = 1; round < mostRounds; round += 1) {
    let below = 0;
    for (let i = 0; i < y.length; i += 1) below += Math.max(0, (baseline[i] ?? 0) - (y[i] ?? 0));
    if (!(below >= ratio * whole) || below === 0) return { baseline, weights, rounds: round, settled: true };
    const next = new Float64Array(y.length);
    for (let i = 0; i < y.length; i += 1) {
      const depth = (baseline[i] ?? 0) - (y[i] ?? 0);
      next[i] = depth > 0 ? Math.exp((round * depth) / below) : 0;
    }
    weights = next;
    baseline = smooth(weights, y);
  }
  return { baseline, weights, rounds: mostRounds, settled: false };
}

function negativeResiduals(y: Float64Array, z: Float64Array): Readonly<{ mean: number; deviation: number }> {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < y.length; i += 1) {
    const residual = (y[i] ?? 0) - (z[i] ?? 0);
    if (residual < 0) {
      count += 1;
      sum += residual;
    }
  }
  if (count < 2) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < y.length; i += 1) {
    const residual = (y[i] ?? 0) - (z[i] ?? 0);
    if (residual < 0) squares += (residual - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}

function distance(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i += 1) squares += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(squares);
}

const norm = (a: Float64Array): number => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
