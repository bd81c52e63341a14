import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate, People, PeopleStore, type Audit } from '../../../control/access/index.ts';
import type { Actor, Role } from '../../../plant/people.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import { later, quickHasher, stamp, temporaryFolder } from '../records/support.ts';

/** The record of access as a list, which can be told to refuse. */
function recordInMemory() {
  const events: RecordEvent[] = [];
  const state = { refuses: false };
  const audit: Audit = {
    record: (event) => {
      if (state.refuses) return Promise.reject(new Error('the disk is full'));
      events.push(event);
      return Promise.resolve({ scope: event.scope, seq: events.length, hash: '', utc: stamp.utc });
    },
    recordOrOwe: async (event) => {
      await audit.record(event, stamp).catch(() => undefined);
    },
    read: (from) =>
      events
        .map((event, index): StoredEvent => ({ scope: event.scope, seq: index + 1, hash: '', utc: stamp.utc, event }))
        .slice(from - 1),
  };
  return { audit, events, state };
}

const root: Actor = { kind: 'service', part: 'test' };
let folder: ReturnType<typeof temporaryFolder>;
let store: PeopleStore;
let record: ReturnType<typeof recordInMemory>;
let drawn = 0;

const breached = (password: string): boolean => password === 'lost by another';
const pick = (choices: number): number => (drawn += 7) % choices;

async function gateAndPeople() {
  const hasher = quickHasher();
  const gate = new Gate(store, hasher, record.audit);
  await gate.start('nobody has this', stamp.monotonic);
  return { gate, people: new People({ store, hasher, audit: record.audit, gate, pick, breached }) };
}

const path = () => join(folder.path, 'people.db');
const reopened = () => {
  store.close();
  store = new PeopleStore(path());
};

beforeEach(() => {
  folder = temporaryFolder();
  store = new PeopleStore(path());
  record = recordInMemory();
});

afterEach(() => {
  store.close();
  folder.remove();
});

const added = (people: People, userName = 'ada', roles: readonly Role[] = ['operator']) =>
  people.add({ userName, printedName: 'Ada Lovelace', roles, identityProof: 'passport seen by R. Held' }, root, stamp);

const terminal = 'page';

describe('the first people', () => {
  it('are there, in the record and in the file, or not at all', async () => {
    const { people } = await gateAndPeople();
    const file = join(folder.path, 'first-credentials');
    record.state.refuses = true;
    await expect(people.makeFirst((text) => writeFileSync(file, text), stamp)).rejects.toThrow();
    expect(store.isEmpty()).toBe(true);
    expect(existsSync(file)).toBe(true);

    record.state.refuses = false;
    rmSync(file);
    await people.makeFirst((text) => writeFileSync(file, text), stamp);
    expect(store.people()).toHaveLength(8);
    expect(record.events.map(({ action, object }) => `${action} ${object}`)).toEqual(
      store.people().map(({ userName }) => `person-added ${userName}`),
    );
    expect(store.people().every(({ mustChangePassword }) => mustChangePassword)).toBe(true);
  });

  it('are made anew where a kill came before they counted, and the record says so', async () => {
    const { people } = await gateAndPeople();
    await record.audit.record({ scope: 'access', actor: root, action: 'person-added', object: 'operator' }, stamp);
    await people.reconcile(stamp);
    expect(record.events.at(-1)).toMatchObject({ action: 'change-not-made', data: { events: ['1'] } });
    await people.reconcile(stamp);
    expect(record.events).toHaveLength(2);
  });
});

