/** The shipped CdSe line with all of its rows, and what brings each of them about. */
import { fileURLToPath } from 'node:url';
import type { TwoPeople } from '../../../../plant/ports/interlock-work.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import type { TagValue } from '../../../../plant/sample.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { cold, person, Plant, running } from './plant.ts';

export const shipped = loadSkidType(fileURLToPath(new URL('../../../../plant/skids/cdse.yaml', import.meta.url)));

export const hotWhole = (): Plant => new Plant(running, shipped).released();
export const coldWhole = (): Plant => new Plant(cold, shipped).released();

export const twoPeople: TwoPeople = {
  by: person as TwoPeople['by'],
  second: { ...person, id: 'p-2', userName: 'pia', printedName: 'Pia Process' } as TwoPeople['second'],
};

export type Values = Readonly<Record<string, TagValue>>;

/** Of each row: values of a hot running skid that bring it about, after how long, and what it asks for. */
export const causes: Readonly<Record<number, readonly [values: Values, afterMs: number, demand: Demand]>> = {
  1: [{ 'G900/FT-906A': 0.29 }, 5000, 'H'],
  2: [{ 'G900/PDT-907B': -4.9 }, 5000, 'H'],
  3: [{ 'G900/AT-905A': 0.11 }, 60_000, 'none'],
  4: [{ 'G900/AT-905B': 1.1 }, 15_000, 'H'],
  5: [{ 'G900/AT-901A': 5.1, 'G900/AT-901C': 5.1 }, 5000, 'E'],
  6: [{ 'G900/AT-902B': 0.051 }, 5000, 'E'],
  7: [{ 'G900/AT-903A': 25.1 }, 5000, 'S'],
  8: [{ 'G900/LSH-908B': true }, 2000, 'S'],
  9: [{ 'R201/PT-201B': 16.3, 'R201/PT-201C': 16.3 }, 500, 'S'],
  10: [{ 'F100/PT-110': 24 }, 60_000, 'H'],
  11: [{ 'R201/PT-201A': 6.4 }, 2000, 'H'],
  12: [{ 'R201/TT-202': 170.5 }, 1000, 'S'],
  13: [{ 'R201/TT-201A': 150 }, 0, 'H'],
  14: [{ 'F100/P101.run': false, 'F100/P102.run': false, 'F100/P103.run': false }, 3000, 'H'],
  15: [{ 'R201/cooling.run': false }, 2000, 'H'],
  16: [{ 'X300/LSH-303': true }, 5000, 'S'],
  17: [{ 'F100/FT-103': 20 }, 2000, 'Hcd'],
  18: [{ 'F100/AT-105B': 9.4 }, 10_000, 'H'],
  19: [{ 'X300/AT-305A': 9.4 }, 10_000, 'B'],
  20: [{ 'G900/ZS-909A': true }, 500, 'S'],
  21: [{ 'G900/HS-910': true }, 0, 'S'],
  23: [{ 'PLC/firstOut': 2 }, 0, 'H'],
  25: [{ 'G900/PSL-911': true }, 0, 'S'],
};
