/**
 * Who may do what at which node, planned from the skids and the service's own table. Pure, and structured-cloneable. It is what
 * clients are shown and what keeps them from reading; whether a command is carried out is decided anew by the command path.
 */
import type { Permission } from '../../../plant/ports/access.ts';
import { roles, type Role } from '../../../plant/people.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { methodNames, methods } from '../calls/method-call.ts';

/** The service's table: which roles a permission takes. */
export type RoleTable = Readonly<Record<Permission, readonly Role[]>>;

export type NodeRoles = Readonly<{ nodeId: string; roles: readonly Role[] }>;

export type AccessPlan = Readonly<{
  /** Who may browse, read and subscribe. */
  view: readonly Role[];
  /** Who may acknowledge and confirm conditions. */
  acknowledge: readonly Role[];
  /** Set points. */
  writes: readonly NodeRoles[];
  /** Methods of skids. */
  calls: readonly NodeRoles[];
}>;

export function planAccess(skids: readonly Skid[], table: RoleTable): AccessPlan {
  return {
    view: table.view,
    acknowledge: table['acknowledge alarm'],
    writes: skids.flatMap(({ name, type }) =>
      type.tags.flatMap(({ name: tag, write }) =>
        write === null ? [] : [{ nodeId: `${name}/${tag}`, roles: both(table['write set point'], write.roles) }],
      ),
    ),
    calls: skids.flatMap(({ name }) =>
      methodNames.map((method) => ({ nodeId: `${name}.${method}`, roles: table[methods[method].permission] })),
    ),
  };
}

const both = (some: readonly Role[], others: readonly Role[]): readonly Role[] =>
  roles.filter((role) => some.includes(role) && others.includes(role));

/** The node id of a role's object; a stroke begins no skid's name. */
export const roleNodeId = (role: Role): string => `/roles/${role.replaceAll(' ', '-')}`;
