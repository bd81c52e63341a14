/**
 * How quantum dots absorb and shine: their first exciton, what they absorb there, and where they emit.
 *
 * Size and absorption: Yu, Qu, Guo, Peng, Chem. Mater. 15 (2003) 2854. The curves give the diameter by the first exciton as it
 * is seen in samples with a spread of their own; they are read backwards here. Everything else is assumed, of a usual size.
 */
import type { DotMaterial, Dots } from '../skid/probe.ts';

type Core = 'CdS' | 'CdSe' | 'CdTe';
type Curve = Readonly<{ low: number; high: number; coefficients: readonly number[] }>;

/** Diameter in nm as a polynomial of the first exciton in nm, the constant first; stands from `low` to `high` nm. */
const sizing: Readonly<Record<Core, Curve>> = {
  CdS: { low: 330, high: 450, coefficients: [13.29, -0.092352, 1.9557e-4, -6.6521e-8] },
  CdSe: { low: 450, high: 640, coefficients: [41.57, -0.4277, 1.6242e-3, -2.6575e-6, 1.6122e-9] },
  CdTe: { low: 480, high: 700, coefficients: [-194.84, 1.0064, -1.7147e-3, 9.8127e-7] },
};

/** Extinction at the first exciton is `factor`·D^`power`, in L/(mol·cm) and nm. */
const extinction: Readonly<Record<Core, Readonly<{ factor: number; power: number }>>> = {
  CdS: { factor: 21_536, power: 2.3 },
  CdSe: { factor: 5857, power: 2.65 },
  CdTe: { factor: 10_043, power: 2.12 },
};

/** From the first exciton to the emission, in nm: CdSe 10 to 20, CdTe 20 to 50; CdS assumed as CdSe. */
const stokesNm: Readonly<Record<Core, number>> = { CdS: 15, CdSe: 15, CdTe: 35 };

/** A shell of ZnS draws the exciton this far to the red when it is thick: assumed, 2 to 8 nm are reported for small cores. */
const shellShiftNm = 2;
const shellDepthNm = 0.5;

/** Width of one dot's line at room temperature, as a standard deviation in nm: assumed. */
const oneDotSigmaNm = 8;

export const coreOf = (material: DotMaterial): Core => (material === 'CdSe/ZnS' ? 'CdSe' : material);

const diameterNm = ({ coefficients }: Curve, excitonNm: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * excitonNm + coefficient, 0);

/** First exciton of a core of that diameter, in nm; beyond the curve, at its end. */
export function coreExcitonNm(material: DotMaterial, diameter: number): number {
  const curve = sizing[coreOf(material)];
  let { low, high } = curve;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (diameterNm(curve, middle) < diameter) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export const excitonNm = ({ material, diameterNm: diameter, shellNm }: Dots): number =>
  coreExcitonNm(material, diameter) + shellShiftNm * (1 - Math.exp(-Math.max(0, shellNm) / shellDepthNm));

export const emissionNm = (dots: Dots): number => excitonNm(dots) + stokesNm[coreOf(dots.material)];

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
