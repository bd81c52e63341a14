/**
 * The ledger in PostgreSQL. One connection holds the site's advisory lock for as long as it lives, so that no second service
 * writes, and so that once a new connection holds it, whatever the lost one had sent is decided and can be looked up.
 */
import pg from 'pg';
import { mesolineError, messageOf, MesolineError } from '../../../plant/errors.ts';
import type { ChainHead } from '../format/checkpoint.ts';
import {
  hasPostgresLedger,
  postgresRoleFault,
  postgresSchemaFault,
  postgresSettingFault,
  type Ask,
} from '../format/postgres-schema.ts';
import { ledgerDamaged } from './ledger-database.ts';
import { rowsOf } from './postgres-rows.ts';
import type { BoundScope, CheckpointLine, LedgerRow, LedgerStore, TrailRow } from './store.ts';

const connectWithinMs = 2000;
/** A server that has not answered by then is taken for lost, and what it was asked for uncertain. */
const answerWithinMs = 60_000;
/** How long an append whose connection was lost waits to learn whether it was recorded. */
const learnWithinMs = 10_000;
const lockWithinMs = 2000;
const againAfterMs = 100;
const lockKey = `hashtextextended('mesoline ledger', 0)`;

const appendRows = `
WITH given AS (
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[])
    WITH ORDINALITY AS g (scope, seq, body, hash, position, site_hash, turn)
), events AS (
  INSERT INTO mesoline.event (scope, seq, body, hash) SELECT scope, seq, body, hash FROM given ORDER BY turn
)
INSERT INTO mesoline.site (seq, scope, event_seq, event_hash, hash)
SELECT position, scope, seq, hash, site_hash FROM given ORDER BY turn`;

export class PostgresStore implements LedgerStore {
  readonly where: string;
  readonly #url: string;
  readonly #service: string;
  #client: pg.Client | null = null;
  #opened = false;
  /** The ledger's end before what was sent last. */
  #known: ChainHead = { count: 0, head: '' };
  #uncertain: readonly LedgerRow[] = [];

  /** @param service how a second one is told who holds the ledger */
  constructor(url: string, service: string) {
    const { hostname, port, pathname } = new URL(url);
    this.where = `PostgreSQL ${hostname}:${port === '' ? '5432' : port}${pathname}`;
    this.#url = url;
    this.#service = service;
  }

  /** @throws MesolineError `ledger-damaged`, `ledger-unsafe`, `ledger-in-use`, `ledger-unreadable`. */
  async open(): Promise<{ isNew: boolean }> {
    try {
      this.#client = await this.#connect();
    } catch (error) {
      throw error instanceof MesolineError ? error : this.#unreadable(error);
    }
    this.#opened = true;
    return { isNew: (await this.siteCount()) === 0 };
  }

