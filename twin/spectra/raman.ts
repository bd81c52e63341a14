/**
 * What a Raman probe with a sapphire window sees at 785 nm: lines of the dissolved and of the dots, water, the window's own lines,
 * the dots' luminescence under all of it, and what a detector adds.
 *
 * Positions are those that are usual for these bonds and modes (sapphire 379, 418, 645, 750; longitudinal modes of CdS 300, CdSe 207,
 * CdTe 167, with their overtones; P=S and P=Se stretching; S8, Se and Te of an unreacted source); widths and strengths are assumed.
 */
import type { DotMaterial, ProbeTruth } from '../skid/probe.ts';
import { coreOf } from './dot-optics.ts';
import type { Curve } from './nmr-spectrum.ts';
import { throughFilm, type Optics } from './optics.ts';
import type { Draws } from './draws.ts';
import type { Chalcogen } from './phosphorus-lines.ts';

export type RamanInstrument = Readonly<{
  lowPerCm: number;
  highPerCm: number;
  points: number;
  /** Counts of the water line at 1640 cm⁻¹ for one exposure through a clean window. */
  waterCounts: number;
  readNoiseCounts: number;
  /** Rays a spectrum, on the mean. */
  cosmicRays: number;
  fullWellCounts: number;
}>;

export const raman785: RamanInstrument = {
  lowPerCm: 100,
  highPerCm: 3425,
  points: 2048,
  waterCounts: 3000,
  readNoiseCounts: 6,
  cosmicRays: 0.4,
  fullWellCounts: 200_000,
};

type Band = Readonly<{ at: number; width: number; height: number; shape?: 'Gauss' }>;

/** All heights against water's line at 1640 cm⁻¹. */
const water: readonly Band[] = [
  { at: 480, width: 260, height: 0.55, shape: 'Gauss' },
  { at: 690, width: 300, height: 0.35, shape: 'Gauss' },
  { at: 1640, width: 90, height: 1, shape: 'Gauss' },
  { at: 3230, width: 220, height: 4.2, shape: 'Gauss' },
  { at: 3400, width: 230, height: 4.8, shape: 'Gauss' },
];
const sapphire: readonly Band[] = [
  { at: 379, width: 8, height: 0.5 },
  { at: 418, width: 8, height: 2.2 },
  { at: 645, width: 9, height: 0.7 },
  { at: 750, width: 9, height: 0.9 },
];
/** For 1 mol/L. */
const acetate: readonly Band[] = [
  { at: 928, width: 14, height: 4.5 },
  { at: 1414, width: 24, height: 3.2 },
];
const thiol: readonly Band[] = [{ at: 2575, width: 18, height: 6 }];
const bound: Readonly<Record<Chalcogen, readonly Band[]>> = {
  S: [{ at: 595, width: 16, height: 6 }],
  Se: [{ at: 465, width: 16, height: 8 }],
  Te: [],
};
const source: Readonly<Record<Chalcogen, readonly Band[]>> = {
  S: [
    { at: 153, width: 10, height: 5 },
    { at: 219, width: 10, height: 6 },
    { at: 473, width: 10, height: 5 },
  ],
  Se: [{ at: 242, width: 22, height: 8 }],
  Te: [
    { at: 120, width: 10, height: 8 },
    { at: 140, width: 10, height: 6 },
  ],
};
/** For 1 mol/L of the semiconductor's formula: the mode is near resonance. */
const mode: Readonly<Record<Exclude<DotMaterial, 'CdSe/ZnS'>, readonly Band[]>> = {
  CdS: [
    { at: 300, width: 18, height: 95 },
    { at: 600, width: 30, height: 32 },
  ],
  CdSe: [
    { at: 207, width: 15, height: 110 },
    { at: 414, width: 26, height: 30 },
  ],
  CdTe: [
    { at: 167, width: 14, height: 90 },
    { at: 334, width: 24, height: 22 },
  ],
};
const shellMode: Band = { at: 350, width: 24, height: 12 };

/** Volume of one formula in the crystal in nm³: density and molar mass of the bulk (CRC Handbook). */
const formulaNm3: Readonly<Record<Exclude<DotMaterial, 'CdSe/ZnS'>, number>> = {
  CdS: 0.0497,
  CdSe: 0.0561,
  CdTe: 0.068,
};

/** Mol of the dots' formula a litre. */
export function formulaMolPerL({ dots }: Pick<ProbeTruth, 'dots'>): number {
  if (dots === null) return 0;
  const core = coreOf(dots.material);
  return (Math.max(0, dots.particlesMolPerL) * (Math.PI / 6) * dots.diameterNm ** 3) / formulaNm3[core];
}

