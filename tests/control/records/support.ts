/** A data folder, a clock that a test moves, and a ledger in the test's own thread. */
import Database from 'better-sqlite3';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHasher } from '../../../control/access/index.ts';
import type { LedgerPlaces } from '../../../control/records/worker-calls.ts';
import { openRecords, type Records } from '../../../control/records/ledger/records.ts';
import { schemaStatements } from '../../../control/records/format/schema.ts';
import type { Stamp } from '../../../control/records/format/event-body.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Access } from '../../../plant/ports/access.ts';
import type { Log } from '../../../plant/log.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';

export const stamp: Stamp = { utc: utcMs(Date.UTC(2026, 9, 2, 9, 30)), monotonic: monotonic(1000) };

/** The same moment, `seconds` later. */
export const later = (seconds: number): Stamp => ({
  utc: utcMs(stamp.utc + seconds * 1000),
  monotonic: monotonic(stamp.monotonic + seconds * 1000),
});

export function movableClock(): Clock & { pass: (ms: number) => void } {
  let passed = 0;
  return {
    timeScale: 1,
    utc: () => utcMs(stamp.utc + passed),
    monotonic: () => monotonic(stamp.monotonic + passed),
    process: () => processTime(stamp.monotonic + passed),
    pass: (ms) => {
      passed += ms;
    },
  };
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mesoline-records-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Argon2id made cheap, for tests about other things. */
export const quickHasher = () => createHasher({ memoryCost: 64, timeCost: 1, parallelism: 1 });

export const openQuickly = (
  folder: string,
  at = stamp,
  warnings: string[] = [],
  places?: LedgerPlaces,
): Promise<Records> =>
  openRecords(
    folder,
    '0.1.0-test',
    at,
    { people: () => undefined, warning: (text) => warnings.push(text) },
    quickHasher(),
    places,
  );

/** First passwords by user name. */
export const firstPasswords = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(join(folder, 'first-credentials'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]),
  );

/** Gives somebody a password of their own and says it. */
export async function ownPassword(records: Records, folder: string, userName: string): Promise<string> {
  const first = firstPasswords(folder).get(userName)!;
  const person = await records.identify({ userName, password: first, terminal: 'test' }, 'password', stamp);
  const own = `${first} of my own`;
  await records.changePassword(person.id, first, own, 'test', stamp);
  await records.certify(person.id, own, 'test', stamp);
  return own;
}

/** The first login of somebody: a password of their own, and that their signature binds. @returns the password */
export async function firstUse(access: Access, userName: string, first: string): Promise<string> {
  const own = `${first} of my own`;
  const { token } = await access.login({ userName, password: first, terminal: 'page' });
  await access.changePassword(token, first, own, 'test');
  const again = await access.login({ userName, password: own, terminal: 'page' });
  await access.certify(again.token, own, 'page');
  await access.logout(again.token, 'test');
  return own;
}

export const trustOf = (folder: string): string => readFileSync(join(folder, 'keys', 'trust.txt'), 'utf8').trim();

/** The checkpoint in an export, for tests about something else than what a kept one shows. */
export const ownCheckpoint = (record: string | Uint8Array): string =>
  `${(JSON.parse(Buffer.from(record).toString('utf8')) as { checkpoint: string }).checkpoint}\n`;

export const event = (scope: string, action = 'phase-started', more: Partial<RecordEvent> = {}): RecordEvent => ({
  scope,
  actor: { kind: 'service', part: 'batch' },
  action,
  object: 'heat up',
  ...more,
});

export const ledgerFile = (folder: string): string => join(folder, 'ledger', 'ledger.db');

/** Changes the ledger behind its back, as whoever owns the file can: the rules are put aside and put back unchanged. */
export function tamper(path: string, change: (database: Database.Database) => void): void {
  const database = new Database(path);
  const triggers = schemaStatements.filter((sql) => sql.startsWith('CREATE TRIGGER'));
  for (const sql of triggers) database.exec(`DROP TRIGGER ${sql.split(' ')[2]!}`);
  change(database);
  for (const sql of triggers) database.exec(sql);
  database.close();
}