  async close(): Promise<void> {
    if (this.#client !== null) await this.#letGo(this.#client);
  }

  async #letGo(client: pg.Client): Promise<void> {
    if (this.#client === client) this.#client = null;
    await client.end().catch(() => undefined);
  }

  async settle(known: ChainHead): Promise<readonly LedgerRow[]> {
    this.#known = known;
    if (this.#client !== null && this.#uncertain.length === 0) return [];
    this.#client ??= await this.#connect();
    const count = await this.siteCount();
    const head = await this.siteHash(count);
    const last = this.#uncertain.at(-1);
    if (count === known.count && (count === 0 || head === known.head)) {
      this.#uncertain = [];
      return [];
    }
    if (last?.position === count && last.siteHash === head) {
      const recorded = this.#uncertain;
      this.#uncertain = [];
      return recorded;
    }
    await this.close();
    throw ledgerDamaged(
      this.where,
      `It held ${known.count} events before the connection was lost and holds ${count} others now.`,
    );
  }

  async append(rows: readonly LedgerRow[]): Promise<void> {
    const parts = [
      rows.map(({ scope }) => scope),
      rows.map(({ seq }) => seq),
      rows.map(({ body }) => body),
      rows.map(({ hash }) => hash),
      rows.map(({ position }) => position),
      rows.map(({ siteHash }) => siteHash),
    ];
    const client = this.#live();
    try {
      await client.query({ name: 'append', text: appendRows, values: parts });
    } catch (error) {
      if (this.#client === client && !endsConnection(error)) throw error;
      // Not waited for: a connection that is dead without saying so would never answer.
      void this.#letGo(client);
      this.#uncertain = rows;
      if (!(await this.#learn())) throw notRecorded(this.where, error);
    }
  }

  async addCheckpoint({ number, siteCount, line }: CheckpointLine): Promise<void> {
    const [kept] = await this.#ask('SELECT line FROM mesoline.checkpoint WHERE number = $1', [number]);
    // A connection that was lost may have kept it all the same.
    if (kept?.line === line) return;
    await this.#ask('INSERT INTO mesoline.checkpoint (number, site_count, line) VALUES ($1, $2, $3)', [
      number,
      siteCount,
      line,
    ]);
  }

  lastCheckpoint(): Promise<CheckpointLine | null> {
    return this.#checkpoint('ORDER BY number DESC LIMIT 1', []);
  }

  checkpointCovering(position: number): Promise<CheckpointLine | null> {
    return this.#checkpoint('WHERE site_count >= $1 ORDER BY site_count LIMIT 1', [position]);
  }

  async siteCount(): Promise<number> {
    const [row] = await this.#ask('SELECT coalesce(max(seq), 0) AS count FROM mesoline.site');
    return whole(row?.count);
  }

  async siteHash(position: number): Promise<string | null> {
    const [row] = await this.#ask('SELECT hash FROM mesoline.site WHERE seq = $1', [position]);
    return row === undefined ? null : String(row.hash);
  }

  rowsAfter(position: number): ReturnType<LedgerStore['rowsAfter']> {
    return rowsOf((sql, values) => this.#ask(sql, values), position);
  }

  async scopesMovedAfter(position: number): Promise<string[]> {
    const rows = await this.#ask('SELECT DISTINCT scope FROM mesoline.site WHERE seq > $1', [position]);
    return rows.map(({ scope }) => String(scope));
  }

  async boundScopes(): Promise<BoundScope[]> {
    const rows = await this.#ask(
      `SELECT b.scope, b.event_seq AS count, b.event_hash AS head, e.seq, e.hash, e.body
       FROM (SELECT DISTINCT ON (scope) scope, event_seq, event_hash FROM mesoline.site ORDER BY scope, event_seq DESC) b
       LEFT JOIN LATERAL (SELECT seq, hash, body FROM mesoline.event e WHERE e.scope = b.scope ORDER BY seq DESC LIMIT 1) e ON true`,
    );
    return rows.map(({ scope, count, head, seq, hash, body }) => ({
      scope: String(scope),
      count: whole(count),
      head: String(head),
      stored: seq === null ? null : { seq: whole(seq), hash: String(hash), body: String(body) },
    }));
  }

  async events(scope: string, fromSeq: number, limit: number): ReturnType<LedgerStore['events']> {
    const rows = await this.#ask(
      'SELECT seq, body, hash FROM mesoline.event WHERE scope = $1 AND seq >= $2 ORDER BY seq LIMIT $3',
      [scope, fromSeq, limit],
    );
    return rows.map(({ seq, body, hash }) => ({ seq: whole(seq), body: String(body), hash: String(hash) }));
  }

  async trailBefore(scope: string | null, before: number, limit: number): Promise<readonly TrailRow[]> {
    const rows =
      scope === null
        ? await this.#ask(
            `SELECT s.seq, e.body, e.hash
             FROM (SELECT seq, scope, event_seq FROM mesoline.site WHERE seq < $1 ORDER BY seq DESC LIMIT $2) s
             JOIN mesoline.event e ON e.scope = s.scope AND e.seq = s.event_seq ORDER BY s.seq DESC`,
            [before, limit],
          )
        : await this.#ask(
            'SELECT seq, body, hash FROM mesoline.event WHERE scope = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3',
            [scope, before, limit],
          );
    return rows.map(({ seq, body, hash }) => ({ at: whole(seq), body: String(body), hash: String(hash) }));
  }

