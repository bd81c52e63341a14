/** What somebody tries who may write to the tables, the rules in place: each is to be refused by them, or found afterwards. */
import Database from 'better-sqlite3';
import { cpSync } from 'node:fs';
import { verifyContent } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, temporaryFolder } from '../../control/records/support.ts';
import type { Draw, MadeLedger } from './made-ledger.ts';

const tables = {
  event: { keys: ['scope', 'seq'], others: ['body', 'hash'] },
  site: { keys: ['seq'], others: ['scope', 'event_seq', 'event_hash', 'hash'] },
  checkpoint: { keys: ['number'], others: ['line', 'site_count'] },
} as const;
type Table = keyof typeof tables;
export type Cell = string | number;
export type Row = Readonly<Record<string, Cell>>;
export type TableRow = Readonly<{ table: Table; row: Row }>;

const literal = (cell: Cell): string => (typeof cell === 'number' ? String(cell) : `'${cell.replaceAll("'", "''")}'`);
const of = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)]!;

function changed({ table, row }: TableRow, draw: Draw): Row {
  const column = of(tables[table].others, draw);
  const cell = row[column] ?? '';
  return { ...row, [column]: typeof cell === 'number' ? cell + 1 + draw(100) : `${cell.slice(0, -1)}${draw(10)}x` };
}

function insert(verb: string, schema: string, { table, row }: TableRow, draw: Draw): string {
  const values = changed({ table, row }, draw);
  const columns = Object.keys(values);
  return `${verb} INTO ${schema}${table} (${columns.join(', ')}) VALUES (${columns.map((name) => literal(values[name] ?? '')).join(', ')})`;
}

const where = ({ table, row }: TableRow): string =>
  tables[table].keys.map((key) => `${key} = ${literal(row[key] ?? '')}`).join(' AND ');

function assignment({ table, row }: TableRow, draw: Draw): string {
  const values = changed({ table, row }, draw);
  const column = tables[table].others.find((each) => values[each] !== row[each]) ?? tables[table].others[0];
  return `${column} = ${literal(values[column] ?? '')}`;
}

type Statement = (row: TableRow, draw: Draw, schema: string) => string;

const onConflict: Statement = (row, draw, schema) =>
  `${insert('INSERT', schema, row, draw)} ON CONFLICT (${tables[row.table].keys.join(', ')}) DO UPDATE SET ${assignment(row, draw)}`;
const update: Statement = (row, draw, schema) =>
  `UPDATE ${schema}${row.table} SET ${assignment(row, draw)} WHERE ${where(row)}`;
const remove: Statement = (row, _draw, schema) => `DELETE FROM ${schema}${row.table} WHERE ${where(row)}`;

export const sqlitePastRules: Readonly<Record<string, Statement>> = {
  'INSERT OR REPLACE of a row': (row, draw, schema) =>
    insert(of(['INSERT OR REPLACE', 'REPLACE'], draw), schema, row, draw),
  'INSERT … ON CONFLICT DO UPDATE of a row': onConflict,
  'UPDATE of a row': (row, draw, schema) =>
    draw(2) === 0 ? update(row, draw, schema) : update(row, draw, schema).replace('UPDATE', 'UPDATE OR REPLACE'),
  'DELETE of a row': remove,
};

export const postgresPastRules: Readonly<Record<string, Statement>> = {
  'INSERT … ON CONFLICT DO UPDATE of a row': onConflict,
  'UPDATE of a row': update,
  'DELETE of a row': remove,
  'TRUNCATE of a table': ({ table }, _draw, schema) => `TRUNCATE ${schema}${table} CASCADE`,
};

export const anyRow = (rows: Readonly<Record<Table, readonly Row[]>>, draw: Draw): TableRow => {
  const table = of(Object.keys(tables) as Table[], draw);
  return { table, row: of(rows[table], draw) };
};

export const allRows = (read: (table: Table) => readonly Row[]): Readonly<Record<Table, readonly Row[]>> => ({
  event: read('event'),
  site: read('site'),
  checkpoint: read('checkpoint'),
});

export type Tried = Readonly<{ refused: number; missed: number }>;

/** By a connection that has none of the service's own settings. */
export function tryPastRules(made: MadeLedger, kind: string, each: number, draw: Draw): Tried {
  const copy = temporaryFolder();
  cpSync(made.folder, copy.path, { recursive: true });
  const database = new Database(ledgerFile(copy.path));
  database.pragma('recursive_triggers = OFF');
  const rows = allRows((table) => database.prepare<[], Row>(`SELECT * FROM ${table}`).all());
  const question = { before: made.checkpoints, after: made.checkpoints, trusted: made.trusted, witness: null };
  let [refused, missed] = [0, 0];
  for (let done = 0; done < each; done += 1) {
    database.exec('BEGIN');
    try {
      const { changes } = database.prepare(sqlitePastRules[kind]!(anyRow(rows, draw), draw, '')).run();
      if (changes === 0) throw new Error(`${kind} changed nothing, and so tried nothing.`);
      if (verifyContent(database, question).holds) missed += 1;
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('SQLITE_CONSTRAINT')))
        throw thrown;
      refused += 1;
    } finally {
      database.exec('ROLLBACK');
    }
  }
  database.close();
  copy.remove();
  return { refused, missed };
}
