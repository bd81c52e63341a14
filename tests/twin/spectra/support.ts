/** A probe's truth to change a part of, and ways to look at a curve. */
import type { Dots, ProbeTruth } from '../../../twin/skid/probe.ts';
import { drawsOf, sourceOf } from '../../../twin/spectra/draws.ts';
import type { Curve } from '../../../twin/spectra/nmr-spectrum.ts';

export const dots: Dots = {
  material: 'CdSe',
  diameterNm: 3.6,
  spread: 0.08,
  shellNm: 0,
  quantumYield: 0.3,
  particlesMolPerL: 3e-6,
};

export const truth: ProbeTruth = {
  dissolved: {
    tcep: 0.002,
    oxide: 0.001,
    tcepX: 0.017,
    source: 0.003,
    cadmium: 0.003,
    ligand: 0.02,
    zinc: 0,
    oxygen: 0,
  },
  dots,
  pH: 10,
  celsius: 25,
  flowMlPerMin: 20,
  film: 0,
};

export const drawsFrom = (seed: number) => drawsOf(sourceOf(seed, 1, 0));

/** Where the curve is highest between two places. */
export function topBetween({ x, y }: Curve, low: number, high: number): Readonly<{ at: number; height: number }> {
  let [at, height] = [Number.NaN, -Infinity];
  for (let i = 0; i < x.length; i += 1) {
    if (x[i]! < low || x[i]! > high || y[i]! <= height) continue;
    [at, height] = [x[i]!, y[i]!];
  }
  return { at, height };
}

export const valueAt = ({ x, y }: Curve, place: number): number => {
  let best = 0;
  for (let i = 1; i < x.length; i += 1) if (Math.abs(x[i]! - place) < Math.abs(x[best]! - place)) best = i;
  return y[best]!;
};

/** The mean over a stretch of the axis. */
export function meanBetween({ x, y }: Curve, low: number, high: number): number {
  const within = [...y].filter((_, i) => x[i]! >= low && x[i]! <= high);
  return within.reduce((sum, value) => sum + value, 0) / within.length;
}