  async site(after: number, upTo: number, limit: number): ReturnType<LedgerStore['site']> {
    const rows = await this.#ask(
      'SELECT seq, scope, event_seq, event_hash FROM mesoline.site WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3',
      [after, upTo, limit],
    );
    return rows.map(({ seq, scope, event_seq, event_hash }) => ({
      position: whole(seq),
      scope: String(scope),
      seq: whole(event_seq),
      hash: String(event_hash),
    }));
  }

  async positionOf(scope: string, seq: number): Promise<number | null> {
    const [row] = await this.#ask('SELECT seq FROM mesoline.site WHERE scope = $1 AND event_seq = $2', [scope, seq]);
    return row === undefined ? null : whole(row.seq);
  }

  async #checkpoint(which: string, values: readonly unknown[]): Promise<CheckpointLine | null> {
    const [row] = await this.#ask(`SELECT number, site_count, line FROM mesoline.checkpoint ${which}`, values);
    if (row === undefined) return null;
    return { number: whole(row.number), siteCount: whole(row.site_count), line: String(row.line) };
  }

  /** Whether what was sent last is recorded. @throws MesolineError `record-refused`. */
  async #learn(): Promise<boolean> {
    const until = performance.now() + learnWithinMs;
    for (;;) {
      try {
        return (await this.settle(this.#known)).length > 0;
      } catch (error) {
        if (error instanceof MesolineError && error.code === 'ledger-damaged') throw error;
        if (performance.now() > until) throw notYetKnown(this.where, error);
        await pause();
      }
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: connectWithinMs,
      application_name: this.#service,
      query_timeout: answerWithinMs,
      keepAlive: true,
    });
    const lost = (): void => {
      if (this.#client === client) this.#client = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      await this.#examine(async (sql, values) => (await client.query<Row>(sql, values?.slice())).rows);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Whether this connection may write: the lock, the schema, the role, the settings. */
  async #examine(ask: Ask): Promise<void> {
    await ask(`SET search_path = pg_catalog, mesoline`);
    await ask(`SET synchronous_commit = on`);
    if (!(await hasPostgresLedger(ask))) throw this.#unreadable('there is no schema "mesoline" in it');
    if (!(await takesLock(ask, this.#opened ? lockWithinMs : 0))) {
      const [holder] = await ask(
        `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
           AND (l.classid::bigint << 32) + l.objid::bigint = ${lockKey} LIMIT 1`,
      );
      throw mesolineError(
        'ledger-in-use',
        this.where,
        `Another service writes to it: ${textOf(holder?.name ?? 'one of another role')}.`,
        'Stop that service, or give this one a ledger of its own.',
      );
    }
    const schema = await postgresSchemaFault(ask);
    if (schema !== null) throw ledgerDamaged(this.where, `The schema is not the ledger's. ${schema}`);
    const unsafe = (await postgresRoleFault(ask)) ?? (await postgresSettingFault(ask));
    if (unsafe !== null) {
      const remedy = 'Give --ledger the writing role that "npm run ledger:prepare" was told, and mend the setting.';
      throw mesolineError('ledger-unsafe', this.where, unsafe, remedy);
    }
  }

  async #ask(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#live().query<Row>(sql, values.slice())).rows;
  }

  #live(): pg.Client {
    if (this.#client !== null) return this.#client;
    const remedy = 'Look at the database server; the service connects again by itself.';
    throw mesolineError('record-refused', this.where, 'The connection is lost.', remedy);
  }

  #unreadable(error: unknown): MesolineError {
    const remedy = 'Look at the database server, and run "npm run ledger:prepare" once on a new database.';
    return mesolineError('ledger-unreadable', this.where, `It cannot be opened (${messageOf(error)}).`, remedy, error);
  }
}

type Row = Record<string, unknown>;

/** The server lets go of a lost connection's lock a moment after the connection. */
async function takesLock(ask: Ask, withinMs: number): Promise<boolean> {
  for (const until = performance.now() + withinMs; ;) {
    const [lock] = await ask(`SELECT pg_try_advisory_lock(${lockKey}) AS held`);
    if (lock?.held === true) return true;
    if (performance.now() >= until) return false;
    await pause();
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, againAfterMs));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** PostgreSQL sends bigint as text; before it is hashed it is the number that SQLite would have given. */
const whole = (value: unknown): number => Number(value);

/** Whether the server answered the question, or only said that it ends the connection: then the answer is not known. */
function endsConnection(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL' || error.severity === 'PANIC';
}

const notRecorded = (where: string, cause: unknown): MesolineError =>
  mesolineError('record-refused', where, 'The connection was lost; nothing was recorded.', 'Ask again.', coded(cause));

const notYetKnown = (where: string, cause: unknown): MesolineError =>
  mesolineError(
    'record-refused',
    where,
    'The connection was lost while this was being recorded; whether it was is looked up before anything else is written.',
    'Look at the database server, then read the record before asking again.',
    coded(cause),
  );

/** A cause of the store's, which takes a whole group. */
const coded = (cause: unknown): Error =>
  Object.assign(
    cause instanceof Error ? cause : mesolineError('record-refused', 'the connection', messageOf(cause), 'Ask again.'),
    {
      code: 'connection-lost',
    },
  );
