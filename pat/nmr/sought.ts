/** What is known before the fit, by the method's parameters, in the terms of the fit: Hz, radians, normal distributions. Pure. */
import type { PhosphorusNmrParameters } from '../../plant/method/phosphorus-nmr.ts';
import type { Sought } from './fit-species.ts';
import { between, known, type ModelLine, type Prior } from './line-model.ts';
import type { Line, Prepared } from './prepare.ts';

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;
export const degrees = (radian: number): number => (radian * 180) / Math.PI;

/** @param shifts of the species in their order, in ppm @param found the reference, where it was */
export function soughtOf(
  prepared: Prepared,
  { species, reference, processing, widthHz }: PhosphorusNmrParameters,
  shifts: readonly Prior[],
  found: Line | null,
): Sought {
  const perPpm = prepared.frequencyMHz;
  const hzOf = ({ mean, deviation, least, most }: Prior): Prior => ({
    mean: mean * perPpm,
    deviation: deviation * perPpm,
    least: least * perPpm,
    most: most * perPpm,
  });
  const lines: readonly ModelLine[] = species.map(({ name, extraWidthHz, satellites }, i) => ({
    name,
    shiftHz: hzOf(shifts[i] ?? known(0)),
    extraWidthHz: between(...extraWidthHz),
    satellites:
      satellites === null ? null : { abundance: satellites.abundance, couplingHz: between(...satellites.couplingHz) },
  }));
  const { tolerance } = processing.firstOrderPhaseDegrees;
  const firstOrder = prepared.phase.first;
  const shiftHz = (reference?.shiftPpm ?? 0) * perPpm;
  return {
    lines,
    reference:
      found === null || reference === null
        ? null
        : {
            found,
            shiftHz,
            line: {
              name: ' reference',
              shiftHz: known(shiftHz),
              extraWidthHz: between(...reference.extraWidthHz),
              satellites: null,
            },
          },
    // The axis as the instrument gives it: its zero is at minus the carrier's shift.
    offsetHz: known(-prepared.carrierPpm * perPpm),
    firstOrderRad:
      tolerance === 0
        ? known(firstOrder)
        : {
            mean: firstOrder,
            deviation: Math.min(0.5, radians(tolerance)),
            least: firstOrder - radians(tolerance),
            most: firstOrder + radians(tolerance),
          },
    widthHz: { mean: prepared.widthHz, deviation: prepared.widthHz / 2, least: widthHz[0], most: widthHz[1] },
    pseudoVoigt: processing.shape === 'pseudo-voigt',
    baselineOrder: processing.baselineOrder,
  };
}
