import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate, ldapSource, loadLdapSettings, People, PeopleStore } from '../../../control/access/index.ts';
import { milliseconds } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { quickHasher, stamp, temporaryFolder } from '../records/support.ts';
import { auditInto } from './support.ts';

const root: Actor = { kind: 'service', part: 'test' };
const terminal = 'page 1';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('the settings of an LDAP server', () => {
  const load = (text: string) => {
    const file = join(folder.path, 'ldap.yaml');
    writeFileSync(file, text);
    return loadLdapSettings(file);
  };

  it('are none where there is no file', () => {
    expect(loadLdapSettings(join(folder.path, 'ldap.yaml'))).toBeNull();
  });

  it('name the server, its authorities and how long it may take', () => {
    writeFileSync(join(folder.path, 'house.pem'), 'PEM');
    expect(load('server: ldaps://dc1.house\nauthorities: house.pem\nanswers within seconds: 5\n')).toEqual({
      server: 'ldaps://dc1.house',
      authorities: 'PEM',
      answersWithin: 5000,
    });
    expect(load('server: ldap://127.0.0.1:389\n')).toEqual({
      server: 'ldap://127.0.0.1:389',
      authorities: null,
      answersWithin: 3000,
    });
  });

  it.each([
    ['nothing', '', /ldap\.yaml/],
    ['what is no YAML', '{', /ldap\.yaml/],
    ['a server in the clear', 'server: ldap://dc1.house', /for everybody to read/],
    ['a server that is none', 'server: http://dc1.house', /for everybody to read/],
    ['no address', 'server: dc1', /no address|for everybody to read/],
    ['a word that nobody knows', 'server: ldaps://dc1.house\nfallback: yes', /ldap\.yaml/],
    ['authorities elsewhere', 'server: ldaps://dc1.house\nauthorities: ../../etc/passwd', /authorities/],
    ['authorities that are not there', 'server: ldaps://dc1.house\nauthorities: house.pem', /house\.pem/],
    ['no time at all', 'server: ldaps://dc1.house\nanswers within seconds: 0', /seconds/],
  ])('are refused with %s', (_, text, words) => {
    expect(() => load(text)).toThrow(expect.objectContaining({ code: 'ldap-settings-invalid' }));
    expect(() => load(text)).toThrow(words);
  });
});

describe('an LDAP server', () => {
  const source = (port: number) =>
    ldapSource({ server: `ldap://127.0.0.1:${port}`, authorities: null, answersWithin: milliseconds(200) });

  it('is not asked with an empty password or name, which it would take for nobody', async () => {
    await expect(source(1).verify('uid=ada', '')).resolves.toBe(false);
    await expect(source(1).verify(' ', 'secret')).resolves.toBe(false);
  });

  it('that is not there, or says nothing, says neither yes nor no', async () => {
    await expect(source(1).verify('uid=ada', 'secret')).rejects.toMatchObject({ code: 'ldap-unreachable' });
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as Readonly<{ port: number }>;
    await expect(source(port).verify('uid=ada', 'secret')).rejects.toMatchObject({ code: 'ldap-unreachable' });
    silent.close();
  });
});

