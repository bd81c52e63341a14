/**
 * The events of one batch on their way to the ledger, in order. What is decided together is written together. What is appended is
 * durable when it settles; what follows an action of the safe direction waits here until it can be written, and a gap that
 * came of it is itself recorded. Whether a group that was not acknowledged has been written is looked up, never guessed.
 */
import canonicalize from 'canonicalize';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import { recordNumber, type RecordEvent } from '../../plant/record-event.ts';

/** `settle` is of whoever waits for the events; null where nobody does, and they stay until they are written. */
type Entry = Readonly<{
  events: readonly RecordEvent[];
  settle: Readonly<{ resolve: () => void; reject: (why: unknown) => void }> | null;
}>;

/** How many events are looked through at once for a group that may have been written. */
const lookedAtOnce = 200;

export class RecordLine {
  readonly #records: GroupKeeper;
  readonly #log: Log;
  readonly #scope: string;
  #entries: Entry[] = [];
  #writing = false;
  #tried: Promise<void> = Promise.resolve();
  /** The newest of the scope that is known to be on disk. */
  #seq: number;
  /** Why the first of the waiting groups may not have been written; null while nothing is wrong. */
  #refusedBy: string | null = null;

  constructor(records: GroupKeeper, log: Log, scope: string, seq: number) {
    this.#records = records;
    this.#log = log;
    this.#scope = scope;
    this.#seq = seq;
  }

  /** Groups that have happened and are not yet on disk. */
  get waiting(): number {
    return this.#entries.length;
  }

  /**
   * Settles when all of the events, and everything before them, are on disk; does not settle while nobody can say.
   * @throws MesolineError `record-refused` where none of them is on disk, nor ever will be
   */
  append(events: readonly RecordEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ events, settle: { resolve, reject } });
      this.retry();
    });
  }

  follow(events: readonly RecordEvent[]): void {
    if (events.length === 0) return;
    this.#entries.push({ events, settle: null });
    this.retry();
  }

  /** Tries to write what waits. */
  retry(): void {
    if (this.#writing || this.#entries.length === 0) return;
    this.#writing = true;
    this.#tried = this.#write();
  }

  /** Settles when all that was given so far has been tried. */
  async settled(): Promise<void> {
    await this.#tried;
  }

  async #write(): Promise<void> {
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      if (!(await this.#tryOne(entry))) break;
      if (this.#entries[0] === entry) this.#entries.shift();
    }
    // In the same turn as the last look at what waits: an event that comes later must find the line free.
    this.#writing = false;
  }

  /** @returns whether the entry is done with */
  async #tryOne(entry: Entry): Promise<boolean> {
    try {
      if (this.#refusedBy !== null && (await this.#isWritten(entry))) {
        this.#done(entry);
        return true;
      }
      // Looked up and not there: whoever waits is told, what must not be lost is written now, with the gap before it.
      const gap = this.#refusedBy === null || entry.settle !== null ? [] : [this.#gap(this.#refusedBy)];
      const receipts = await this.#records.appendAll([...gap, ...entry.events]);
      this.#seq = receipts.at(-1)?.seq ?? this.#seq;
      this.#done(entry);
      return true;
    } catch (thrown) {
      return this.#refuse(entry, thrown);
    }
  }

  #done(entry: Entry): void {
    this.#refusedBy = null;
    entry.settle?.resolve();
  }

  async #refuse(entry: Entry, thrown: unknown): Promise<boolean> {
    this.#refusedBy = messageOf(thrown);
    const fields = { scope: this.#scope, waiting: this.#entries.length, error: this.#refusedBy };
    this.#log.error(fields, 'a record of the batch could not be written');
    if (entry.settle === null) return false;
    try {
      const isWritten = await this.#isWritten(entry);
      if (isWritten) this.#done(entry);
      else entry.settle.reject(thrown);
      return true;
    } catch {
      // Nobody can say now; it is looked up again with the next try.
      return false;
    }
  }

  async #isWritten({ events }: Entry): Promise<boolean> {
    const asked = canonicalize(events.at(-1));
    for (let from = this.#seq + 1; ;) {
      const stored = await this.#records.read(this.#scope, from, lookedAtOnce);
      const found = stored.find(({ event }) => canonicalize(event) === asked);
      if (found !== undefined) {
        this.#seq = found.seq;
        return true;
      }
      if (stored.length < lookedAtOnce) return false;
      from += stored.length;
    }
  }

  #gap(reason: string): RecordEvent {
    return {
      scope: this.#scope,
      actor: { kind: 'service', part: 'batch' },
      action: 'record-gap',
      object: this.#scope,
      reason: `What follows could not be written when it happened: ${reason}`,
      data: { groups: recordNumber(this.#entries.filter(({ settle }) => settle === null).length) },
    };
  }
}
