/**
 * Records that nobody waits for: of what was refused, and of what went first because it was safe. What cannot be written
 * now is kept and tried again; where too much has piled up, the oldest are lost, and that is itself recorded.
 */
import type { Clock, UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { pause, type Timers } from '../timers.ts';

export type LateRecordsOptions = Readonly<{ records: RecordKeeper; clock: Clock; timers: Timers; log: Log }>;

const most = 1000;
const retryMs = 1000;

export class LateRecords {
  readonly #options: LateRecordsOptions;
  #queue: RecordEvent[] = [];
  #lost = 0;
  #failingSince: UtcMs | null = null;
  #pump: Promise<void> | null = null;
  readonly #stopping = new AbortController();

  constructor(options: LateRecordsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get failing(): boolean {
    return this.#failingSince !== null;
  }

  get lost(): number {
    return this.#lost;
  }

  add(event: RecordEvent): void {
    this.#queue.push({ happenedAt: this.#options.clock.utc(), ...event });
    if (this.#queue.length > most) {
      const lost = this.#queue.shift();
      this.#lost += 1;
      this.#options.log.error({ event: lost }, 'no more events can be kept; this one stands here only');
    }
    this.#pump ??= this.#drain();
  }

  /** Writes what waits, each once more at most; what cannot be written then is logged whole. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#pump;
    for (const event of this.#queue)
      this.#options.log.error({ event }, 'an event could not be recorded before the stop');
    this.#queue = [];
  }

  async #drain(): Promise<void> {
    const { records, timers, log, clock } = this.#options;
    // A caller that goes first is not held by the work of the store.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const [event] = this.#queue;
      if (event === undefined) break;
      try {
        await records.append(event);
      } catch (thrown) {
        if (this.#failingSince === null)
          log.error({ cause: messageOf(thrown) }, 'events cannot be recorded; they wait');
        this.#failingSince ??= clock.utc();
        if (this.#stopping.signal.aborted) break;
        await pause(timers, retryMs, this.#stopping.signal);
        continue;
      }
      if (this.#queue[0] === event) this.#queue.shift();
      this.#recovered(event.scope);
    }
    this.#pump = null;
  }

  /** The first event that goes through after a failure is followed by one that says so. */
  #recovered(scope: string): void {
    const { clock } = this.#options;
    const since = this.#failingSince;
    if (since === null) return;
    this.#failingSince = null;
    const lost = this.#lost;
    this.#lost = 0;
    this.#queue.push({
      scope,
      actor: { kind: 'service', part: 'gateway' },
      action: 'record-gap',
      object: 'command path',
      data: {
        since: String(since),
        until: String(clock.utc()),
        late: String(this.#queue.length + 1),
        lost: String(lost),
      },
    });
  }
}
