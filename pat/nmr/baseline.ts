/** A polynomial under the lines, by what lies near it. Pure. */
import { solveSymmetric } from './least-squares.ts';

/**
 * The polynomial of `order` that fits a curve with the lines left out: first outside of `taken`, then again and again without
 * the points that stand further than three standard deviations above it, until none is new. A sixteenth of the points at
 * most is taken: a baseline is smooth.
 */
export function baselineOf(
  curve: Float64Array,
  order: number,
  taken: (index: number) => boolean,
  noise: number,
): Float64Array {
  const stride = Math.max(1, Math.floor(curve.length / 2048));
  let used: number[] = [];
  for (let i = 0; i < curve.length; i += stride) if (!taken(i)) used.push(i);
  let coefficients = fitted(curve, used, order);
  for (let round = 0; round < 6; round += 1) {
    const current = coefficients;
    const kept = used.filter((i) => (curve[i] ?? 0) - valueAt(current, position(i, curve.length)) < 3 * noise);
    if (kept.length === used.length || kept.length < 4 * (order + 1)) break;
    used = kept;
    coefficients = fitted(curve, used, order);
  }
  const found = coefficients;
  return curve.map((_, i) => valueAt(found, position(i, curve.length)));
}

const position = (index: number, length: number): number => (2 * index) / Math.max(1, length - 1) - 1;

function fitted(curve: Float64Array, used: readonly number[], order: number): Float64Array {
  const size = Math.min(order + 1, used.length);
  if (size === 0) return new Float64Array(1);
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const i of used) {
    const basis = legendre(position(i, curve.length), size);
    for (let a = 0; a < size; a += 1) {
      right[a] = (right[a] ?? 0) + (basis[a] ?? 0) * (curve[i] ?? 0);
      for (let b = 0; b < size; b += 1)
        normal[a * size + b] = (normal[a * size + b] ?? 0) + (basis[a] ?? 0) * (basis[b] ?? 0);
    }
  }
  return solveSymmetric(normal, right) ?? new Float64Array(size);
}

function valueAt(coefficients: Float64Array, x: number): number {
  let value = 0;
  const basis = legendre(x, coefficients.length);
  for (let a = 0; a < coefficients.length; a += 1) value += (coefficients[a] ?? 0) * (basis[a] ?? 0);
  return value;
}

/** Legendre's polynomials up to `count`, at x within −1 … 1: they hardly know of each other over an even axis. */
export function legendre(x: number, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let n = 0; n < count; n += 1) {
    values[n] =
      n === 0 ? 1 : n === 1 ? x : ((2 * n - 1) * x * (values[n - 1] ?? 0) - (n - 1) * (values[n - 2] ?? 0)) / n;
  }
  return values;
}
