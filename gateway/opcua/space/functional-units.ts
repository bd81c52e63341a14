/** Units in which an analyser stands are LADS functional units: each measured number is a function of it as well. */
import { DataType, Variant, type AddressSpace, type Namespace, type UAObject, type UAVariable } from 'node-opcua';
import { analyserModelUri } from './companion-models.ts';
import { foundType } from './device-nodes.ts';
import type { FolderPlan } from '../plan/space-plan.ts';
import { childOf, setState } from './standard-nodes.ts';
import { addTag, idOf, type TagNode } from './tag-nodes.ts';

export function addFunctionalUnit(
  namespace: Namespace,
  addressSpace: AddressSpace,
  skid: UAObject,
  plan: FolderPlan,
): UAObject {
  const unit = foundType(addressSpace, 'FunctionalUnitType', analyserModelUri).instantiate({
    browseName: plan.browseName,
    nodeId: idOf(plan.nodeId),
    namespace,
    componentOf: skid,
    description: plan.title,
    optionals: ['FunctionSet'],
  });
  const set = (path: readonly string[], value: unknown, dataType: DataType): void => {
    const variable = childOf(unit, path) as UAVariable | null;
    variable?.setValueFromSource(new Variant({ dataType, value }));
  };
  set(['Lock', 'Locked'], false, DataType.Boolean);
  set(['Lock', 'LockingClient'], '', DataType.String);
  set(['Lock', 'LockingUser'], '', DataType.String);
  set(['Lock', 'RemainingLockTime'], 0, DataType.Double);
  setState(unit, ['FunctionalUnitState'], 'Running');
  return unit;
}

/** Puts the unit into its analysers' own sets of units. */
export function joinToAnalyser(unit: UAObject, analyser: UAObject): void {
  childOf(analyser, ['FunctionalUnitSet'])?.addReference({ referenceType: 'HasComponent', nodeId: unit });
}

/** A sensor function for a measured number; its value is the tag's own, shown once more. */
export function addSensorFunction(
  namespace: Namespace,
  addressSpace: AddressSpace,
  unit: UAObject,
  tag: TagNode,
): TagNode | null {
  const set = childOf(unit, ['FunctionSet']);
  if (set === null || tag.plan.form.kind !== 'number') return null;
  const nodeId = `${tag.plan.nodeId}.function`;
  const sensor = namespace.addObject({
    componentOf: set,
    browseName: tag.plan.browseName,
    nodeId: idOf(nodeId),
    description: tag.plan.title,
    typeDefinition: foundType(addressSpace, 'AnalogScalarSensorFunctionType', analyserModelUri),
  });
  const index = addressSpace.getNamespaceIndex(analyserModelUri);
  namespace.addVariable({
    propertyOf: sensor,
    browseName: { name: 'IsEnabled', namespaceIndex: index },
    nodeId: idOf(`${nodeId}#IsEnabled`),
    dataType: 'Boolean',
    accessLevel: 'CurrentRead',
    userAccessLevel: 'CurrentRead',
    minimumSamplingInterval: 0,
    value: new Variant({ dataType: DataType.Boolean, value: true }),
  });
  const plan = { ...tag.plan, nodeId: `${nodeId}.SensorValue`, browseName: 'SensorValue' };
  return addTag(namespace, sensor, plan, index);
}
