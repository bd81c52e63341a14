/** Who a device says it is: the points its model names for that, and 43/14; maker and product else as the model has them. */
import type { RegisterModel } from '../../plant/device-model.ts';
import type { DeviceIdentity } from '../../plant/ports/scan-consumer.ts';
import { decodeFrom } from './codec.ts';
import type { Identification } from './identification.ts';
import { ModbusException } from './link-errors.ts';
import type { ModbusLink } from './link.ts';
import { isBits, lengthOf } from './read-plan.ts';

/**
 * Null where the model names nothing to ask for.
 * @throws MesolineError as `ModbusLink`; a device that has not what is asked says nothing of it
 */
export async function readIdentity(model: RegisterModel, link: ModbusLink): Promise<DeviceIdentity | null> {
  const { identity } = model;
  if (identity === null) return null;
  const serial = await textOf(model, link, identity.serial);
  const firmware = await textOf(model, link, identity.firmware);
  const said: Identification | null =
    identity.deviceIdentification === true ? await unlessRefused(() => link.identify()) : null;
  return {
    manufacturer: said?.get(0) ?? identity.manufacturer,
    product: said?.get(1) ?? identity.product,
    serial,
    firmware: firmware ?? said?.get(2) ?? null,
  };
}

async function textOf(model: RegisterModel, link: ModbusLink, name: string | undefined): Promise<string | null> {
  const point = model.points.find((each) => each.name === name);
  if (point === undefined) return null;
  const { area, address } = point;
  const length = lengthOf(point);
  const data = await unlessRefused<readonly (number | boolean)[]>(() =>
    isBits(area) ? link.readBits(area, address, length) : link.readRegisters(area, address, length),
  );
  const value = data === null ? null : decodeFrom(point, data, 0).value;
  return value === null ? null : String(value);
}

async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof Error && thrown.cause instanceof ModbusException) return null;
    throw thrown;
  }
}
