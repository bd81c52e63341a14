/** The ledger in its SQLite file: one writer, each transaction on disk before it settles. */
import type { Database, Statement } from 'better-sqlite3';
import { storedRows } from '../verify/stored-rows.ts';
import { mesolineError } from '../../../plant/errors.ts';
import { ledgerPath, openLedgerDatabase } from './ledger-database.ts';
import type { BoundScope, CheckpointLine, LedgerRow, LedgerStore, TrailRow } from './store.ts';

type Open = Readonly<{
  database: Database;
  event: Statement<[string, number, string, string]>;
  site: Statement<[number, string, number, string, string]>;
  events: Statement<[string, number, number], { seq: number; body: string; hash: string }>;
}>;

type StoredCheckpoint = { number: number; siteCount: number; line: string };

export class SqliteStore implements LedgerStore {
  readonly where: string;
  readonly #dataFolder: string;
  #open: Open | null = null;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
    this.where = ledgerPath(dataFolder);
  }

  async open(): Promise<{ isNew: boolean }> {
    const { database, isNew } = openLedgerDatabase(this.#dataFolder);
    this.#open = {
      database,
      event: database.prepare('INSERT INTO event (scope, seq, body, hash) VALUES (?, ?, ?, ?)'),
      site: database.prepare('INSERT INTO site (seq, scope, event_seq, event_hash, hash) VALUES (?, ?, ?, ?, ?)'),
      events: database.prepare('SELECT seq, body, hash FROM event WHERE scope = ? AND seq >= ? ORDER BY seq LIMIT ?'),
    };
    return Promise.resolve({ isNew });
  }

  /** @throws MesolineError `record-refused` where it is not open. */
  get database(): Database {
    return this.#opened().database;
  }

  close(): Promise<void> {
    this.#open?.database.close();
    this.#open = null;
    return Promise.resolve();
  }

  settle(): Promise<readonly LedgerRow[]> {
    return Promise.resolve([]);
  }

  async append(rows: readonly LedgerRow[]): Promise<void> {
    const { database, event, site } = this.#opened();
    database.transaction(() => {
      for (const { scope, seq, body, hash, position, siteHash } of rows) {
        event.run(scope, seq, body, hash);
        site.run(position, scope, seq, hash, siteHash);
      }
    })();
    return Promise.resolve();
  }

  async addCheckpoint({ number, siteCount, line }: CheckpointLine): Promise<void> {
    this.database
      .prepare('INSERT INTO checkpoint (number, site_count, line) VALUES (?, ?, ?)')
      .run(number, siteCount, line);
    return Promise.resolve();
  }

  lastCheckpoint(): Promise<CheckpointLine | null> {
    return this.#checkpoint('ORDER BY number DESC LIMIT 1');
  }

  checkpointCovering(position: number): Promise<CheckpointLine | null> {
    return this.#checkpoint('WHERE site_count >= ? ORDER BY site_count LIMIT 1', position);
  }

  async siteCount(): Promise<number> {
    const count = this.database.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM site').pluck().get();
    return Promise.resolve(count ?? 0);
  }

  async siteHash(position: number): Promise<string | null> {
    const hash = this.database.prepare<[number], string>('SELECT hash FROM site WHERE seq = ?').pluck().get(position);
    return Promise.resolve(hash ?? null);
  }

  async rowsAfter(): ReturnType<LedgerStore['rowsAfter']> {
    return Promise.resolve(storedRows(this.database));
  }

  async scopesMovedAfter(position: number): Promise<string[]> {
    const moved = this.database.prepare<[number], string>('SELECT DISTINCT scope FROM site WHERE seq > ?').pluck();
    return Promise.resolve(moved.all(position));
  }

  async boundScopes(): Promise<BoundScope[]> {
    const bound = this.database.prepare<[], { scope: string; count: number; head: string }>(
      'SELECT scope, max(event_seq) AS count, event_hash AS head FROM site GROUP BY scope',
    );
    const last = this.database.prepare<[string], { seq: number; hash: string; body: string }>(
      'SELECT seq, hash, body FROM event WHERE scope = ? ORDER BY seq DESC LIMIT 1',
    );
    return Promise.resolve(bound.all().map((scope) => ({ ...scope, stored: last.get(scope.scope) ?? null })));
  }

  async events(scope: string, fromSeq: number, limit: number): Promise<{ seq: number; body: string; hash: string }[]> {
    return Promise.resolve(this.#opened().events.all(scope, fromSeq, limit));
  }

  async trailBefore(scope: string | null, before: number, limit: number): Promise<readonly TrailRow[]> {
    if (scope !== null) {
      const rows = this.database.prepare<[string, number, number], TrailRow>(
        'SELECT seq AS at, body, hash FROM event WHERE scope = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
      );
      return Promise.resolve(rows.all(scope, before, limit));
    }
    // CROSS JOIN keeps the order of the walk: the site chain first, then each event by its key.
    const rows = this.database.prepare<[number, number], TrailRow>(
      `SELECT s.seq AS at, e.body, e.hash FROM site s CROSS JOIN event e ON e.scope = s.scope AND e.seq = s.event_seq
       WHERE s.seq < ? ORDER BY s.seq DESC LIMIT ?`,
    );
    return Promise.resolve(rows.all(before, limit));
  }

  async site(after: number, upTo: number, limit: number): ReturnType<LedgerStore['site']> {
    const entries = this.database.prepare<
      [number, number, number],
      { position: number; scope: string; seq: number; hash: string }
    >(
      'SELECT seq AS position, scope, event_seq AS seq, event_hash AS hash FROM site WHERE seq > ? AND seq <= ? ORDER BY site.seq LIMIT ?',
    );
    return Promise.resolve(entries.all(after, upTo, limit));
  }

  async positionOf(scope: string, seq: number): Promise<number | null> {
    const position = this.database
      .prepare<[string, number], number>('SELECT seq FROM site WHERE scope = ? AND event_seq = ?')
      .pluck()
      .get(scope, seq);
    return Promise.resolve(position ?? null);
  }

  async #checkpoint(which: string, ...values: number[]): Promise<CheckpointLine | null> {
    const found = this.database
      .prepare<number[], StoredCheckpoint>(`SELECT number, site_count AS siteCount, line FROM checkpoint ${which}`)
      .get(...values);
    return Promise.resolve(found ?? null);
  }

  #opened(): Open {
    if (this.#open !== null) return this.#open;
    throw mesolineError(
      'record-refused',
      'the ledger',
      'It is not open.',
      'Start the service, or wait until it has started.',
    );
  }
}
