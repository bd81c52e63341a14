/** How far the numbers of `twin/parameters/` may be off, as data: `twin/uncertainty.yaml`. */
import { fileURLToPath } from 'node:url';
import { Type, type Static } from 'typebox';
import { readForm } from '../../plant/skid/form.ts';
import { Source } from '../../plant/skid/source.ts';

const closed = { additionalProperties: false } as const;
const uncertaintySchema = Type.Object(
  {
    /** Section and number, such as `stage1.lagS`. */
    of: Type.String({ pattern: '^[a-zA-Z0-9]+(\\.[a-zA-Z0-9]+)+$' }),
    /** The ends of where it may be: as it stands (`from`, `to`), or times what the skid's file says (`times`). */
    from: Type.Optional(Type.Number()),
    to: Type.Optional(Type.Number()),
    times: Type.Optional(Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })])),
    /** Even between the ends, or even in the logarithm. */
    spread: Type.Union([Type.Literal('even'), Type.Literal('even in the logarithm')]),
    /** Why these ends. */
    source: Type.String({ minLength: 1 }),
  },
  closed,
);
const fileSchema = Type.Object({ numbers: Type.Array(uncertaintySchema, { minItems: 1 }) }, closed);

export type Uncertainty = Static<typeof uncertaintySchema>;

const shipped = fileURLToPath(new URL('../uncertainty.yaml', import.meta.url));
const code = 'uncertainty-invalid';

/** @throws MesolineError `uncertainty-invalid` with every fault of the file at its line */
export function loadUncertainties(file = shipped): readonly Uncertainty[] {
  const source = new Source(file, code);
  const form = readForm(source, fileSchema);
  form?.numbers.forEach(({ of, from, to, times, spread }, index) => {
    const at = ['numbers', index] as const;
    const ends = times ?? (from === undefined || to === undefined ? null : ([from, to] as const));
    const isOne = (times === undefined) !== (from === undefined) && (from === undefined) === (to === undefined);
    if (ends === null || !isOne) {
      source.fault(at, `${of} has no ends.`, 'Give it "from" and "to", or "times", and not both.');
    } else if (ends[0] > ends[1] || (spread === 'even in the logarithm' && ends[0] <= 0)) {
      source.fault(at, `The ends of ${of} are ${ends[0]} and ${ends[1]}.`, 'Write the lower one first, above zero.');
    }
  });
  source.throwFaults(code);
  if (form === null) throw new TypeError('a form that fits gave no numbers');
  return form.numbers;
}
