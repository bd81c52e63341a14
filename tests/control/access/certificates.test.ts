import Database from 'better-sqlite3';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate, People, PeopleStore } from '../../../control/access/index.ts';
import type { Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { fieldsLost } from '../../support/on-record.ts';
import { later, quickHasher, stamp, temporaryFolder } from '../records/support.ts';
import { auditInto } from './support.ts';
import { adasCertificate, forgedCertificate } from './support.ts';

const root: Actor = { kind: 'service', part: 'test' };
const terminal = 'OPC UA 192.0.2.7';
const thumbprintOf = (pem: string): string => new X509Certificate(pem).fingerprint.replaceAll(':', '').toLowerCase();
const adas = { thumbprint: thumbprintOf(adasCertificate), terminal };

let folder: ReturnType<typeof temporaryFolder>;
let store: PeopleStore;
let events: RecordEvent[];
let gate: Gate;
let people: People;
let ada: string;
let drawn = 0;

beforeEach(async () => {
  folder = temporaryFolder();
  store = new PeopleStore(join(folder.path, 'people.db'));
  events = [];
  const audit = auditInto(events);
  const hasher = quickHasher();
  gate = new Gate(store, hasher, audit);
  await gate.start('nobody has this', stamp.monotonic);
  people = new People({ store, hasher, audit, gate, pick: (choices) => (drawn += 7) % choices, breached: () => false });
  ada = await added('ada');
});

afterEach(() => {
  store.close();
  folder.remove();
});

const added = async (userName: string): Promise<string> =>
  (
    await people.add(
      { userName, printedName: userName, roles: ['operator'], identityProof: 'known in person' },
      root,
      stamp,
    )
  ).person.id;
const give = (id = ada, pem = adasCertificate) => people.addCertificate(id, pem, 'works at the skid', root, stamp);

describe('a certificate', () => {
  it('proves the person it was given to, and the gift is in the record', async () => {
    await give();
    expect(await gate.proveCertificate(adas, stamp)).toMatchObject({ id: ada, userName: 'ada' });
    expect(events.at(-1)).toMatchObject({
      action: 'certificate-added',
      object: 'ada',
      reason: 'works at the skid',
      new: { thumbprint: adas.thumbprint },
    });
    const request = { thumbprint: adas.thumbprint, userName: 'ada', reason: 'works at the skid' };
    expect(fieldsLost('/api/certificates/give', request, events)).toEqual([]);
  });

  it('proves nobody by the name that stands in it', async () => {
    await give();
    const forged = { thumbprint: thumbprintOf(forgedCertificate), terminal };
    expect(new X509Certificate(forgedCertificate).subject).toBe(new X509Certificate(adasCertificate).subject);
    await expect(gate.proveCertificate(forged, stamp)).rejects.toMatchObject({ code: 'login-refused' });
    expect(events.at(-1)).toMatchObject({ action: 'login-refused', data: { terminal } });
  });

  it('proves nobody after it has expired, before it is valid, or after it was taken back', async () => {
    await give();
    const year = 365 * 86_400;
    await expect(gate.proveCertificate(adas, later(year))).rejects.toMatchObject({ code: 'login-refused' });
    expect(events.at(-1)?.reason).toBe('a certificate that has expired');
    await expect(gate.proveCertificate(adas, later(-year))).rejects.toMatchObject({ code: 'login-refused' });
    await people.removeCertificate(adas.thumbprint, 'lost the card', root, stamp);
    await expect(gate.proveCertificate(adas, stamp)).rejects.toMatchObject({ code: 'login-refused' });
    expect(events.at(-1)?.reason).toBe('a certificate that was taken back');
    expect(events.at(-2)).toMatchObject({ action: 'certificate-removed', reason: 'lost the card' });
    const request = { thumbprint: adas.thumbprint, reason: 'lost the card' };
    expect(fieldsLost('/api/certificates/take', request, events)).toEqual([]);
  });

  it('proves nobody who has left', async () => {
    await give();
    await people.deactivate(ada, 'has left', root, stamp);
    await expect(gate.proveCertificate(adas, stamp)).rejects.toMatchObject({ code: 'login-refused' });
  });

  it('is given to one person, for ever', async () => {
    await give();
    await expect(give()).rejects.toThrow(/has it already/);
    await people.removeCertificate(adas.thumbprint, 'lost', root, stamp);
    const grace = await added('grace');
    await expect(give(grace)).rejects.toThrow(/another person/);
    await expect(give()).resolves.toMatchObject({ personId: ada });
    await expect(gate.proveCertificate(adas, stamp)).resolves.toMatchObject({ id: ada });
  });

  it('is refused where it cannot be read or is of the past', async () => {
    await expect(give(ada, 'not a certificate')).rejects.toMatchObject({ code: 'person-refused' });
    await expect(give(ada, `${adasCertificate}${' '.repeat(30_000)}`)).rejects.toMatchObject({
      code: 'person-refused',
    });
    const past = later(365 * 86_400);
    await expect(people.addCertificate(ada, adasCertificate, 'x', root, past)).rejects.toThrow(/expired/);
    expect(store.certificates()).toEqual([]);
  });

  it('that fails five times is shut like a name', async () => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const code = attempt < 5 ? 'login-refused' : 'login-locked';
      await expect(gate.proveCertificate(adas, stamp)).rejects.toMatchObject({ code });
    }
    expect(events.filter(({ action }) => action === 'person-locked')).toHaveLength(1);
  });

  it('opens no way round a name that is locked', async () => {
    await give();
    const wrong = { userName: 'ada', password: 'wrong', terminal };
    for (let attempt = 0; attempt < 5; attempt += 1) await gate.prove(wrong, 'login', stamp).catch(() => undefined);
    await expect(gate.proveCertificate(adas, stamp)).rejects.toMatchObject({ code: 'login-locked' });
    await expect(gate.proveCertificate(adas, later(900))).resolves.toMatchObject({ id: ada });
  });
});

describe('what a person logs in by', () => {
  it('is counted when it changes, so that sessions by the old can be ended', async () => {
    const count = (): number | undefined => store.people()[0]?.credentialChanges;
    expect(count()).toBe(0);
    await give();
    expect(count()).toBe(0);
    await people.removeCertificate(adas.thumbprint, 'lost', root, stamp);
    expect(count()).toBe(1);
    await people.resetPassword(ada, 'forgot it', root, stamp);
    expect(count()).toBe(2);
    await people.setRoles(ada, ['checker'], 'trained', root, stamp);
    expect(count()).toBe(2);
  });
});

describe('people of an older release', () => {
  it('are all still there, and can be given certificates', () => {
    const path = join(folder.path, 'people.db');
    store.close();
    const database = new Database(path);
    database.exec(
      'DROP TABLE certificate; DROP TABLE security_key; DROP INDEX person_ldap_name; ALTER TABLE person DROP COLUMN ldap_name; DROP INDEX person_oidc; ALTER TABLE person DROP COLUMN oidc_issuer; ALTER TABLE person DROP COLUMN oidc_subject; ALTER TABLE person DROP COLUMN credential_changes; ALTER TABLE person DROP COLUMN certified; ALTER TABLE session DROP COLUMN terminal; DROP TABLE second_factor; PRAGMA user_version = 1;',
    );
    database.close();
    store = new PeopleStore(path);
    expect(store.people()).toMatchObject([{ userName: 'ada', credentialChanges: 0, certified: false }]);
    store.addCertificate({ thumbprint: 'a1', personId: ada, subject: 'x', validFrom: stamp.utc, validTo: stamp.utc });
    expect(store.certificate('a1')).toMatchObject({ personId: ada, removed: false });
  });
});
