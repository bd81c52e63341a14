import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthority, Directory, permittedRoles } from '../../../control/access/index.ts';
import { personActor, roles, type Actor, type Person, type Role } from '../../../plant/people.ts';
import { permissions, type Permission } from '../../../plant/ports/access.ts';

const person = (id: string, ...held: Role[]): Person => ({
  id,
  userName: id,
  printedName: `Person ${id}`,
  roles: held,
  mustChangePassword: false,
});

const actor = (of: Person): Actor => personActor(of, 'page');

function authorityOver(...people: Person[]) {
  const directory = new Directory();
  directory.replace(people);
  return { directory, authority: createAuthority(directory) };
}

const table: Record<Permission, readonly string[]> = {
  view: [...roles],
  'reset interlocks': ['operator', 'process engineer'],
  'ask safe state': ['operator', 'checker', 'process engineer', 'maintenance'],
  'release safe state': ['operator', 'process engineer'],
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
  'approve configuration': ['process engineer', 'QA reviewer'],
  'handle lots': ['operator', 'process engineer'],
  'release lots': ['QA reviewer', 'QA releaser'],
  dispense: ['operator', 'process engineer'],
  'print labels': ['operator', 'process engineer'],
  'sign record': ['operator', 'checker', 'process engineer', 'maintenance', 'QA reviewer', 'QA releaser'],
  'acknowledge alarm': ['operator', 'maintenance', 'process engineer'],
  'lock out for maintenance': ['maintenance', 'process engineer'],
  "give back another's lock": ['process engineer'],
  'export record': ['QA reviewer', 'QA releaser', 'operator', 'checker', 'process engineer'],
  'read audit trail': ['QA reviewer', 'QA releaser', 'process engineer', 'administrator'],
  'manage people': ['administrator'],
  'manage certificates': ['administrator', 'maintenance'],
};

describe('authority', () => {
  it.each(permissions.flatMap((permission) => roles.map((role) => [role, permission] as const)))(
    'of a person with the role %s to %s is what the reviewed table says',
    (role, permission) => {
      const someone = person('P-1', role);
      const { authority } = authorityOver(someone);
      expect(authority.decide(actor(someone), permission).allowed).toBe(table[permission].includes(role));
    },
  );

  it('goes by the roles a person holds now, not by those the actor says of itself', () => {
    const { authority, directory } = authorityOver(person('P-1', 'observer'));
    const boasting = actor(person('P-1', 'operator', 'process engineer'));
    expect(authority.decide(boasting, 'start batch')).toMatchObject({
      allowed: false,
      reason: 'Person P-1 may not start batch here: that takes the role operator or process engineer.',
    });
    directory.replace([person('P-1', 'operator')]);
    expect(authority.decide(boasting, 'start batch')).toEqual({ allowed: true });
    directory.replace([]);
    expect(authority.decide(boasting, 'view')).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('no longer'),
    });
  });

  it('is none at all while the first password stands', () => {
    const newcomer = { ...person('P-1', 'administrator'), mustChangePassword: true };
    const { authority } = authorityOver(newcomer);
    for (const permission of permissions) expect(authority.decide(actor(newcomer), permission).allowed).toBe(false);
  });

  it('also takes one of the roles a set point asks for', () => {
    const operator = person('P-1', 'operator');
    const { authority } = authorityOver(operator);
    expect(authority.decide(actor(operator), 'write set point', ['operator', 'maintenance']).allowed).toBe(true);
    expect(authority.decide(actor(operator), 'write set point', ['process engineer'])).toMatchObject({
      allowed: false,
    });
    expect(authority.decide(actor(operator), 'write set point', [])).toMatchObject({ allowed: false });
  });

  it('of a batch is to run what a person started; of the service only to make things safer', () => {
    const { authority } = authorityOver();
    const may = (who: Actor) => permissions.filter((permission) => authority.decide(who, permission).allowed);
    expect(may({ kind: 'batch', batch: 'B-1' })).toEqual(['ask safe state', 'release safe state', 'write set point']);
    expect(may({ kind: 'service', part: 'gateway' })).toEqual(['ask safe state']);
  });

  it('of many roles is that of each of them and nothing more', () => {
    fc.assert(
      fc.property(fc.subarray([...roles]), fc.constantFrom(...permissions), (held, permission) => {
        const someone = person('P-1', ...held);
        const { authority } = authorityOver(someone);
        const expected = held.some((role) => permittedRoles[permission].includes(role));
        expect(authority.decide(actor(someone), permission).allowed).toBe(expected);
      }),
    );
  });
});
