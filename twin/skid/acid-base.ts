/**
 * The pH of the line's liquid, measured cold: from the strong base that was put in and the acids and bases that share it. The
 * acids: TCEP's phosphonium, the ligand's thiol, and water; carboxylic acids are all dissociated where the line is run.
 */
import { at } from './species.ts';

/** Of TCEP's phosphonium. */
export const tcepPKa = 7.66;
/** Of the thiol of 3-mercaptopropionic acid, about (CRC Handbook: 10.3 to 10.8). */
export const thiolPKa = 10.3;
const waterPK = 14;

/** The share of an acid that has given its proton. */
export const dissociated = (pH: number, pKa: number): number => 1 / (1 + 10 ** (pKa - pH));

/** Alkalinity in mol/L at a pH: what strong base makes of that pH. */
export const alkalinity = (pH: number, tcepMolPerL: number, ligandMolPerL: number): number =>
  10 ** (pH - waterPK) -
  10 ** -pH +
  ligandMolPerL * dissociated(pH, thiolPKa) -
  tcepMolPerL * (1 - dissociated(pH, tcepPKa));

/** How far a step may go, so that water without a buffer is not overshot. */
const mostPerStep = 0.5;

/**
 * One step of Newton's from `guess` towards the pH of what a cell holds, which is there within a few; called every cycle, it follows.
 *
 * @param from where the cell begins in `cells`
 */
export function pHNearer(guess: number, cells: Float64Array, from: number): number {
  const litres = (cells[from + at.kg] ?? 0) / 0.997;
  if (litres <= 1e-9) return guess;
  const tcep = (cells[from + at.tcep] ?? 0) / litres;
  const ligand = (cells[from + at.ligand] ?? 0) / litres;
  const hydroxide = 10 ** (guess - waterPK);
  const hydron = 10 ** -guess;
  const thiolate = 1 / (1 + 10 ** (thiolPKa - guess));
  const phosphine = 1 / (1 + 10 ** (tcepPKa - guess));
  const excess =
    hydroxide - hydron + ligand * thiolate - tcep * (1 - phosphine) - (cells[from + at.base] ?? 0) / litres;
  const slope =
    Math.LN10 * (hydroxide + hydron + ligand * thiolate * (1 - thiolate) + tcep * phosphine * (1 - phosphine));
  const next = guess - Math.min(mostPerStep, Math.max(-mostPerStep, excess / slope));
  return Math.min(14, Math.max(0, next));
}
