/**
 * Particles: how fast they grow, how large and how unlike each other they are.
 *
 * Growth is of volume: D³ = D0³ + A·exp(−Ea/RT)·t, in nm and s, at the same speed for every particle while there is CdX left to grow
 * by. A and Ea are set to the two corners that were published for a line of this kind (3.31 nm at 120 °C and 45 s, 4.0 nm at 200 °C and
 * 60 s); Ea cannot be told from two corners (tests/bench/twin/growth.ts). What the time is counted in is a parameter: `nominal`, the
 * reactor's volume by the flow of cold liquid, as such papers give it, or `hot`, what the liquid really spends there.
 */
import { gasConstantKJPerMolK } from '../blocks/arrhenius.ts';
import type { TwinParameters } from './parameters.ts';
import { at } from './species.ts';
import { densityKgPerM3 } from './water.ts';

/** How fast D³ grows at a temperature, in nm³ for each s in the hot reactor; nothing forms below the nucleation temperature. */
export function growthNm3PerS({ growth }: TwinParameters, celsius: number): number {
  if (celsius < growth.nucleationC) return 0;
  const speed =
    growth.factorNm3PerS * Math.exp(-growth.activationEnergyKJPerMol / (gasConstantKJPerMolK * (celsius + 273.15)));
  return growth.residence === 'hot' ? speed : (speed * densityKgPerM3(25)) / densityKgPerM3(celsius);
}

/** Diameter in nm after D³ has grown by `grownNm3`. */
export const diameterNm = ({ growth }: TwinParameters, grownNm3: number): number =>
  Math.cbrt(growth.seedDiameterNm ** 3 + grownNm3);

/**
 * Lets the particles of a cell grow, by no more than the CdX that is left: D³ by `grownNm3`, less where it runs short (Monod).
 *
 * @param reacted gains and losses are added to it, in mol
 */
export function growIn(
  { growth }: TwinParameters,
  liquid: Float64Array,
  from: number,
  litres: number,
  grownNm3: number,
  unitsPerNm3: number,
  reacted: Float64Array,
): void {
  const particles = liquid[from + at.particles] ?? 0;
  const monomer = liquid[from + at.monomer] ?? 0;
  if (particles <= 0 || monomer <= 0) return;
  const wanted = particles * unitsPerNm3;
  const speed = (wanted * grownNm3) / (monomer + growth.halfSpeedMolPerL * litres);
  const used = monomer * (speed / (1 + speed));
  const nm3 = used / wanted;
  const core = liquid[from + at.core] ?? 0;
  const spreads = particles * nm3 * (2 * (core / wanted) + nm3);
  liquid[from + at.monomer] = monomer - used;
  liquid[from + at.core] = core + used;
  liquid[from + at.secondMoment] = (liquid[from + at.secondMoment] ?? 0) + spreads;
  reacted[at.monomer] = (reacted[at.monomer] ?? 0) - used;
  reacted[at.core] = (reacted[at.core] ?? 0) + used;
  reacted[at.secondMoment] = (reacted[at.secondMoment] ?? 0) + spreads;
}

/** Mean of D, in nm, and its standard deviation against it, told from the two moments of D³; the seeds were not alike either. */
export function sizesOf(
  { dots, growth }: TwinParameters,
  particles: number,
  core: number,
  secondMoment: number,
  unitsPerNm3: number,
): Readonly<{ diameterNm: number; spread: number }> {
  const nm3 = core / (particles * unitsPerNm3);
  // To first order: of D³ by its variance, σ_D/D = σ/(3·D³), and the mean of D is less than the root of the mean.
  const variance = Math.max(0, secondMoment / particles / nm3 ** 2 - 1);
  const ofSeeds = dots.seedSpread * (growth.seedDiameterNm ** 3 / nm3);
  return {
    diameterNm: Math.cbrt(nm3) * (1 - variance / 9),
    spread: Math.sqrt(variance / 9 + ofSeeds ** 2),
  };
}
