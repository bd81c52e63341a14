/** The service's roles as objects of the RoleSet (Part 18), and what each may at our nodes, as clients can read it. */
import {
  AccessLevelFlag,
  NodeClass,
  ObjectIds,
  ObjectTypeIds,
  PermissionType,
  resolveNodeId,
  type AddressSpace,
  type BaseNode,
  type Namespace,
  type NodeId,
  type UAObject,
  type UAObjectType,
  type UAVariable,
} from 'node-opcua';
import { roles, type Role } from '../../../plant/people.ts';
import { roleNodeId, type AccessPlan, type NodeRoles } from './roles.ts';
import { namespaceUri } from '../plan/space-plan.ts';

export type RoleNodes = Readonly<{
  nodeOf: (role: Role) => NodeId;
  /** Set points by their node id's text. */
  writable: ReadonlyMap<string, UAVariable>;
  commands: ReadonlySet<BaseNode>;
}>;

const { Browse, Read, ReadHistory, ReceiveEvents, ReadRolePermissions, Write, Call } = PermissionType;
const seeing: PermissionType = Browse | Read | ReadHistory | ReceiveEvents | ReadRolePermissions;

export function addRoles(addressSpace: AddressSpace, plan: AccessPlan): RoleNodes {
  const namespace = addressSpace.getNamespace(namespaceUri) as Namespace;
  const nodes = new Map(roles.map((role) => [role, addRole(addressSpace, namespace, role)]));
  const nodeOf = (role: Role): NodeId => nodes.get(role) ?? resolveNodeId(ObjectIds.WellKnownRole_AuthenticatedUser);

  const permissions = (own: readonly Role[], may: PermissionType) =>
    roles.flatMap((role) => {
      const sees: PermissionType = plan.view.includes(role) ? seeing : PermissionType.None;
      const flags: PermissionType = sees | (own.includes(role) ? may : PermissionType.None);
      return flags === PermissionType.None ? [] : [{ roleId: nodeOf(role), permissions: flags }];
    });
  // Conditions have methods of their own, whoever makes them.
  namespace.setDefaultRolePermissions(permissions(plan.acknowledge, Call));
  const find = ({ nodeId }: NodeRoles): BaseNode | null => namespace.findNode(`s=${nodeId}`);

  const writable = new Map<string, UAVariable>();
  for (const one of plan.writes) {
    const node = find(one);
    if (node?.nodeClass !== NodeClass.Variable) continue;
    const variable = node as UAVariable;
    variable.setRolePermissions(permissions(one.roles, Write));
    variable.accessLevel |= AccessLevelFlag.CurrentWrite;
    // Left out, it follows from the roles of whoever asks.
    Object.assign(variable, { userAccessLevel: undefined });
    writable.set(variable.nodeId.toString(), variable);
  }
  const commands = new Set<BaseNode>();
  for (const one of plan.calls) {
    const method = find(one);
    if (method?.nodeClass !== NodeClass.Method) continue;
    method.setRolePermissions(permissions(one.roles, Call));
    commands.add(method);
  }
  return { nodeOf, writable, commands };
}

function addRole(addressSpace: AddressSpace, namespace: Namespace, role: Role): NodeId {
  const roleType = addressSpace.findNode(resolveNodeId(ObjectTypeIds.RoleType)) as UAObjectType | null;
  const roleSet = addressSpace.findNode(resolveNodeId(ObjectIds.Server_ServerCapabilities_RoleSet)) as UAObject | null;
  if (roleType === null || roleSet === null) throw new TypeError('the standard nodes have no roles');
  const name = role.charAt(0).toUpperCase() + role.slice(1);
  return roleType.instantiate({
    browseName: name,
    nodeId: `s=${roleNodeId(role)}`,
    namespace,
    componentOf: roleSet,
    description: `People of the service with the role ${role}.`,
  }).nodeId;
}
