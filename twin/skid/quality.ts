/** How well the particles shine: an assumption with its form and constants in the open, for no rate of it has been published. */
import { dissociated, thiolPKa } from './acid-base.ts';
import type { TwinParameters } from './parameters.ts';
import type { Dots } from './probe.ts';

/** Volume of a ZnS unit, in nm³: a quarter of zinc blende's cell, a = 0.541 nm. */
const zincSulfideNm3 = 0.0396;

/** Thickness of a shell that `units` of ZnS make around one core. */
export const shellThicknessNm = (coreNm: number, units: number): number =>
  units > 0 ? (Math.cbrt(coreNm ** 3 + (6 / Math.PI) * zincSulfideNm3 * units) - coreNm) / 2 : 0;

/** Ligands a nm² of a particle holds, about (thiols on CdX: 3 to 5). */
const ligandsPerNm2 = 4;

/** Mol of ligand that cover a mol of particles. */
export const surfaceSites = ({ diameterNm, shellNm }: Pick<Dots, 'diameterNm' | 'shellNm'>): number =>
  ligandsPerNm2 * Math.PI * (diameterNm + 2 * shellNm) ** 2;

/**
 * Quantum yield, 0 to 1. [G] Three things decide: how well thiolate covers the surface (Langmuir, by the ligand that is there for each
 * cadmium and the pH), how thick the shell is, which comes up to its best exponentially, and how uneven the particles are. `coreYield`
 * and `shellYield` are what it is at the recipe's ligand ratio and pH; both stay below the 51 % that was published as the best.
 */
export function quantumYield(
  { dots }: TwinParameters,
  {
    shellNm,
    spread,
    ligandToCadmium,
    pH,
  }: Readonly<Pick<Dots, 'shellNm' | 'spread'> & { ligandToCadmium: number; pH: number }>,
): number {
  const coverage = (ratio: number, atPH: number): number => {
    const thiolate = ratio * dissociated(atPH, thiolPKa);
    return thiolate / (thiolate + dots.yieldHalfLigandRatio);
  };
  const covered = coverage(ligandToCadmium, pH);
  const atRecipe = coverage(dots.yieldLigandRatio, dots.yieldPH);
  const uneven = Math.exp(-Math.max(0, spread - dots.seedSpread) * dots.yieldLossOfSpread);
  const shell = 1 - Math.exp(-shellNm / dots.yieldShellDepthNm);
  const best = dots.coreYield + (dots.shellYield - dots.coreYield) * shell;
  return Math.min(0.95, (best * covered * uneven) / atRecipe);
}
