/** What can be done to an emulated thermostat by hand: its probe plugged in or out, an alarm of its own, its panel. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { mesolineError } from '../../plant/errors.ts';

const flag = Type.Optional(Type.Boolean());
const control = Type.Object(
  { probe: flag, alarm: flag, remote: flag, dripTray: flag },
  { additionalProperties: false },
);
export type ThermostatControl = Static<typeof control>;

/** @throws MesolineError `instrument-control-unknown` */
export function readThermostatControl(message: unknown): ThermostatControl {
  if (Value.Check(control, message)) return message;
  throw mesolineError(
    'instrument-control-unknown',
    'thermostat',
    `${JSON.stringify(message)} is nothing that can be done to it.`,
    'Send {"probe": false}, {"alarm": true}, {"remote": false} or {"dripTray": true}.',
  );
}
