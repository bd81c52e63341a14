/**
 * The ledger: appends events in one durable transaction, reads them back, and signs checkpoints. It lives in the
 * worker that holds the people too. Order, hashes and heads are decided here and nowhere else; a store keeps the rows.
 */
import { join } from 'node:path';
import { isoUtc } from '../../../plant/clock.ts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { recordNumber, type RecordEvent, type RecordReceipt, type StoredEvent } from '../../../plant/record-event.ts';
import { unknownClock, type ClockState } from '../../../plant/ports/clock-source.ts';
import { canonicalText } from '../format/canonical.ts';
import { chainHash, genesis, siteText } from '../format/chain.ts';
import { checkpointDigest, signCheckpoint, type ChainHead } from '../format/checkpoint.ts';
import { bodyOf, eventOf, type EventBody, type Stamp } from '../format/event-body.ts';
import { schemaHash } from '../format/schema.ts';
import type { CheckpointCopy } from './checkpoint-copy.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { ledgerDamaged } from './ledger-database.ts';
import { recordRefused } from './refusal.ts';
import { serviceKey, type ServiceKey } from './service-key.ts';
import { SqliteStore } from './sqlite-store.ts';
import { checkAtStart, type LedgerState } from './start-check.ts';
import type { CheckpointLine, LedgerRow, LedgerStore } from './store.ts';

/** An event about to be appended. `make` is given the head it will follow, which a signature has to know. */
export type Draft = Readonly<{ scope: string; stamp: Stamp; make: (head: ChainHead) => RecordEvent }>;

type Open = {
  key: ServiceKey;
  state: LedgerState;
  /** A checkpoint that is in the file and not yet in the store. */
  pending: CheckpointLine | null;
};

export class Ledger {
  readonly store: LedgerStore;
  /** What the machine said last of its clock; every checkpoint says it on. */
  clock: ClockState = unknownClock;
  readonly #dataFolder: string;
  readonly #build: string;
  readonly #file: CheckpointFile;
  readonly #copy: CheckpointCopy | null;
  #open: Open | null = null;
  /** What was asked last; appends and checkpoints go one after another. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param copy the checkpoints' second place, where there is one */
  constructor(
    dataFolder: string,
    build: string,
    store: LedgerStore = new SqliteStore(dataFolder),
    copy: CheckpointCopy | null = null,
  ) {
    this.#dataFolder = dataFolder;
    this.#build = build;
    this.store = store;
    this.#copy = copy;
    this.#file = new CheckpointFile(join(dataFolder, 'checkpoints'));
  }

  /** @throws MesolineError `ledger-damaged` where it is not as it was left; nothing is written then. */
  async open(stamp: Stamp): Promise<void> {
    const { lines, torn, mended } = this.#file.read();
    try {
      this.#copy?.compare(lines);
      const { isNew } = await this.store.open();
      if (isNew && lines.length > 0) {
        throw ledgerDamaged(
          'the ledger',
          `There is none, but ${lines.length} checkpoints speak of one: it was removed.`,
        );
      }
      const empty = (await this.store.siteCount()) === 0;
      const key = serviceKey(join(this.#dataFolder, 'keys'), empty && lines.length === 0);
      const { pending, ...state } = await checkAtStart(this.store, lines, key);
      this.#open = { key, state, pending };
      if (torn !== '' || mended) this.#file.mend(torn);
      if (empty) await this.append([this.#draft(stamp, 'key-recorded', key.record.fingerprint, key.record)]);
      if (torn !== '') await this.append([this.#draft(stamp, 'checkpoint-torn', this.#file.tornPath, { left: torn })]);
      await this.checkpoint(stamp);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get key(): ServiceKey {
    return this.#opened().key;
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
   * Appends all of them in one transaction; when it settles they are on disk. Either all are recorded or none.
   * @throws MesolineError `record-refused`, a full disk among the causes.
   */
  append(drafts: readonly Draft[]): Promise<RecordReceipt[]> {
    return this.#inTurn(() => this.#append(drafts));
  }

  async #append(drafts: readonly Draft[]): Promise<RecordReceipt[]> {
    const { state } = this.#opened();
    await this.#settle(state);
    const heads = new Map<string, ChainHead>();
    let { site } = state;
    const rows: LedgerRow[] = [];
    const receipts: RecordReceipt[] = [];
    try {
      for (const { scope, stamp, make } of drafts) {
        const before = heads.get(scope) ?? state.heads.get(scope) ?? { count: 0, head: genesis };
        const seq = before.count + 1;
        const body = canonicalText(bodyOf(make(before), seq, stamp));
        const hash = chainHash(before.head, body);
        const position = site.count + 1;
        const siteHash = chainHash(site.head, siteText(position, { scope, seq, hash }));
        site = { count: position, head: siteHash };
        heads.set(scope, { count: seq, head: hash });
        rows.push({ scope, seq, body, hash, position, siteHash });
        receipts.push({ scope, seq, hash, utc: stamp.utc });
      }
      await this.store.append(rows);
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

  /** Takes over what was recorded although the connection was lost before that could be said. */
  async #settle(state: LedgerState): Promise<void> {
    let rows: readonly LedgerRow[];
    try {
      rows = await this.store.settle(state.site);
    } catch (error) {
      throw recordRefused(error);
    }
    for (const { scope, seq, hash, position, siteHash } of rows) {
      state.site = { count: position, head: siteHash };
      state.heads.set(scope, { count: seq, head: hash });
      state.moved.add(scope);
    }
  }

  async read(scope: string, fromSeq: number, limit: number): Promise<StoredEvent[]> {
    const rows = await this.store.events(scope, fromSeq, limit);
    return rows.map(({ body, hash }) => {
      const stored = JSON.parse(body) as EventBody;
      return { scope, seq: stored.seq, hash, ...eventOf(stored) };
    });
  }

  /** Signs what the ledger holds now, outside it first. Does nothing where nothing was appended since the last one. */
  checkpoint(stamp: Stamp): Promise<void> {
    return this.#inTurn(() => this.#checkpoint(stamp));
  }

  async #checkpoint(stamp: Stamp): Promise<void> {
    const opened = this.#opened();
    const { key, state } = opened;
    await this.#settle(state);
    if (state.site.count === state.checkpoint.siteCount) {
      await this.#placePending();
      this.#copyLines();
      return;
    }
    const number = state.checkpoint.number + 1;
    const moved = [...state.moved].sort().map((scope) => [scope, this.head(scope)] as const);
    const line = signCheckpoint(
      {
        schema: 2,
        purpose: 'checkpoint',
        clock: {
          source: this.clock.source,
          synchronised: this.clock.synchronised,
          offsetMs: this.clock.offsetMs === null ? null : recordNumber(this.clock.offsetMs),
        },
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
      await this.#placePending();
      this.#file.append(line);
      state.checkpoint = { number, digest: checkpointDigest(line), siteCount: state.site.count };
      state.moved.clear();
      opened.pending = { number, siteCount: state.site.count, line };
      this.#copyLines();
      await this.#placePending();
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

  #copyLines(): void {
    this.#copy?.follow(() => this.#file.read().lines, this.lastCheckpoint.number);
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.store.close());
    this.#open = null;
  }

  /** The store's copy of a line that is in the file already. */
  async #placePending(): Promise<void> {
    const opened = this.#opened();
    if (opened.pending === null) return;
    await this.store.addCheckpoint(opened.pending);
    opened.pending = null;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
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
