/**
 * Opens a ledger for reading only, while the service runs or after it stopped, without leaving a trace in the folder. A
 * database that nobody has open is copied first, because SQLite would make files beside it.
 */
import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mesolineError, messageOf } from '../../../plant/errors.ts';

export type OpenedLedger = Readonly<{ database: Database.Database; close: () => void }>;

/** @throws MesolineError `ledger-unreadable`. */
export function openForReading(path: string): OpenedLedger {
  if (existsSync(`${path}-wal`) && existsSync(`${path}-shm`)) {
    try {
      return ready(new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 }), () => undefined);
    } catch {
      // Its folder may not be written to, as on a medium kept as evidence: read a copy.
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-verify-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'ledger.db');
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) copyFileSync(`${path}-wal`, `${copy}-wal`);
    return ready(new Database(copy, { fileMustExist: true }), remove);
  } catch (error) {
    remove();
    throw mesolineError(
      'ledger-unreadable',
      path,
      `It is not a ledger that can be read (${messageOf(error)}).`,
      'Give the data folder, its ledger/ledger.db, or an exported record.',
      error,
    );
  }
}

/** Everything after this sees the ledger as it is at this moment, whatever is appended meanwhile. */
function ready(database: Database.Database, remove: () => void): OpenedLedger {
  try {
    database.pragma('query_only = ON');
    database.pragma('trusted_schema = OFF');
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    database,
    close: () => {
      database.close();
      remove();
    },
  };
}
