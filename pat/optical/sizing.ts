/**
 * Sizing curves by name: the diameter of the particles by the wavelength of their first exciton, and the extinction there.
 *
 * Yu, Qu, Guo, Peng, Chem. Mater. 15 (2003) 2854 (CdS, CdSe, CdTe; extinction too). Jasieniak, Smith, van Embden, Mulvaney,
 * Califano, J. Phys. Chem. C 113 (2009) 19468 (CdSe). A curve stands within its range of wavelengths and says nothing outside.
 */
import type { SizingCurveName } from '../../plant/method/uv-vis.ts';

type SizingCurve = Readonly<{
  title: string;
  /** Of the first exciton in nm; both ends belong to it. */
  rangeNm: readonly [number, number];
  /** Of a polynomial in nm; the constant first. */
  coefficients: readonly number[];
  /**
   * How far a sample of known size lies from the curve (k = 1, relative). Assumed: neither paper states one. For CdSe the two curves
   * differ by 1 to 5 %, which as the half width of a rectangle is 3 %; CdS and CdTe rest on fewer samples, for them 4 % is taken.
   */
  scatterPercent: number;
  /** Extinction at the first exciton is `factor`·D^`power`, in L/(mol·cm) and nm; null where the paper gives none in that form. */
  extinction: Readonly<{ factor: number; power: number }> | null;
}>;

/** Assumed (k = 1): the extinction coefficients of different papers differ by up to 30 % for the same size. */
const extinctionScatterPercent = 15;

export const sizingCurves: Readonly<Record<SizingCurveName, SizingCurve>> = {
  'yu-2003-cds': {
    title: 'Yu 2003, CdS',
    rangeNm: [330, 450],
    coefficients: [13.29, -0.092352, 1.9557e-4, -6.6521e-8],
    scatterPercent: 4,
    extinction: { factor: 21_536, power: 2.3 },
  },
  'yu-2003-cdse': {
    title: 'Yu 2003, CdSe',
    rangeNm: [450, 640],
    coefficients: [41.57, -0.4277, 1.6242e-3, -2.6575e-6, 1.6122e-9],
    scatterPercent: 3,
    extinction: { factor: 5857, power: 2.65 },
  },
  'yu-2003-cdte': {
    title: 'Yu 2003, CdTe',
    rangeNm: [480, 700],
    coefficients: [-194.84, 1.0064, -1.7147e-3, 9.8127e-7],
    scatterPercent: 4,
    extinction: { factor: 10_043, power: 2.12 },
  },
  // Its extinction at the band edge goes by another quantity than the height of the exciton.
  'jasieniak-2009-cdse': {
    title: 'Jasieniak 2009, CdSe',
    rangeNm: [450, 640],
    coefficients: [59.60816, -0.54736, 1.8873e-3, -2.85743e-6, 1.62974e-9],
    scatterPercent: 3,
    extinction: null,
  },
};

export type Size = Readonly<{
  diameterNm: number;
  /** Of the wavelength alone (k = 1): how well two samples are told apart. */
  repeatabilityNm: number;
  /** With the curve's own scatter (k = 1). */
  standardUncertaintyNm: number;
}>;

/**
 * The diameter in nm; null where the exciton is outside the curve's range.
 * @param uncertaintyNm of the exciton, k = 1
 */
export function sizeOf(curve: SizingCurveName, excitonNm: number, uncertaintyNm: number): Size | null {
  const { rangeNm, coefficients, scatterPercent } = sizingCurves[curve];
  if (!(excitonNm >= rangeNm[0] && excitonNm <= rangeNm[1])) return null;
  const diameterNm = coefficients.reduceRight((sum, coefficient) => sum * excitonNm + coefficient, 0);
  const slope = coefficients.reduceRight((sum, c, power) => (power === 0 ? sum : sum * excitonNm + power * c), 0);
  const repeatabilityNm = Math.abs(slope) * uncertaintyNm;
  const scatterNm = (scatterPercent / 100) * diameterNm;
  return { diameterNm, repeatabilityNm, standardUncertaintyNm: Math.hypot(repeatabilityNm, scatterNm) };
}

export type Extinction = Readonly<{ perMolarPerCm: number; relativeUncertainty: number }>;

/** Extinction of one mole of particles at their first exciton, with its relative uncertainty (k = 1); null where the curve has none. */
export function extinctionOf(curve: SizingCurveName, { diameterNm, standardUncertaintyNm }: Size): Extinction | null {
  const { extinction } = sizingCurves[curve];
  if (extinction === null) return null;
  const bySize = (extinction.power * standardUncertaintyNm) / diameterNm;
  return {
    perMolarPerCm: extinction.factor * diameterNm ** extinction.power,
    relativeUncertainty: Math.hypot(bySize, extinctionScatterPercent / 100),
  };
}
