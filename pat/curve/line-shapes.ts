/** Shapes of lines, of unit area: pseudo-Voigt between Gauss (share 0) and Lorentz (share 1), by centre and full width at half maximum. */

const gaussHeight = 2 * Math.sqrt(Math.LN2 / Math.PI);
const lorentzHeight = 2 / Math.PI;

/** Height at the centre of a line of unit area. */
export const heightOfUnitArea = (width: number, lorentzShare: number): number =>
  (lorentzShare * lorentzHeight + (1 - lorentzShare) * gaussHeight) / width;

export type ShapeSlopes = { value: number; byCentre: number; byWidth: number; byShare: number };

/** Value and derivatives at `x` of a line of unit area, written into `out`. */
export function pseudoVoigt(x: number, centre: number, width: number, lorentzShare: number, out: ShapeSlopes): void {
  const u = (2 * (x - centre)) / width;
  const square = u * u;
  const gauss = (gaussHeight / width) * Math.exp(-Math.LN2 * square);
  const lorentz = lorentzHeight / width / (1 + square);
  const gaussByU = -2 * Math.LN2 * u * gauss;
  const lorentzByU = (-2 * u * lorentz) / (1 + square);
  const byU = lorentzShare * lorentzByU + (1 - lorentzShare) * gaussByU;
  out.value = lorentzShare * lorentz + (1 - lorentzShare) * gauss;
  out.byCentre = (-2 / width) * byU;
  out.byWidth = (-u * byU - out.value) / width;
  out.byShare = lorentz - gauss;
}
