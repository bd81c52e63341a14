/**
 * Faults at times of the process, from a file or from a trainer's program: when each begins, and when it is taken away.
 *
 *     faults:
 *       - { at: 10 min, fault: { fault: pump-stop, pump: ligand } }
 *       - { at: 20 min, until: 25 min, fault: { fault: gas, gas: h2s, ppm: 6 } }
 */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { MesolineError, mesolineError, type Fault } from '../../plant/errors.ts';
import { parseDuration } from '../../plant/quantity.ts';
import { readForm } from '../../plant/skid/form.ts';
import { Source } from '../../plant/skid/source.ts';
import { readFault } from './fault-messages.ts';
import type { ScriptEntry } from './script-entry.ts';

const closed = { additionalProperties: false } as const;
const scriptSchema = Type.Object(
  {
    faults: Type.Array(
      Type.Object(
        {
          at: Type.String({ minLength: 1 }),
          until: Type.Optional(Type.String({ minLength: 1 })),
          fault: Type.Record(Type.String(), Type.Unknown()),
        },
        closed,
      ),
    ),
  },
  closed,
);

type ScriptForm = Type.Static<typeof scriptSchema>;
type TimedFault = ScriptForm['faults'][number];

const code = 'fault-script-invalid';

/** @throws MesolineError `fault-script-invalid` with every fault of the file at its line */
export function loadFaultScript(file: string): readonly ScriptEntry[] {
  const source = new Source(file, code);
  const form = readForm(source, scriptSchema);
  const entries = form?.faults.flatMap(
    (timed, index) => source.attempt(['faults', index], (where) => entriesOf(timed, where)) ?? [],
  );
  source.throwFaults(code);
  return inOrder(entries ?? []);
}

/** @throws MesolineError `fault-script-invalid` with every fault of `value`, each where it stands in it */
export function readFaultScript(value: unknown): readonly ScriptEntry[] {
  if (!Value.Check(scriptSchema, value)) {
    const faults = Value.Errors(scriptSchema, value).map(({ instancePath, message }) => ({
      where: instancePath === '' ? 'the script' : instancePath,
      problem: `${message}.`,
      remedy: 'Write {"faults": [{"at": "10 min", "fault": {…}}]}.',
    }));
    throw new MesolineError(code, faults);
  }
  const faults: Fault[] = [];
  const entries = value.faults.flatMap((timed, index) => {
    try {
      return entriesOf(timed, `/faults/${index}`);
    } catch (thrown) {
      if (!(thrown instanceof MesolineError)) throw thrown;
      faults.push(...thrown.faults);
      return [];
    }
  });
  if (faults.length > 0) throw new MesolineError(code, faults);
  return inOrder(entries);
}

function entriesOf({ at, until, fault }: TimedFault, where: string): readonly ScriptEntry[] {
  const beginS = secondsOf(at, where);
  const request = checked(fault, where);
  const begins: ScriptEntry = { atS: beginS, message: fault };
  if (until === undefined) return [begins];
  if (request.kind !== 'stands') {
    throw mesolineError(
      code,
      where,
      `"${String(fault['fault'])}" is done once and does not last.`,
      'Leave "until" out.',
    );
  }
  const endS = secondsOf(until, where);
  if (endS <= beginS) {
    throw mesolineError(code, where, `It ends at ${until} and begins at ${at}.`, 'Let it end after it began.');
  }
  return [begins, { atS: endS, message: { fault: 'clear', only: fault } }];
}

const secondsOf = (text: string, where: string): number => parseDuration(text, where) / 1000;

function checked(fault: unknown, where: string): ReturnType<typeof readFault> {
  try {
    return readFault(fault);
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    throw new MesolineError(
      code,
      thrown.faults.map((each) => ({ ...each, where: `${where}, ${each.where}` })),
    );
  }
}

/** In the order of time; what comes at the same time, as it was written. */
const inOrder = (entries: readonly ScriptEntry[]): readonly ScriptEntry[] =>
  [...entries].sort((one, other) => one.atS - other.atS);
