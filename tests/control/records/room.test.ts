import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecords, type RecordsRoom } from '../../../control/records/index.ts';
import { personActor, roles, type Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { codeAt, secretOf } from '../access/one-time-code.ts';
import { event, firstPasswords, movableClock, silentLog, temporaryFolder, trustOf } from './support.ts';

const made = temporaryFolder();
const clock = movableClock();
const make = (): RecordsRoom => createRecords({ dataFolder: made.path, clock, log: silentLog, build: '0.1.0-test' });
let room: RecordsRoom;

beforeAll(async () => {
  room = make();
  await room.start();
});

afterAll(async () => {
  await room.stop();
  made.remove();
});

const terminal = 'page 1';
const first = (userName: string) => ({ userName, password: firstPasswords(made.path).get(userName)!, terminal });

const actorOf = (token: string) => async (): Promise<Actor> => {
  const { person } = (await room.access.session(token))!;
  return personActor(person, terminal);
};

describe('the first start', () => {
  it('makes one person a role, whose passwords only the owner of the service may read', async () => {
    expect((await room.access.people()).map((person) => person.roles)).toEqual(roles.map((role) => [role]));
    expect([...firstPasswords(made.path).keys()]).toEqual([
      'observer', 'operator', 'checker', 'engineer', 'maintenance', 'qa-reviewer', 'qa-releaser', 'admin',
    ]); // prettier-ignore
    expect(room.firstCredentials()).toBe(join(made.path, 'first-credentials'));
    for (const secret of ['first-credentials', 'keys/service-ed25519.pem']) {
      expect(statSync(join(made.path, secret)).mode & 0o777).toBe(0o600);
    }
    expect(await room.desk.fingerprint()).toBe(trustOf(made.path));
  });

  it('lets nobody do anything before the first password was changed', async () => {
    const { token, person } = await room.access.login(first('engineer'));
    expect(person.mustChangePassword).toBe(true);
    const actor = await actorOf(token)();
    expect(room.authority.decide(actor, 'view')).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('password'),
    });

    await room.access.changePassword(token, first('engineer').password, 'a password of my own', 'test');
    expect(await room.access.session(token)).toBeNull();
    const again = await room.access.login({ ...first('engineer'), password: 'a password of my own' });
    expect(room.authority.decide(await actorOf(again.token)(), 'write set point')).toEqual({ allowed: true });
  });
});

describe('a session', () => {
  it('ends at logout, and the record says who came and went', async () => {
    const { token, person } = await room.access.login(first('observer'));
    expect((await room.access.session(token))?.person).toEqual(person);
    await room.access.logout(token, '10.0.0.7');
    expect(await room.access.session(token)).toBeNull();
    const events = (await room.keeper.read('access', 1, 1000)).map((stored) => stored.event);
    expect(events.slice(-2)).toMatchObject([
      { action: 'logged-in', object: 'observer', actor: { id: person.id, terminal } },
      { action: 'logged-out', object: 'observer', actor: { id: person.id, terminal: '10.0.0.7' } },
    ]);
  });

  it('outlives a restart of the service; after ten minutes without use it is locked until its password is given', async () => {
    const { token } = await room.access.login(first('observer'));
    await room.stop();
    expect(await room.access.session(token)).toBeNull();
    room = make();
    await room.start();
    expect((await room.access.session(token))?.person.userName).toBe('observer');
    clock.pass(10 * 60_000);
    expect(await room.access.session(token)).toMatchObject({ locked: true });
    const { password } = first('observer');
    await expect(room.access.unlock(token, 'another one', 'page')).rejects.toMatchObject({ code: 'login-refused' });
    expect(await room.access.session(token)).toMatchObject({ locked: true });
    expect(await room.access.unlock(token, password, 'page')).toMatchObject({ locked: false });
    expect(await room.access.session(token)).toMatchObject({ locked: false });
  });

  it('is refused with the same words to a stranger and to a wrong password', async () => {
    const words: unknown[] = [];
    for (const userName of ['nobody', 'observer']) {
      await room.access.login({ userName, password: 'wrong', terminal }).catch((error: unknown) => words.push(error));
    }
    expect(words[0]).toMatchObject({ code: 'login-refused' });
    expect(String(words[0])).toBe(String(words[1]));
  });
});

describe('people', () => {
  it('are kept by an administrator only, and a role that is taken away is gone at once', async () => {
    const { token } = await room.access.login(first('admin'));
    await room.access.changePassword(token, first('admin').password, 'another long password', 'test');
    const again = await room.access.login({ ...first('admin'), password: 'another long password' });
    const admin = await actorOf(again.token)();
    const engineer = (await room.access.people()).find(({ userName }) => userName === 'engineer')!;
    const actor = personActor(engineer, terminal);

    await expect(room.people.setRoles(engineer.id, ['observer'], 'x', actor)).rejects.toMatchObject({
      code: 'not-permitted',
    });
    await room.people.setRoles(engineer.id, ['observer'], 'moved to another site', admin);
    expect(room.authority.decide(actor, 'start batch').allowed).toBe(false);
    await room.people.deactivate(engineer.id, 'has left', admin);
    expect(room.authority.decide(actor, 'view').allowed).toBe(false);
  });
});

