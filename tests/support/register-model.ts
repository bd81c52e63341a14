/** Device models of Modbus as tests need them: the shipped ones by their protocol, and registers made by hand. */
import type { DeviceModel, PointDefinition, RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import { loadDeviceModel } from '../../plant/skid/device-model-loader.ts';

export const loadRegisterModel = (file: string): RegisterModel => registerModelOf(loadDeviceModel(file));

export function registerModelOf(model: DeviceModel | undefined): RegisterModel {
  if (model?.protocol !== 'modbus') throw new Error(`${model?.model ?? 'The device'} speaks no Modbus.`);
  return model;
}

export function registerOf(point: PointDefinition | undefined): RegisterPoint {
  if (point?.via !== 'register') throw new Error(`${point?.name ?? 'The point'} is no register.`);
  return point;
}

/** A uint16 that is only read, in the holding register 0, unless `more` says otherwise. */
export const registerPoint = (more: Partial<RegisterPoint> = {}): RegisterPoint => ({
  name: 'x',
  kind: more.type === 'bool' ? 'boolean' : more.type === 'string' ? 'text' : 'number',
  via: 'register',
  area: 'holding',
  address: 0,
  type: 'uint16',
  order: 'ABCD',
  scale: 1,
  offset: 0,
  unit: null,
  access: 'read',
  source: 'test',
  verified: true,
  ...more,
});
