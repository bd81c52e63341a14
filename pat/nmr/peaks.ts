/** Lines of a curve as maxima that stand out of the noise on both sides. Pure. */

export type Peak = Readonly<{
  index: number;
  height: number;
  /** Between the points, by a parabola. */ position: number;
}>;

/**
 * The maxima of `curve` above `least` that lie at least `prominence` above the lowest point towards any higher one; the highest first.
 */
export function peaksOf(curve: Float64Array, least: number, prominence: number): readonly Peak[] {
  const found: Peak[] = [];
  for (let i = 1; i < curve.length - 1; i += 1) {
    const height = curve[i] ?? 0;
    if (height < least || height < (curve[i - 1] ?? 0) || height <= (curve[i + 1] ?? 0)) continue;
    if (rises(curve, i, -1, prominence) && rises(curve, i, 1, prominence)) {
      found.push({ index: i, height, position: i + vertex(curve, i) });
    }
  }
  return found.sort((a, b) => b.height - a.height);
}

/** Whether the curve falls by `prominence` before it rises above the maximum again. */
function rises(curve: Float64Array, from: number, step: 1 | -1, prominence: number): boolean {
  const height = curve[from] ?? 0;
  for (let i = from + step; i >= 0 && i < curve.length; i += step) {
    const value = curve[i] ?? 0;
    if (value > height) return false;
    if (value <= height - prominence) return true;
  }
  return false;
}

function vertex(curve: Float64Array, i: number): number {
  const before = curve[i - 1] ?? 0;
  const here = curve[i] ?? 0;
  const after = curve[i + 1] ?? 0;
  const bend = before - 2 * here + after;
  return bend === 0 ? 0 : (0.5 * (before - after)) / bend;
}

/** Full width at half of a peak's height, in points. */
export function widthAtHalf(curve: Float64Array, peak: Peak): number {
  const half = peak.height / 2;
  const side = (step: 1 | -1): number => {
    let i = peak.index;
    while (i + step >= 0 && i + step < curve.length && (curve[i + step] ?? 0) > half) i += step;
    const inside = curve[i] ?? 0;
    const outside = curve[i + step] ?? 0;
    const part = inside === outside ? 0 : (inside - half) / (inside - outside);
    return Math.abs(i - peak.index) + part;
  };
  return side(-1) + side(1);
}
