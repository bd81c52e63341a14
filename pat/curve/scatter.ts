/** Taking away what scattering and path length do to a whole spectrum: standard normal variate, multiplicative scatter correction. */

/** SNV (R. J. Barnes et al., Appl. Spectrosc. 43 (1989) 772): mean 0, standard deviation (N − 1) 1. A flat curve becomes zeros. */
export function standardNormalVariate(y: Float64Array): Float64Array {
  const mean = meanOf(y);
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, y.length - 1));
  return y.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}

export type ScatterCorrection = Readonly<{ corrected: Float64Array; offset: number; slope: number }>;

/**
 * MSC (P. Geladi, D. MacDougall, H. Martens, Appl. Spectrosc. 39 (1985) 491): y = offset + slope·reference by least squares, taken back.
 * Null where the curve has nothing of the reference (slope 0, or a flat reference).
 */
export function multiplicativeScatterCorrection(y: Float64Array, reference: Float64Array): ScatterCorrection | null {
  const [meanY, meanReference] = [meanOf(y), meanOf(reference)];
  let [cross, square] = [0, 0];
  for (let i = 0; i < y.length; i += 1) {
    const deviation = (reference[i] ?? 0) - meanReference;
    cross += deviation * ((y[i] ?? 0) - meanY);
    square += deviation * deviation;
  }
  const slope = square > 0 ? cross / square : 0;
  if (slope === 0) return null;
  const offset = meanY - slope * meanReference;
  return { corrected: y.map((value) => (value - offset) / slope), offset, slope };
}

const meanOf = (y: Float64Array): number => y.reduce((sum, value) => sum + value, 0) / Math.max(1, y.length);
