/** What ages or fails between a probe and its detector, whatever liquid stands in front of it. */

export type Optics = Readonly<{
  /** The lamp's light against that when the blank was taken. */
  lampShare: number;
  /** By how much the laser has left its wavelength, as the shift that every Raman line then shows, in cm⁻¹. */
  laserShiftPerCm: number;
}>;

export const cleanOptics: Optics = { lampShare: 1, laserShiftPerCm: 0 };

/** Share of the light that comes through a film of 0 to 1; a window never closes altogether. */
export const throughFilm = (film: number): number => 1 - 0.9 * Math.min(1, Math.max(0, film));
