import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaStatements } from '../../../control/records/format/schema.ts';
import { signedEvent } from '../../../control/records/format/signature.ts';
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyContent } from '../../../control/records/verify/verify-ledger.ts';
import { event, later, ledgerFile, stamp, temporaryFolder } from './support.ts';

const made = temporaryFolder();
let trusted: string;
let checkpoints: Buffer;

/** As small as a ledger with everything in it can be: a key, two scopes, a signature, two checkpoints. */
beforeAll(async () => {
  const ledger = new Ledger(made.path, '0.1.0-test');
  await ledger.open(stamp);
  const { secret, record } = ledger.key;
  const actor = {
    kind: 'person',
    id: 'P-1',
    userName: 'operator',
    printedName: 'Ö. Perator',
    roles: [],
    terminal: '',
  } as const;
  const batch = 'batch/B-1';
  await ledger.append([
    { scope: batch, stamp, make: () => event(batch, 'batch-started', { data: { volume: '100', unit: 'µL' } }) },
    { scope: 'alarms', stamp, make: () => event('alarms', 'alarm-raised', { old: null, new: true, reason: 'Δp' }) },
    {
      scope: batch,
      stamp,
      make: (head) =>
        signedEvent(
          {
            scope: batch,
            signedSeq: String(head.count),
            signedHash: head.head,
            signer: actor.id,
            userName: actor.userName,
            printedName: actor.printedName,
            role: 'operator',
            meaning: 'performed',
            subject: 'start of batch B-1',
            signedAt: '2026-10-02T09:30:00.000+00:00',
            components: ['user id', 'password'],
          },
          actor,
          secret,
          record.fingerprint,
        ),
    },
  ]);
  await ledger.checkpoint(later(1));
  await ledger.close();
  trusted = record.fingerprint;
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

const verifyWith = (database: Database.Database, lines: Uint8Array = checkpoints): Report =>
  verifyContent(database, { before: lines, after: lines, trusted, witness: null });

const asText = (report: Report): string =>
  report.findings.map(({ where, problem }) => `${where}: ${problem}`).join('\n');

type Row = Record<string, string | number>;

/** Offers every cell of a table to `attack`, with a way to see the report after the cell was changed. */
function eachCell(
  table: string,
  key: string,
  column: string,
  attack: (row: Row, cell: Buffer | number, changedTo: (value: Uint8Array | number) => Report) => void,
): void {
  const database = inMemory();
  const keys = key.split(', ');
  const where = keys.map((name) => `${name} = ?`).join(' AND ');
  const rows = database.prepare<[], Row>(`SELECT * FROM ${table}`).all();
  for (const row of rows) {
    const keyValues = keys.map((name) => row[name]);
    const cell = row[column]!;
    const isText = typeof cell === 'string';
    const update = database.prepare(
      `UPDATE ${table} SET ${column} = ${isText ? 'CAST(? AS TEXT)' : '?'} WHERE ${where}`,
    );
    attack(row, isText ? Buffer.from(cell) : cell, (value) => {
      database.exec('BEGIN');
      update.run(value, ...keyValues);
      const report = verifyWith(database);
      database.exec('ROLLBACK');
      return report;
    });
  }
  database.close();
}

/** A byte as it may be changed: one bit of it, or its case where it is a letter, in turns. */
function otherByte(byte: number, at: number): number {
  const isLetter = /[a-z]/i.test(String.fromCharCode(byte));
  return isLetter && at % 3 === 0 ? byte ^ 0x20 : byte ^ (1 << (at % 8));
}

const withByte = (bytes: Buffer, at: number, byte: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at] = byte;
  return changed;
};

describe('one changed byte', { timeout: 60_000 }, () => {
  it.each([
    ['event', 'scope, seq', 'body'],
    ['event', 'scope, seq', 'hash'],
    ['event', 'scope, seq', 'scope'],
    ['site', 'seq', 'scope'],
    ['site', 'seq', 'event_hash'],
    ['site', 'seq', 'hash'],
  ])('in any row of %s (by %s), in %s, is seen and the event is named', (table, key, column) => {
    let tried = 0;
    eachCell(table, key, column, (row, cell, changedTo) => {
      const bytes = cell as Buffer;
      const scope = row.scope;
      const seq = row.event_seq ?? row.seq;
      // Signatures and key records to the last byte; of the others every fifth, at another place in each row.
      const step = column === 'scope' || /"(signed|key-recorded)"/.test(bytes.toString()) ? 1 : 5;
      for (let at = Number(row.seq) % step; at < bytes.length; at += step) {
        const byte = otherByte(bytes[at]!, at);
        const report = changedTo(withByte(bytes, at, byte));
        if (report.holds) expect.fail(`${table} ${scope} ${seq} ${column} byte ${at} became ${byte} unseen`);
        const named = report.findings.some(({ event: name }) => name?.scope === scope && name?.seq === seq);
        if (!named) expect.fail(`${table} ${scope} ${seq} ${column} byte ${at}: not named in\n${asText(report)}`);
        tried += 1;
      }
    });
    expect(tried).toBeGreaterThan(25);
  });

  it.each([
    ['event', 'scope, seq', 'seq'],
    ['site', 'seq', 'seq'],
    ['site', 'seq', 'event_seq'],
    ['checkpoint', 'number', 'number'],
    ['checkpoint', 'number', 'site_count'],
  ])('in any number of %s (by %s), in %s, is seen', (table, key, column) => {
    eachCell(table, key, column, (_row, cell, changedTo) => {
      expect(changedTo(-(cell as number)).holds).toBe(false);
      expect(changedTo(Number.MAX_SAFE_INTEGER * 512).holds).toBe(false);
      for (const bit of [1, 2, 64, 2 ** 40]) {
        expect(changedTo((cell as number) + bit * 1000).holds).toBe(false);
        if (column === 'site_count') expect(changedTo((cell as number) + bit * 1000 + 1).holds).toBe(false);
      }
    });
  });

  it('in any checkpoint that the ledger keeps is seen, and the checkpoint is named', () => {
    eachCell('checkpoint', 'number', 'line', (row, cell, changedTo) => {
      const bytes = cell as Buffer;
      for (let at = 0; at < bytes.length; at += 3) {
        const byte = otherByte(bytes[at]!, at);
        expect(asText(changedTo(withByte(bytes, at, byte)))).toContain(`checkpoint ${row.number}`);
      }
    });
  });

  it('in the checkpoints file outside the ledger is seen', () => {
    const database = inMemory();
    expect(verifyWith(database).holds).toBe(true);
    for (let at = 0; at < checkpoints.length; at += 4) {
      const byte = otherByte(checkpoints[at]!, at);
      const report = verifyWith(database, withByte(checkpoints, at, byte));
      if (report.holds) expect.fail(`byte ${at} became ${byte} unseen`);
    }
    expect(verifyWith(database, checkpoints.subarray(0, -1)).holds).toBe(false);
    database.close();
  });
});
