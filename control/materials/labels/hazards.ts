/** The words of danger that belong on a label, from `hazards.yaml`. */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { mesolineError } from '../../../plant/errors.ts';

const text = Type.String({ minLength: 1 });
const closed = { additionalProperties: false } as const;
const form = Compile(
  Type.Object(
    {
      verified: Type.Boolean(),
      substances: Type.Array(
        Type.Object({ names: Type.Array(text, { minItems: 1 }), source: text, words: Type.Array(text) }, closed),
      ),
    },
    closed,
  ),
);
const shipped = new URL('hazards.yaml', import.meta.url);

/** By the name of a substance or product; what is not there has no words known. @throws MesolineError `hazards-file-invalid` */
export function loadHazards(file: string | URL = shipped): ReadonlyMap<string, readonly string[]> {
  const read: unknown = parse(readFileSync(file, 'utf8'));
  if (!form.Check(read)) {
    const [first] = form.Errors(read);
    throw mesolineError('hazards-file-invalid', String(file), first?.message ?? 'It is no list.', 'Correct it there.');
  }
  return new Map(read.substances.flatMap(({ names, words }) => names.map((name) => [name, words] as const)));
}
