/** How noisy a curve is where it holds no line. Pure. */

export function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** A normal distribution's standard deviation is 1.4826 times its median absolute deviation. */
const fromMedianDeviation = 1.4826;

/** Standard deviation by the median absolute deviation: lines in a small part of the values do not move it. */
export function deviationOf(values: Float64Array): number {
  const middle = median(values);
  return fromMedianDeviation * median(values.map((value) => Math.abs(value - middle)));
}

/** Standard deviation of the noise of one channel, by the magnitudes of a complex spectrum (they are Rayleigh's: median σ·√(2 ln 2)). */
export function deviationOfMagnitudes(magnitudes: Float64Array): number {
  return median(magnitudes) / Math.sqrt(2 * Math.LN2);
}

/**
 * By how much the variance of a smooth curve's amplitude exceeds what as many independent points would give: one and twice the sum of
 * the noise's autocorrelations, up to the first that is lost in their own scatter. Of a spectrum that came already processed.
 */
export function correlationFactor(noise: Float64Array): number {
  const n = noise.length;
  if (n < 64) return 1;
  let square = 0;
  for (const value of noise) square += value * value;
  if (square === 0) return 1;
  let factor = 1;
  for (let lag = 1; lag < n / 4; lag += 1) {
    let sum = 0;
    for (let i = lag; i < n; i += 1) sum += (noise[i] ?? 0) * (noise[i - lag] ?? 0);
    const correlation = sum / square;
    if (correlation < 2 / Math.sqrt(n)) break;
    factor += 2 * correlation;
  }
  return factor;
}
