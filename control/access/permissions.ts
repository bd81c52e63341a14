/** Who may do what: the one table. A person may where one of their roles is named. Reviewed as a document, so it is data. */
import type { Permission } from '../../plant/ports/access.ts';
import { roles, type Actor, type Role } from '../../plant/people.ts';

export const permittedRoles: Readonly<Record<Permission, readonly Role[]>> = {
  view: roles,
  'reset interlocks': ['operator', 'process engineer'],
  'ask safe state': ['operator', 'checker', 'process engineer', 'maintenance'],
  'release safe state': ['operator', 'process engineer'],
  // Two people each time: whoever asks and whoever agrees hold one of these, and the row may name fewer.
  'bypass interlock': ['operator', 'process engineer', 'maintenance'],
  'force input': ['process engineer', 'maintenance'],
  'enter changeover': ['operator', 'maintenance', 'process engineer'],
  'proof test': ['maintenance', 'process engineer'],
  'take baseline': ['process engineer'],
  'log presence': ['operator', 'checker', 'maintenance', 'process engineer'],
  'record exposure': ['process engineer', 'QA reviewer'],
  'view exposure': ['operator', 'checker', 'maintenance', 'process engineer', 'QA reviewer', 'QA releaser'],
  'write set point': ['operator', 'process engineer'],
  'import recipe': ['process engineer'],
  'start batch': ['operator', 'process engineer'],
  'command batch': ['operator', 'process engineer'],
  'record calibration': ['maintenance', 'process engineer'],
  'state cleaning': ['operator', 'process engineer'],
  'record training': ['QA reviewer', 'QA releaser'],
  // Two people: one of each.
  'approve configuration': ['process engineer', 'QA reviewer'],
  'handle lots': ['operator', 'process engineer'],
  'release lots': ['QA reviewer', 'QA releaser'],
  dispense: ['operator', 'process engineer'],
  'print labels': ['operator', 'process engineer'],
  'sign record': ['operator', 'checker', 'process engineer', 'maintenance', 'QA reviewer', 'QA releaser'],
  'acknowledge alarm': ['operator', 'maintenance', 'process engineer'],
  'lock out for maintenance': ['maintenance', 'process engineer'],
  // Whoever works behind it may not be seen from here: go and look first.
  "give back another's lock": ['process engineer'],
  // Whoever signs a record must be able to read what they sign.
  'export record': ['QA reviewer', 'QA releaser', 'operator', 'checker', 'process engineer'],
  'read audit trail': ['QA reviewer', 'QA releaser', 'process engineer', 'administrator'],
  'manage people': ['administrator'],
  'manage certificates': ['administrator', 'maintenance'],
};

/** What acts without a person standing there: a running batch, and the service itself, which may only make things safer. */
export const permittedKinds: Readonly<Record<Exclude<Actor['kind'], 'person'>, readonly Permission[]>> = {
  batch: ['write set point', 'ask safe state', 'release safe state'],
  service: ['ask safe state'],
};