describe('who is logged in', () => {
  const ownPassword = 'yet another long password';
  const begin = async (userName: string) => {
    const { token } = await room.access.login(first(userName));
    await room.access.changePassword(token, first(userName).password, ownPassword, 'test');
    const { token: own } = await room.access.login({ ...first(userName), password: ownPassword });
    return { token: own, actor: await actorOf(own)() };
  };

  it('is seen and ended by each person for their own sessions, by an administrator for all, and recorded', async () => {
    const checker = await begin('checker');
    const maintenance = await begin('maintenance');
    const admin = await room.access.login({ ...first('admin'), password: 'another long password' });
    const administrator = await actorOf(admin.token)();

    const [own, ...others] = await room.people.sessions(checker.actor);
    expect(others).toEqual([]);
    expect(own).toMatchObject({ terminal, locked: false });
    const all = await room.people.sessions(administrator);
    expect(all.map(({ personId }) => personId)).toEqual(expect.arrayContaining([own!.personId]));
    expect(all.length).toBeGreaterThan(2);

    await expect(room.people.endSession(own!.id, 'x', maintenance.actor)).rejects.toMatchObject({
      code: 'not-permitted',
    });
    await expect(room.people.endSession('no such', 'x', maintenance.actor)).rejects.toMatchObject({
      code: 'not-permitted',
    });
    await expect(room.people.endSession('no such', 'x', administrator)).rejects.toMatchObject({
      code: 'person-refused',
    });
    expect(await room.access.session(checker.token)).not.toBeNull();

    await room.people.endSession(own!.id, 'left at the skid', administrator);
    expect(await room.access.session(checker.token)).toBeNull();
    const [mine] = await room.people.sessions(maintenance.actor);
    await room.people.endSession(mine!.id, 'not me', maintenance.actor);
    expect(await room.access.session(maintenance.token)).toBeNull();

    const ended = (await room.keeper.read('access', 1, 1000)).filter(({ event }) => event.action === 'session-ended');
    expect(ended.map(({ event }) => event)).toMatchObject([
      {
        object: 'checker',
        reason: 'left at the skid',
        actor: { userName: 'admin' },
        data: { session: own!.id, terminal },
      },
      { object: 'maintenance', reason: 'not me', actor: { userName: 'maintenance' } },
    ]);
    await room.stop();
    room = make();
    await room.start();
    expect(await room.access.session(checker.token)).toBeNull();
    expect(
      (await room.people.sessions(administrator)).find(
        ({ personId }) => personId === (administrator as { id: string }).id,
      ),
    ).toMatchObject({
      terminal,
    });
  });
});

describe('a second factor', () => {
  it('is asked at every login once it is enrolled, until an administrator removes it', async () => {
    const ours = { ...first('qa-releaser'), password: 'a password of my own' };
    const fresh = await room.access.login(first('qa-releaser'));
    await room.access.changePassword(fresh.token, first('qa-releaser').password, ours.password, 'test');
    const { token } = await room.access.login(ours);
    await expect(room.access.beginSecondFactor(token, 'guessed', terminal)).rejects.toMatchObject({
      code: 'login-refused',
    });
    const secret = secretOf((await room.access.beginSecondFactor(token, ours.password, terminal)).secret);
    const code = (): string => codeAt(secret, clock.utc() / 1000);
    await expect(room.access.confirmSecondFactor(token, '', terminal)).rejects.toMatchObject({ code: 'code-refused' });
    await room.access.confirmSecondFactor(token, code(), terminal);
    expect((await room.access.session(token))?.person.secondFactor).toBe(true);

    await expect(room.access.login(ours)).rejects.toMatchObject({ code: 'second-factor-required' });
    await expect(room.access.login({ ...ours, code: code() })).rejects.toMatchObject({ code: 'login-refused' });
    clock.pass(30_000);
    const { person } = await room.access.login({ ...ours, code: code() });
    expect((await room.access.authenticate(ours)).id).toBe(person.id);
    await expect(room.access.authenticate(ours, 'all factors')).rejects.toMatchObject({
      code: 'second-factor-required',
    });
    expect((await room.keeper.read('access', 1, 1000)).at(-1)!.event).toMatchObject({
      action: 'login-refused',
      object: 'qa-releaser',
      reason: 'a second factor is asked, and cannot be given there',
      data: { terminal },
    });

    const alarms: string[] = [];
    const key = join(made.path, 'keys', 'second-factor.key');
    await room.stop();
    renameSync(key, `${key}.lost`);
    room = make();
    await room.start();
    room.raiseAt({ stand: ({ id }) => alarms.push(id), gone: () => undefined });
    expect(alarms).toContain('access.second-factors');
    await expect(room.access.login({ ...ours, code: code() })).rejects.toThrow(/second-factor\.key/);
    expect(existsSync(key)).toBe(false);
    renameSync(`${key}.lost`, key);
    clock.pass(30_000);
    await room.access.login({ ...ours, code: code() });

    await expect(room.people.removeSecondFactor(person.id, 'x', personActor(person, terminal))).rejects.toMatchObject({
      code: 'not-permitted',
    });
    const admin = await room.access.login({ ...first('admin'), password: 'another long password' });
    await room.people.removeSecondFactor(person.id, 'telephone lost', await actorOf(admin.token)());
    expect(await room.access.session(token)).toBeNull();
    expect((await room.access.login(ours)).person.secondFactor).toBe(false);
    expect(statSync(join(made.path, 'keys', 'second-factor.key')).mode & 0o777).toBe(0o600);
  });
});

