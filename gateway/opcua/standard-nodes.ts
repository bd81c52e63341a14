/** Finding one's way in instances of standard types. */
import { promoteToStateMachine, type BaseNode, type UAMethod, type UAObject, type UAVariable } from 'node-opcua';
import { NodeClass } from 'node-opcua';

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

/** What we have no part in: a lock, a program, a state that only the field changes. A call is BadNotExecutable. */
export function freezeMethods(root: BaseNode): void {
  for (const child of new Set(aggregatesOf(root))) {
    if (child.nodeClass === NodeClass.Method) (child as UAMethod & { executable: boolean }).executable = false;
    else freezeMethods(child);
  }
}

export function setState(root: UAObject, path: readonly string[], state: string): UAVariable | null {
  const machine = childOf(root, path) as UAObject | null;
  if (machine === null) return null;
  promoteToStateMachine(machine).setState(state);
  return childOf(machine, ['CurrentState']) as UAVariable | null;
}
