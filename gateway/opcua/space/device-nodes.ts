/**
 * The devices of a skid: DI DeviceTypes with their nameplate, analysers LADS devices. What a nameplate says of the device's own
 * words comes with its connection; what the model file says stands from the start.
 */
import {
  coerceLocalizedText,
  DataType,
  Variant,
  type AddressSpace,
  type Namespace,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  type VariantOptions,
} from 'node-opcua';
import { analyserModelUri, deviceModelUri } from './companion-models.ts';
import type { DevicePlan } from '../plan/plan-devices.ts';
import { childOf, setState } from './standard-nodes.ts';
import { addProperty, idOf } from './tag-nodes.ts';

export class DeviceNodes {
  readonly #namespace: Namespace;
  readonly #addressSpace: AddressSpace;
  /** DI's own is abstract. */
  readonly #type: UAObjectType;
  readonly #set: UAObject | null;

  constructor(namespace: Namespace, addressSpace: AddressSpace) {
    this.#namespace = namespace;
    this.#addressSpace = addressSpace;
    const index = addressSpace.getNamespaceIndex(deviceModelUri);
    this.#type = namespace.addObjectType({
      browseName: 'FieldDeviceType',
      nodeId: idOf('/FieldDeviceType'),
      subtypeOf: foundType(addressSpace, 'DeviceType', deviceModelUri),
      description: 'A device that a skid is read from and commanded by.',
    });
    this.#set = addressSpace.rootFolder.objects.getFolderElementByName('DeviceSet', index) as UAObject | null;
  }

  add(folder: UAObject, plan: DevicePlan): UAObject {
    const type = plan.analyser ? foundType(this.#addressSpace, 'LADSDeviceType', analyserModelUri) : this.#type;
    const device = type.instantiate({
      browseName: plan.name,
      nodeId: idOf(plan.nodeId),
      namespace: this.#namespace,
      componentOf: folder,
      description: plan.title,
      optionals: ['DeviceHealth', 'Manufacturer', 'Model', 'SerialNumber', 'SoftwareRevision'],
    });
    this.#set?.addReference({ referenceType: 'Organizes', nodeId: device });
    // Mandatory by DI, and said by none of our devices: empty, as DI has it, where it is not known.
    for (const name of [
      'HardwareRevision',
      'DeviceRevision',
      'DeviceManual',
      'AssetId',
      'ProductCode',
      'ProductInstanceUri',
    ])
      fill(device, name, { dataType: DataType.String, value: '' });
    fill(device, 'ComponentName', text(plan.title));
    fill(device, 'RevisionCounter', { dataType: DataType.Int32, value: -1 });
    fill(device, 'ManufacturerUri', { dataType: DataType.String, value: '' });
    addProperty(device, plan.nodeId, 'DeviceModel', 'String', { dataType: DataType.String, value: plan.model });
    addProperty(device, plan.nodeId, 'DeviceModelDigest', 'String', {
      dataType: DataType.String,
      value: plan.modelDigest,
    });
    if (plan.analyser) setState(device, ['DeviceState'], 'Operate');
    return device;
  }
}

const text = (value: string): VariantOptions => ({
  dataType: DataType.LocalizedText,
  value: coerceLocalizedText(value),
});

function fill(device: UAObject, name: string, value: VariantOptions): void {
  const variable = childOf(device, [name]) as UAVariable | null;
  if (variable === null) return;
  // AssetId and others are texts of one kind here and of another there.
  const wanted = variable.dataType.value === (DataType.LocalizedText as number) ? text(String(value.value)) : value;
  variable.setValueFromSource(new Variant(wanted));
}

export function foundType(addressSpace: AddressSpace, name: string, uri: string): UAObjectType {
  const type = addressSpace.findObjectType(name, addressSpace.getNamespaceIndex(uri));
  if (type === null) throw new TypeError(`the model ${uri} has no ${name}`);
  return type;
}
