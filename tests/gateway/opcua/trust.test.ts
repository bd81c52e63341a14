import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrustDesk } from '../../../gateway/opcua/trust/trust-desk.ts';
import { firstOfChain, readDer, rejectedKept, TrustFolder } from '../../../gateway/opcua/trust/trust-folder.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { adasCertificate, forgedCertificate } from '../../control/access/support.ts';
import { movableClock, silentLog } from '../../control/records/support.ts';
import { fieldsLost } from '../../support/on-record.ts';

const ada = new X509Certificate(adasCertificate).raw;
const other = new X509Certificate(forgedCertificate).raw;
const thumbprint = readDer(ada)!.thumbprint;
const maintenance: Actor = {
  kind: 'person',
  id: 'P-1',
  userName: 'mara',
  printedName: 'Mara Mill',
  roles: ['maintenance'],
  terminal: 'page',
};

let pki: string;
let folder: TrustFolder;
let events: RecordEvent[];
let distrusted: string[];
let warned: string[];
let clock: ReturnType<typeof movableClock>;

beforeEach(() => {
  pki = mkdtempSync(join(tmpdir(), 'mesoline-trust-'));
  folder = new TrustFolder(pki);
  events = [];
  distrusted = [];
  warned = [];
  clock = movableClock();
});
afterEach(() => rmSync(pki, { recursive: true }));

function deskOver(stored: RecordEvent[] = events, refuses: () => boolean = () => false): TrustDesk {
  return new TrustDesk({
    pkiFolder: pki,
    clock,
    log: { ...silentLog, warn: (fields, message) => warned.push(`${JSON.stringify(fields)} ${message}`) },
    trustUnknown: false,
    authority: {
      decide: (actor, permission) =>
        actor.kind === 'person' && actor.roles.includes('maintenance') && permission === 'manage certificates'
          ? { allowed: true }
          : { allowed: false, reason: 'No.' },
    },
    records: {
      append: (event) => {
        if (refuses()) return Promise.reject(new Error('the disk is full'));
        stored.push(event);
        return Promise.resolve({ scope: event.scope, seq: stored.length, hash: '', utc: clock.utc() });
      },
      read: (_, from, limit) =>
        Promise.resolve(
          stored
            .map((event, i) => ({ scope: event.scope, seq: i + 1, hash: '', utc: clock.utc(), event }))
            .slice(from - 1, from - 1 + limit),
        ),
      scopes: () => Promise.resolve([]),
    },
    onDistrusted: (gone) => distrusted.push(gone),
  });
}

const said = (): string[] => events.map(({ action, actor }) => `${action} by ${actor.kind}`);

describe('a certificate on disk', () => {
  it('is one, and nothing behind it', () => {
    expect(readDer(ada)?.thumbprint).toBe(thumbprint);
    expect(readDer(Buffer.concat([ada, other]))).toBeNull();
    expect(readDer(Buffer.concat([ada, Buffer.from([0])]))).toBeNull();
    expect(readDer(Buffer.from('not one'))).toBeNull();
    expect(readDer(Buffer.alloc(0))).toBeNull();
  });

  it('is the first of a chain', () => {
    expect(firstOfChain(Buffer.concat([ada, other])).equals(ada)).toBe(true);
    expect(firstOfChain(ada).equals(ada)).toBe(true);
    expect(firstOfChain(Buffer.from([0x30]))).toHaveLength(1);
  });

  it('that was put into both folders is rejected', () => {
    folder.add(ada, 'trusted');
    folder.add(ada, 'rejected');
    expect(folder.find(thumbprint)?.state).toBe('rejected');
    folder.move(thumbprint, 'trusted', clock.utc());
    expect(folder.find(thumbprint)?.state).toBe('trusted');
    folder.move(thumbprint, 'rejected', clock.utc());
    expect(folder.list().map(({ state }) => state)).toEqual(['rejected']);
  });

  it('is there since it was moved, not since the client first came', () => {
    folder.add(ada, 'rejected');
    utimesSync(folder.find(thumbprint)!.path, 1, 1);
    folder.move(thumbprint, 'trusted', utcMs(86_400_000));
    expect(folder.find(thumbprint)).toMatchObject({ state: 'trusted', since: 86_400_000 });
  });

  it('may be in DER or PEM, under any name, beside what is none', () => {
    mkdirSync(join(pki, 'trusted/certs'), { recursive: true });
    writeFileSync(join(pki, 'trusted/certs/client.der'), ada);
    writeFileSync(join(pki, 'trusted/certs/notes.txt'), 'remember');
    writeFileSync(join(pki, 'trusted/certs/huge.pem'), 'x'.repeat(50_000));
    expect(folder.list()).toMatchObject([{ thumbprint, state: 'trusted' }]);
  });

  it('is one of the newest hundred that were turned away', () => {
    mkdirSync(join(pki, 'rejected'), { recursive: true });
    for (let i = 0; i < rejectedKept + 20; i += 1) {
      const path = join(pki, 'rejected', `old-${i}.pem`);
      writeFileSync(path, 'old');
      utimesSync(path, i, i);
    }
    folder.add(ada, 'rejected');
    expect(readdirSync(join(pki, 'rejected'))).toHaveLength(rejectedKept);
    expect(folder.find(thumbprint)).not.toBeNull();
  });
});