/** What a spectrum shows of the dots, had it no noise: the area of their first mode against that of water at 1640 cm⁻¹. */
export function modeOverWater(truth: Pick<ProbeTruth, 'dots'>): number {
  if (truth.dots === null) return 0;
  const [band] = mode[coreOf(truth.dots.material)];
  const bending = water.find(({ at }) => at === 1640);
  if (band === undefined || bending === undefined) throw new TypeError('there is no such band');
  return (areaOf(band) * formulaMolPerL(truth)) / areaOf(bending);
}

const areaOf = ({ width, height, shape }: Band): number =>
  height * width * (shape === 'Gauss' ? Math.sqrt(Math.PI / Math.LN2) / 2 : Math.PI / 2);

/** In cm⁻¹. */
export function ramanAxis({ lowPerCm, highPerCm, points }: RamanInstrument): Float64Array {
  const step = (highPerCm - lowPerCm) / (points - 1);
  return Float64Array.from({ length: points }, (_, i) => lowPerCm + i * step);
}

export function ramanOf(
  truth: ProbeTruth,
  chalcogen: Chalcogen,
  instrument: RamanInstrument,
  optics: Optics,
  draws: Draws,
): Curve {
  const { points, waterCounts, readNoiseCounts, fullWellCounts } = instrument;
  const x = ramanAxis(instrument);
  const y = new Float64Array(points);
  const clear = throughFilm(truth.film);
  const drift = optics.laserShiftPerCm;
  // The window's own lines are scattered before any film on it.
  for (const band of sapphire) add(y, x, band, waterCounts, drift);
  for (const { band, factor } of bandsOf(truth, chalcogen)) add(y, x, band, clear * waterCounts * factor, drift);
  const glow = luminescence(truth, waterCounts, clear, draws);
  for (let i = 0; i < points; i += 1) {
    const counts = (y[i] ?? 0) + glow(x[i] ?? 0);
    y[i] = counts + Math.sqrt(Math.max(0, counts)) * draws.normal() + readNoiseCounts * draws.normal();
  }
  for (let rays = draws.count(instrument.cosmicRays); rays > 0; rays -= 1) strike(y, draws);
  for (let i = 0; i < points; i += 1) y[i] = Math.min(fullWellCounts, y[i] ?? 0);
  return { x, y };
}

function bandsOf(truth: ProbeTruth, chalcogen: Chalcogen): readonly Readonly<{ band: Band; factor: number }>[] {
  const { dissolved, dots } = truth;
  const formula = formulaMolPerL(truth);
  const all = (bands: readonly Band[], factor: number) => bands.map((band) => ({ band, factor: Math.max(0, factor) }));
  const core = dots === null ? null : coreOf(dots.material);
  return [
    ...all(water, 1),
    // Two came with each cadmium, and stay in the liquid when it goes into the dots.
    ...all(acetate, 2 * (dissolved.cadmium + formula)),
    ...all(thiol, dissolved.ligand),
    ...all(bound[chalcogen], dissolved.tcepX),
    ...all(source[chalcogen], dissolved.source),
    ...(core === null ? [] : all(mode[core], formula)),
    ...(dots !== null && dots.shellNm > 0 ? all([shellMode], formula * Math.min(2, dots.shellNm)) : []),
  ];
}

function add(
  y: Float64Array,
  x: Float64Array,
  { at, width, height, shape }: Band,
  factor: number,
  drift: number,
): void {
  const half = width / 2;
  const top = height * factor;
  for (let i = 0; i < y.length; i += 1) {
    const distance = ((x[i] ?? 0) - at - drift) / half;
    const square = distance * distance;
    y[i] = (y[i] ?? 0) + top * (shape === 'Gauss' ? Math.exp(-Math.LN2 * square) : 1 / (1 + square));
  }
}

/** Light of traps, and of impurities of water and film: a slope and a hump, neither ever quite the same. */
function luminescence(
  { dots, film }: ProbeTruth,
  waterCounts: number,
  clear: number,
  draws: Draws,
): (x: number) => number {
  const ofDots = dots === null ? 0 : 4e5 * Math.max(0, dots.particlesMolPerL) * (1 - dots.quantumYield);
  const wander = 1 + 0.1 * draws.normal();
  const level = waterCounts * (0.4 + clear * Math.min(20, ofDots) * Math.max(0.2, wander) + 0.8 * film);
  const [centre, width] = [1400 + 60 * draws.normal(), 1500];
  return (x) => level * (0.35 + Math.exp(-(((x - centre) / width) ** 2)) - 0.00004 * x);
}

/** A ray of the sky lights one pixel, and as a rule some of its neighbour. */
function strike(y: Float64Array, draws: Draws): void {
  const at = Math.floor(draws.uniform() * y.length);
  const counts = 10 ** (2.7 + 1.3 * draws.uniform());
  y[at] = (y[at] ?? 0) + counts;
  if (at + 1 < y.length) y[at + 1] = (y[at + 1] ?? 0) + counts * 0.5 * draws.uniform();
}
