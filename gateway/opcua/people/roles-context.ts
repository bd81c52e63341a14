/**
 * What a session may, by who was proven on it. The stack asks by the user's name, which for a certificate is whatever stands in
 * it; here the session itself is asked, and one on which nobody was proven may nothing.
 */
import {
  NodeClass,
  PermissionFlag,
  PermissionType,
  resolveNodeId,
  SessionContext,
  WellKnownRoles,
  type BaseNode,
  type NodeId,
} from 'node-opcua';
import type { RequestHeader, ServerSession } from 'node-opcua';
import type { Role } from '../../../plant/people.ts';

/** The roles of a session's person; null where nobody was proven. The same array until they change. */
export type RolesOf = (session: ServerSession) => readonly Role[] | null;

export type Standing = Readonly<{
  rolesOf: RolesOf;
  nodeOf: (role: Role) => NodeId;
  /** The nodes that may be written at all. */
  writable: ReadonlySet<BaseNode>;
  /** Methods that are handed to the main thread, which refuses by role itself, so that the refusal is recorded. */
  commands: ReadonlySet<BaseNode>;
}>;

type Options = NonNullable<ConstructorParameters<typeof SessionContext>[0]>;

const authenticated = resolveNodeId(WellKnownRoles.AuthenticatedUser);

const { WriteAttribute, WriteRolePermissions, WriteHistorizing, Write } = PermissionFlag;
const { InsertHistory, ModifyHistory, DeleteHistory, AddReference, RemoveReference, DeleteNode, AddNode } =
  PermissionType;
const changing =
  WriteAttribute |
  WriteRolePermissions |
  WriteHistorizing |
  Write |
  InsertHistory |
  ModifyHistory |
  DeleteHistory |
  AddReference |
  RemoveReference |
  DeleteNode |
  AddNode;

export class PlantContext extends SessionContext {
  readonly #of: ServerSession;
  readonly #standing: Standing;
  readonly #calling: boolean;
  #asked: readonly Role[] | null = null;
  #permissions = new WeakMap<BaseNode, PermissionFlag>();

  constructor(session: ServerSession, options: Options, standing: Standing, calling = false) {
    super({ ...options, session });
    this.#of = session;
    this.#standing = standing;
    this.#calling = calling;
  }

  override getCurrentUserRoles(): NodeId[] {
    const { rolesOf, nodeOf } = this.#standing;
    const roles = rolesOf(this.#of);
    return roles === null ? [] : [authenticated, ...roles.map(nodeOf)];
  }

  override getPermissions(node: BaseNode): PermissionFlag {
    const roles = this.#standing.rolesOf(this.#of);
    if (roles === null) return PermissionFlag.None;
    if (roles !== this.#asked) {
      this.#asked = roles;
      this.#permissions = new WeakMap();
    }
    const known = this.#permissions.get(node);
    if (known !== undefined) return known;
    const writes: number = this.#standing.writable.has(node) ? Write : 0;
    const permissions = (super.getPermissions(node) & (~changing | writes)) as unknown as PermissionFlag;
    this.#permissions.set(node, permissions);
    return permissions;
  }

  override checkPermission(node: BaseNode, asked: PermissionType): boolean {
    const handsOn = this.#calling && node.nodeClass === NodeClass.Method && this.#standing.commands.has(node);
    if (handsOn && asked === PermissionType.Call) return this.#standing.rolesOf(this.#of) !== null;
    const given: number = this.getPermissions(node);
    const needed: number = asked;
    return (given & needed) === needed;
  }

  override withRequestHeader(requestHeader: RequestHeader): PlantContext {
    const { object, server } = this;
    const options = { ...(object === undefined ? {} : { object }), ...(server === undefined ? {} : { server }) };
    return new PlantContext(this.#of, { ...options, requestHeader }, this.#standing, true);
  }
}
