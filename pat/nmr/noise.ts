/** How noisy a curve is where it holds no line. Pure. */

export function median(values: Float64Array): number {
  const { length } = values;
  if (length === 0) return 0;
  const copy = Float64Array.from(values);
  const upper = selected(copy, length >> 1);
  if (length % 2 === 1) return upper;
  // Everything before the place is below it: the other of the two in the middle is the highest there.
  let lower = -Infinity;
  for (let i = 0; i < length >> 1; i += 1) lower = Math.max(lower, copy[i] ?? 0);
  return (lower + upper) / 2;
}

/** The value at `place` in order, with all lower ones before it (Hoare's selection). In place. */
function selected(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i += 1;
      while ((values[j] ?? 0) > pivot) j -= 1;
      if (i > j) continue;
      const held = values[i] ?? 0;
      values[i] = values[j] ?? 0;
      values[j] = held;
      i += 1;
      j -= 1;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place] ?? 0;
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
