/** Makes the ledger in a PostgreSQL database, once, as the role that shall own it. */
import pg from 'pg';
import { MesolineError, mesolineError, messageOf } from '../../../plant/errors.ts';
import { hasPostgresLedger, postgresStatements } from '../format/postgres-schema.ts';

/**
 * @param url of the owner, which the service is never given
 * @param writer the role of the service; it must exist
 * @throws MesolineError `ledger-not-prepared`; the database is as it was then.
 */
export async function preparePostgres(url: string, writer: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    const made = await hasPostgresLedger(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
    if (made) throw notMade('There is a schema "mesoline" already.');
    const owner = await client.query<{ name: string }>('SELECT current_user::text AS name');
    if (owner.rows[0]?.name === writer) throw notMade(`The owner and the writer are both ${writer}.`);
    for (const statement of postgresStatements(writer)) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    throw error instanceof MesolineError ? error : notMade(`${messageOf(error)}.`, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const notMade = (problem: string, cause?: unknown): MesolineError =>
  mesolineError(
    'ledger-not-prepared',
    '--url',
    `Nothing was made. ${problem}`,
    'Give --url a role that may make a schema in a new database, and --writer another role that exists.',
    cause,
  );
