/**
 * Light of the dots behind a filter: a maximum a Stokes shift from the exciton, as wide as the sizes spread, as strong as they
 * shine, weakened by what the cell itself takes up before it leaves. Shape and instrument are assumed, of a usual size.
 */
import type { ProbeTruth } from '../skid/probe.ts';
import { dotAbsorbance } from './absorbance.ts';
import { emissionNm, lineSigmaNm } from './dot-optics.ts';
import type { Draws } from './draws.ts';
import type { Curve } from './nmr-spectrum.ts';
import { throughFilm, type Optics } from './optics.ts';

export type EmissionInstrument = Readonly<{
  lowNm: number;
  highNm: number;
  points: number;
  excitationNm: number;
  pathCm: number;
  /** Integral over the wavelength, in counts·nm, if every photon of the lamp were absorbed and shone again. */
  fullCounts: number;
  darkCounts: number;
  readNoiseCounts: number;
  saturationCounts: number;
}>;

export const fluorimeter: EmissionInstrument = {
  lowNm: 380,
  highNm: 850,
  points: 941,
  excitationNm: 365,
  pathCm: 0.1,
  fullCounts: 2e7,
  darkCounts: 120,
  readNoiseCounts: 8,
  saturationCounts: 1e6,
};

/** The red side is wider than the blue one. */
const redder = 1.12;

/** @param stokesShiftNm of the dots, in nm */
export function emissionOf(
  truth: ProbeTruth,
  stokesShiftNm: number,
  instrument: EmissionInstrument,
  optics: Optics,
  draws: Draws,
): Curve {
  const { lowNm, highNm, points, excitationNm, pathCm, fullCounts, darkCounts, readNoiseCounts } = instrument;
  const step = (highNm - lowNm) / (points - 1);
  const x = Float64Array.from({ length: points }, (_, i) => lowNm + i * step);
  const absorbed = dotAbsorbance(truth, pathCm);
  const light = throughFilm(truth.film) * Math.max(0.05, optics.lampShare);
  const shine = shineOf(truth, stokesShiftNm);
  const top = fullCounts * light * (truth.dots?.quantumYield ?? 0) * (1 - 10 ** -absorbed(excitationNm));
  const y = x.map((nm) => {
    // Half the cell, on the mean, lies between where it shines and the window.
    const leaves = 10 ** (-absorbed(nm) / 2);
    const counts = darkCounts + top * shine(nm) * leaves + remains(nm, excitationNm);
    const noise = Math.sqrt(counts) * draws.normal() + readNoiseCounts * draws.normal();
    return Math.min(instrument.saturationCounts, counts + noise);
  });
  return { x, y };
}

/** A curve of area 1 whose maximum is where the dots emit. */
function shineOf({ dots }: Pick<ProbeTruth, 'dots'>, stokesShiftNm: number): (nm: number) => number {
  if (dots === null) return () => 0;
  const [centre, blue] = [emissionNm(dots, stokesShiftNm), lineSigmaNm(dots)];
  const red = redder * blue;
  const height = 1 / (Math.sqrt(2 * Math.PI) * 0.5 * (blue + red));
  return (nm) => height * Math.exp(-0.5 * ((nm - centre) / (nm < centre ? blue : red)) ** 2);
}

/** What the filter lets through of the exciting light. */
const remains = (nm: number, excitationNm: number): number => 400 * Math.exp(-(((nm - excitationNm) / 14) ** 2));