describe('the desk of certificates', () => {
  it('records what was turned away once, however often it is looked at', async () => {
    const desk = deskOver();
    folder.add(ada, 'rejected');
    await desk.look();
    await desk.look();
    expect(events).toMatchObject([{ scope: 'service', action: 'certificate-turned-away', object: thumbprint }]);
    await deskOver().look();
    expect(events).toHaveLength(1);
    expect(warned, 'one line that says how to trust it').toHaveLength(1);
    expect(warned[0]).toContain(`npm run opcua:trust -- --data ${dirname(pki)} trust ${thumbprint}`);
  });

  it('trusts and rejects for whoever may, in the record first, and ends what stands on it', async () => {
    folder.add(ada, 'rejected');
    const desk = deskOver();
    await expect(desk.trust(thumbprint, { ...maintenance, roles: ['operator'] })).rejects.toMatchObject({
      code: 'not-permitted',
    });
    await expect(desk.trust('ab'.repeat(20), maintenance)).rejects.toMatchObject({ code: 'certificate-unknown' });
    expect(events).toEqual([]);
    await desk.trust(thumbprint, maintenance);
    expect((await desk.list())[0]).toMatchObject({ state: 'trusted', use: 'application' });
    expect(distrusted).toEqual([]);
    await desk.reject(thumbprint, maintenance);
    expect((await desk.list())[0]?.state).toBe('rejected');
    expect(distrusted).toEqual([thumbprint]);
    await desk.look();
    expect(said()).toEqual(['certificate-trusted by person', 'certificate-rejected by person']);
    for (const state of ['trusted', 'rejected'])
      expect(fieldsLost('/api/certificates/trust', { thumbprint, state }, events)).toEqual([]);
  });

  it('changes nothing that cannot be recorded', async () => {
    folder.add(ada, 'rejected');
    const desk = deskOver(events, () => true);
    await expect(desk.trust(thumbprint, maintenance)).rejects.toThrow('disk is full');
    expect(folder.find(thumbprint)?.state).toBe('rejected');
  });

  it('records what was changed on disk, while the service ran and while it did not', async () => {
    const desk = deskOver();
    folder.add(ada, 'trusted');
    await desk.look();
    folder.move(thumbprint, 'rejected', clock.utc());
    await desk.look();
    expect(distrusted).toEqual([thumbprint]);
    expect(said()).toEqual(['certificate-trusted by service', 'certificate-rejected by service']);
    expect(events.at(-1)).toMatchObject({
      old: 'trusted',
      new: 'rejected',
      reason: expect.stringContaining('outside'),
    });

    folder.move(thumbprint, 'trusted', clock.utc());
    const later = deskOver();
    await later.look();
    expect(said().at(-1)).toBe('certificate-trusted by service');
    rmSync(folder.find(thumbprint)!.path);
    await later.look();
    expect(events.at(-1)).toMatchObject({ action: 'certificate-removed', old: 'trusted', new: null });
  });

  it('tries again where a change made outside could not be recorded', async () => {
    let full = true;
    const desk = deskOver(events, () => full);
    folder.add(ada, 'trusted');
    await expect(desk.look()).rejects.toThrow('disk is full');
    full = false;
    await desk.look();
    expect(said()).toEqual(['certificate-trusted by service']);
  });

  it('lists a certificate by which a user tried to log in, and hands it out to be given to a person', async () => {
    new TrustFolder(join(pki, 'users')).add(ada, 'rejected');
    const desk = deskOver();
    expect(await desk.list()).toMatchObject([{ thumbprint, use: 'user', state: 'rejected' }]);
    expect(new X509Certificate(await desk.pem(thumbprint)).raw.equals(ada)).toBe(true);
    await expect(desk.pem('ab'.repeat(20))).rejects.toMatchObject({ code: 'certificate-unknown' });
    await expect(desk.trust(thumbprint, maintenance)).rejects.toMatchObject({ code: 'certificate-unknown' });
  });
});

describe('npm run opcua:trust', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['gateway/opcua/trust/trust-cli.ts', ...args], { encoding: 'utf8' });

  it('lists, trusts and rejects on the disk itself', () => {
    const data = join(pki, 'data');
    mkdirSync(join(data, 'pki/rejected'), { recursive: true });
    writeFileSync(join(data, 'pki/rejected/client.pem'), adasCertificate);
    expect(run('--data', data, 'list').stdout).toContain(`rejected  ${thumbprint}`);
    const spelled = thumbprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
    expect(run('--data', data, 'trust', spelled)).toMatchObject({ status: 0 });
    expect(new TrustFolder(join(data, 'pki')).find(thumbprint)?.state).toBe('trusted');
    expect(run('--data', data, 'reject', 'ab'.repeat(20))).toMatchObject({ status: 1 });
    for (const wrong of [['trust'], ['--nonsense']]) expect(run('--data', data, ...wrong)).toMatchObject({ status: 2 });
  });

  it('says that no client has tried yet', () => {
    mkdirSync(join(pki, 'data/pki'), { recursive: true });
    expect(run('--data', join(pki, 'data'), 'list')).toMatchObject({ status: 0, stdout: 'No client has tried yet.\n' });
  });

  it('says where there is no data folder', () => {
    renameSync(pki, `${pki}-away`);
    const { status, stderr } = run('--data', pki, 'list');
    renameSync(`${pki}-away`, pki);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('data folder') });
  });
});
