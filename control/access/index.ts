/** The room of people and authority. Its databases live in the worker of control/records, which makes its parts. */
export { accessScope, type Audit, type Moment } from './audit.ts';
export { createAuthority } from './authority.ts';
export { breachedListFault, breachedPasswords, type Breached } from './breached.ts';
export { Directory } from './directory.ts';
export { Gate, type Lock } from './gate.ts';
export { lockedStill } from './lockout.ts';
export { createHasher, type PasswordHasher } from './passwords.ts';
export { People, type Pick } from './people.ts';
export { permittedRoles } from './permissions.ts';
export { ldapSource, type PasswordSource } from './ldap/ldap-source.ts';
export { loadLdapSettings } from './ldap/settings.ts';
export { PeopleStore, publicPart, type StoredPerson } from './people-store.ts';
export { Refusals } from './refusals.ts';
export { SecondFactors } from './second-factors.ts';
export { SecurityKeys } from './security-keys.ts';
export { Sessions, tokenHashOf, type EndedSession, type SessionDraft, type StoredSession } from './sessions.ts';