describe('a person', () => {
  it('is added with how it was made sure who that is, on record, and not without', async () => {
    const { people } = await gateAndPeople();
    const person = { userName: 'eva', printedName: 'Eva', roles: ['operator'] as const, identityProof: '  ' };
    await expect(people.add(person, root, stamp)).rejects.toMatchObject({
      code: 'person-refused',
      message: expect.stringContaining('proof of identity'),
    });
    await people.add({ ...person, identityProof: 'passport seen by R. Held' }, root, stamp);
    const said = record.events.filter(({ action }) => action === 'person-added');
    expect(said.at(-1)).toMatchObject({ object: 'eva', data: { identityProof: 'passport seen by R. Held' } });
  });

  it('has an id and a user name that no other person ever gets', async () => {
    const { people } = await gateAndPeople();
    const { person } = await added(people);
    await people.deactivate(person.id, 'has left', root, stamp);
    expect(store.people()).toEqual([]);
    await expect(added(people, 'ADA')).rejects.toMatchObject({ code: 'person-refused' });
    expect((await added(people, 'grace')).person.id).not.toBe(person.id);
    expect(() => store.insert({ ...store.byId(person.id)!, userName: 'other' })).toThrow(/UNIQUE/);
  });

  it('changes only after the record says so; a record that is refused changes nothing', async () => {
    const { people } = await gateAndPeople();
    const { person } = await added(people);
    record.state.refuses = true;
    await expect(people.setRoles(person.id, ['checker'], 'x', root, stamp)).rejects.toThrow('disk is full');
    expect(store.byId(person.id)!.roles).toEqual(['operator']);
    record.state.refuses = false;
    await people.setRoles(person.id, ['checker'], 'trained', root, stamp);
    expect(record.events.at(-1)).toMatchObject({
      action: 'roles-changed',
      old: ['operator'],
      new: ['checker'],
      reason: 'trained',
    });
  });

  it('who administrates holds no other role, and the last one stays', async () => {
    const { people } = await gateAndPeople();
    await expect(added(people, 'ada', ['administrator', 'operator'])).rejects.toMatchObject({ code: 'person-refused' });
    const { person } = await added(people, 'root-ada', ['administrator']);
    await expect(people.deactivate(person.id, 'x', root, stamp)).rejects.toThrow(/last administrator/);
    await expect(people.setRoles(person.id, ['operator'], 'x', root, stamp)).rejects.toThrow(/last administrator/);
  });

  it('chooses a password that is new and long enough', async () => {
    const { people, gate } = await gateAndPeople();
    const { person, firstPassword } = await added(people);
    const stored = store.byId(person.id)!;
    await expect(people.changeOwnPassword(stored, firstPassword, firstPassword, terminal, stamp)).rejects.toThrow(
      /the old one/,
    );
    const fullWidth = firstPassword.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    await expect(people.changeOwnPassword(stored, firstPassword, fullWidth, terminal, stamp)).rejects.toThrow(
      /the old one/,
    );
    await expect(people.changeOwnPassword(stored, firstPassword, 'short', terminal, stamp)).rejects.toThrow(
      /at least 12/,
    );
    await expect(people.changeOwnPassword(stored, firstPassword, 'lost by another', terminal, stamp)).rejects.toThrow(
      /became known/,
    );
    await people.changeOwnPassword(stored, firstPassword, 'long enough now', terminal, stamp);
    const proven = await gate.prove({ userName: 'ada', password: 'long enough now', terminal }, 'login', stamp);
    expect(proven.mustChangePassword).toBe(false);
  });

  it('who left is a stranger at the gate', async () => {
    const { people, gate } = await gateAndPeople();
    const { person, firstPassword } = await added(people);
    await people.deactivate(person.id, 'has left', root, stamp);
    await expect(
      gate.prove({ userName: 'ada', password: firstPassword, terminal }, 'login', stamp),
    ).rejects.toMatchObject({
      code: 'login-refused',
    });
  });
});

describe('the gate', () => {
  const wrong = { userName: 'ada', password: 'wrong', terminal };

  it('shuts after five failures, even where all of them come at once, and records each', async () => {
    const { people, gate } = await gateAndPeople();
    const { firstPassword } = await added(people);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => gate.prove(wrong, 'login', stamp)));
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : '',
    );
    expect(codes.filter((code) => code === 'login-refused')).toHaveLength(4);
    expect(codes.filter((code) => code === 'login-locked')).toHaveLength(4);
    expect(record.events.filter(({ action }) => action === 'person-locked')).toHaveLength(1);
    expect(record.events.filter(({ action }) => action === 'login-refused')).toHaveLength(8);

    const right = { ...wrong, password: firstPassword };
    await expect(gate.prove(right, 'login', later(899))).rejects.toMatchObject({ code: 'login-locked' });
    await expect(gate.prove(right, 'login', later(900))).resolves.toMatchObject({ userName: 'ada' });
  });

  it('stays shut over a restart, and opens with a new password', async () => {
    const { people } = await gateAndPeople().then(async ({ people, gate }) => {
      await added(people);
      await Promise.allSettled(Array.from({ length: 5 }, () => gate.prove(wrong, 'login', stamp)));
      return { people };
    });
    expect(people).toBeDefined();
    reopened();
    const after = await gateAndPeople();
    await expect(after.gate.prove(wrong, 'login', later(1))).rejects.toMatchObject({ code: 'login-locked' });
    const { id } = store.byUserName('ada')!;
    const password = await after.people.resetPassword(id, 'locked out', root, later(2));
    await expect(after.gate.prove({ ...wrong, password }, 'login', later(3))).resolves.toMatchObject({
      mustChangePassword: true,
    });
  });

  it('locks a stranger like anybody, hashes as long for them, and never writes down what they typed', async () => {
    const verified: string[] = [];
    const slow = quickHasher();
    const hasher = {
      ...slow,
      verify: (hash: string, password: string) => (verified.push(hash), slow.verify(hash, password)),
    };
    const gate = new Gate(store, hasher, record.audit);
    await gate.start('nobody has this', stamp.monotonic);
    const stranger = { userName: 'my secret password', password: 'x', terminal };
    for (let attempt = 0; attempt < 6; attempt += 1) await gate.prove(stranger, 'login', stamp).catch(() => undefined);
    expect(verified).toHaveLength(5);
    expect(verified[0]).toMatch(/^\$argon2id/);
    await expect(gate.prove(stranger, 'login', stamp)).rejects.toMatchObject({ code: 'login-locked' });
    expect(JSON.stringify(record.events)).not.toContain('my secret password');
    for (const file of readdirSync(folder.path)) {
      expect(readFileSync(join(folder.path, file)).includes('my secret password')).toBe(false);
    }
  });

  it('lets people in while nothing can be recorded', async () => {
    const { people, gate } = await gateAndPeople();
    const { firstPassword } = await added(people);
    record.state.refuses = true;
    await expect(gate.prove({ ...wrong, password: firstPassword }, 'login', stamp)).resolves.toMatchObject({
      userName: 'ada',
    });
  });
});
