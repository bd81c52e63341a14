import Database from 'better-sqlite3';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainHash, genesis, siteText } from '../../../control/records/format/chain.ts';
import { readCheckpoint } from '../../../control/records/format/checkpoint.ts';
import type { Records } from '../../../control/records/ledger/records.ts';
import { schemaStatements } from '../../../control/records/format/schema.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyContent, verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import {
  event,
  later,
  ledgerFile,
  openQuickly,
  ownPassword,
  stamp,
  tamper,
  temporaryFolder,
  trustOf,
} from './support.ts';

const made = temporaryFolder();
let trusted: string;
let checkpoints: Buffer;

/** A small ledger: key, people, two batches, one signed, four checkpoints. */
async function fill(records: Records): Promise<void> {
  const password = await ownPassword(records, made.path, 'operator');
  await records.append(event('batch/B-1', 'batch-started', { data: { volume: '100', unit: 'µL' } }), stamp);
  await records.append(event('batch/B-2', 'batch-started'), stamp);
  await records.append(event('batch/B-1', 'phase-started', { old: 'prime', new: 'heat up', reason: 'Δp ok' }), stamp);
  const signer = { userName: 'operator', password, terminal: 'page' };
  const signed = {
    scope: 'batch/B-1',
    meaning: 'performed',
    subject: 'start of batch B-1',
    role: 'operator',
    notPersons: [],
  };
  await records.sign({ ...signer, ...signed }, later(60));
  await records.append(event('batch/B-2', 'phase-started'), later(70));
}

beforeAll(async () => {
  const records = await openQuickly(made.path);
  await fill(records);
  await records.close(later(80));
  trusted = trustOf(made.path);
  checkpoints = readFileSync(join(made.path, 'checkpoints', 'checkpoints.jsonl'));
});

afterAll(() => made.remove());

/** The ledger in memory, without the rules that keep a row as it is. */
function inMemory(): Database.Database {
  const file = new Database(ledgerFile(made.path), { readonly: true });
  const bytes = file.serialize();
  file.close();
  // A database in memory has no write-ahead log; the header says so.
  bytes[18] = bytes[19] = 1;
  const database = new Database(bytes);
  for (const sql of schemaStatements) {
    if (sql.startsWith('CREATE TRIGGER')) database.exec(`DROP TRIGGER ${sql.split(' ')[2]!}`);
  }
  return database;
}

const asText = (report: Report): string =>
  report.findings.map(({ where, problem }) => `${where}: ${problem}`).join('\n');

/** The report after `change` was made to a copy of the whole data folder behind the service's back. */
function afterwards(change: (folder: string) => void, witness: string | null = null): Report {
  const copy = temporaryFolder();
  try {
    cpSync(made.path, copy.path, { recursive: true });
    change(copy.path);
    return verifyLedger({ path: ledgerFile(copy.path), trusted, witness });
  } finally {
    copy.remove();
  }
}

describe('a ledger that nobody touched', () => {
  it('holds, and says what was looked at', () => {
    const report = afterwards(() => undefined);
    expect(asText(report)).toBe('');
    expect(report.holds).toBe(true);
    expect(report.held.join(' ')).toMatch(/events in 4 scopes.*1 signatures hold.*checkpoints hold/);
  });

  it('proves nothing without a trusted fingerprint, nor under another', () => {
    const database = inMemory();
    const question = { before: checkpoints, after: checkpoints, witness: null };
    expect(verifyContent(database, { ...question, trusted }).holds).toBe(true);
    expect(verifyContent(database, { ...question, trusted: null }).holds).toBe(false);
    const other = trusted.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    expect(verifyContent(database, { ...question, trusted: other }).holds).toBe(false);
    database.close();
  });

  it('leaves no trace of having been verified', () => {
    afterwards((folder) => {
      const bytes = readFileSync(ledgerFile(folder));
      expect(verifyLedger({ path: ledgerFile(folder), trusted, witness: null }).holds).toBe(true);
      expect(readFileSync(ledgerFile(folder)).equals(bytes)).toBe(true);
    });
  });

  it('holds while the service goes on writing to it', async () => {
    const copy = temporaryFolder();
    cpSync(made.path, copy.path, { recursive: true });
    const records = await openQuickly(copy.path, later(100));
    for (let round = 0; round < 3; round += 1) {
      await records.append(event('batch/B-2', 'batch-held'), later(101 + round));
      const report = verifyLedger({ path: ledgerFile(copy.path), trusted, witness: checkpoints.toString() });
      expect(asText(report)).toBe('');
    }
    await records.close(later(200));
    copy.remove();
  });
});

type Row = Record<string, string | number>;

