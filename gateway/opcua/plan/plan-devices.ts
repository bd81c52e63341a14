/** The devices of a skid as nodes: what the skid file and the model say of each; what the device says itself comes later. */
import type { DeviceModel } from '../../../plant/device-model.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';

export type DevicePlan = Readonly<{
  nodeId: string;
  /** As the skid file names it: `PLC-1`. */
  name: string;
  title: string;
  /** The model's file name, such as `generic-skid-plc`. */
  model: string;
  modelTitle: string;
  manufacturer: string | null;
  product: string | null;
  /** The model file's SHA-256: what the values are read by. */
  modelDigest: string;
  /** An instrument that measures by itself what the product is: a LADS device. */
  analyser: boolean;
}>;

/** The folder of a skid's devices; the full stop keeps it apart from its units. */
export const devicesNodeId = (skid: SkidName): string => `${skid}.Devices`;

export const planDevices = (skid: SkidName, { devices }: SkidType): readonly DevicePlan[] =>
  devices.map(({ name, title, model }) => ({
    nodeId: `${devicesNodeId(skid)}/${name}`,
    name,
    title,
    model: model.model,
    modelTitle: model.title,
    manufacturer: model.identity?.manufacturer ?? null,
    product: model.identity?.product ?? null,
    modelDigest: model.digest,
    analyser: isAnalyser(model),
  }));

/** These protocols are spoken by analysers only; any other device is one where it gives spectra. */
const isAnalyser = ({ protocol, spectra }: DeviceModel): boolean =>
  ['spinsolve', 'opcua', 'spectra-folder'].includes(protocol) || spectra.length > 0;
