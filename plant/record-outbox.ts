/**
 * Records of what could not wait for them: a trip, an alarm. They are kept in order and written when the ledger takes
 * them; where more had to be kept than there is room for, the gap is itself recorded.
 */
import { isoUtc, type Milliseconds, type UtcMs } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Actor } from './people.ts';
import type { RecordKeeper } from './ports/record-keeper.ts';
import { recordNumber, type RecordEvent } from './record-event.ts';

/** An event that says when it happened: it is written later than that. */
export type PastEvent = RecordEvent & Readonly<{ happenedAt: UtcMs }>;

type Gap = { count: number; from: UtcMs; to: UtcMs };

export type OutboxOptions = Readonly<{
  records: RecordKeeper;
  log: Log;
  /** Who tells of a gap. */
  actor: Actor;
  /** How many events are kept while the ledger takes none. The oldest stay: what came first explains the rest. */
  capacity: number;
  retryAfter: Milliseconds;
}>;

export class RecordOutbox {
  readonly #options: OutboxOptions;
  readonly #waiting: PastEvent[] = [];
  readonly #gaps = new Map<string, Gap>();
  #settled: (() => void)[] = [];
  #writing = false;
  #failing = false;
  #retry: NodeJS.Timeout | null = null;
  #written = 0;
  #lost = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  post(event: PastEvent): void {
    if (this.#waiting.length >= this.#options.capacity) this.#miss(event);
    else this.#waiting.push(event);
    if (this.#retry === null) void this.#write();
  }

  /** Whether everything posted was on disk `within` this time. */
  async settle(within: Milliseconds): Promise<boolean> {
    if (this.#waiting.length === 0) return true;
    if (this.#retry !== null) {
      clearTimeout(this.#retry);
      this.#retry = null;
      void this.#write();
    }
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#settled.push(resolve);
      timer = setTimeout(resolve, within);
    });
    clearTimeout(timer);
    return this.#waiting.length === 0;
  }

  /** Writes what is left; what the ledger still refuses after `within` goes to the log in full. */
  async stop(within: Milliseconds): Promise<void> {
    if (!(await this.settle(within))) {
      for (const event of this.#waiting.splice(0)) {
        this.#options.log.error({ event }, 'The ledger did not take this event before the stop.');
      }
    }
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  figures(): Readonly<{ recordsWaiting: number; recordsWritten: number; recordsLost: number }> {
    return { recordsWaiting: this.#waiting.length, recordsWritten: this.#written, recordsLost: this.#lost };
  }

  #miss(event: PastEvent): void {
    this.#lost++;
    const gap = this.#gaps.get(event.scope);
    if (gap === undefined) this.#gaps.set(event.scope, { count: 1, from: event.happenedAt, to: event.happenedAt });
    else {
      gap.count++;
      gap.to = event.happenedAt;
    }
    this.#options.log.error(
      { event },
      'The ledger takes no events and no more can be kept; this one stands here only.',
    );
  }

  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    for (let event = this.#waiting[0]; event !== undefined; event = this.#waiting[0]) {
      try {
        await this.#options.records.append(event);
      } catch (error) {
        this.#later(error);
        break;
      }
      if (this.#waiting[0] === event) this.#waiting.shift();
      this.#written++;
      this.#recovered();
    }
    this.#writing = false;
    if (this.#waiting.length === 0) this.#settled.splice(0).forEach((resolve) => resolve());
  }

  #later(error: unknown): void {
    if (!this.#failing) {
      this.#options.log.error({ waiting: this.#waiting.length }, `The ledger takes no events: ${messageOf(error)}`);
    }
    this.#failing = true;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#write();
    }, this.#options.retryAfter);
    this.#retry.unref();
  }

  #recovered(): void {
    if (this.#failing) this.#options.log.info({ waiting: this.#waiting.length }, 'The ledger takes events again.');
    this.#failing = false;
    for (const [scope, gap] of this.#gaps) {
      this.#waiting.push({
        scope,
        actor: this.#options.actor,
        action: 'record-gap',
        object: scope,
        reason: `${recordNumber(gap.count)} events could not be recorded; they stand in the service's log.`,
        data: { count: recordNumber(gap.count), from: isoUtc(gap.from), to: isoUtc(gap.to) },
        happenedAt: gap.to,
      });
    }
    this.#gaps.clear();
  }
}
