/** Reads `surroundings.yaml`. */
import { fileURLToPath } from 'node:url';
import { Type, type TSchema } from 'typebox';
import { readForm } from '../../plant/skid/form.ts';
import { Source } from '../../plant/skid/source.ts';
import type { SurroundingsParameters } from './surroundings.ts';

const positive = Type.Number({ minimum: 1e-9 });
const notNegative = Type.Number({ minimum: 0 });
const share = Type.Number({ minimum: 0, maximum: 1 });
const exactly = <T extends Record<string, TSchema>>(keys: T) => Type.Object(keys, { additionalProperties: false });

const schema = exactly({
  enclosure: exactly({
    volumeM3: positive,
    airM3PerMin: positive,
    leastAirShare: Type.Number({ minimum: 1e-6, maximum: 1 }),
    extractionAtMaximum: Type.Number({ minimum: 1, maximum: 5 }),
    fanRunDownS: positive,
    velocityMPerS: positive,
    pressurePa: Type.Number({ minimum: -250, maximum: 0 }),
    openDoorVelocityShare: share,
    openDoorPressureShare: share,
    sprayMgPerMlBar: notNegative,
    strippedMlPerMl: notNegative,
    evaporationMlPerMin: notNegative,
    trayWetMl: exactly({ A: positive, B: positive }),
    wasteHighPercent: Type.Number({ minimum: 0, maximum: 100 }),
  }),
  transmitters: exactly({
    lagS: exactly({
      gas: notNegative,
      pH: notNegative,
      air: notNegative,
      aerosol: notNegative,
      thermostat: notNegative,
    }),
    sigma: exactly({
      h2sPpm: notNegative,
      h2sePpm: notNegative,
      h2PercentLel: notNegative,
      pH: notNegative,
      airMPerS: notNegative,
      enclosurePa: notNegative,
      aerosolMgPerM3: notNegative,
      levelPercent: notNegative,
    }),
    pHOffset: exactly({ one: Type.Number(), two: Type.Number() }),
    pHDriftPerDay: Type.Number(),
    aerosolBackgroundMgPerM3: notNegative,
    h2LelPpm: positive,
  }),
});

/** @throws MesolineError `twin-parameters-invalid` with every fault of the file at its line. */
export function loadSurroundings(
  file: string = fileURLToPath(new URL('surroundings.yaml', import.meta.url)),
): SurroundingsParameters {
  const code = 'twin-parameters-invalid';
  const source = new Source(file, code);
  const surroundings = readForm(source, schema);
  source.throwFaults(code);
  if (surroundings === null) throw new TypeError('a form that fits gave no parameters');
  return surroundings;
}
