/** A disk that is full in the middle of a signing, on SQLite and on a real PostgreSQL: nothing is signed, and whoever signs is told. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Records } from '../../control/records/ledger/records.ts';
import { preparePostgres } from '../../control/records/ledger/prepare-postgres.ts';
import { verifyPostgres } from '../../control/records/verify/postgres-ledger.ts';
import type { Report } from '../../control/records/verify/report.ts';
import { verifyLedger } from '../../control/records/verify/verify-ledger.ts';
import {
  event,
  later,
  ledgerFile,
  openQuickly,
  ownPassword,
  stamp,
  temporaryFolder,
  trustOf,
} from '../control/records/support.ts';
import { SmallDisk } from '../e2e/support/small-disk.ts';
import { Postgres } from '../support/postgres.ts';

const folder = temporaryFolder();
const disk = new SmallDisk(join(folder.path, 'disk'), 32);
const elsewhere = temporaryFolder();
let server: Postgres;

beforeAll(async () => {
  if (!disk.mounted) return;
  // PostgreSQL runs as somebody else, who has to reach the disk.
  for (const path of [folder.path, disk.path]) chmodSync(path, 0o755);
  server = await Postgres.launch();
  await server.addTablespace('small', join(disk.path, 'tables'));
  await server.asAdmin(
    'postgres',
    'CREATE ROLE owner LOGIN',
    'CREATE ROLE writer LOGIN',
    'CREATE DATABASE ledger OWNER owner TABLESPACE small',
  );
  await preparePostgres(server.url('ledger', 'owner'), 'writer');
});
afterAll(async () => {
  if (disk.mounted) await server.remove();
  disk.unmount();
  folder.remove();
  elsewhere.remove();
});

type Store = Readonly<{
  name: string;
  open: () => Promise<[Records, string]>;
  verify: (data: string) => Promise<Report>;
}>;

const kept = (data: string) => ({
  trusted: trustOf(data),
  witness: readFileSync(join(data, 'checkpoints', 'checkpoints.jsonl'), 'utf8'),
});

const stores: readonly Store[] = [
  {
    name: 'SQLite',
    open: async () => [await openQuickly(join(disk.path, 'data')), join(disk.path, 'data')],
    verify: (data) => Promise.resolve(verifyLedger({ path: ledgerFile(data), ...kept(data) })),
  },
  {
    name: 'PostgreSQL',
    open: async () => [
      await openQuickly(elsewhere.path, stamp, [], { ledgerUrl: server.url('ledger', 'writer'), checkpointCopy: null }),
      elsewhere.path,
    ],
    verify: (data) => verifyPostgres({ url: server.adminUrl('ledger'), ...kept(data) }),
  },
];

describe.skipIf(!disk.mounted)('a disk that is full in the middle of a signing', () => {
  it.each(stores)('on $name: neither act nor signature, said so, and signed when there is room', async (store) => {
    const [records, data] = await store.open();
    const password = await ownPassword(records, data, 'operator');
    await records.append(event('batch/B-1', 'batch-started'), stamp);
    // What is signed is larger than what a page of the store still has room for.
    const acts = Array.from({ length: 40 }, (_, n) => ({ action: 'noted', object: 'B-1', new: `${n} ${'x'.repeat(1500)}` })); // prettier-ignore
    const signing = {
      userName: 'operator',
      password,
      terminal: 'page 1',
      scope: 'batch/B-1',
      meaning: 'performed',
      subject: 'start of batch B-1',
      role: 'operator',
      notPersons: [],
      acts,
    } as const;
    disk.fill();
    await expect(records.sign(signing, later(60))).rejects.toMatchObject({
      code: 'record-refused',
      message: expect.stringMatching(/full|no space/iu) as string,
    });
    expect(await records.signatures('batch/B-1')).toEqual([]);
    expect((await records.scopes('batch/B-1'))[0]!.count).toBe(1);
    disk.free();
    const { receipt } = await records.sign(signing, later(120));
    expect(receipt.seq).toBe(acts.length + 2);
    await records.close(later(180));
    expect((await store.verify(data)).findings).toEqual([]);
  });
});
