/** Builds the plan's nodes: folders, devices, read-only variables with their properties, methods. */
import {
  DataType,
  PermissionType,
  resolveNodeId,
  WellKnownRoles,
  type AddressSpace,
  type Namespace,
  type UAMethod,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { DeviceNodes } from './device-nodes.ts';
import { addFunctionalUnit, addSensorFunction, joinToAnalyser } from './functional-units.ts';
import { addLoop } from './loop-nodes.ts';
import { methodGives, methodNames, methods, type ArgumentPlan, type MethodName } from '../calls/method-call.ts';
import { devicesNodeId } from '../plan/plan-devices.ts';
import type { FactPlan } from '../plan/plan-facts.ts';
import { namespaceUri, rootNodeId, type SkidPlan } from '../plan/space-plan.ts';
import { SpectrumNode } from './spectrum-nodes.ts';
import { childOf } from './standard-nodes.ts';
import { addTag, idOf, type TagNode } from './tag-nodes.ts';

export type SkidNodes = Readonly<{
  plan: SkidPlan;
  /** In the order of the plan's tags. */
  tags: readonly TagNode[];
  /** In the order of the plan's facts. */
  facts: readonly TagNode[];
  /** Variables that show a tag's value once more, with the tag's number. */
  mirrors: readonly Readonly<{ tag: number; shown: TagNode }>[];
  /** In the order of the plan's spectra. */
  spectra: readonly SpectrumNode[];
  methods: readonly Readonly<{ name: MethodName; node: UAMethod }>[];
}>;

/** @param now what stands there before anything is heard is of this time */
export function buildSpace(
  addressSpace: AddressSpace,
  skids: readonly SkidPlan[],
  now = new Date(0),
): readonly SkidNodes[] {
  const namespace = addressSpace.registerNamespace(namespaceUri);
  closeToWriting(addressSpace);
  const root = namespace.addFolder(addressSpace.rootFolder.objects, {
    browseName: 'Mesoline',
    nodeId: idOf(rootNodeId),
    description: 'The skids of this site.',
  });
  const devices = new DeviceNodes(namespace, addressSpace);
  return skids.map((plan) => buildSkid({ namespace, addressSpace, root, devices, now }, plan));
}

type Site = Readonly<{
  namespace: Namespace;
  addressSpace: AddressSpace;
  root: UAObject;
  devices: DeviceNodes;
  now: Date;
}>;

function buildSkid({ namespace, addressSpace, root, devices, now }: Site, plan: SkidPlan): SkidNodes {
  const objects = new Map<string, UAObject>();
  const addObject = (parent: UAObject, nodeId: string, browseName: string, description: string): UAObject => {
    const options = { componentOf: parent, browseName, nodeId: idOf(nodeId), description };
    const object = namespace.addObject({ ...options, typeDefinition: 'BaseObjectType' });
    objects.set(nodeId, object);
    return object;
  };
  const skid = namespace.addObject({
    organizedBy: root,
    browseName: plan.name,
    nodeId: idOf(plan.nodeId),
    description: plan.title,
    typeDefinition: 'BaseObjectType',
  });
  objects.set(plan.nodeId, skid);
  const mirrors: { tag: number; shown: TagNode }[] = [];
  const tags: TagNode[] = [];
  for (const unit of plan.units) {
    const lads = unit.analysers.length > 0;
    const folder = lads
      ? addFunctionalUnit(namespace, addressSpace, skid, unit)
      : addObject(skid, unit.nodeId, unit.browseName, unit.title);
    objects.set(unit.nodeId, folder);
    for (const tag of unit.tags) {
      const node = addTag(namespace, folder, tag);
      const shown = lads ? addSensorFunction(namespace, addressSpace, folder, node) : null;
      if (shown !== null) mirrors.push({ tag: tags.length, shown });
      tags.push(node);
    }
  }
  const spectra = plan.spectra.map(
    (spectrum) => new SpectrumNode(namespace, addressSpace, objects.get(spectrum.unit) ?? skid, spectrum, now),
  );
  for (const loop of plan.loops) mirrors.push(...addLoop(namespace, objects.get(loop.unit) ?? skid, loop, tags));
  const folder = addObject(skid, devicesNodeId(plan.name), 'Devices', 'The devices that this skid is read from.');
  for (const device of plan.devices) objects.set(device.nodeId, devices.add(folder, device));
  for (const unit of plan.units) {
    for (const id of unit.analysers) joinUnit(objects.get(unit.nodeId), objects.get(id));
  }
  for (const { nodeId, browseName, title } of plan.objects) addObject(skid, nodeId, browseName, title);
  const facts = plan.facts.map((fact) => addFact(namespace, objects.get(fact.under) ?? skid, fact));
  const methodNodes = methodNames.map((name) => addMethod(namespace, skid, plan, name));
  return { plan, tags, facts, mirrors, spectra, methods: methodNodes };
}

function joinUnit(unit: UAObject | undefined, analyser: UAObject | undefined): void {
  if (unit !== undefined && analyser !== undefined) joinToAnalyser(unit, analyser);
}

function addFact(namespace: Namespace, under: UAObject, plan: FactPlan): TagNode {
  if (plan.within === null) return addTag(namespace, under, plan);
  const variable = childOf(under, plan.within) as UAVariable | null;
  if (variable === null) throw new TypeError(`${plan.under} has no ${plan.within.join('/')}`);
  variable.minimumSamplingInterval = 0;
  return { plan, variable, text: null };
}

function addMethod(namespace: Namespace, skid: UAObject, plan: SkidPlan, name: MethodName) {
  const { description, takes } = methods[name];
  const node = namespace.addMethod(skid, {
    browseName: name,
    nodeId: idOf(`${plan.nodeId}.${name}`),
    description,
    inputArguments: takes.map(argumentOf),
    outputArguments: methodGives.map(argumentOf),
  });
  return { name, node };
}

const argumentOf = ({ name, dataType, description }: ArgumentPlan) => ({
  name,
  description: { text: description },
  dataType: dataType === 'BaseDataType' ? DataType.Variant : DataType[dataType],
  valueRank: -1,
});

/**
 * The stack lets whoever is logged in write some of the standard nodes and of the diagnostics it makes for each session.
 * Here no client writes anything: what they may do to the plant are the methods.
 */
function closeToWriting(addressSpace: AddressSpace): void {
  const { Browse, Read, ReceiveEvents, Call } = PermissionType;
  const permissions: PermissionType = Browse | Read | ReceiveEvents | Call;
  for (const namespace of addressSpace.getNamespaceArray()) {
    namespace.setDefaultRolePermissions([{ roleId: resolveNodeId(WellKnownRoles.AuthenticatedUser), permissions }]);
  }
}