describe('a person whose password is kept by an LDAP server', () => {
  async function house(hasLdap = true) {
    const store = new PeopleStore(join(folder.path, 'people.db'));
    const events: RecordEvent[] = [];
    const audit = auditInto(events);
    const there = { is: true, asked: [] as string[] };
    const ldap = {
      verify: (name: string, password: string): Promise<boolean> => {
        there.asked.push(name);
        if (!there.is) return Promise.reject(mesolineError('ldap-unreachable', 'ldaps://dc1', 'It is away.', 'Wait.'));
        return Promise.resolve(name === 'uid=ada' && password === 'of the directory');
      },
    };
    const hasher = quickHasher();
    const gate = new Gate(store, hasher, audit, () => undefined, hasLdap ? ldap : null);
    await gate.start('nobody has this', stamp.monotonic);
    let drawn = 0;
    const pick = (choices: number): number => (drawn += 7) % choices;
    const people = new People({ store, hasher, audit, gate, pick, breached: () => false, hasLdap });
    const add = async (userName: string) =>
      people.add({ userName, printedName: userName, roles: ['operator'], identityProof: 'passport' }, root, stamp);
    const prove = (userName: string, password: string) =>
      gate.prove({ userName, password, terminal }, 'signature', stamp);
    return { store, events, there, people, prove, add };
  }

  it('is proven there, under the name an administrator gave with a reason, and not by the password of before', async () => {
    const { store, events, people, prove, add, there } = await house();
    const { person, firstPassword } = await add('ada');
    expect(await people.setLdapName(person.id, ' uid=ada ', 'kept there', root, stamp)).toBeNull();
    expect(events.at(-1)).toMatchObject({
      action: 'ldap-name-set',
      object: 'ada',
      old: null,
      new: 'uid=ada',
      reason: 'kept there',
    });
    expect(await prove('ada', 'of the directory')).toMatchObject({ id: person.id, mustChangePassword: false });
    await expect(prove('ada', firstPassword)).rejects.toMatchObject({ code: 'login-refused' });
    await expect(prove('nobody', 'of the directory')).rejects.toMatchObject({ code: 'login-refused' });
    expect(there.asked).toEqual(['uid=ada', 'uid=ada']);
    const stored = store.byId(person.id)!;
    await expect(
      people.changeOwnPassword(stored, 'of the directory', 'another long one', terminal, stamp),
    ).rejects.toThrow(/kept by an LDAP server/);
    await expect(people.resetPassword(person.id, 'x', root, stamp)).rejects.toThrow(/kept by an LDAP server/);
    const first = await people.setLdapName(person.id, null, 'given up', root, stamp);
    expect(await prove('ada', first!)).toMatchObject({ mustChangePassword: true });
  });

  it('is shut after five wrong passwords, and not by a server that is away, which is on record', async () => {
    const { events, people, prove, add, there } = await house();
    const { person } = await add('ada');
    await people.setLdapName(person.id, 'uid=ada', 'kept there', root, stamp);
    there.is = false;
    for (let time = 0; time < 6; time += 1)
      await expect(prove('ada', 'of the directory')).rejects.toMatchObject({ code: 'ldap-unreachable' });
    expect(events.at(-1)).toMatchObject({
      action: 'signature-refused',
      reason: expect.stringContaining('away') as string,
    });
    there.is = true;
    for (let time = 1; time < 5; time += 1)
      await expect(prove('ada', 'guessed')).rejects.toMatchObject({ code: 'login-refused' });
    await expect(prove('ada', 'guessed')).rejects.toMatchObject({ code: 'login-locked' });
    await expect(prove('ada', 'of the directory')).rejects.toMatchObject({ code: 'login-locked' });
  });

  it('is refused by name where the service is told of no server any more', async () => {
    const before = await house();
    const { person } = await before.add('ada');
    await before.people.setLdapName(person.id, 'uid=ada', 'kept there', root, stamp);
    before.store.close();
    const { prove, people, add } = await house(false);
    await expect(prove('ada', 'of the directory')).rejects.toThrow(/told of none.*ldap\.yaml/);
    const grace = (await add('grace')).person.id;
    await expect(people.setLdapName(grace, 'uid=grace', 'x', root, stamp)).rejects.toThrow(/told of no LDAP server/);
  });

  it.each([
    ['the name of another', 'UID=ADA', /ada's/],
    ['a name with a line in it', 'uid=\nada', /no name/],
    ['an empty name', '  ', /no name/],
  ])('is not given %s', async (_, name, words) => {
    const { people, add } = await house();
    await people.setLdapName((await add('ada')).person.id, 'uid=ada', 'kept there', root, stamp);
    const grace = (await add('grace')).person.id;
    await expect(people.setLdapName(grace, name, 'x', root, stamp)).rejects.toThrow(words);
  });
});
