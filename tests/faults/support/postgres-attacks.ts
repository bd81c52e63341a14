/** The same on a real PostgreSQL, by somebody whom no rule stops: each attack in a transaction of its own, judged within it, and taken back. */
import Database from 'better-sqlite3';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { preparePostgres } from '../../../control/records/ledger/prepare-postgres.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyWithin } from '../../../control/records/verify/postgres-ledger.ts';
import { schemaStatements } from '../../../control/records/format/schema.ts';
import { later, openQuickly, temporaryFolder } from '../../control/records/support.ts';
import { Postgres } from '../../support/postgres.ts';
import { columns, keysOf } from './changed-bytes.ts';
import { contentAttacks } from './content-attacks.ts';
import { makeLedger, type Draw, type MadeLedger } from './made-ledger.ts';
import { allRows, anyRow, postgresPastRules, type Row } from './past-rules.ts';
import { insidersAttacks, wholeAttacks } from './whole-attacks.ts';

const tables = {
  event: ['scope', 'seq', 'body', 'hash'],
  site: ['seq', 'scope', 'event_seq', 'event_hash', 'hash'],
  checkpoint: ['number', 'site_count', 'line'],
} as const;
type Table = keyof typeof tables;
const names = Object.keys(tables) as Table[];
const rules = names.flatMap((table) =>
  ['next', 'no_update', 'no_delete', 'no_truncate'].map((rule) => ({ table, rule: `${table}_${rule}` })),
);
const one = <T>(of: readonly T[], draw: Draw): T => of[draw(of.length)]!;

/** What the rules themselves can be made into. */
const ruleAttacks: Readonly<Record<string, (draw: Draw) => string>> = {
  'a rule dropped': (draw) => {
    const { table, rule } = one(rules, draw);
    return `DROP TRIGGER ${rule} ON mesoline.${table}`;
  },
  'a rule disabled': (draw) => {
    const { table, rule } = one(rules, draw);
    return `ALTER TABLE mesoline.${table} DISABLE TRIGGER ${rule}`;
  },
  'a rule made lesser': (draw) => {
    const { table, rule } = one(rules, draw);
    return `ALTER TABLE mesoline.${table} ENABLE ${one(['', 'REPLICA '], draw)}TRIGGER ${rule}`;
  },
  'a rule emptied': (draw) =>
    `CREATE OR REPLACE FUNCTION mesoline.${one(['refuse_change', 'event_next', 'site_next', 'checkpoint_next'], draw)}()
     RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$`,
  'a constraint dropped': (draw) =>
    `ALTER TABLE mesoline.${one(['site DROP CONSTRAINT site_event', 'checkpoint DROP CONSTRAINT checkpoint_site_count', 'event DROP CONSTRAINT event_pkey'], draw)}`,
  'a column more': (draw) => `ALTER TABLE mesoline.${one(names, draw)} ADD COLUMN note text`,
};

/** One character of one value becomes another; PostgreSQL takes no text that is not UTF-8. */
function changeCharacter(
  database: Database.Database,
  { table, column, ...more }: (typeof columns)[number],
  draw: Draw,
): void {
  const rows = database
    .prepare<[], Record<string, string | number>>(`SELECT * FROM ${table}${'of' in more ? ` WHERE ${more.of}` : ''}`)
    .all();
  const row = one(rows, draw);
  const value = row[column] ?? '';
  const keys = keysOf[table];
  const changed = typeof value === 'number' ? value + 1_000 + draw(1_000_000) : otherCharacter(value, draw);
  database
    .prepare(`UPDATE ${table} SET ${column} = ? WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`)
    .run(changed, ...keys.map((key) => row[key]));
}

function otherCharacter(text: string, draw: Draw): string {
  const at = draw(text.length);
  const other = String.fromCharCode(0x21 + ((text.charCodeAt(at) - 0x21 + 1 + draw(90)) % 94));
  return `${text.slice(0, at)}${other === text[at] ? '~' : other}${text.slice(at + 1)}`;
}

const wholes = { ...wholeAttacks, ...insidersAttacks };

