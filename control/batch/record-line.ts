/**
 * The events of one batch on their way to the ledger, in order. What is appended is durable when it settles; what follows an
 * action of the safe direction waits here until it can be written, and a gap that came of it is itself recorded.
 */
import type { Log } from '../../plant/log.ts';
import { messageOf } from '../../plant/errors.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import { recordNumber, type RecordEvent } from '../../plant/record-event.ts';

/** `settle` is of whoever waits for the event; null where nobody does, and the event stays until it is written. */
type Entry = Readonly<{
  event: RecordEvent;
  settle: Readonly<{ resolve: () => void; reject: (why: unknown) => void }> | null;
}>;

export class RecordLine {
  readonly #records: Pick<RecordKeeper, 'append'>;
  readonly #log: Log;
  #entries: Entry[] = [];
  #writing = false;
  #tried: Promise<void> = Promise.resolve();
  /** Why the first of the waiting events could not be written; null while nothing is wrong. */
  #refusedBy: string | null = null;

  constructor(records: Pick<RecordKeeper, 'append'>, log: Log) {
    this.#records = records;
    this.#log = log;
  }

  /** Events that have happened and are not yet on disk. */
  get waiting(): number {
    return this.#entries.length;
  }

  /** Settles when the event, and everything before it, is on disk. @throws MesolineError `record-refused` */
  append(event: RecordEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ event, settle: { resolve, reject } });
      this.retry();
    });
  }

  follow(event: RecordEvent): void {
    this.#entries.push({ event, settle: null });
    this.retry();
  }

  /** Refuses whoever waits for an event. The one that was handed to the ledger may yet be written; those after it are not. */
  giveUp(why: Error): void {
    for (const { settle } of this.#entries) settle?.reject(why);
    this.#entries = this.#entries.filter(({ settle }, i) => settle === null || (i === 0 && this.#writing));
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
      try {
        if (this.#refusedBy !== null) await this.#records.append(this.#gap(entry.event, this.#refusedBy));
        this.#refusedBy = null;
        await this.#records.append(entry.event);
        this.#entries.shift();
        entry.settle?.resolve();
      } catch (thrown) {
        this.#refuse(thrown);
        break;
      }
    }
    // In the same turn as the last look at what waits: an event that comes later must find the line free.
    this.#writing = false;
  }

  /** Whoever waits is told; what must not be lost stays, in its order. */
  #refuse(thrown: unknown): void {
    for (const { settle } of this.#entries) settle?.reject(thrown);
    this.#entries = this.#entries.filter(({ settle }) => settle === null);
    if (this.#entries.length === 0) return;
    this.#refusedBy = messageOf(thrown);
    const fields = { waiting: this.#entries.length, error: this.#refusedBy };
    this.#log.error(fields, 'records of the safe direction wait for the ledger');
  }

  #gap(event: RecordEvent, reason: string): RecordEvent {
    return {
      scope: event.scope,
      actor: { kind: 'service', part: 'batch' },
      action: 'record-gap',
      object: event.scope,
      reason: `What follows could not be written when it happened: ${reason}`,
      data: { events: recordNumber(this.#entries.filter(({ settle }) => settle === null).length) },
    };
  }
}
