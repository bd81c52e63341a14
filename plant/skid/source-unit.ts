/** A tag that is read has the unit of what it is read from. */
import type { Path, Source } from './source.ts';

/** Notes a fault where the tag's unit is not the one `given` with its source. Both as the house writes units. */
export function checkSourceUnit(
  source: Source,
  path: Path,
  { from, unit }: Readonly<{ from: string; unit: string | null }>,
  given: string | null,
  whose: string,
): boolean {
  if (given === unit) return true;
  source.fault(
    unit === null ? path : [...path, 'unit'],
    `The tag is ${unit === null ? 'without a unit' : `in ${unit}`}, and ${from} ${given === null ? 'has none' : `is in ${given}`}.`,
    given === null ? 'Leave "unit" out.' : `Write "unit: ${quoted(given)}"; a tag from ${whose}.`,
  );
  return false;
}

const quoted = (unit: string): string => (unit === '%' ? "'%'" : unit);
