/** A ledger as it is at one moment, copied into a SQLite file of the ledger's own layout while the service runs. */
import Database from 'better-sqlite3';
import { chmodSync, existsSync } from 'node:fs';
import pg from 'pg';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { applicationId, schemaStatements, schemaVersion } from '../format/schema.ts';
import { copyLedgerTables } from '../verify/postgres-ledger.ts';

/** All in one step: a step that is not the last begins anew where the service wrote meanwhile, and would never come to an end. */
const everyPage = 0x7f_ff_ff_ff;

/** Also of `people.db`, and of any other database that one process writes. @throws MesolineError `archive-not-made` */
export async function copySqlite(from: string, to: string): Promise<void> {
  if (!existsSync(from))
    throw mesolineError('archive-not-made', from, 'There is no such file.', 'Name the data folder of the service.');
  const database = new Database(from, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    await database.backup(to, { progress: () => everyPage });
  } finally {
    database.close();
  }
  chmodSync(to, 0o600);
  // Read by people without its companions: what it says stands in this one file.
  const copy = new Database(to);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** @param url of a role that may read. @throws MesolineError `archive-not-made` */
export async function copyPostgres(url: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  const database = new Database(to);
  chmodSync(to, 0o600);
  try {
    await client.connect();
    await client.query('SET search_path = pg_catalog, mesoline');
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await copyLedgerTables(client, database);
    for (const sql of schemaStatements) if (sql.startsWith('CREATE TRIGGER')) database.exec(sql);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${schemaVersion}`);
  } catch (error) {
    if (error instanceof Error && error.name === 'MesolineError') throw error;
    const remedy = 'Give postgres://ROLE@HOST/DATABASE of a role that may read it, its password by PGPASSFILE.';
    throw mesolineError('archive-not-made', 'the ledger in PostgreSQL', messageOf(error), remedy, error);
  } finally {
    database.close();
    await client.end().catch(() => undefined);
  }
}
