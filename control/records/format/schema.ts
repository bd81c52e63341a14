/**
 * The ledger's tables and the rules that make them append-only. `INSERT OR REPLACE` deletes a row without firing the DELETE
 * trigger unless recursive_triggers is on, so a rule on the next number stands beside it. Whoever owns the file can drop a
 * rule, so the text of all of them is compared at every start and by the verifier.
 */
import type { Database } from 'better-sqlite3';
import { canonicalText } from './canonical.ts';
import { digestOf } from './chain.ts';

/** "MesL", in SQLite's header: whose file this is. */
export const applicationId = 0x4d65734c;
export const schemaVersion = 1;

const tables = [
  `CREATE TABLE event (
  scope TEXT NOT NULL,
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID`,
  `CREATE TABLE site (
  seq INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  event_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT`,
  `CREATE UNIQUE INDEX site_event ON site (scope, event_seq)`,
  `CREATE TABLE checkpoint (
  number INTEGER PRIMARY KEY,
  site_count INTEGER NOT NULL UNIQUE,
  line TEXT NOT NULL
) STRICT`,
];

const nextNumber = (table: string, column: string, within = ''): string =>
  `CREATE TRIGGER ${table}_next BEFORE INSERT ON ${table}
WHEN NEW.${column} IS NOT (SELECT coalesce(max(${column}), 0) + 1 FROM ${table}${within})
BEGIN SELECT RAISE(ABORT, 'the ${table} table takes only the next number'); END`;

const never = (table: string, change: 'UPDATE' | 'DELETE'): string =>
  `CREATE TRIGGER ${table}_no_${change.toLowerCase()} BEFORE ${change} ON ${table}
BEGIN SELECT RAISE(ABORT, 'the ${table} table is append-only'); END`;

/** Every statement that makes the ledger, in order. */
export const schemaStatements: readonly string[] = [
  ...tables,
  nextNumber('event', 'seq', ' WHERE scope = NEW.scope'),
  nextNumber('site', 'seq'),
  nextNumber('checkpoint', 'number'),
  ...['event', 'site', 'checkpoint'].flatMap((table) => [never(table, 'UPDATE'), never(table, 'DELETE')]),
];

/** What a checkpoint says of the schema it was made under. */
export const schemaHash = digestOf(canonicalText([...schemaStatements].sort()));

/** What in a database file is not the ledger's schema, in words; null where it is exactly that. */
export function schemaFault(database: Database): string | null {
  if (database.pragma('application_id', { simple: true }) !== applicationId)
    return 'The file is not marked as a ledger.';
  const version = database.pragma('user_version', { simple: true });
  if (version !== schemaVersion) return `The schema version is ${String(version)} instead of ${schemaVersion}.`;
  const found = new Set(
    database
      .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
      .pluck()
      .all(),
  );
  const wanted = new Set(schemaStatements);
  for (const sql of wanted) if (!found.has(sql)) return `"${title(sql)}" is missing or was changed.`;
  for (const sql of found) if (!wanted.has(sql)) return `"${title(sql)}" does not belong there.`;
  return null;
}

const title = (sql: string): string => (sql.split('\n')[0] ?? sql).slice(0, 100);