describe('a name that is shut after five failures', () => {
  it('is an alarm at once, until an administrator opens it', async () => {
    const standing = new Set<string>();
    room.raiseAt({ stand: ({ id }) => standing.add(id), gone: (id) => standing.delete(id) });
    const wrong = { ...first('maintenance'), password: 'a guess' };
    for (let time = 1; time < 5; time += 1) {
      await expect(room.access.login(wrong)).rejects.toMatchObject({ code: 'login-refused' });
      expect([...standing]).toEqual([]);
    }
    await expect(room.access.login(wrong)).rejects.toMatchObject({ code: 'login-locked' });
    expect([...standing]).toEqual(['access.locked.maintenance']);
    expect((await room.keeper.read('access', 1, 1000)).at(-1)!.event).toMatchObject({
      action: 'person-locked',
      object: 'maintenance',
      data: { terminal },
    });
    const admin = await room.access.login({ ...first('admin'), password: 'another long password' });
    const { id } = (await room.access.people()).find(({ userName }) => userName === 'maintenance')!;
    await room.people.resetPassword(id, 'it was they themselves', await actorOf(admin.token)());
    expect([...standing]).toEqual([]);
  });
});

describe('refusals', () => {
  it('are events of access; those that were only counted come at the stop at the latest', async () => {
    const [observer] = (await room.access.people()).filter(({ userName }) => userName === 'observer');
    const actor = personActor(observer!, terminal);
    for (let times = 0; times < 5; times += 1) room.access.refused({ actor, what: 'POST /api/batches', why: 'x' });
    await room.stop();
    room = make();
    await room.start();
    const events = (await room.keeper.read('access', 1, 1000)).map((stored) => stored.event);
    expect(events.filter(({ action }) => action === 'refused')).toMatchObject([
      { actor: { id: observer!.id, terminal }, object: 'POST /api/batches', reason: 'x', data: { times: '1' } },
      { data: { times: '4' } },
    ]);
  });
});

describe('the keeper', () => {
  it('settles appends in the order they were made, with the time they were made', async () => {
    const receipts = await Promise.all(Array.from({ length: 100 }, () => room.keeper.append(event('skid/QD-1'))));
    expect(receipts.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(receipts[0]!.utc).toBe(clock.utc());
    expect(await room.keeper.scopes('skid/')).toEqual([{ scope: 'skid/QD-1', count: 100, head: receipts[99]!.hash }]);
  });

  it('records what a person typed although it holds half a character, and what follows it', async () => {
    const half = 'look at \ud83d the outlet';
    const given = event('skid/QD-2', 'command-intended', { reason: half, data: { [half]: [half] } });
    const { seq } = await room.keeper.append(given);
    await room.keeper.append(event('skid/QD-2', 'command-done'));
    const whole = 'look at \ufffd the outlet';
    expect((await room.keeper.read('skid/QD-2', seq, 1))[0]?.event).toMatchObject({
      reason: whole,
      data: { [whole]: [whole] },
    });
  });

  it('refuses what cannot be a record, before it reaches the ledger', async () => {
    const given = { ...event('alarms'), data: { call: () => 1 } } as unknown as RecordEvent;
    await expect(room.keeper.append(given)).rejects.toMatchObject({ code: 'record-refused' });
  });

  it('refuses everything while it is stopped, may be stopped twice, and starts again', async () => {
    await Promise.all([room.stop(), room.stop()]);
    await room.stop();
    await expect(room.keeper.append(event('alarms'))).rejects.toMatchObject({ code: 'record-refused' });
    expect(room.health().state).toBe('stopped');
    await room.start();
    await expect(room.keeper.append(event('alarms'))).resolves.toMatchObject({ scope: 'alarms' });
  });

  it('may be stopped while it starts, at any moment of it', async () => {
    await room.stop();
    for (const moment of [0, 5]) {
      const starting = room.start();
      for (let turn = 0; turn < moment; turn += 1) await Promise.resolve();
      await Promise.all([room.stop(), expect(starting).rejects.toThrow()]);
      expect(room.health().state).toBe('stopped');
    }
  });

  it('waits for the one who holds the ledger before it opens it again', async () => {
    await room.start();
    const [, started] = await Promise.allSettled([room.stop(), room.start()]);
    expect(started.status).toBe('fulfilled');
    expect(room.health().state).toBe('ready');
    await expect(room.keeper.append(event('alarms'))).resolves.toMatchObject({ scope: 'alarms' });
  });
});
