/**
 * Verifies a ledger in PostgreSQL: its rules and rows are read in one snapshot, the rows copied as they are to a temporary file
 * without rules, and that is walked like any other ledger. Needs a role that may read; writes nothing.
 */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { hasPostgresLedger, postgresSchemaFault, type Ask } from '../format/postgres-schema.ts';
import { schemaStatements } from '../format/schema.ts';
import type { Report } from './report.ts';
import { verifyContent } from './verify-ledger.ts';

export type PostgresQuestion = Readonly<{ url: string; trusted: string | null; witness: string | null }>;

/** How many rows are fetched at a time. */
const page = 5000;

const copies = [
  ['event', 'scope, seq, body, hash'],
  ['site', 'seq, scope, event_seq, event_hash, hash'],
  ['checkpoint', 'number, site_count, line'],
] as const;

/** @throws MesolineError `ledger-unreadable` where there is nothing to verify. */
export async function verifyPostgres({ url, trusted, witness }: PostgresQuestion): Promise<Report> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SET search_path = pg_catalog, mesoline');
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await verifyWithin(client, { trusted, witness });
  } catch (error) {
    throw error instanceof Error && error.name === 'MesolineError' ? error : nothing(messageOf(error), error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @param client in a transaction that sees the ledger as it is at one moment, its search path on `pg_catalog` and `mesoline`. */
export async function verifyWithin(
  client: pg.Client,
  { trusted, witness }: Omit<PostgresQuestion, 'url'>,
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-verify-'));
  const database = new Database(join(folder, 'ledger.db'));
  try {
    const ask: Ask = async (sql, values) => (await client.query<Record<string, unknown>>(sql, values?.slice())).rows;
    await copyLedgerTables(client, database);
    const fault = await postgresSchemaFault(ask);
    const report = verifyContent(database, { before: null, after: null, trusted, witness });
    if (fault === null) return report;
    return {
      holds: false,
      held: [],
      findings: [{ where: 'the schema', problem: fault, event: null }, ...report.findings],
    };
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Makes the ledger's tables in an empty database, without their rules, and copies the rows into them.
 * @param client as in `verifyWithin`. @throws MesolineError `ledger-unreadable`
 */
export async function copyLedgerTables(client: pg.Client, database: Database.Database): Promise<void> {
  const ask: Ask = async (sql, values) => (await client.query<Record<string, unknown>>(sql, values?.slice())).rows;
  if (!(await hasPostgresLedger(ask))) throw nothing('there is no schema "mesoline" in it');
  for (const sql of schemaStatements) if (!sql.startsWith('CREATE TRIGGER')) database.exec(sql);
  for (const [table, columns] of copies) await copyTable(client, database, table, columns);
}

async function copyTable(
  client: pg.Client,
  database: Database.Database,
  table: string,
  columns: string,
): Promise<void> {
  const names = columns.split(', ');
  const insert = database.prepare(`INSERT INTO ${table} (${columns}) VALUES (${names.map(() => '?').join(', ')})`);
  await client.query(`DECLARE rows_of NO SCROLL CURSOR FOR SELECT ${columns} FROM mesoline.${table}`);
  for (;;) {
    const { rows } = await client.query<Record<string, string>>(`FETCH ${page} FROM rows_of`);
    if (rows.length === 0) break;
    database.transaction(() => {
      // bigint comes as text; SQLite's column takes it as the whole number it is.
      for (const row of rows) insert.run(...names.map((name) => row[name]));
    })();
  }
  await client.query('CLOSE rows_of');
}

const nothing = (problem: string, cause?: unknown) =>
  mesolineError(
    'ledger-unreadable',
    'the database',
    `It is not a ledger that can be read (${problem}).`,
    'Give postgres://ROLE@HOST/DATABASE of a role that may read it, its password by PGPASSFILE or PGPASSWORD.',
    cause,
  );
