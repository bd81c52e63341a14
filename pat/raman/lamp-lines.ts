/**
 * Where a lamp's lines stand on an instrument's own axis. Lines nearer to each other than the instrument resolves are fitted together,
 * at the distances the tables give them, with areas of their own: an even slit image (a box) blurred by a Gaussian.
 */
import { fitBounded } from '../curve/bounded-least-squares.ts';
import { median, noiseOf } from '../curve/noise.ts';
import type { LampLine } from './neon.ts';

export type ObservedLine = Readonly<{
  /** In the tables, in nm; of lines that are not resolved the mean by their intensities. */
  nm: number;
  /** On the instrument's own axis, in nm. */
  observedNm: number;
  /** Standard uncertainty of the distance between both, in nm: of the fit, and of what is not resolved. */
  deviationNm: number;
  widthNm: number;
}>;

type Blend = Readonly<{ nm: number; intensity: number; spread: number }>;

/**
 * Lines nearer than this are one. It is far less than what is resolved: lamps differ in their intensities, and of two lines 0.2 nm apart
 * taken as one by the tables' intensities the centre was off by 0.12 nm. With areas of their own the spectrum says which is there.
 */
const unresolvedNm = 0.1;
/** Lines nearer than this are fitted together. */
const togetherNm = 1.8;
const faintest = 40;
const besideNm = 1.1;
const searchNm = 2.5;
/** How far the distance between axis and tables may change from one line to the next, over what is proportional to how far they are apart. */
const wander = { nm: 0.16, perNm: 0.012 };

/** What is known of a fit of one group; null where no line was found. */
type GroupFit = Readonly<{ line: Blend; offset: number; deviation: number; width: number }>;

export function observeLamp(
  nm: Float64Array,
  counts: Float64Array,
  lamp: readonly LampLine[],
): readonly ObservedLine[] {
  const [from, to] = [nm[0] ?? 0, nm.at(-1) ?? 0];
  const lines = blendsOf(lamp.filter((line) => line.nm > from && line.nm < to));
  const noise = Math.max(noiseOf(counts), Number.MIN_VALUE);
  const offset = coarseOffset(nm, counts, lines);
  const groups = groupsOf(lines);
  const strongest = groups.reduce((best, group, i) => (topOf(group) > topOf(groups[best] ?? []) ? i : best), 0);
  const found = new Map<number, GroupFit>();
  const visit = (i: number, near: Readonly<{ nm: number; offset: number }>, wide: number): GroupFit | null => {
    const group = groups[i] ?? [];
    const at = group[0]?.nm ?? 0;
    const fit = fitGroup(nm, counts, noise, group, near.offset, wide + wander.perNm * Math.abs(at - near.nm));
    if (fit !== null) found.set(i, fit);
    return fit;
  };
  const first = visit(strongest, { nm: groups[strongest]?.[0]?.nm ?? 0, offset }, searchNm / 5);
  if (first === null) return [];
  for (const direction of [-1, 1]) {
    let near = { nm: first.line.nm, offset: first.offset };
    for (let i = strongest + direction; i >= 0 && i < groups.length; i += direction) {
      const fit = visit(i, near, wander.nm);
      if (fit !== null) near = { nm: fit.line.nm, offset: fit.offset };
    }
  }
  return ofUsualWidth([...found.entries()].sort(([a], [b]) => a - b).map(([, fit]) => fit)).map(
    ({ line, offset: distance, deviation, width }) => ({
      nm: line.nm,
      observedNm: line.nm + distance,
      deviationNm: Math.hypot(deviation, line.spread),
      widthNm: width,
    }),
  );
}

/** Lines that are not resolved, as one; the spread is how far its centre may be off where the intensities are another lamp's. */
function blendsOf(lines: readonly LampLine[]): readonly Blend[] {
  const blends: LampLine[][] = [];
  for (const line of lines) {
    const last = blends.at(-1);
    if (last !== undefined && line.nm - (last.at(-1)?.nm ?? 0) < unresolvedNm) last.push(line);
    else blends.push([line]);
  }
  return blends.map((blend) => {
    const intensity = blend.reduce((sum, line) => sum + line.intensity, 0);
    const nm = blend.reduce((sum, line) => sum + line.nm * line.intensity, 0) / intensity;
    const square = blend.reduce((sum, line) => sum + line.intensity * (line.nm - nm) ** 2, 0) / intensity;
    return { nm, intensity, spread: Math.sqrt(square) };
  });
}

function groupsOf(lines: readonly Blend[]): readonly (readonly Blend[])[] {
  const groups: Blend[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last !== undefined && line.nm - (last.at(-1)?.nm ?? 0) < togetherNm) last.push(line);
    else groups.push([line]);
  }
  return groups.filter((group) => topOf(group) >= faintest);
}

const topOf = (group: readonly Blend[]): number => group.reduce((most, line) => Math.max(most, line.intensity), 0);

