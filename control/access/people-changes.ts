/** What is asked of a change about people, and how the record tells it. Pure. */
import { mesolineError } from '../../plant/errors.ts';
import { roles as allRoles, type Actor, type Role } from '../../plant/people.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { accessItself, accessScope } from './audit.ts';
import type { StoredPerson } from './people-store.ts';

/** Events that announce a change; each is made after it was recorded. */
export const changes = new Set([
  'person-added',
  'roles-changed',
  'person-deactivated',
  'password-changed',
  'password-reset',
  'signature-certified',
  'second-factor-enrolled',
  'second-factor-removed',
  'ldap-name-set',
  'oidc-subject-set',
  'certificate-added',
  'certificate-removed',
]);

/** @throws MesolineError `person-refused` */
export function checkRoles(roles: readonly Role[]): void {
  const unknown = roles.find((role) => !allRoles.includes(role));
  if (unknown !== undefined || roles.length === 0) {
    throw mesolineError(
      'person-refused',
      'roles',
      `"${unknown ?? ''}" is not a role.`,
      `Give at least one of ${allRoles.join(', ')}.`,
    );
  }
  if (roles.includes('administrator') && roles.length > 1) {
    throw mesolineError(
      'person-refused',
      'roles',
      'An administrator holds no other role.',
      'Make two people of it, or leave one role out.',
    );
  }
}

/** @throws MesolineError `person-refused` where an LDAP server keeps the password */
export function mustBeKeptHere({ ldapName, printedName }: StoredPerson): void {
  if (ldapName === undefined || ldapName === null) return;
  throw mesolineError(
    'person-refused',
    printedName,
    'The password is kept by an LDAP server.',
    'Change it there, or have an administrator take the LDAP name away.',
  );
}

export const changed = (action: string, person: StoredPerson, actor: Actor, reason: string): RecordEvent => ({
  scope: accessScope,
  actor,
  action,
  object: person.userName,
  reason,
  data: { person: person.id },
});

export const added = (
  person: StoredPerson,
  actor: Actor,
  more: Readonly<{ reason?: string; identityProof?: string }>,
): RecordEvent => ({
  scope: accessScope,
  actor,
  action: 'person-added',
  object: person.userName,
  new: { id: person.id, userName: person.userName, printedName: person.printedName, roles: person.roles },
  ...(more.reason === undefined ? {} : { reason: more.reason }),
  ...(more.identityProof === undefined ? {} : { data: { identityProof: more.identityProof } }),
});

/** @param seqs numbers of the events that announced it */
export const notMade = (seqs: readonly number[], reason: string): RecordEvent => ({
  scope: accessScope,
  actor: accessItself,
  action: 'change-not-made',
  object: 'people',
  reason,
  data: { events: seqs.map(String) },
});
