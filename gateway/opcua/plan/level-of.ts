/**
 * OPC UA's ServiceLevel (Part 4, 6.6.2.4.2), by which a client of two servers chooses: 255 where every device answers, 200 to
 * 100 by the share that does not, 1 (no data) while no scan has been heard of for 2 s. Pure.
 */
export const noData = 1;
const all = 255;
const most = 200;
const least = 100;

/** @returns 255, or 200 to 100 */
export const levelOf = (devices: number, lost: number): number =>
  lost === 0 ? all : Math.round(most - ((most - least) * lost) / devices);
