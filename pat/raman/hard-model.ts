/** The hard model of a Raman spectrum: each window's lines upon its background, and the areas that come of it. */
import type { HardModel } from '../../plant/method/raman.ts';
import { median, noiseOf } from '../curve/noise.ts';
import { fitPeaks, type Line, type PeakFit } from '../curve/peak-fit.ts';

/** A fall of χ² by a tenth, where its own deviation is thirty, changes no area. */
const tolerance = 2e-4;

export type FittedWindow = Readonly<{ name: string; x: Float64Array; fit: PeakFit }>;

export function fitWindows(x: Float64Array, y: Float64Array, { windows }: HardModel): readonly FittedWindow[] {
  return windows.map(({ name, rangePerCm: [from, to], backgroundOrder, lines }) => {
    const start = x.findIndex((value) => value >= from);
    const beyond = x.findIndex((value) => value > to);
    const end = beyond < 0 ? x.length : beyond;
    const [inX, inY] = [x.slice(start, end), y.slice(start, end)];
    return {
      name,
      x: inX,
      fit: fitPeaks(inX, inY, deviationsOf(inY), {
        lines: lines.map(toLine),
        backgroundOrder,
        startsAreLikely: true,
        tolerance,
      }),
    };
  });
}

function toLine({
  name,
  atPerCm,
  withinPerCm,
  widthPerCm,
  lorentzShare = 1,
  areaOf,
}: HardModel['windows'][number]['lines'][number]): Line {
  const [narrow, wide] = widthPerCm;
  const middle = (range: readonly [number, number]): number => (range[0] + range[1]) / 2;
  return {
    name,
    centre: { start: atPerCm, least: atPerCm - withinPerCm, most: atPerCm + withinPerCm },
    width: { start: middle(widthPerCm), least: narrow, most: wide },
    lorentzShare: { start: lorentzShare, least: lorentzShare, most: lorentzShare },
    ...(areaOf === undefined
      ? {}
      : {
          areaOf: {
            line: areaOf.line,
            ratio: { start: middle(areaOf.ratio), least: areaOf.ratio[0], most: areaOf.ratio[1] },
          },
        }),
  };
}

/** Counting noise: as measured at the window's usual height, and with the root of the height elsewhere. */
function deviationsOf(y: Float64Array): Float64Array {
  const usual = median(y);
  const noise = Math.max(noiseOf(y), Math.abs(usual) * 1e-6, Number.MIN_VALUE);
  return y.map((value) => (usual > 0 ? noise * Math.sqrt(Math.max(0.2, value / usual)) : noise));
}

type Ratio = Readonly<{ value: number; deviation: number }>;

/**
 * Areas of some lines over areas of others, with its standard uncertainty (k = 1). Null where what it is over is not clear of its own
 * uncertainty (3 σ), or a line is not of the model.
 */
export function shareOfAreas(
  windows: readonly FittedWindow[],
  of: readonly string[],
  over: readonly string[],
): Ratio | null {
  const [top, bottom] = [areaOf(windows, of), areaOf(windows, over)];
  if (top === null || bottom === null || !(bottom.value > 3 * Math.sqrt(bottom.variance))) return null;
  const value = top.value / bottom.value;
  const shared = covarianceOf(windows, of, over);
  const variance = (top.variance - 2 * value * shared + value * value * bottom.variance) / bottom.value ** 2;
  return Number.isFinite(value) && Number.isFinite(variance)
    ? { value, deviation: Math.sqrt(Math.max(0, variance)) }
    : null;
}

function areaOf(
  windows: readonly FittedWindow[],
  names: readonly string[],
): Readonly<{ value: number; variance: number }> | null {
  let value = 0;
  for (const name of names) {
    const line = windows.flatMap(({ fit }) => fit.lines).find((one) => one.name === name);
    if (line === undefined) return null;
    value += line.area.value;
  }
  return { value, variance: covarianceOf(windows, names, names) };
}

/** Windows are fitted apart: areas of different ones have nothing in common. */
function covarianceOf(windows: readonly FittedWindow[], a: readonly string[], b: readonly string[]): number {
  let sum = 0;
  for (const { fit } of windows) {
    const inside = (name: string): boolean => fit.lines.some((line) => line.name === name);
    for (const first of a.filter(inside))
      for (const second of b.filter(inside)) sum += fit.areaCovariance(first, second);
  }
  return sum;
}
