/** What of a device can be set although nobody has tried its model on the device itself yet. Pure. */
import type { DeviceModel } from '../plant/device-model.ts';

export const unverifiedWrites = ({ points }: DeviceModel): readonly string[] =>
  points.filter(({ access, verified }) => access === 'read-write' && !verified).map(({ name }) => name);
