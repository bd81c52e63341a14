/** The margin to boiling, as the start permissive asks it (cause-and-effect matrix): P ≥ Psat(T + 10 K) + 1 bar, absolute. */
import { saturationPressureBar } from '../expression/water.ts';

/** What the house takes for the air's pressure, in bar. */
const airBar = 1.013;

/** The least pressure in bar(g) at which a line may be heated to `celsius`. */
export const permissiveBarG = (celsius: number): number => saturationPressureBar(celsius + 10) + 1 - airBar;

/** Above the permissive, for what regulators hunt and drift (0.1 to 0.5 bar), twice over. */
const reserveBar = 1;

/** The back pressure in bar(g) that `boiling margin` stands for at `celsius`, rounded up to a tenth. */
export const marginPressureBarG = (celsius: number): number =>
  Math.ceil((permissiveBarG(celsius) + reserveBar) * 10 - 1e-9) / 10;
