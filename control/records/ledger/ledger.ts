/**
 * The ledger: appends events in one durable transaction, reads them back, and signs checkpoints. Synchronous; it lives in
 * the worker that holds the databases. Order, hashes and heads are decided here and nowhere else.
 */
import { join } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { isoUtc } from '../../../plant/clock.ts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { recordNumber, type RecordEvent, type RecordReceipt, type StoredEvent } from '../../../plant/record-event.ts';
import { canonicalText } from '../format/canonical.ts';
import { chainHash, genesis, siteText } from '../format/chain.ts';
import { checkpointDigest, signCheckpoint, type ChainHead } from '../format/checkpoint.ts';
import { bodyOf, eventOf, type EventBody, type Stamp } from '../format/event-body.ts';
import { schemaHash } from '../format/schema.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { ledgerDamaged, openLedgerDatabase } from './ledger-database.ts';
import { recordRefused } from './refusal.ts';
import { serviceKey, type ServiceKey } from './service-key.ts';
import { checkAtStart, type LedgerState } from './start-check.ts';

/** An event about to be appended. `make` is given the head it will follow, which a signature has to know. */
export type Draft = Readonly<{ scope: string; stamp: Stamp; make: (head: ChainHead) => RecordEvent }>;

type Statements = Readonly<{
  event: Statement<[string, number, string, string]>;
  site: Statement<[number, string, number, string, string]>;
  checkpoint: Statement<[number, number, string]>;
  read: Statement<[string, number, number], { body: string; hash: string }>;
}>;

type PendingLine = Readonly<{ number: number; siteCount: number; line: string }>;

type Open = {
  database: Database;
  statements: Statements;
  key: ServiceKey;
  state: LedgerState;
  /** A checkpoint that is in the file and not yet in the database. */
  pending: PendingLine | null;
};

export class Ledger {
  readonly #dataFolder: string;
  readonly #build: string;
  readonly #file: CheckpointFile;
  #open: Open | null = null;

  constructor(dataFolder: string, build: string) {
    this.#dataFolder = dataFolder;
    this.#build = build;
    this.#file = new CheckpointFile(join(dataFolder, 'checkpoints'));
  }

