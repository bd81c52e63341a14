/**
 * Where the lines of a standard stand: each fitted with its near neighbours upon a straight background, and then its top alone. The
 * published positions are those of maxima, and bands of several modes, such as polystyrene's at 1450 cm⁻¹, are not symmetric.
 */
import { median, noiseOf } from '../curve/noise.ts';
import { pseudoVoigt, type ShapeSlopes } from '../curve/line-shapes.ts';
import { fitPeaks, type FittedLine, type Line, type PeakFit } from '../curve/peak-fit.ts';
import type { Standard, StandardLine } from './standards.ts';

export type FoundLine = Readonly<{ line: StandardLine; foundPerCm: number; deviationPerCm: number }>;

/** How far a line may stand from where it should, before the laser is known. */
const searchPerCm = 12;
const windowPerCm = 22;
/** Bands nearer than this are fitted together. */
const togetherPerCm = 50;
const leastHeightOverNoise = 4;
/** How far the top reaches, of the full width, to either side. */
const topShare = 0.6;

type Band = Readonly<{ perCm: number; line: StandardLine | null; shoulderOfPerCm?: number }>;

/**
 * @param x shift in cm⁻¹, rising
 * @returns those of its lines that stand clear of the noise
 */
export function findStandard(x: Float64Array, y: Float64Array, { lines, beside }: Standard): readonly FoundLine[] {
  const bands: readonly Band[] = [
    ...lines.map((line) => ({ perCm: line.perCm, line })),
    ...beside.map((neighbour) => ({ ...neighbour, line: null })),
  ].sort((a, b) => a.perCm - b.perCm);
  const groups: Band[][] = [];
  for (const band of bands) {
    const last = groups.at(-1);
    if (last !== undefined && band.perCm - (last.at(-1)?.perCm ?? 0) < togetherPerCm) last.push(band);
    else groups.push([band]);
  }
  const at = (offset: number): readonly FoundLine[] => groups.flatMap((group) => findGroup(x, y, group, offset));
  const first = at(coarseOffset(x, y, lines));
  // Once more with windows that stand where the lines do, so that what is found does not hang upon where it was looked for.
  return first.length === 0 ? first : at(median(first.map(({ line, foundPerCm }) => foundPerCm - line.perCm)));
}

/** The shift of all lines together at which the curve stands highest above what is beside them; roots, that one does not decide. */
function coarseOffset(x: Float64Array, y: Float64Array, lines: readonly StandardLine[]): number {
  const valueAt = (at: number): number => {
    const i = x.findIndex((value) => value >= at);
    return y[i < 0 ? y.length - 1 : i] ?? 0;
  };
  let [best, most] = [0, -Infinity];
  for (let offset = -searchPerCm; offset <= searchPerCm; offset += 0.5) {
    const sum = lines.reduce((total, { perCm }) => {
      const at = perCm + offset;
      return total + Math.sqrt(Math.max(0, valueAt(at) - (valueAt(at - 14) + valueAt(at + 14)) / 2));
    }, 0);
    if (sum > most) [best, most] = [offset, sum];
  }
  return best;
}

function findGroup(x: Float64Array, y: Float64Array, group: readonly Band[], offset: number): readonly FoundLine[] {
  const from = (group[0]?.perCm ?? 0) + offset - windowPerCm;
  const to = (group.at(-1)?.perCm ?? 0) + offset + windowPerCm;
  const start = x.findIndex((value) => value >= from);
  const beyond = x.findIndex((value) => value > to);
  const end = beyond < 0 ? x.length : beyond;
  if (start < 0 || end - start < 4 * group.length + 4) return [];
  const noise = Math.max(noiseOf(y.slice(Math.max(0, start - 60), end + 60)), Number.MIN_VALUE);
  // A line stands before its shoulder, which is as wide as the line.
  const ordered = [...group].sort((a, b) => Number(a.line === null) - Number(b.line === null));
  const lines = ordered.map(({ perCm, shoulderOfPerCm }, k): Line => {
    const at = perCm + offset;
    const of = ordered.findIndex((band) => band.line !== null && band.perCm === shoulderOfPerCm);
    return {
      name: `${k}`,
      centre: { start: at, least: at - 6, most: at + 6 },
      width: of < 0 ? { start: 13, least: 4, most: 40 } : `${of}`,
      lorentzShare: k === 0 ? { start: 0.5, least: 0, most: 1 } : '0',
    };
  });
  const [inX, inY] = [x.slice(start, end), y.slice(start, end)];
  const fit = fitPeaks(inX, inY, new Float64Array(inX.length).fill(noise), { lines, backgroundOrder: 1 });
  return fit.lines.flatMap((fitted, k): FoundLine[] => {
    const line = ordered[k]?.line ?? null;
    if (line === null || fitted.height < leastHeightOverNoise * noise || fitted.centre.atBound) return [];
    const top = topOf(inX, fit, fitted, noise);
    return top === null ? [] : [{ line, ...top }];
  });
}

/** The maximum of one line, the others and the background taken away: a Gaussian over what is near the top. */
function topOf(x: Float64Array, fit: PeakFit, line: FittedLine, noise: number): Omit<FoundLine, 'line'> | null {
  const shape: ShapeSlopes = { value: 0, byCentre: 0, byWidth: 0, byShare: 0 };
  const step = ((x.at(-1) ?? 0) - (x[0] ?? 0)) / Math.max(1, x.length - 1);
  const reach = Math.max(topShare * line.width.value, 2.5 * step);
  const near = [...x.keys()].filter((i) => Math.abs((x[i] ?? 0) - line.centre.value) <= reach);
  if (near.length < 4) return null;
  const own = Float64Array.from(near, (i) => {
    pseudoVoigt(x[i] ?? 0, line.centre.value, line.width.value, line.lorentzShare.value, shape);
    return line.area.value * shape.value + (fit.residual[i] ?? 0);
  });
  const at = line.centre.value;
  const gauss: Line = {
    name: line.name,
    centre: { start: at, least: at - line.width.value / 2, most: at + line.width.value / 2 },
    width: { start: line.width.value, least: line.width.value / 2, most: line.width.value * 2 },
    lorentzShare: { start: 0, least: 0, most: 0 },
  };
  const nearX = Float64Array.from(near, (i) => x[i] ?? 0);
  const top = fitPeaks(nearX, own, new Float64Array(own.length).fill(noise), { lines: [gauss], backgroundOrder: -1 });
  const centre = top.lines[0]?.centre;
  if (centre === undefined || centre.atBound) return null;
  return { foundPerCm: centre.value, deviationPerCm: Math.hypot(centre.deviation, line.centre.deviation) };
}
