/** Plausible curves: lines on a flat or fluorescing ground, with noise. What they stand for is for the eye, not for chemistry. */
import type { Curve } from './spectrum-files.ts';

export type Line = Readonly<{ at: number; width: number; height: number }>;

/** @param noise the standard deviation, from a `random` of 0 to below 1 */
export function curveOf(
  axis: Readonly<{ low: number; high: number; points: number }>,
  lines: readonly Line[],
  ground: (x: number) => number,
  noise: number,
  random: () => number,
): Curve {
  const step = (axis.high - axis.low) / (axis.points - 1);
  const x = Float64Array.from({ length: axis.points }, (_, i) => axis.low + i * step);
  const y = x.map((at) => {
    // Lorentzian, as lines of NMR and of Raman scattering are.
    const signal = lines.reduce((sum, { at: centre, width, height }) => {
      const distance = (at - centre) / (width / 2);
      return sum + height / (1 + distance * distance);
    }, 0);
    // The sum of twelve is close enough to a normal distribution.
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += random();
    return ground(at) + signal + noise * sum;
  });
  return { x, y };
}

/** A phosphine and its oxide, ³¹P. */
export const phosphorus = (random: () => number): Curve =>
  curveOf(
    { low: -100, high: 150, points: 4096 },
    [
      { at: 16.4, width: 0.4, height: 100 },
      { at: 57.1, width: 0.5, height: 22 },
    ],
    () => 0,
    0.4,
    random,
  );

/** The longitudinal modes of CdSe and CdS over water and fluorescence, at 785 nm. @param counts of the stronger line */
export const raman = (random: () => number, counts = 4000): Curve =>
  curveOf(
    { low: 100, high: 3425, points: 2048 },
    [
      { at: 206, width: 14, height: counts },
      { at: 298, width: 18, height: counts * 0.35 },
      { at: 1640, width: 90, height: counts * 0.2 },
      { at: 3250, width: 260, height: counts * 0.9 },
    ],
    (x) => 1500 + 2500 * Math.exp(-(((x - 1500) / 1600) ** 2)),
    12,
    random,
  );
