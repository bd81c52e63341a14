/** Values and limits of recipes as people read them. Pure. */
import type { FormulaLimit } from '../../../../plant/recipe/recipe.ts';
import type { Range } from '../../../../plant/skid/definition.ts';

/** Without digits that only the arithmetic of units has brought. */
const figure = (value: number): string => String(Number(value.toPrecision(9)));

export const sayValue = (value: number, unit: string | null): string =>
  unit === null ? figure(value) : `${figure(value)} ${unit}`;

/** `150 to 170 °C` */
export const sayRange = ({ low, high }: Range, unit: string | null): string =>
  `${figure(low)} to ${sayValue(high, unit)}`;

/** `at least 95 %`, `582 to 592 nm`; a bound that is not there is not said. */
export function sayBounds(low: number | null, high: number | null, unit: string | null): string {
  if (low !== null && high !== null) return sayRange({ low, high }, unit);
  if (low !== null) return `at least ${sayValue(low, unit)}`;
  return high === null ? '' : `at most ${sayValue(high, unit)}`;
}

export const sayLimit = ({ low, high, unit, reading }: FormulaLimit): string =>
  `${sayBounds(low, high, unit)}, by ${reading}`;
