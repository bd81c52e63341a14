/**
 * Whittaker's smoother: the curve z that minimises Σ wᵢ(yᵢ − zᵢ)² + λ Σ (Δᵈz)². Its normal equations (W + λDᵀD)z = Wy are
 * banded and positive definite; they are solved as LDLᵀ within the band, in time proportional to the number of points.
 *
 * P. H. C. Eilers, Anal. Chem. 75 (2003) 3631.
 */
export type DifferenceOrder = 1 | 2 | 3;

/** Rows of the difference operator of each order. */
const differences: Readonly<Record<DifferenceOrder, readonly number[]>> = {
  1: [-1, 1],
  2: [1, -2, 1],
  3: [-1, 3, -3, 1],
};

export type Whittaker = (weights: Float64Array, y: Float64Array) => Float64Array;

/**
 * The smoother for curves of one length; it keeps its work space, so that many weights can be tried on it.
 *
 * @param points at least one more than the order
 * @param smoothness λ > 0
 */
export function createWhittaker(points: number, order: DifferenceOrder, smoothness: number): Whittaker {
  const penalty = penaltyBands(points, order, smoothness);
  // lower[k][i] is the factor's element (i + k, i); pivots are the diagonal D.
  const lower = penalty.map(() => new Float64Array(points));
  const pivots = new Float64Array(points);
  return (weights, y) => {
    factorise(penalty, weights, lower, pivots);
    return solve(lower, pivots, weights, y);
  };
}

/** Bands of λDᵀD: element (i + k, i) at [k][i]. */
function penaltyBands(points: number, order: DifferenceOrder, smoothness: number): readonly Float64Array[] {
  const row = differences[order];
  const bands = row.map(() => new Float64Array(points));
  for (let start = 0; start + order < points; start += 1) {
    for (let a = 0; a <= order; a += 1) {
      for (let b = a; b <= order; b += 1) {
        const band = bands[b - a];
        if (band !== undefined) band[start + a] = (band[start + a] ?? 0) + smoothness * (row[a] ?? 0) * (row[b] ?? 0);
      }
    }
  }
  return bands;
}

function factorise(
  penalty: readonly Float64Array[],
  weights: Float64Array,
  lower: readonly Float64Array[],
  pivots: Float64Array,
): void {
  const width = penalty.length - 1;
  for (let i = 0; i < pivots.length; i += 1) {
    let pivot = (penalty[0]?.[i] ?? 0) + (weights[i] ?? 0);
    for (let k = 1; k <= width && k <= i; k += 1) {
      const element = lower[k]?.[i - k] ?? 0;
      pivot -= element * element * (pivots[i - k] ?? 0);
    }
    pivots[i] = pivot;
    for (let k = 1; k <= width; k += 1) {
      const band = lower[k];
      if (band === undefined || i + k >= pivots.length) continue;
      let element = penalty[k]?.[i] ?? 0;
      for (let m = 1; m + k <= width && m <= i; m += 1) {
        element -= (lower[m + k]?.[i - m] ?? 0) * (lower[m]?.[i - m] ?? 0) * (pivots[i - m] ?? 0);
      }
      band[i] = element / pivot;
    }
  }
}

function solve(
  lower: readonly Float64Array[],
  pivots: Float64Array,
  weights: Float64Array,
  y: Float64Array,
): Float64Array {
  const width = lower.length - 1;
  const z = new Float64Array(pivots.length);
  for (let i = 0; i < z.length; i += 1) {
    let sum = (weights[i] ?? 0) * (y[i] ?? 0);
    for (let k = 1; k <= width && k <= i; k += 1) sum -= (lower[k]?.[i - k] ?? 0) * (z[i - k] ?? 0);
    z[i] = sum;
  }
  for (let i = z.length - 1; i >= 0; i -= 1) {
    let sum = (z[i] ?? 0) / (pivots[i] ?? 1);
    for (let k = 1; k <= width && i + k < z.length; k += 1) sum -= (lower[k]?.[i] ?? 0) * (z[i + k] ?? 0);
    z[i] = sum;
  }
  return z;
}
