/**
 * Set points at times of the process, from a file, for a run that no service steers:
 *
 *     setPoints:
 *       - { at: 2 s, set: { backPressureSetpoint: 12, flushFlowSetpoint: 40 } }
 *       - { at: 2 min, set: { reactorRampRate: 10, reactorSetpoint: 160 } }
 */
import { Type } from 'typebox';
import { parseDuration } from '../../plant/quantity.ts';
import { readForm } from '../../plant/skid/form.ts';
import { Source } from '../../plant/skid/source.ts';
import type { TimedSetPoints } from './headless.ts';

const closed = { additionalProperties: false } as const;
const schema = Type.Object(
  {
    setPoints: Type.Array(
      Type.Object({ at: Type.String({ minLength: 1 }), set: Type.Record(Type.String(), Type.Number()) }, closed),
    ),
  },
  closed,
);

const code = 'set-points-invalid';

/** @throws MesolineError `set-points-invalid` with every fault of the file at its line */
export function loadSetPoints(file: string): readonly TimedSetPoints[] {
  const source = new Source(file, code);
  const form = readForm(source, schema);
  const timed = form?.setPoints.flatMap(
    ({ at, set }, index) =>
      source.attempt(['setPoints', index], (where) => ({ atS: parseDuration(at, where) / 1000, set })) ?? [],
  );
  source.throwFaults(code);
  return timed ?? [];
}
