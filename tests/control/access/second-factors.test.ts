import { createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate, People, PeopleStore, SecondFactors } from '../../../control/access/index.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { later, quickHasher, stamp, temporaryFolder } from '../records/support.ts';
import { auditInto } from './support.ts';
import { codeAt, secretOf } from './one-time-code.ts';

/** The secret of RFC 6238, appendix B. */
const published = Buffer.from('12345678901234567890');
const root: Actor = { kind: 'service', part: 'test' };
const key = createSecretKey(Buffer.alloc(32, 7));
const draw = (bytes: number): Buffer => (bytes === published.length ? published : randomBytes(bytes));
const seconds = (at: number) => utcMs(at * 1000);

let folder: ReturnType<typeof temporaryFolder>;
let store: PeopleStore;
let factors: SecondFactors;
let people: People;
let gate: Gate;
let events: RecordEvent[];
let ada: string;
let password: string;

beforeEach(async () => {
  folder = temporaryFolder();
  store = new PeopleStore(join(folder.path, 'people.db'));
  factors = new SecondFactors({ store, key: () => key, draw });
  events = [];
  const audit = auditInto(events);
  const hasher = quickHasher();
  gate = new Gate(store, hasher, audit);
  await gate.start('nobody has this', stamp.monotonic);
  let drawn = 0;
  people = new People({ store, hasher, audit, gate, pick: (choices) => (drawn += 7) % choices, breached: () => false });
  const added = await add('ada');
  [ada, password] = [added.person.id, added.firstPassword];
});
afterEach(() => {
  store.close();
  folder.remove();
});

const add = (userName: string) =>
  people.add({ userName, printedName: userName, roles: ['operator'], identityProof: 'passport' }, root, stamp);
const enrol = async (at = 59): Promise<void> => {
  factors.begin(store.byId(ada)!);
  const step = factors.firstStep(ada, codeAt(published, at), seconds(at));
  await people.enrolSecondFactor(store.byId(ada)!, step!, 'page', stamp);
};

describe('codes', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %i s are those that RFC 6238 publishes', (at, code) => {
    expect(codeAt(published, at)).toBe(code);
    const said = factors.begin(store.byId(ada)!);
    expect(secretOf(said.secret)).toEqual(published);
    expect(said.uri).toContain('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(factors.firstStep(ada, code, seconds(at))).toBe(Math.floor(at / 30));
  });

  it('are taken half a minute early or late, and no further', () => {
    factors.begin(store.byId(ada)!);
    const code = codeAt(published, 3000);
    const taken = [2969, 2970, 3000, 3029, 3059, 3060].map((at) => factors.firstStep(ada, code, seconds(at)));
    expect(taken).toEqual([null, 100, 100, 100, 100, null]);
    for (const other of ['', '12345', '1234567', 'abcdef', ' 87082'])
      expect(factors.firstStep(ada, other, seconds(59))).toBeNull();
  });

  it('count once each, and none that is older than one that was taken', async () => {
    await enrol(3000);
    const check = (at: number) => factors.check(ada, codeAt(published, at), seconds(3060));
    expect(check(3000)).toBe('wrong');
    expect(check(3060)).toBe('right');
    expect(check(3060)).toBe('wrong');
    expect(check(3030)).toBe('wrong');
    expect(check(3090)).toBe('right');
  });
});

describe('a second factor', () => {
  it('is asked for from the first code on, not before, and is on record', async () => {
    expect(factors.check(ada, undefined, seconds(59))).toBe('right');
    factors.begin(store.byId(ada)!);
    expect(factors.check(ada, undefined, seconds(59))).toBe('right');
    expect(store.people()[0]).toMatchObject({ secondFactor: false });
    await enrol();
    expect(factors.check(ada, undefined, seconds(59))).toBe('missing');
    expect(store.people()[0]).toMatchObject({ secondFactor: true });
    expect(events.at(-1)).toMatchObject({ action: 'second-factor-enrolled', object: 'ada', new: 'TOTP' });
    expect(() => factors.begin(store.byId(ada)!)).toThrow(/one already/);
    expect(JSON.stringify(events)).not.toContain('GEZDGNBV');
  });

  it('is kept so that neither a copy of the database nor the row of another person makes codes', async () => {
    await enrol();
    const { sealed } = store.secondFactor(ada)!;
    const bytes = readFileSync(join(folder.path, 'people.db-wal')).toString('latin1');
    expect(bytes).toContain(sealed);
    expect(bytes).not.toContain('GEZDGNBV');
    const other = new SecondFactors({ store, key: () => createSecretKey(Buffer.alloc(32, 8)), draw });
    expect(() => other.check(ada, '287082', seconds(59))).toThrow(/cannot be read with the key/);
    const grace = (await add('grace')).person.id;
    store.beginSecondFactor(grace, sealed);
    expect(() => factors.firstStep(grace, '287082', seconds(59))).toThrow(/cannot be read with the key/);
  });

  it('is removed by an administrator, with a reason on record, and sessions end', async () => {
    await expect(people.removeSecondFactor(ada, 'x', root, stamp)).rejects.toThrow(/no second factor/);
    await enrol();
    const times = { expiresUtc: later(60).utc, usedUtc: stamp.utc };
    store.addSession({ tokenHash: 'a1', personId: ada, terminal: 'page', ...times });
    await people.removeSecondFactor(ada, 'telephone lost', root, stamp);
    expect(events.at(-1)).toMatchObject({ action: 'second-factor-removed', reason: 'telephone lost' });
    expect([store.sessions(), factors.check(ada, undefined, seconds(59))]).toEqual([[], 'right']);
  });
});

describe('the gate', () => {
  const login = (given: { password?: string; code?: string }, at = later(0)) =>
    gate.prove({ userName: 'ada', password, terminal: 'page', ...given }, 'login', at, ({ id }) =>
      factors.check(id, given.code, at.utc),
    );
  const now = stamp.utc / 1000;

  it('asks for a code only whoever has given the right password, and lets in by both', async () => {
    await enrol();
    await expect(login({ password: 'wrong' })).rejects.toMatchObject({ code: 'login-refused' });
    await expect(login({ password: 'wrong', code: codeAt(published, now) })).rejects.toThrow(/password is wrong/);
    await expect(login({})).rejects.toMatchObject({ code: 'second-factor-required' });
    await expect(login({ code: codeAt(published, now) })).resolves.toMatchObject({ id: ada });
    await expect(login({ code: codeAt(published, now) })).rejects.toThrow(/used before/);
  });

  it('counts wrong codes to the lockout, and a login without a code does not forgive them', async () => {
    await enrol();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await expect(login({ code: '000000' })).rejects.toMatchObject({ code: 'login-refused' });
      await expect(login({})).rejects.toMatchObject({ code: 'second-factor-required' });
    }
    await expect(login({ code: '000000' })).rejects.toMatchObject({ code: 'login-locked' });
    await expect(login({ code: codeAt(published, now) })).rejects.toMatchObject({ code: 'login-locked' });
    const refusals = events.filter(({ reason }) => reason === 'wrong code of the second factor');
    expect(refusals).toHaveLength(5);
  });
});
