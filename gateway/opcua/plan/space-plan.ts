/**
 * What the OPC UA address space holds, made from the skid files. Pure, and structured-cloneable: the main thread plans, the
 * worker builds (Part 3 nodes, Part 8 variable types).
 *
 * Node ids are strings in a namespace of our own, and stable: a tag's is its full name, `QD-1/R201/TT-201A`; a method's has a
 * full stop, which no skid's name holds: `QD-1.HotHold`; a property's a `#`, which no tag's does: `QD-1/R201/TT-201A#EURange`.
 */
import { mesolineError } from '../../../plant/errors.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { Skid, SkidType } from '../../../plant/skid/definition.ts';
import { planDevices, type DevicePlan } from './plan-devices.ts';
import { planFacts, skidObjects, type FactPlan, type SkidObject } from './plan-facts.ts';
import { planLoops, type LoopPlan } from './plan-loops.ts';
import { planSpectra, type SpectrumPlan } from './plan-spectra.ts';
import { planTag, type TagPlan } from './plan-tags.ts';

export type { TagPlan, VariableForm } from './plan-tags.ts';
import { deviceOf } from '../../../plant/skid/source-device.ts';

export const namespaceUri = 'urn:mesoline:plant';

/** The folder of all skids; a stroke begins no skid's name. */
export const rootNodeId = '/Mesoline';

export type FolderPlan = Readonly<{
  nodeId: string;
  browseName: string;
  title: string;
  /** Node ids of the analysers whose values stand in it; it is a LADS functional unit where there are any. */
  analysers: readonly string[];
  tags: readonly TagPlan[];
}>;

export type SkidPlan = Readonly<{
  nodeId: string;
  name: SkidName;
  title: string;
  units: readonly FolderPlan[];
  /** Every tag of the units, in the order in which values name them by number. */
  tags: readonly TagPlan[];
  /** Numbered on after the tags. */
  facts: readonly FactPlan[];
  objects: readonly SkidObject[];
  devices: readonly DevicePlan[];
  loops: readonly LoopPlan[];
  spectra: readonly SpectrumPlan[];
}>;

/** @throws MesolineError `node-id-twice` where two things of the skid file would be one node */
export function planSkid({ name, title, type }: Skid): SkidPlan {
  const unitNames = [...new Set([...type.units.map((unit) => unit.name), ...type.tags.map((tag) => tag.unitName)])];
  const devices = planDevices(name, type);
  const units = unitNames.map((unitName) => ({
    nodeId: `${name}/${unitName}`,
    browseName: unitName,
    title: type.units.find((unit) => unit.name === unitName)?.title ?? unitName,
    analysers: devices.filter((device) => device.analyser && standsIn(type, unitName, device)).map((one) => one.nodeId),
    tags: type.tags.filter((tag) => tag.unitName === unitName).map((tag) => planTag(name, tag)),
  }));
  const tags = units.flatMap((unit) => unit.tags);
  const loops = planLoops(name, type, tags);
  const spectra = planSpectra(name, type);
  const facts = planFacts(name, devices);
  refuseTwins(name, [...units, ...tags, ...facts, ...devices, ...loops, ...spectra]);
  return { nodeId: name, name, title, units, tags, facts, objects: skidObjects(name), devices, loops, spectra };
}

const standsIn = ({ tags, spectra }: SkidType, unitName: string, { name }: DevicePlan): boolean =>
  tags.some((tag) => tag.unitName === unitName && deviceOf(tag.source) === name) ||
  spectra.some((spectrum) => spectrum.unitName === unitName && spectrum.device === name);

function refuseTwins(skid: SkidName, nodes: readonly Readonly<{ nodeId: string }>[]): void {
  const seen = new Set<string>();
  for (const { nodeId } of nodes) {
    if (seen.has(nodeId)) {
      const reason = `Two of its tags, loops, spectra or units would be the one OPC UA node ${nodeId}.`;
      throw mesolineError('node-id-twice', `skid ${skid}`, reason, 'Rename one of them.');
    }
    seen.add(nodeId);
  }
}