/** The distance at which the axis shows most light where the tables have lines; square roots, that one line does not decide. */
function coarseOffset(nm: Float64Array, counts: Float64Array, lines: readonly Blend[]): number {
  const floor = median(counts);
  const light = counts.map((value) => Math.sqrt(Math.max(0, value - floor)));
  let [best, most] = [0, -Infinity];
  for (let offset = -searchNm; offset <= searchNm; offset += 0.05) {
    let sum = 0;
    let at = 0;
    for (const line of lines) {
      while (at < nm.length - 1 && (nm[at] ?? 0) < line.nm + offset) at += 1;
      sum += Math.sqrt(line.intensity) * (light[at] ?? 0);
    }
    if (sum > most) [best, most] = [offset, sum];
  }
  return best;
}

function fitGroup(
  nm: Float64Array,
  counts: Float64Array,
  noise: number,
  group: readonly Blend[],
  offset: number,
  wide: number,
): GroupFit | null {
  const from = (group[0]?.nm ?? 0) + offset - besideNm;
  const to = (group.at(-1)?.nm ?? 0) + offset + besideNm;
  const inside = nm.reduce<number[]>((list, value, i) => (value >= from && value <= to ? [...list, i] : list), []);
  const fixed = 4;
  if (inside.length < fixed + group.length + 2) return null;
  const x = Float64Array.from(inside, (i) => nm[i] ?? 0);
  const y = Float64Array.from(inside, (i) => counts[i] ?? 0);
  const floor = y.reduce((least, value) => Math.min(least, value), Infinity);
  const top = y.reduce((most, value) => Math.max(most, value), -Infinity) - floor;
  if (top < 20 * noise) return null;
  const count = fixed + group.length;
  const evaluate = (p: Float64Array, residuals: Float64Array, jacobian: Float64Array): void => {
    const [shift, box, blur] = [p[0] ?? 0, p[1] ?? 1, p[2] ?? 1];
    for (let i = 0; i < x.length; i += 1) {
      const row = i * count;
      let value = p[3] ?? 0;
      jacobian.fill(0, row, row + count);
      jacobian[row + 3] = 1;
      for (const [k, line] of group.entries()) {
        const height = p[fixed + k] ?? 0;
        const distance = (x[i] ?? 0) - line.nm - shift;
        const [right, left] = [(distance + box / 2) / blur, (distance - box / 2) / blur];
        const [bellRight, bellLeft] = [bell(right), bell(left)];
        const shape = normalShare(right) - normalShare(left);
        value += height * shape;
        jacobian[row] = (jacobian[row] ?? 0) - (height * (bellRight - bellLeft)) / blur;
        jacobian[row + 1] = (jacobian[row + 1] ?? 0) + (height * (bellRight + bellLeft)) / (2 * blur);
        jacobian[row + 2] = (jacobian[row + 2] ?? 0) - (height * (right * bellRight - left * bellLeft)) / blur;
        jacobian[row + fixed + k] = shape;
      }
      residuals[i] = value - (y[i] ?? 0);
    }
  };
  // From several sides, for a group seen one line further off would fit as well; then other lines of it would be strong.
  const fits = [-0.6, 0, 0.6].map((share) =>
    fitBounded({
      start: Float64Array.from([offset + share * wide, 0.7, 0.2, floor, ...group.map(() => top / 2)]),
      lower: Float64Array.from([offset - wide, 0.3, 0.06, -Infinity, ...group.map(() => 0)]),
      upper: Float64Array.from([offset + wide, 1.8, 0.7, Infinity, ...group.map(() => Infinity)]),
      points: x.length,
      evaluate,
    }),
  );
  const likely = fits.filter(({ parameters }) => {
    const heights = [...parameters.slice(fixed)];
    return (group[heights.indexOf(Math.max(...heights))]?.intensity ?? 0) >= 0.3 * topOf(group);
  });
  if (likely.length === 0) return null;
  const fit = likely.reduce((best, one) => (one.sumOfSquares < best.sumOfSquares ? one : best));
  const heights = group.map((_, k) => fit.parameters[fixed + k] ?? 0);
  const most = Math.max(...heights);
  const strongest = group[heights.indexOf(most)];
  const rms = Math.sqrt(fit.sumOfSquares / Math.max(1, fit.degreesOfFreedom));
  // What does not look like the lamp's lines is none of them; what was found at the edge of the search may be another.
  if (strongest === undefined || fit.atBound[0] === true || most < 10 * noise || rms > 0.12 * most) return null;
  const [shift, box, blur] = [fit.parameters[0] ?? 0, fit.parameters[1] ?? 0, fit.parameters[2] ?? 0];
  return {
    line: strongest,
    offset: shift,
    deviation: rms * Math.sqrt(fit.covariance[0] ?? 0),
    width: Math.hypot(box / Math.sqrt(12), blur),
  };
}

/** A line much wider than its neighbours is two, or straddles a seam of the detector; its centre says little. */
function ofUsualWidth(fits: readonly GroupFit[]): readonly GroupFit[] {
  return fits.filter((fit, i) => {
    const beside = fits.slice(Math.max(0, i - 3), i + 4).map(({ width }) => width);
    return Math.abs(fit.width / median(beside) - 1) < 0.22;
  });
}

const bell = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** Φ(z), to 1e-7: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), 26.2.17. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = bell(z) * series;
  return z >= 0 ? 1 - tail : tail;
}