describe('whoever owns the files', () => {
  const change = (sql: string) => (folder: string) => tamper(ledgerFile(folder), (database) => database.exec(sql));

  it.each([
    ['removes one event', "DELETE FROM event WHERE scope = 'batch/B-1' AND seq = 2", 'batch/B-1 #2'],
    ['removes a whole scope', "DELETE FROM event WHERE scope = 'batch/B-2'", 'batch/B-2 #1'],
    [
      'removes a whole scope and what binds it',
      "DELETE FROM event WHERE scope = 'batch/B-2'; DELETE FROM site WHERE scope = 'batch/B-2'",
      'batch/B-2 #2',
    ],
    [
      'cuts off the end',
      "DELETE FROM event WHERE scope = 'batch/B-2' AND seq = 2; DELETE FROM site WHERE scope = 'batch/B-2' AND event_seq = 2",
      'batch/B-2 #2',
    ],
    [
      'puts two events in another order',
      "UPDATE event SET seq = 100 WHERE scope = 'batch/B-1' AND seq = 1; UPDATE event SET seq = 1 WHERE scope = 'batch/B-1' AND seq = 2; UPDATE event SET seq = 2 WHERE scope = 'batch/B-1' AND seq = 100",
      'batch/B-1 #1',
    ],
    ['adds an event that nothing binds', "INSERT INTO event VALUES ('batch/B-3', 1, '{}', '')", 'batch/B-3 #1'],
    ['renames a scope', "UPDATE event SET scope = 'batch/B-9' WHERE scope = 'batch/B-2'", 'batch/B-2 #1'],
    ['removes the key record', "DELETE FROM event WHERE scope = 'service'", 'service #1'],
  ])('and %s is found out', (_what, sql, named) => {
    const report = afterwards(change(sql));
    expect(report.holds).toBe(false);
    expect(asText(report)).toContain(named);
  });

  it('and drops a rule is found out', () => {
    const report = afterwards((folder) => {
      const database = new Database(ledgerFile(folder));
      database.exec('DROP TRIGGER site_no_update');
      database.close();
    });
    expect(asText(report)).toContain('the schema: "CREATE TRIGGER site_no_update');
  });

  /** Changes a word in an event and makes every hash after it anew, as a forger with the source code would. */
  function chainAnew(folder: string): void {
    tamper(ledgerFile(folder), (database) => {
      database.exec("UPDATE event SET body = replace(body, 'heat up', 'heat UP') WHERE scope = 'batch/B-2'");
      const heads = new Map<string, string>();
      let site = genesis;
      const rows = database.prepare('SELECT seq, scope, event_seq FROM site ORDER BY seq').all() as Row[];
      for (const { seq, scope, event_seq } of rows) {
        const at = [scope, event_seq] as [string, number];
        const { body } = database.prepare('SELECT body FROM event WHERE scope = ? AND seq = ?').get(...at) as {
          body: string;
        };
        const hash = chainHash(heads.get(at[0]) ?? genesis, body);
        heads.set(at[0], hash);
        site = chainHash(site, siteText(seq as number, { scope: at[0], seq: at[1], hash }));
        database.prepare('UPDATE event SET hash = ? WHERE scope = ? AND seq = ?').run(hash, ...at);
        database.prepare('UPDATE site SET event_hash = ?, hash = ? WHERE seq = ?').run(hash, site, seq);
      }
    });
  }

  it('and makes the whole chain anew is found out by the checkpoints', () => {
    const report = afterwards(chainAnew);
    expect(asText(report)).toMatch(/checkpoint \d: At entry \d+ the site chain is not the one/);
    expect(asText(report)).toContain('batch/B-2');
  });

  it('and puts back an older ledger with its checkpoints is found out only by one that was kept elsewhere', async () => {
    const older = temporaryFolder();
    cpSync(made.path, older.path, { recursive: true });
    const records = await openQuickly(older.path, later(100));
    await records.append(event('batch/B-2', 'batch-ended'), later(101));
    await records.close(later(102));
    const kept = readFileSync(join(older.path, 'checkpoints', 'checkpoints.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .at(-1)!;
    older.remove();
    expect(readCheckpoint(kept)).not.toBeNull();
    expect(afterwards(() => undefined).holds).toBe(true);
    expect(asText(afterwards(() => undefined, `${kept}\n`))).toContain('batch/B-2 #3');
  });

  it('and moves a signature to another record is found out', () => {
    const report = afterwards((folder) => {
      tamper(ledgerFile(folder), (database) => {
        const { body } = database.prepare(`SELECT body FROM event WHERE body LIKE '%"signed"%'`).get() as {
          body: string;
        };
        const moved = body.replaceAll('batch/B-1', 'batch/B-2').replace('"seq":3', '"seq":2');
        database.prepare("UPDATE event SET body = ? WHERE scope = 'batch/B-2' AND seq = 2").run(moved);
      });
      chainAnew(folder);
    });
    expect(asText(report)).toMatch(
      /batch\/B-2 #2 \(signed\): The signature (was given to another record|does not hold)/,
    );
  });

  it('and takes the checkpoints away is found out', () => {
    const file = (folder: string) => join(folder, 'checkpoints', 'checkpoints.jsonl');
    expect(afterwards((folder) => rmSync(file(folder))).holds).toBe(false);
    expect(afterwards((folder) => writeFileSync(file(folder), '')).holds).toBe(false);
    expect(afterwards((folder) => rmSync(file(folder)), checkpoints.toString()).holds).toBe(true);
  });
});
