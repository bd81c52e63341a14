/**
 * Absorbance of the dots in a flow cell: the first exciton on the rise of what lies above it, scattering, the lamp's drift and noise.
 *
 * The height at the first exciton is ε·c·l of the sizing paper; the shape above it is assumed, after spectra as they are usual.
 */
import type { ProbeTruth } from '../skid/probe.ts';
import { excitonAbsorbancePerCm, excitonNm, lineSigmaNm, nmEv } from './dot-optics.ts';
import type { Draws } from './draws.ts';
import type { Curve } from './nmr-spectrum.ts';
import { throughFilm, type Optics } from './optics.ts';

export type AbsorbanceInstrument = Readonly<{
  lowNm: number;
  highNm: number;
  points: number;
  pathCm: number;
  /** σ where nothing absorbs. */
  noiseAbsorbance: number;
  /** Share of the light that comes by ways of its own: no absorbance is seen above its logarithm. */
  strayLight: number;
  /** The lamp's own drift from one spectrum to the next, as a share of its light. */
  lampSigma: number;
}>;

export const diodeArray: AbsorbanceInstrument = {
  lowNm: 300,
  highNm: 800,
  points: 1001,
  pathCm: 0.1,
  noiseAbsorbance: 0.002,
  strayLight: 5e-4,
  lampSigma: 0.003,
};

/** Absorbance of the dots alone at a wavelength, in a cell of this path. */
export function dotAbsorbance({ dots }: Pick<ProbeTruth, 'dots'>, pathCm: number): (nm: number) => number {
  if (dots === null) return () => 0;
  const exciton = excitonNm(dots);
  const first = nmEv / exciton;
  const sigma = (lineSigmaNm(dots) / exciton) * first;
  const height = excitonAbsorbancePerCm(dots) * pathCm;
  return (nm) => {
    const above = nmEv / nm - first;
    const line = Math.exp(-0.5 * (above / sigma) ** 2);
    const second = 0.7 * Math.exp(-0.5 * ((above - 0.27) / (1.6 * sigma)) ** 2);
    // What the bulk absorbs, begun softly well above the first line.
    const rise = (1.1 + 1.6 * Math.max(0, above)) / (1 + Math.exp(-(above - 0.4) / 0.07));
    return height * (line + second + rise);
  };
}

export function absorbanceOf(truth: ProbeTruth, instrument: AbsorbanceInstrument, optics: Optics, draws: Draws): Curve {
  const { lowNm, highNm, points, pathCm, noiseAbsorbance, strayLight, lampSigma } = instrument;
  const step = (highNm - lowNm) / (points - 1);
  const ofDots = dotAbsorbance(truth, pathCm);
  const lamp = Math.max(0.05, optics.lampShare + lampSigma * draws.normal());
  const clear = throughFilm(truth.film);
  const x = Float64Array.from({ length: points }, (_, i) => lowNm + i * step);
  const y = x.map((nm) => {
    const scattered = 0.004 * pathCm * 10 * (500 / nm) ** 4;
    // An old lamp loses its blue light first.
    const light = lamp * (1 - (1 - optics.lampShare) * 0.5 * ((550 - nm) / 250)) * clear;
    const passed = 10 ** -(ofDots(nm) + scattered);
    const seen = light * (passed + strayLight);
    const noise = noiseAbsorbance * Math.sqrt(0.5 + 0.5 / Math.max(passed, strayLight));
    return -Math.log10(Math.max(1e-6, seen)) + noise * draws.normal();
  });
  return { x, y };
}
