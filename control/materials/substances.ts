/** What is weighed, from `materials.yaml`, and amounts of it from one unit to another. */
import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { mesolineError } from '../../plant/errors.ts';
import type { AmountUnit } from '../../plant/material-view.ts';

const Substance = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    for: Type.Array(Type.String({ minLength: 1 })),
    gPerMol: Type.Number({ exclusiveMinimum: 0 }),
    composition: Type.Record(Type.String(), Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);
const form = Compile(
  Type.Object(
    { source: Type.String(), substances: Type.Array(Substance, { minItems: 1 }) },
    { additionalProperties: false },
  ),
);
export type Substance = Static<typeof Substance>;

const shipped = new URL('materials.yaml', import.meta.url);

/** @throws MesolineError `materials-file-invalid` */
export function loadSubstances(file: string | URL = shipped): readonly Substance[] {
  const read: unknown = parse(readFileSync(file, 'utf8'));
  if (!form.Check(read)) {
    const [first] = form.Errors(read);
    throw mesolineError(
      'materials-file-invalid',
      String(file),
      first?.message ?? 'It is no list.',
      'Correct it there.',
    );
  }
  return read.substances;
}

/** Whether weighing `substance` serves what a recipe calls `asked`. */
export const serves = (substance: Substance, asked: string): boolean =>
  substance.name === asked || substance.for.includes(asked);

const grams = { kg: 1000, g: 1, mg: 0.001 } as const;
const litres = { L: 1, mL: 0.001 } as const;
const moles = { mol: 1, mmol: 0.001 } as const;
const inTable = (table: Readonly<Record<string, number>>, unit: string): number | null =>
  Object.hasOwn(table, unit) ? (table[unit] ?? null) : null;

/** `amount` in another unit; null where the two are not comparable: a volume has no mass without a density. */
export function convert(amount: number, from: AmountUnit, to: string, gPerMol: number): number | null {
  for (const table of [grams, litres, moles]) {
    const [a, b] = [inTable(table, from), inTable(table, to)];
    if (a !== null && b !== null) return (amount * a) / b;
  }
  const [g, mol] = [inTable(grams, from), inTable(moles, to)];
  if (g !== null && mol !== null) return (amount * g) / gPerMol / mol;
  const [m, gram] = [inTable(moles, from), inTable(grams, to)];
  return m !== null && gram !== null ? (amount * m * gPerMol) / gram : null;
}
