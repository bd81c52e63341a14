import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeopleStore, SecurityKeys, type StoredPerson } from '../../../control/access/index.ts';
import { later, stamp, temporaryFolder } from '../records/support.ts';
import { SoftwareKey } from './software-key.ts';

const origin = 'https://line.example.com';
const elsewhere = 'https://line.example.com.evil.example';

let folder: ReturnType<typeof temporaryFolder>;
let store: PeopleStore;
let keys: SecurityKeys;
const person = (id: string): StoredPerson => ({
  id,
  userName: id.toLowerCase(),
  printedName: id,
  roles: ['operator'],
  mustChangePassword: false,
  active: true,
  passwordHash: '',
});
const ada = person('P-ADA');
const grace = person('P-GRACE');

beforeEach(() => {
  folder = temporaryFolder();
  store = new PeopleStore(join(folder.path, 'people.db'));
  store.insert(ada);
  store.insert(grace);
  keys = new SecurityKeys(store);
});
afterEach(() => {
  store.close();
  folder.remove();
});

async function enrolled(of = ada, key = new SoftwareKey(`key of ${of.id}`)): Promise<SoftwareKey> {
  const answer = key.made(await keys.begin(of, origin, stamp), origin);
  store.addSecurityKey(await keys.confirm(of.id, 'ring', { answer, origin }, stamp));
  return key;
}
const asked = async (of = ada, at = origin) => (await keys.ask(of.id, at, stamp))!;

describe('a security key', () => {
  it('is a second factor from its answer on, and each challenge is answered once', async () => {
    expect(await keys.ask(ada.id, origin, stamp)).toBeNull();
    expect(store.byId(ada.id)?.secondFactor).toBe(false);
    const key = await enrolled();
    expect(store.byId(ada.id)?.secondFactor).toBe(true);
    expect(store.securityKeys(ada.id)).toMatchObject([{ name: 'ring', rpId: 'line.example.com', transports: ['usb'] }]);
    const answer = key.used(await asked(), origin);
    expect(await keys.check(ada.id, { answer, origin }, stamp)).toBe('right');
    expect(await keys.check(ada.id, { answer, origin }, stamp)).toBe('wrong');
    await asked();
    expect(await keys.check(ada.id, { answer, origin }, stamp)).toBe('wrong');
  });

  it('is asked for two minutes', async () => {
    const key = await enrolled();
    const answer = key.used(await asked(), origin);
    expect(await keys.check(ada.id, { answer, origin }, later(121))).toBe('wrong');
  });

  it('gives nothing to a page that passes itself off as this one', async () => {
    const key = await enrolled();
    expect(await keys.ask(ada.id, elsewhere, stamp)).toBeNull();
    const options = await asked();
    const answer = key.used(options, elsewhere);
    expect(await keys.check(ada.id, { answer, origin: elsewhere }, stamp)).toBe('wrong');
    await asked();
    expect(await keys.check(ada.id, { answer, origin }, stamp)).toBe('wrong');
  });

  it('of another person is none', async () => {
    await enrolled();
    const graces = await enrolled(grace);
    const answer = graces.used(await asked(), origin);
    expect(await keys.check(ada.id, { answer, origin }, stamp)).toBe('wrong');
    expect(await keys.check(ada.id, { answer: { ...answer, id: 'unknown' }, origin }, stamp)).toBe('wrong');
  });

  it('that counts is not taken where its count goes back, as a copy of it would', async () => {
    const key = await enrolled();
    key.counter = 41;
    expect(await keys.check(ada.id, { answer: key.used(await asked(), origin), origin }, stamp)).toBe('right');
    for (const counter of [42, 7])
      expect(await keys.check(ada.id, { answer: key.used(await asked(), origin, counter), origin }, stamp)).toBe(
        'wrong',
      );
    expect(await keys.check(ada.id, { answer: key.used(await asked(), origin, 43), origin }, stamp)).toBe('right');
  });

  it('with a signature of another key is none', async () => {
    const key = await enrolled();
    const copy = new SoftwareKey(`key of ${ada.id}`);
    expect(copy.id).toBe(key.id);
    expect(await keys.check(ada.id, { answer: copy.used(await asked(), origin), origin }, stamp)).toBe('wrong');
  });

  it('is not enrolled unasked, late, twice, for another page, or at a page that is opened by a number', async () => {
    const key = new SoftwareKey('a');
    const refused = { code: 'security-key-refused' };
    const options = await keys.begin(ada, origin, stamp);
    const answer = key.made(options, origin);
    await expect(keys.confirm(grace.id, 'x', { answer, origin }, stamp)).rejects.toMatchObject(refused);
    await expect(keys.confirm(ada.id, 'x', { answer, origin }, later(121))).rejects.toMatchObject(refused);
    const fresh = await keys.begin(ada, origin, stamp);
    const wrong = key.made(fresh, elsewhere);
    await expect(keys.confirm(ada.id, 'x', { answer: wrong, origin }, stamp)).rejects.toMatchObject(refused);
    await enrolled(ada, key);
    const again = key.made(await keys.begin(grace, origin, stamp), origin);
    await expect(keys.confirm(grace.id, 'x', { answer: again, origin }, stamp)).rejects.toMatchObject(refused);
    for (const number of ['https://10.0.0.7', 'https://[::1]:8080', ''])
      await expect(keys.begin(ada, number, stamp)).rejects.toMatchObject(refused);
  });

  it('goes with every second factor of its person', async () => {
    await enrolled();
    store.removeSecondFactor(ada.id);
    expect(store.securityKeys(ada.id)).toEqual([]);
    expect(store.byId(ada.id)?.secondFactor).toBe(false);
  });
});
