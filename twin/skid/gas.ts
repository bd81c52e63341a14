/**
 * Gas that stands over the line's liquid in equilibrium. The lower the pH, the more of what chalcogenide is free stands as H2X and
 * leaves the water: ppm = C·10⁶/(kH·(1 + 10^(pH − pKa))).
 */
import type { TwinParameters } from './parameters.ts';
import { lagged } from './lag.ts';
import { at } from './species.ts';

/** In ppm. H2Te is counted as H2Se, which is watched for in its place. */
export type Headspace = Readonly<{ h2s: number; h2se: number; h2: number }>;

export const noGas: Headspace = { h2s: 0, h2se: 0, h2: 0 };

/** Of the first proton of H2X, and Henry's constant in mol/(L·atm). */
const equilibria = {
  h2s: { pKa: 7.0, henry: 0.1 },
  h2se: { pKa: 3.89, henry: 0.084 },
  h2te: { pKa: 2.6, henry: 0.084 },
} as const;

/** Henry's constant of hydrogen at 25 °C, in mol/(L·atm). */
const hydrogenHenry = 7.8e-4;
/** Where hydride that came with the source is gone to hydrogen by half within the line's time. */
const hydridePK = 8;
const mostPpm = 1e6;

/** @param from where the cell of the liquid that meets air begins */
export function headspaceAfter(
  { gas, dots }: TwinParameters,
  before: Headspace,
  liquid: Float64Array,
  from: number,
  pH: number,
  dtS: number,
): Headspace {
  const litres = (liquid[from + at.kg] ?? 0) / 0.997;
  const source = litres > 0 ? (liquid[from + at.source] ?? 0) / litres : 0;
  const sulfide = litres > 0 ? (gas.chalcogenideShare * (liquid[from + at.shellSource] ?? 0)) / litres : 0;
  if (source <= 0 && sulfide <= 0 && before.h2 <= 0) return noGas;
  const over = (molPerL: number, { pKa, henry }: Readonly<{ pKa: number; henry: number }>): number =>
    Math.min(mostPpm, (molPerL * 1e6) / (henry * (1 + 10 ** (pH - pKa))));
  const free = gas.chalcogenideShare * source;
  const ofCore =
    dots.material === 'CdS'
      ? { h2s: over(free + sulfide, equilibria.h2s), h2se: 0 }
      : {
          h2s: over(sulfide, equilibria.h2s),
          h2se: over(free, dots.material === 'CdTe' ? equilibria.h2te : equilibria.h2se),
        };
  const hydride = gas.hydrideMolPerMolSource * source;
  const h2 = Math.min(mostPpm, (hydride * 1e6) / (hydrogenHenry * (1 + 10 ** (pH - hydridePK))));
  return {
    h2s: settled(before.h2s, ofCore.h2s, gas.lagS, dtS),
    h2se: settled(before.h2se, ofCore.h2se, gas.lagS, dtS),
    h2: settled(before.h2, h2, gas.lagS, dtS),
  };
}

/** A trace that nobody can measure is none. */
const settled = (before: number, now: number, lagS: number, dtS: number): number => {
  const value = lagged(before, now, lagS, dtS);
  return value < 1e-9 ? 0 : value;
};
