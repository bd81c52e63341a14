/**
 * The events of one batch on their way to the ledger, in order. What is appended is durable when it settles; what follows an
 * action of the safe direction waits here until it can be written, and a gap that came of it is itself recorded.
 */
import type { Log } from '../../plant/log.ts';
import { messageOf } from '../../plant/errors.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import { recordNumber, type RecordEvent } from '../../plant/record-event.ts';

export class RecordLine {
  readonly #records: Pick<RecordKeeper, 'append'>;
  readonly #log: Log;
  readonly #waiting: RecordEvent[] = [];
  #line: Promise<void> = Promise.resolve();
  /** Why the first of the waiting events could not be written; null while nothing is wrong. */
  #refusedBy: string | null = null;
  #refusals = 0;

  constructor(records: Pick<RecordKeeper, 'append'>, log: Log) {
    this.#records = records;
    this.#log = log;
  }

  /** Events that have happened and are not yet on disk. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Settles when the event, and everything before it, is on disk. @throws MesolineError `record-refused` */
  async append(event: RecordEvent): Promise<void> {
    const written = this.#line.then(async () => {
      await this.#flush();
      await this.#records.append(event);
    });
    this.#line = written.catch(() => undefined);
    await written;
  }

  follow(event: RecordEvent): void {
    this.#waiting.push(event);
    this.retry();
  }

  /** Tries to write what waits; a refusal is logged, and what waits goes on waiting. */
  retry(): void {
    this.#line = this.#line
      .then(() => this.#flush())
      .catch((thrown: unknown) => {
        this.#log.error(
          { waiting: this.#waiting.length, error: messageOf(thrown) },
          'a record of the safe direction waits for the ledger',
        );
      });
  }

  /** Settles when all that was given so far has been tried. */
  async settled(): Promise<void> {
    await this.#line;
  }

  async #flush(): Promise<void> {
    for (let event = this.#waiting[0]; event !== undefined; event = this.#waiting[0]) {
      try {
        if (this.#refusedBy !== null) await this.#records.append(this.#gap(event, this.#refusedBy));
        this.#refusedBy = null;
        await this.#records.append(event);
      } catch (thrown) {
        this.#refusals += 1;
        this.#refusedBy = messageOf(thrown);
        throw thrown;
      }
      this.#waiting.shift();
    }
  }

  #gap(event: RecordEvent, reason: string): RecordEvent {
    return {
      scope: event.scope,
      actor: { kind: 'service', part: 'batch' },
      action: 'record-gap',
      object: event.scope,
      reason: `What follows could not be written when it happened: ${reason}`,
      data: { events: recordNumber(this.#waiting.length), refusals: recordNumber(this.#refusals) },
    };
  }
}
