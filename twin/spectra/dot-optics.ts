/**
 * How quantum dots absorb and shine: their first exciton, what they absorb there, and where they emit.
 *
 * Extinction: Yu, Qu, Guo, Peng, Chem. Mater. 15 (2003) 2854, whose sizing curves, read backwards, place the exciton as it is seen
 * in samples with a spread of their own. Everything else is assumed, of a usual size.
 */
import type { DotMaterial, Dots } from '../skid/probe.ts';
import { diameterByExciton, excitonByDiameter, excitonRangeNm } from '../skid/sizing.ts';

type Core = 'CdS' | 'CdSe' | 'CdTe';

/** Extinction at the first exciton is `factor`·D^`power`, in L/(mol·cm) and nm. */
const extinction: Readonly<Record<Core, Readonly<{ factor: number; power: number }>>> = {
  CdS: { factor: 21_536, power: 2.3 },
  CdSe: { factor: 5857, power: 2.65 },
  CdTe: { factor: 10_043, power: 2.12 },
};

/** A shell of ZnS draws the exciton this far to the red when it is thick: assumed, 2 to 8 nm are reported for small cores. */
const shellShiftNm = 2;
const shellDepthNm = 0.5;

/** Width of one dot's line at room temperature, as a standard deviation in nm: assumed. */
const oneDotSigmaNm = 8;

export const coreOf = (material: DotMaterial): Core => (material === 'CdSe/ZnS' ? 'CdSe' : material);

/** First exciton of a core of that diameter, in nm; beyond the sizing curve, at its end. */
export function coreExcitonNm(material: DotMaterial, diameter: number): number {
  const { shortestNm, longestNm } = excitonRangeNm(material);
  const exciton = excitonByDiameter(material, diameter);
  if (!Number.isNaN(exciton)) return exciton;
  return diameter < diameterByExciton(material, (shortestNm + longestNm) / 2) ? shortestNm : longestNm;
}

export const excitonNm = ({ material, diameterNm: diameter, shellNm }: Dots): number =>
  coreExcitonNm(material, diameter) + shellShiftNm * (1 - Math.exp(-Math.max(0, shellNm) / shellDepthNm));

/** @param stokesShiftNm from the first exciton to the emission, in nm */
export const emissionNm = (dots: Dots, stokesShiftNm: number): number => excitonNm(dots) + stokesShiftNm;

/** Decadic absorbance of one centimetre at the first exciton. */
export function excitonAbsorbancePerCm({ material, diameterNm: diameter, particlesMolPerL }: Dots): number {
  const { factor, power } = extinction[coreOf(material)];
  return factor * diameter ** power * Math.max(0, particlesMolPerL);
}

/** Standard deviation of a line of the ensemble in nm: one dot's own, and the diameters' spread by the slope of the curve. */
export function lineSigmaNm({ material, diameterNm: diameter, spread }: Dots): number {
  const step = 0.01 * diameter;
  const slope =
    (coreExcitonNm(material, diameter + step) - coreExcitonNm(material, diameter - step)) / Math.max(1e-9, 2 * step);
  return Math.hypot(oneDotSigmaNm, slope * diameter * Math.max(0, spread));
}

/** Nanometres of light and electronvolts: their product. */
export const nmEv = 1239.841984;
