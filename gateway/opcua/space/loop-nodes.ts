/** The faceplates: each shows the tags of its controller under the names that faceplates use, and refers to them. */
import { DataType, type Namespace, type UAObject } from 'node-opcua';
import type { LoopPlan } from '../plan/plan-loops.ts';
import { addProperty, addTag, idOf, type TagNode } from './tag-nodes.ts';

/** @returns the shown variable for each part, with the number of the tag whose value it takes */
export function addLoop(
  namespace: Namespace,
  unit: UAObject,
  plan: LoopPlan,
  tags: readonly TagNode[],
): readonly Readonly<{ tag: number; shown: TagNode }>[] {
  const faceplate = namespace.addObject({
    componentOf: unit,
    browseName: plan.browseName,
    nodeId: idOf(plan.nodeId),
    description: plan.title,
    typeDefinition: 'BaseObjectType',
  });
  addProperty(faceplate, plan.nodeId, 'Device', 'String', { dataType: DataType.String, value: plan.device });
  return plan.parts.flatMap(({ nodeId, browseName, title, tag }) => {
    const source = tags[tag];
    if (source === undefined) return [];
    const shown = addTag(namespace, faceplate, { ...source.plan, nodeId, browseName, title });
    addProperty(shown.variable, nodeId, 'Tag', 'NodeId', { dataType: DataType.NodeId, value: source.variable.nodeId });
    faceplate.addReference({ referenceType: 'Organizes', nodeId: source.variable });
    return [{ tag, shown }];
  });
}
