/** From what flows, how hot and how long, to the particles at the probe. */
import type { TwinParameters } from './parameters.ts';

/** Gas constant in kJ/(mol·K). */
const gasConstant = 0.008314462618;

/** How fast D³ grows at a temperature, in nm³/s; nothing forms below the nucleation temperature. */
export const growthNm3PerS = ({ growth }: TwinParameters, celsius: number): number =>
  celsius < growth.nucleationC
    ? 0
    : growth.factorNm3PerS * Math.exp(-growth.activationEnergyKJPerMol / (gasConstant * (celsius + 273.15)));

/** Diameter in nm after D³ has grown by `grownNm3`. */
export const diameterNm = ({ growth }: TwinParameters, grownNm3: number): number =>
  Math.cbrt(growth.seedDiameterNm ** 3 + grownNm3);

/** How much of the growth the scarcer of cadmium and chalcogen allows: 1 where they are equal, 0 where one is missing. */
export const stoichiometry = (cadmium: number, chalcogen: number): number =>
  cadmium + chalcogen <= 0 ? 0 : (2 * Math.min(cadmium, chalcogen)) / (cadmium + chalcogen);

const shortestNm = 450;
const longestNm = 640;

/** Diameter of CdSe by its first exciton, in nm (Yu, Qu, Guo, Peng, Chem. Mater. 2003); stands from 450 to 640 nm. */
export const cdseDiameterNm = (excitonNm: number): number =>
  1.6122e-9 * excitonNm ** 4 - 2.6575e-6 * excitonNm ** 3 + 1.6242e-3 * excitonNm ** 2 - 0.4277 * excitonNm + 41.57;

/** The curve read the other way; NaN outside the range in which it stands. */
export function cdseExcitonNm(diameter: number): number {
  if (!(diameter >= cdseDiameterNm(shortestNm) && diameter <= cdseDiameterNm(longestNm))) return Number.NaN;
  let low = shortestNm;
  let high = longestNm;
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (cdseDiameterNm(middle) < diameter) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** What a small volume of liquid is: shares of the feeds by volume, and how much D³ its particles have grown. */
export type Parcel = Readonly<{ cadmium: number; chalcogen: number; ligand: number; grownNm3: number }>;

export const water: Parcel = { cadmium: 0, chalcogen: 0, ligand: 0, grownNm3: 0 };

/** A share of any of the three below this makes no product worth the name. */
const leastShare = 0.05;
const leastGrownNm3 = 1;

/** The particles' diameter in nm, or NaN where there are none: an analyser has nothing to see in water. */
export function productDiameterNm(parameters: TwinParameters, parcel: Parcel): number {
  const { cadmium, chalcogen, ligand, grownNm3 } = parcel;
  const most = parameters.growth.largestDiameterNm ** 3 - parameters.growth.seedDiameterNm ** 3;
  const grown = Math.min(grownNm3 * stoichiometry(cadmium, chalcogen), most);
  const isProduct = Math.min(cadmium, chalcogen, ligand) >= leastShare && grown >= leastGrownNm3;
  return isProduct ? diameterNm(parameters, grown) : Number.NaN;
}

const reacts = ({ cadmium, chalcogen }: Parcel): boolean => Math.min(cadmium, chalcogen) >= leastShare;

/**
 * Plug of liquid through cells in series. Each cell is mixed; each gains `growth` (nm³/s) for the time spent in it. The
 * last cell is what leaves.
 */
export function stepCells(
  cells: readonly Parcel[],
  entering: Parcel,
  flowMlPerS: number,
  cellMl: number,
  growth: number,
  dtS: number,
): readonly Parcel[] {
  const share = Math.min(1, (flowMlPerS * dtS) / cellMl);
  let upstream = entering;
  return cells.map((cell) => {
    const next = {
      cadmium: cell.cadmium + (upstream.cadmium - cell.cadmium) * share,
      chalcogen: cell.chalcogen + (upstream.chalcogen - cell.chalcogen) * share,
      ligand: cell.ligand + (upstream.ligand - cell.ligand) * share,
      grownNm3: cell.grownNm3 + (upstream.grownNm3 - cell.grownNm3) * share + (reacts(cell) ? growth * dtS : 0),
    };
    upstream = cell;
    return next;
  });
}
