/**
 * Cosmic rays: single points of a detector lit by a particle. They are found by the modified z-score of the curve's differences
 * (D. A. Whitaker, K. Hayes, Chemom. Intell. Lab. Syst. 179 (2018) 82) and replaced by the mean of the sound points near them.
 *
 * A sharp line has steep flanks too. So a point is struck only where it is also sharper than any line can be: a ray has lost at least
 * half of its height one point further, a line of four points' width a fifth.
 */
import { median, madToDeviation } from './noise.ts';

export type CosmicRayOptions = Readonly<{
  /** Modified z-score from which a step between neighbours is no noise; 6 to 8 as a rule. */
  threshold: number;
  /** Points on either side that make the replacement. */
  neighbours?: number;
}>;

export type Despiked = Readonly<{ y: Float64Array; struck: readonly number[] }>;

/** How far the base of a spike is from its top, in points. */
const base = 3;
const sharpness = 0.5;

export function removeCosmicRays(y: Float64Array, { threshold, neighbours = 3 }: CosmicRayOptions): Despiked {
  const steps = y.slice(1).map((value, i) => value - (y[i] ?? 0));
  const [centre, deviation] = [median(steps), deviationOf(steps)];
  if (!(deviation > 0)) return { y, struck: [] };
  const steep = (i: number): boolean => Math.abs((steps[i] ?? centre) - centre) / deviation > threshold;
  const tops: number[] = [];
  for (let i = 1; i < y.length - 1; i += 1) {
    if ((steep(i - 1) || steep(i)) && isSpike(y, i, threshold * deviation)) tops.push(i);
  }
  return replace(y, withShoulders(y, tops, threshold * deviation), neighbours);
}

/**
 * Against the spectrum before, of the same window and exposure: what has become brighter at single points and was not there is a
 * ray. Needs no assumption on lines; one that has grown is wider than a ray.
 */
export function removeCosmicRaysAgainst(
  y: Float64Array,
  before: Float64Array,
  { threshold, neighbours = 3 }: CosmicRayOptions,
): Despiked {
  if (before.length !== y.length) return { y, struck: [] };
  const scale = before.reduce((sum, value) => sum + value * value, 0);
  const share = scale > 0 ? y.reduce((sum, value, i) => sum + value * (before[i] ?? 0), 0) / scale : 0;
  const news = y.map((value, i) => value - share * (before[i] ?? 0));
  const [centre, deviation] = [median(news), deviationOf(news)];
  if (!(deviation > 0)) return { y, struck: [] };
  const tops: number[] = [];
  for (let i = 1; i < y.length - 1; i += 1) {
    if ((news[i] ?? 0) - centre > threshold * deviation && isSpike(news, i, threshold * deviation)) tops.push(i);
  }
  return replace(y, withShoulders(news, tops, threshold * deviation), neighbours);
}

function deviationOf(values: Float64Array): number {
  const centre = median(values);
  return madToDeviation * median(values.map((value) => Math.abs(value - centre)));
}

function isSpike(y: Float64Array, i: number, least: number): boolean {
  const top = y[i] ?? 0;
  const at = (k: number): number => y[Math.min(y.length - 1, Math.max(0, k))] ?? 0;
  if (top < at(i - 1) || top < at(i + 1)) return false;
  const height = top - (at(i - base) + at(i + base)) / 2;
  const drop = top - (at(i - 1) + at(i + 1)) / 2;
  return height > least && drop >= sharpness * height;
}

/** The tops, and what of their neighbours stands out as well. */
function withShoulders(y: Float64Array, tops: readonly number[], least: number): ReadonlySet<number> {
  const struck = new Set(tops);
  for (const top of tops) {
    for (const i of [top - 1, top + 1]) {
      const beyond = y[2 * i - top + (i - top)];
      if (i >= 0 && i < y.length && beyond !== undefined && (y[i] ?? 0) - beyond > least / 2) struck.add(i);
    }
  }
  return struck;
}

function replace(y: Float64Array, struck: ReadonlySet<number>, neighbours: number): Despiked {
  const clean = Float64Array.from(y);
  for (const i of struck) {
    let [sum, count] = [0, 0];
    for (let k = i - neighbours; k <= i + neighbours; k += 1) {
      const value = y[k];
      if (value === undefined || struck.has(k)) continue;
      sum += value;
      count += 1;
    }
    if (count > 0) clean[i] = sum / count;
  }
  return { y: clean, struck: [...struck].sort((a, b) => a - b) };
}
