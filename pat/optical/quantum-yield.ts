/**
 * Quantum yield relative to a standard that was measured alike: Φ = Φᵣ·(I/Iᵣ)·(fᵣ/f)·(n/nᵣ)², with the share of light absorbed
 * f = 1 − 10^−A (Resch-Genger, Rurack, Pure Appl. Chem. 85 (2013) 2005).
 *
 * Above an absorbance of about 0.1 the light no longer falls evenly into the cell, and the form with A in place of f gives another
 * yield: what the two differ by bounds what the geometry may do, and is taken as the half width of a rectangle.
 */
import type { Estimate } from '../../plant/analysis.ts';
import type { EmissionParameters } from '../../plant/method/emission.ts';
import { estimate } from './spectrum.ts';

export type YieldParameters = NonNullable<EmissionParameters['quantumYield']>;

export type Emitted = Readonly<{
  /** Net, in counts·nm. */
  area: number;
  areaUncertainty: number;
  /** At the excitation, in the same cell. */
  absorbance: number;
}>;

/** In %; null where too little is absorbed to divide by. */
export function relativeYield(
  { area, areaUncertainty, absorbance }: Emitted,
  parameters: YieldParameters,
  correctedAbove: number,
): Estimate | null {
  const {
    reference,
    refractiveIndex,
    leastAbsorbance,
    absorbanceUncertainty,
    absorbanceUncertaintyPercent,
    lampUncertaintyPercent,
  } = parameters;
  if (!(absorbance >= leastAbsorbance) || !(area > 0)) return null;
  const absorbed = 1 - 10 ** -absorbance;
  const percent =
    reference.quantumYieldPercent *
    (area / reference.area) *
    ((1 - 10 ** -reference.absorbance) / absorbed) *
    (refractiveIndex / reference.refractiveIndex) ** 2;
  const ofAbsorbance = Math.hypot(absorbanceUncertainty, (absorbanceUncertaintyPercent / 100) * absorbance);
  const relative = Math.hypot(
    areaUncertainty / area,
    reference.standardUncertaintyPercent / reference.quantumYieldPercent,
    lampUncertaintyPercent / 100,
    ((Math.LN10 * 10 ** -absorbance) / absorbed) * ofAbsorbance,
    absorbance > correctedAbove ? innerFilterShare(absorbance) : 0,
  );
  return estimate(percent, percent * relative);
}

const innerFilterShare = (absorbance: number): number =>
  ((Math.LN10 * absorbance) / (1 - 10 ** -absorbance) - 1) / Math.sqrt(3);
