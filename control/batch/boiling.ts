/** The margin to boiling, as the start permissive asks it (safety.md §2): P ≥ Psat(T + 10 K) + 1 bar, absolute. */
import { saturationPressureBar } from '../../plant/expression/water.ts';

/** What the house takes for the air's pressure, in bar. */
const airBar = 1.013;

/** The least pressure in bar(g) at which a reactor may be heated to `celsius`. */
export const permissiveBarG = (celsius: number): number => saturationPressureBar(celsius + 10) + 1 - airBar;
