/** The ledger's SQLite file: opened so that what is committed is on disk, made where there is none, its schema compared. */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { applicationId, schemaFault, schemaStatements, schemaVersion } from '../format/schema.ts';

export const ledgerPath = (dataFolder: string): string => join(dataFolder, 'ledger', 'ledger.db');

/** What is said of a ledger that is not as it was left; `where` names the event where one is concerned. */
export const ledgerDamaged = (where: string, problem: string, cause?: unknown) =>
  mesolineError(
    'ledger-damaged',
    where,
    problem,
    'Nothing was written to it. Keep the data folder as evidence, run "npm run verify" on it, and start from the backup.',
    cause,
  );

/** @throws MesolineError `ledger-damaged`, `ledger-unreadable`. */
export function openLedgerDatabase(dataFolder: string): { database: Database.Database; isNew: boolean } {
  const path = ledgerPath(dataFolder);
  let database: Database.Database;
  try {
    mkdirSync(join(dataFolder, 'ledger'), { recursive: true, mode: 0o700 });
    database = new Database(path, { timeout: 2000 });
  } catch (error) {
    const remedy = 'Give the service a data folder that it may read and write.';
    throw mesolineError('ledger-unreadable', path, `It cannot be opened (${messageOf(error)}).`, remedy, error);
  }
  try {
    const isNew = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    if (!isNew) {
      const fault = schemaFault(database);
      if (fault !== null) throw ledgerDamaged(path, `The schema is not the ledger's. ${fault}`);
    }
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('recursive_triggers = ON');
    database.pragma('trusted_schema = OFF');
    database.pragma('journal_size_limit = 16777216');
    if (isNew) makeSchema(database);
    return { database, isNew };
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && /CORRUPT|NOTADB/.test(error.code)) {
      throw ledgerDamaged(path, `The file is not a sound database (${error.message}).`, error);
    }
    throw error;
  }
}

function makeSchema(database: Database.Database): void {
  database.transaction(() => {
    for (const sql of schemaStatements) database.exec(sql);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${schemaVersion}`);
  })();
}
