/** Authority: may this actor do that? Decided from the table and the people as they are now, never from what the actor says of itself. */
import type { Actor, Role } from '../../plant/people.ts';
import type { Authority, Decision, Permission } from '../../plant/ports/access.ts';
import type { Directory } from './directory.ts';
import { permittedKinds, permittedRoles } from './permissions.ts';

export const createAuthority = (directory: Directory): Authority => ({
  decide: (actor, permission, roles) => decide(directory, actor, permission, roles),
});

function decide(directory: Directory, actor: Actor, permission: Permission, roles?: readonly Role[]): Decision {
  if (actor.kind !== 'person') {
    if (permittedKinds[actor.kind].includes(permission)) return { allowed: true };
    const who = actor.kind === 'batch' ? 'A batch' : 'The service';
    return refused(`${who} may not ${permission}; a person must.`);
  }
  const person = directory.find(actor.id);
  if (person === null) return refused(`${actor.printedName} may no longer act here. Ask an administrator.`);
  if (person.mustChangePassword) {
    return refused(`${person.printedName} must change the first password before anything else.`);
  }
  const permitted = permittedRoles[permission];
  if (!holdsOne(person.roles, permitted)) return refused(needs(person.printedName, permission, permitted));
  if (roles !== undefined && !holdsOne(person.roles, roles))
    return refused(needs(person.printedName, permission, roles));
  return { allowed: true };
}

const holdsOne = (held: readonly Role[], asked: readonly Role[]): boolean => asked.some((role) => held.includes(role));

const needs = (name: string, permission: Permission, asked: readonly Role[]): string =>
  asked.length === 0
    ? `Nobody may ${permission} here.`
    : `${name} may not ${permission} here: that takes the role ${asked.join(' or ')}.`;

const refused = (reason: string): Decision => ({ allowed: false, reason });
