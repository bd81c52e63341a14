/** Where a species' line is to be expected, in ppm against the reference. Pure. */
import type { PhosphorusSpecies } from '../../plant/method/phosphorus-nmr.ts';
import { between, type Prior } from './line-model.ts';

/** Beyond so many standard deviations of its own uncertainty a line is none of the species. */
const widest = 4;

/**
 * An acid and its base in fast exchange give one line at the mean of their shifts by their amounts: δ = δ(base) +
 * (δ(acid) − δ(base))/(1 + 10^(pH − pKa)). Where the pH is not known, it may be anywhere from one to the other.
 */
export function expectedShift({ shift }: PhosphorusSpecies, pH: number | null): Prior {
  if ('ppm' in shift) {
    const [least, most] = shift.windowPpm;
    return { mean: shift.ppm, deviation: shift.standardUncertaintyPpm, least, most };
  }
  const { basePpm, acidPpm, pKa, standardUncertaintyPH, standardUncertaintyPpm } = shift;
  const margin = widest * standardUncertaintyPpm;
  const least = Math.min(basePpm, acidPpm) - margin;
  const most = Math.max(basePpm, acidPpm) + margin;
  if (pH === null) return between(least, most);
  const acid = 1 / (1 + 10 ** (pH - pKa));
  const mean = basePpm + (acidPpm - basePpm) * acid;
  const perPH = (acidPpm - basePpm) * Math.LN10 * acid * (1 - acid);
  const deviation = Math.hypot(perPH * standardUncertaintyPH, standardUncertaintyPpm);
  return {
    mean,
    deviation,
    least: Math.max(least, mean - widest * deviation),
    most: Math.min(most, mean + widest * deviation),
  };
}
