/** Values of a curve between its points. Axes rise. */

/** Index of the last point at or left of `x`, such that it has a right neighbour; by halving. */
export function intervalOf(axis: Float64Array, x: number): number {
  let [low, high] = [0, axis.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((axis[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** On straight lines between the points; beyond the ends NaN, for nothing was measured there. */
export function interpolateLinear(axis: Float64Array, y: Float64Array, at: Float64Array): Float64Array {
  return at.map((x) => {
    if (!(x >= (axis[0] ?? NaN) && x <= (axis.at(-1) ?? NaN))) return NaN;
    const i = intervalOf(axis, x);
    const [x0, x1] = [axis[i] ?? 0, axis[i + 1] ?? axis[i] ?? 0];
    const [y0, y1] = [y[i] ?? 0, y[i + 1] ?? y[i] ?? 0];
    return x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y0;
  });
}

/**
 * On cubics that keep the points' rises and falls (F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300): no overshoot between
 * points. Beyond the ends NaN.
 */
export function interpolateMonotone(axis: Float64Array, y: Float64Array, at: Float64Array): Float64Array {
  if (axis.length < 3) return interpolateLinear(axis, y, at);
  const slopes = monotoneSlopes(axis, y);
  return at.map((x) => {
    if (!(x >= (axis[0] ?? NaN) && x <= (axis.at(-1) ?? NaN))) return NaN;
    const i = intervalOf(axis, x);
    const width = (axis[i + 1] ?? 0) - (axis[i] ?? 0);
    const t = (x - (axis[i] ?? 0)) / width;
    const [y0, y1] = [y[i] ?? 0, y[i + 1] ?? 0];
    const [m0, m1] = [(slopes[i] ?? 0) * width, (slopes[i + 1] ?? 0) * width];
    return y0 * (1 + 2 * t) * (1 - t) ** 2 + m0 * t * (1 - t) ** 2 + y1 * t * t * (3 - 2 * t) + m1 * t * t * (t - 1);
  });
}

function monotoneSlopes(axis: Float64Array, y: Float64Array): Float64Array {
  const last = axis.length - 1;
  const width = (i: number): number => (axis[i + 1] ?? 0) - (axis[i] ?? 0);
  const secant = (i: number): number => ((y[i + 1] ?? 0) - (y[i] ?? 0)) / width(i);
  const slopes = new Float64Array(axis.length);
  slopes[0] = endSlope(width(0), width(1), secant(0), secant(1));
  slopes[last] = endSlope(width(last - 1), width(last - 2), secant(last - 1), secant(last - 2));
  for (let i = 1; i < last; i += 1) {
    const [before, after] = [secant(i - 1), secant(i)];
    if (before * after <= 0) continue;
    const [w1, w2] = [2 * width(i) + width(i - 1), width(i) + 2 * width(i - 1)];
    slopes[i] = (w1 + w2) / (w1 / before + w2 / after);
  }
  return slopes;
}

function endSlope(near: number, far: number, nearSecant: number, farSecant: number): number {
  const slope = ((2 * near + far) * nearSecant - near * farSecant) / (near + far);
  if (slope * nearSecant <= 0) return 0;
  if (nearSecant * farSecant < 0 && Math.abs(slope) > 3 * Math.abs(nearSecant)) return 3 * nearSecant;
  return slope;
}
