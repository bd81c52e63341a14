/**
 * Sizing curves: the diameter of the particles by their first exciton (Yu, Qu, Guo, Peng, Chem. Mater. 15, 2854, 2003), and read the
 * other way. Each stands in its range alone.
 */
import type { DotMaterial } from './probe.ts';

type Curve = Readonly<{ shortestNm: number; longestNm: number; diameterNm: (excitonNm: number) => number }>;

const cadmiumSelenide: Curve = {
  shortestNm: 450,
  longestNm: 640,
  diameterNm: (nm) => 1.6122e-9 * nm ** 4 - 2.6575e-6 * nm ** 3 + 1.6242e-3 * nm ** 2 - 0.4277 * nm + 41.57,
};

const curves: Readonly<Record<DotMaterial, Curve>> = {
  CdS: {
    shortestNm: 330,
    longestNm: 450,
    diameterNm: (nm) => -6.6521e-8 * nm ** 3 + 1.9557e-4 * nm ** 2 - 0.092352 * nm + 13.29,
  },
  CdSe: cadmiumSelenide,
  CdTe: {
    shortestNm: 480,
    longestNm: 700,
    diameterNm: (nm) => 9.8127e-7 * nm ** 3 - 1.7147e-3 * nm ** 2 + 1.0064 * nm - 194.84,
  },
  'CdSe/ZnS': cadmiumSelenide,
};

/** In nm; NaN outside the curve's range. */
export function diameterByExciton(material: DotMaterial, excitonNm: number): number {
  const { shortestNm, longestNm, diameterNm } = curves[material];
  return excitonNm >= shortestNm && excitonNm <= longestNm ? diameterNm(excitonNm) : Number.NaN;
}

/** The first exciton of particles (of a core, where they have a shell) in nm; NaN outside the range in which the curve stands. */
export function excitonByDiameter(material: DotMaterial, diameter: number): number {
  const { shortestNm, longestNm, diameterNm } = curves[material];
  if (!(diameter >= diameterNm(shortestNm) && diameter <= diameterNm(longestNm))) return Number.NaN;
  let low = shortestNm;
  let high = longestNm;
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (diameterNm(middle) < diameter) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The excitons for which the curve of a material stands, in nm. */
export function excitonRangeNm(material: DotMaterial): Readonly<{ shortestNm: number; longestNm: number }> {
  const { shortestNm, longestNm } = curves[material];
  return { shortestNm, longestNm };
}
