/** An address space as the worker builds it, without a server around it. */
import { AddressSpace, type BaseNode } from 'node-opcua';
import { generateAddressSpace } from 'node-opcua-address-space/nodeJS.js';
import { buildSpace, type SkidNodes } from '../../../../gateway/opcua/space/address-space.ts';
import { nodesetsOf } from '../../../../gateway/opcua/space/companion-models.ts';
import { namespaceUri, planSkid } from '../../../../gateway/opcua/plan/space-plan.ts';
import type { Skid } from '../../../../plant/skid/definition.ts';

export type BuiltSpace = Readonly<{ addressSpace: AddressSpace; skids: readonly SkidNodes[] }>;

export async function builtSpace(skids: readonly Skid[]): Promise<BuiltSpace> {
  const addressSpace = AddressSpace.create();
  const plans = skids.map(planSkid);
  await generateAddressSpace(addressSpace, [...nodesetsOf(plans)], { trustSiblingImages: true });
  return { addressSpace, skids: buildSpace(addressSpace, plans) };
}

/** Every node of our own namespace, by the text of its id. */
export function ownNodes({ addressSpace }: BuiltSpace): ReadonlyMap<string, BaseNode> {
  const namespace = addressSpace.getNamespace(namespaceUri);
  const nodes = new Map<string, BaseNode>();
  for (const node of (namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator()) {
    nodes.set(String(node.nodeId.value), node);
  }
  return nodes;
}
