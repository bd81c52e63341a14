/** The line of a Raman spectrum that is always there, such as that of the probe's sapphire: where it stands, how clear of the noise. */
import type { RamanParameters } from '../../plant/method/raman.ts';
import { noiseOf } from '../curve/noise.ts';
import { fitPeaks } from '../curve/peak-fit.ts';

export type ReferenceLine = Readonly<{ shiftErrorPerCm: number; signalToNoise: number; widthPerCm: number }>;

/** Null where it does not stand clear of the noise, or only at the edge of where it is looked for. */
export function findReference(
  x: Float64Array,
  y: Float64Array,
  { atPerCm, searchPerCm, widthPerCm, leastSignalToNoise }: RamanParameters['reference'],
): ReferenceLine | null {
  const [narrow, wide] = widthPerCm;
  const half = searchPerCm + 2.5 * wide;
  const start = x.findIndex((value) => value >= atPerCm - half);
  const beyond = x.findIndex((value) => value > atPerCm + half);
  const end = beyond < 0 ? x.length : beyond;
  if (start < 0 || end - start < 10) return null;
  const [nearX, nearY] = [x.slice(start, end), y.slice(start, end)];
  const noise = Math.max(noiseOf(nearY), Number.MIN_VALUE);
  const fit = fitPeaks(nearX, nearY, new Float64Array(nearX.length).fill(noise), {
    lines: [
      {
        name: 'reference',
        centre: {
          start: startOf(nearX, nearY, atPerCm, searchPerCm),
          least: atPerCm - searchPerCm,
          most: atPerCm + searchPerCm,
        },
        width: { start: (narrow + wide) / 2, least: narrow, most: wide },
        lorentzShare: { start: 1, least: 0, most: 1 },
      },
    ],
    backgroundOrder: 2,
  });
  const line = fit.lines[0];
  if (line === undefined || line.centre.atBound || line.height < leastSignalToNoise * noise) return null;
  return {
    shiftErrorPerCm: line.centre.value - atPerCm,
    signalToNoise: line.height / noise,
    widthPerCm: line.width.value,
  };
}

/** The highest point above the straight line between the window's ends, where it is looked for. */
function startOf(x: Float64Array, y: Float64Array, at: number, search: number): number {
  const [x0, x1] = [x[0] ?? 0, x.at(-1) ?? 0];
  const [y0, y1] = [y[0] ?? 0, y.at(-1) ?? 0];
  let [best, most] = [at, -Infinity];
  for (let i = 0; i < x.length; i += 1) {
    const here = x[i] ?? 0;
    if (Math.abs(here - at) >= search) continue;
    const above = (y[i] ?? 0) - y0 - ((here - x0) / (x1 - x0)) * (y1 - y0);
    if (above > most) [best, most] = [here, above];
  }
  return best;
}
