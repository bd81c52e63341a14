/** What ages or fails between a probe and its detector, whatever liquid stands in front of it. */

export type Optics = Readonly<{
  /** The lamp's light against that when the blank was taken. */
  lampShare: number;
  /** By how much the laser has left its wavelength, as the shift that every Raman line then shows, in cm⁻¹. */
  laserShiftPerCm: number;
  /** 0 to 1: film on the window beyond what the liquid has left there. */
  film: number;
}>;

export const cleanOptics: Optics = { lampShare: 1, laserShiftPerCm: 0, film: 0 };

/** Share of the light that comes through the films of the liquid's own and of a fault; a window never closes altogether. */
export const throughFilm = (ofLiquid: number, { film }: Optics): number =>
  (1 - 0.9 * within(ofLiquid)) * (1 - 0.9 * within(film));

const within = (share: number): number => Math.min(1, Math.max(0, share));
