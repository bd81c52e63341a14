/** The table of accuracy as text, and as what a bench reports: each row with its source, and how many miss their goal. */
import { atMost, type Measured } from '../../support/measured.ts';
import type { AccuracyRow } from '../accuracy-row.ts';

export type Part = () => Promise<readonly AccuracyRow[]>;

/** Runs the parts one after the other, saying which. */
export async function accuracyTable(
  parts: Readonly<Record<string, Part>>,
  say: (line: string) => void,
): Promise<readonly Measured[]> {
  const rows: AccuracyRow[] = [];
  for (const [name, part] of Object.entries(parts)) {
    say(`${name}:`);
    const own = await part();
    rows.push(...own);
  }
  return [
    ...rows.map(({ what, got, unit, goal, passed, source }) => ({
      ...atMost(what, Number(got.toPrecision(5)), unit),
      said: goal,
      passed,
      source,
    })),
    atMost('rows that miss their goal', rows.filter(({ passed }) => passed === false).length, '', 0),
    atMost('rows that could not be measured here', rows.filter(({ passed }) => passed === null).length, ''),
  ];
}
