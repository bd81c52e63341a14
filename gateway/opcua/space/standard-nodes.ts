/** Finding one's way in instances of standard types. */
import { promoteToStateMachine, type BaseNode, type UAObject, type UAVariable } from 'node-opcua';

/** By browse names alone: their namespaces' indices depend on which models are loaded. */
export function childOf(from: BaseNode, path: readonly string[]): BaseNode | null {
  let node: BaseNode | null = from;
  for (const name of path) {
    node = node === null ? null : (aggregatesOf(node).find((child) => child.browseName.name === name) ?? null);
  }
  return node;
}

const aggregatesOf = (node: BaseNode): readonly BaseNode[] =>
  node.findReferencesExAsObject('HasChild').concat(node.findReferencesExAsObject('HasComponent'));

export function setState(root: UAObject, path: readonly string[], state: string): UAVariable | null {
  const machine = childOf(root, path) as UAObject | null;
  if (machine === null) return null;
  promoteToStateMachine(machine).setState(state);
  return childOf(machine, ['CurrentState']) as UAVariable | null;
}
