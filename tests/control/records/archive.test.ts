/** Archives of ledgers in SQLite and in a real PostgreSQL, while they are written. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archiveFaults, readArchiveList, recordsAtRest, writeArchive } from '../../../control/records/archive/index.ts';
import { preparePostgres } from '../../../control/records/ledger/prepare-postgres.ts';
import type { Records } from '../../../control/records/ledger/records.ts';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { Postgres } from '../../support/postgres.ts';
import { event, later, ledgerFile, openQuickly, stamp, temporaryFolder, trustOf } from './support.ts';

let server: Postgres;
let folder: ReturnType<typeof temporaryFolder>;
let records: Records;
let made = 0;

beforeAll(async () => {
  server = await Postgres.launch();
  await server.asAdmin('postgres', 'CREATE ROLE owner LOGIN', 'CREATE ROLE writer LOGIN');
});
afterAll(() => server.remove());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await records.close(later(9000));
  folder.remove();
});

const data = (): string => join(folder.path, 'data');

async function opened(store: 'SQLite' | 'PostgreSQL'): Promise<string | null> {
  if (store === 'SQLite') {
    records = await openQuickly(data());
    return null;
  }
  const database = `archived_${(made += 1)}`;
  await server.asAdmin('postgres', `CREATE DATABASE ${database} OWNER owner`);
  await preparePostgres(server.url(database, 'owner'), 'writer');
  records = await openQuickly(data(), stamp, [], { ledgerUrl: server.url(database, 'writer'), checkpointCopy: null });
  return server.url(database, 'writer');
}

const archived = (ledgerUrl: string | null, to: string) =>
  writeArchive({ dataFolder: data(), ledgerUrl, to, build: 'test', at: stamp.utc });

describe.each(['SQLite', 'PostgreSQL'] as const)('an archive of a ledger in %s', (store) => {
  it('is the ledger as it was at one moment, while more is written; verified by what was kept apart', async () => {
    const url = await opened(store);
    for (let n = 0; n < 20; n += 1) await records.append(event('batch/B-1', 'noted', { object: `${n}` }), stamp);
    await records.checkpoint(later(60));
    const witness = readFileSync(join(data(), 'checkpoints', 'checkpoints.jsonl'), 'utf8');
    const to = join(folder.path, 'archive');
    const meanwhile = Array.from({ length: 300 }, (_, n) => records.append(event('batch/B-2', 'noted', { object: `${n}` }), later(61))); // prettier-ignore
    const [list] = await Promise.all([archived(url, to), ...meanwhile]);
    await records.checkpoint(later(120));

    expect(readArchiveList(to)).toEqual(list);
    expect(list.ledger.store).toBe(store);
    expect(archiveFaults(to, list)).toEqual([]);
    const report = verifyLedger({ path: ledgerFile(to), trusted: trustOf(data()), witness });
    expect(report.findings).toEqual([]);
    const { records: resting, close } = recordsAtRest(ledgerFile(to));
    const [scope] = await resting.scopes('batch/B-1');
    expect(scope).toEqual((await records.scopes('batch/B-1'))[0]);
    expect(await resting.read('batch/B-1', 5, 3)).toEqual(await records.read('batch/B-1', 5, 3));
    close();
  });

  it('lets nobody else read it', async () => {
    const to = join(folder.path, 'archive');
    const list = await archived(await opened(store), to);
    for (const path of ['', ...Object.keys(list.files)]) expect(statSync(join(to, path)).mode & 0o077).toBe(0);
  });
});

describe('an archive', () => {
  it('takes the last line of the checkpoints only where it is whole, and none that speaks of later', async () => {
    await opened('SQLite');
    await records.append(event('batch/B-1'), stamp);
    await records.checkpoint(later(60));
    const to = join(folder.path, 'archive');
    const path = join(data(), 'checkpoints', 'checkpoints.jsonl');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, `${whole}{"torn`);
    await archived(null, to);
    expect(readFileSync(join(to, 'checkpoints', 'checkpoints.jsonl'), 'utf8')).toBe(whole);
    writeFileSync(path, whole);
  });

  it('is refused, naming it, where there is nothing to archive; nothing is left behind', async () => {
    await opened('SQLite');
    const to = join(folder.path, 'archive');
    const nowhere = { dataFolder: join(folder.path, 'no'), ledgerUrl: null, to, build: 'test', at: stamp.utc };
    await expect(writeArchive(nowhere)).rejects.toMatchObject({ code: 'archive-not-made' });
    const away = { ...nowhere, dataFolder: data(), ledgerUrl: server.url('no_such_database', 'writer') };
    await expect(writeArchive(away)).rejects.toMatchObject({ code: 'archive-not-made' });
    expect([existsSync(to), existsSync(`${to}.partial`)]).toEqual([false, false]);
  });

  it('is not read where its list is none', () => {
    writeFileSync(join(folder.path, 'archive.json'), '{"format":"mesoline-archive-1"}');
    expect(() => readArchiveList(folder.path)).toThrow(expect.objectContaining({ code: 'archive-unreadable' }));
  });
});