export const postgresKinds: readonly string[] = [
  ...columns.map(({ kind }) => `a byte of the ${kind}`),
  ...Object.keys(contentAttacks),
  ...Object.keys(wholes),
  ...Object.keys(ruleAttacks),
  ...Object.keys(postgresPastRules),
];

/** A single byte of the older part is found by the verifier only, and what the rules refuse is not there to be found. */
export const shownAtStart: ReadonlySet<string> = new Set([
  ...Object.keys(contentAttacks),
  ...Object.keys(wholes),
  ...Object.keys(ruleAttacks),
]);

/** A second row of one key, in the copy (SQLite, result codes) or in the ledger (PostgreSQL, appendix A). */
const refusedAsTwice = ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505'];
/** Raised by a rule, or not permitted to the role (PostgreSQL, appendix A). */
const refusedByRules = ['P0001', '42501'];

export class PostgresAttacks {
  readonly #folder = temporaryFolder();
  readonly #server: Postgres;
  readonly #client: pg.Client;
  readonly #made: MadeLedger;
  readonly #base: Buffer;
  readonly #key: KeyObject;
  #copies = 0;

  private constructor(
    server: Postgres,
    client: pg.Client,
    made: MadeLedger,
    base: Buffer,
    folder: ReturnType<typeof temporaryFolder>,
  ) {
    [this.#server, this.#client, this.#made, this.#base, this.#folder] = [server, client, made, base, folder];
    this.#key = createPrivateKey(readFileSync(join(made.folder, 'keys', 'service-ed25519.pem')));
  }

  static async launch(): Promise<PostgresAttacks> {
    const server = await Postgres.launch();
    const folder = temporaryFolder();
    await server.asAdmin(
      'postgres',
      'CREATE ROLE owner LOGIN',
      'CREATE ROLE writer LOGIN',
      'CREATE DATABASE ledger OWNER owner',
    );
    await preparePostgres(server.url('ledger', 'owner'), 'writer');
    const made = await makeLedger(folder.path, server.url('ledger', 'writer'));
    await server.asAdmin('postgres', 'CREATE DATABASE untouched TEMPLATE ledger');
    const client = new pg.Client({ connectionString: server.adminUrl('ledger') });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('SET search_path = pg_catalog, mesoline');
    return new PostgresAttacks(server, client, made, await copied(client), folder);
  }

  /** The report within the attack; null where the tables themselves do not take it. */
  async attack(kind: string, draw: Draw): Promise<Report | null> {
    const pastRules = postgresPastRules[kind];
    await this.#client.query('BEGIN');
    try {
      if (pastRules === undefined) await this.#make(this.#client, kind, draw);
      else {
        await this.#client.query(`SET LOCAL ROLE ${one(['owner', 'writer'], draw)}`);
        await this.#client.query(pastRules(anyRow(this.#rows(), draw), draw, 'mesoline.'));
        await this.#client.query('RESET ROLE');
      }
      return await this.#judge();
    } catch (thrown) {
      const refusals = pastRules === undefined ? refusedAsTwice : refusedByRules;
      if (thrown instanceof Error && 'code' in thrown && refusals.includes(String(thrown.code))) return null;
      throw thrown;
    } finally {
      await this.#client.query('ROLLBACK');
    }
  }

  /**
   * Makes the attack in a database of its own, and starts the service on it, which has the checkpoints in its second place.
   * @returns the code by which the start is refused, or null
   */
  async startAfter(kind: string, draw: Draw): Promise<string | null> {
    const database = `attacked_${(this.#copies += 1)}`;
    await this.#server.asAdmin('postgres', `CREATE DATABASE ${database} TEMPLATE untouched`);
    const client = new pg.Client({ connectionString: this.#server.adminUrl(database) });
    client.on('error', () => undefined);
    const [data, elsewhere] = [temporaryFolder(), temporaryFolder()];
    try {
      await client.connect();
      await client.query('SET search_path = pg_catalog, mesoline');
      cpSync(this.#made.folder, data.path, { recursive: true });
      const lines = await this.#make(client, kind, draw);
      writeFileSync(checkpointsIn(data.path), lines.map((line) => `${line}\n`).join(''));
      writeFileSync(join(elsewhere.path, 'checkpoints.jsonl'), this.#made.checkpoints);
      const places = { ledgerUrl: this.#server.url(database, 'writer'), checkpointCopy: elsewhere.path };
      return await openQuickly(data.path, later(0), [], places).then(
        (records) => records.close(later(86_400)).then(() => null),
        (thrown: unknown) => (thrown as { code?: string }).code ?? String(thrown),
      );
    } finally {
      await client.end();
      await this.#server.asAdmin('postgres', `DROP DATABASE ${database} WITH (FORCE)`);
      data.remove();
      elsewhere.remove();
    }
  }

  /** Untouched, it holds. */
  async honest(): Promise<Report> {
    await this.#client.query('BEGIN');
    try {
      return await this.#judge();
    } finally {
      await this.#client.query('ROLLBACK');
    }
  }

  async end(): Promise<void> {
    await this.#client.end();
    await this.#server.remove();
    this.#folder.remove();
  }

  #judge(): Promise<Report> {
    return verifyWithin(this.#client, {
      trusted: this.#made.trusted,
      witness: this.#made.checkpoints.toString('utf8'),
    });
  }

  /** @returns what the file of checkpoints is made to say */
  async #make(client: pg.Client, kind: string, draw: Draw): Promise<readonly string[]> {
    const lines = this.#made.checkpoints.toString('utf8').trimEnd().split('\n');
    const rule = ruleAttacks[kind];
    if (rule === undefined) return this.#write(client, kind, draw, lines);
    await client.query(rule(draw));
    return lines;
  }

  /** The attack is made on a copy, and the copy written over the ledger, its rules put aside meanwhile and put back as they were. */
  async #write(client: pg.Client, kind: string, draw: Draw, lines: readonly string[]): Promise<readonly string[]> {
    const copy = new Database(this.#base);
    try {
      const column = columns.find((each) => kind === `a byte of the ${each.kind}`);
      const made = wholes[kind]?.(copy, draw, lines, this.#key);
      if (column !== undefined) changeCharacter(copy, column, draw);
      else if (made === undefined) contentAttacks[kind]!(copy, draw);
      const written = names.map((table) => {
        const list = tables[table].join(', ');
        const rows = pg.escapeLiteral(JSON.stringify(copy.prepare(`SELECT * FROM ${table}`).all()));
        return `ALTER TABLE mesoline.${table} DISABLE TRIGGER USER; DELETE FROM mesoline.${table};
          INSERT INTO mesoline.${table} (${list}) SELECT ${list} FROM json_populate_recordset(NULL::mesoline.${table}, ${rows})`;
      });
      const enabled = rules.map(({ table, rule }) => `ALTER TABLE mesoline.${table} ENABLE ALWAYS TRIGGER ${rule}`);
      await client.query([...written, ...enabled].join(';\n'));
      return made ?? lines;
    } finally {
      copy.close();
    }
  }

  #rows(): ReturnType<typeof allRows> {
    const copy = new Database(this.#base);
    try {
      return allRows((table) => copy.prepare<[], Row>(`SELECT * FROM ${table}`).all());
    } finally {
      copy.close();
    }
  }
}

const checkpointsIn = (folder: string): string => join(folder, 'checkpoints', 'checkpoints.jsonl');

/** The ledger's rows in a SQLite without rules, as bytes. */
async function copied(client: pg.Client): Promise<Buffer> {
  const database = new Database(':memory:');
  for (const sql of schemaStatements) if (!sql.startsWith('CREATE TRIGGER')) database.exec(sql);
  for (const table of names) {
    const { rows } = await client.query<Record<string, string>>(`SELECT * FROM mesoline.${table}`);
    const insert = database.prepare(
      `INSERT INTO ${table} (${tables[table].join(', ')}) VALUES (${tables[table].map(() => '?').join(', ')})`,
    );
    for (const row of rows) insert.run(...tables[table].map((column) => row[column]));
  }
  const bytes = database.serialize();
  database.close();
  return bytes;
}