  /** @throws MesolineError `ledger-damaged` where it is not as it was left; nothing is written then. */
  open(stamp: Stamp): void {
    const { lines, torn, mended } = this.#file.read();
    const { database, isNew } = openLedgerDatabase(this.#dataFolder);
    try {
      if (isNew && lines.length > 0) {
        throw ledgerDamaged(
          'the ledger',
          `There is none, but ${lines.length} checkpoints speak of one: it was removed.`,
        );
      }
      const empty = database.prepare('SELECT 1 FROM site').get() === undefined;
      const key = serviceKey(join(this.#dataFolder, 'keys'), empty && lines.length === 0);
      const state = checkAtStart(database, lines, key);
      this.#open = {
        database,
        statements: prepare(database),
        key,
        state,
        pending: pendingLine(database, lines, state),
      };
      if (torn !== '' || mended) this.#file.mend(torn);
      if (empty) this.append([this.#draft(stamp, 'key-recorded', key.record.fingerprint, key.record)]);
      if (torn !== '') this.append([this.#draft(stamp, 'checkpoint-torn', this.#file.tornPath, { left: torn })]);
      this.checkpoint(stamp);
    } catch (error) {
      this.close();
      database.close();
      throw error;
    }
  }

  get key(): ServiceKey {
    return this.#opened().key;
  }

  get database(): Database {
    return this.#opened().database;
  }

  get eventCount(): number {
    return this.#opened().state.site.count;
  }

  get lastCheckpoint(): Readonly<{ number: number; siteCount: number }> {
    return this.#opened().state.checkpoint;
  }

  head(scope: string): ChainHead {
    return this.#opened().state.heads.get(scope) ?? { count: 0, head: genesis };
  }

  scopes(prefix: string): { scope: string; count: number; head: string }[] {
    return [...this.#opened().state.heads]
      .filter(([scope]) => scope.startsWith(prefix))
      .map(([scope, { count, head }]) => ({ scope, count, head }))
      .sort((a, b) => (a.scope < b.scope ? -1 : 1));
  }

  /**
   * Appends all of them in one transaction; on return they are on disk. Either all are recorded or none.
   * @throws MesolineError `record-refused`, a full disk among the causes.
   */
  append(drafts: readonly Draft[]): RecordReceipt[] {
    const { database, statements, state } = this.#opened();
    const heads = new Map<string, ChainHead>();
    let { site } = state;
    const receipts: RecordReceipt[] = [];
    try {
      database.transaction(() => {
        for (const draft of drafts) {
          const before = heads.get(draft.scope) ?? state.heads.get(draft.scope) ?? { count: 0, head: genesis };
          const seq = before.count + 1;
          const body = canonicalText(bodyOf(draft.make(before), seq, draft.stamp));
          const hash = chainHash(before.head, body);
          statements.event.run(draft.scope, seq, body, hash);
          const count = site.count + 1;
          const head = chainHash(site.head, siteText(count, { scope: draft.scope, seq, hash }));
          statements.site.run(count, draft.scope, seq, hash, head);
          site = { count, head };
          heads.set(draft.scope, { count: seq, head: hash });
          receipts.push({ scope: draft.scope, seq, hash, utc: draft.stamp.utc });
        }
      })();
    } catch (error) {
      throw recordRefused(error);
    }
    state.site = site;
    for (const [scope, head] of heads) {
      state.heads.set(scope, head);
      state.moved.add(scope);
    }
    return receipts;
  }

  read(scope: string, fromSeq: number, limit: number): StoredEvent[] {
    return this.#opened()
      .statements.read.all(scope, fromSeq, limit)
      .map(({ body, hash }) => {
        const stored = JSON.parse(body) as EventBody;
        return { scope, seq: stored.seq, hash, ...eventOf(stored) };
      });
  }

  /** Signs what the ledger holds now, outside it first. Does nothing where nothing was appended since the last one. */
  checkpoint(stamp: Stamp): void {
    const opened = this.#opened();
    const { key, state } = opened;
    if (state.site.count === state.checkpoint.siteCount) {
      this.#placePending();
      return;
    }
    const number = state.checkpoint.number + 1;
    const moved = [...state.moved].sort().map((scope) => [scope, this.head(scope)] as const);
    const line = signCheckpoint(
      {
        schema: 1,
        purpose: 'checkpoint',
        number,
        previous: state.checkpoint.digest,
        utc: isoUtc(stamp.utc),
        monotonic: recordNumber(stamp.monotonic),
        build: this.#build,
        schemaHash,
        site: state.site,
        scopes: state.heads.size,
        heads: Object.fromEntries(moved),
        key: key.record.fingerprint,
      },
      key.secret,
    );
    try {
      this.#placePending();
      this.#file.append(line);
      state.checkpoint = { number, digest: checkpointDigest(line), siteCount: state.site.count };
      state.moved.clear();
      opened.pending = { number, siteCount: state.site.count, line };
      this.#placePending();
    } catch (error) {
      throw mesolineError(
        'checkpoint-refused',
        this.#file.path,
        `Checkpoint ${number} could not be written (${messageOf(error)}).`,
        'Make room on the disk that holds the data folder; it is tried again.',
        error,
      );
    }
  }

  close(): void {
    this.#open?.database.close();
    this.#open = null;
  }

  /** The database's copy of a line that is in the file already. */
  #placePending(): void {
    const opened = this.#opened();
    if (opened.pending === null) return;
    const { number, siteCount, line } = opened.pending;
    opened.statements.checkpoint.run(number, siteCount, line);
    opened.pending = null;
  }

  #draft(stamp: Stamp, action: string, object: string, data: Readonly<{ [key: string]: string }>): Draft {
    const actor = { kind: 'service', part: 'records' } as const;
    return { scope: 'service', stamp, make: () => ({ scope: 'service', actor, action, object, data }) };
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

function prepare(database: Database): Statements {
  return {
    event: database.prepare('INSERT INTO event (scope, seq, body, hash) VALUES (?, ?, ?, ?)'),
    site: database.prepare('INSERT INTO site (seq, scope, event_seq, event_hash, hash) VALUES (?, ?, ?, ?, ?)'),
    checkpoint: database.prepare('INSERT INTO checkpoint (number, site_count, line) VALUES (?, ?, ?)'),
    read: database.prepare('SELECT body, hash FROM event WHERE scope = ? AND seq >= ? ORDER BY seq LIMIT ?'),
  };
}

function pendingLine(database: Database, lines: readonly string[], state: LedgerState): PendingLine | null {
  const stored = database.prepare<[], number>('SELECT count(*) FROM checkpoint').pluck().get() ?? 0;
  const line = lines.at(-1);
  if (line === undefined || lines.length === stored) return null;
  return { number: lines.length, siteCount: state.checkpoint.siteCount, line };
}
