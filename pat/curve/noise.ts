/** Robust measures of a curve's noise: lines and jumps do not count. */

/** 1 / Φ⁻¹(3/4): makes a median absolute deviation a standard deviation, for normal noise. */
export const madToDeviation = 1.482602218505602;

/** The middle value; the mean of the two in the middle where there is an even number. NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** Standard deviation by the median absolute deviation from the median. */
export function robustDeviation(values: ArrayLike<number>): number {
  const centre = median(values);
  return madToDeviation * median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/**
 * Standard deviation of white noise upon a smooth curve, by its second differences (their variance is six times the noise's).
 * Digitisation so coarse that most neighbours are equal gives 0.
 */
export function noiseOf(y: Float64Array): number {
  if (y.length < 5) return 0;
  const second = new Float64Array(y.length - 2);
  for (let i = 0; i < second.length; i += 1) second[i] = (y[i] ?? 0) - 2 * (y[i + 1] ?? 0) + (y[i + 2] ?? 0);
  return robustDeviation(second) / Math.sqrt(6);
}
