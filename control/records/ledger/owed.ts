/** Events that had to happen before they could be recorded: kept in order until there is room, then recorded with their time. */
import type { RecordEvent } from '../../../plant/record-event.ts';
import type { Stamp } from '../format/event-body.ts';

/** Beyond this the oldest are counted instead of kept. */
const mostOwed = 1000;

export class Owed {
  #events: RecordEvent[] = [];
  #lost = 0;

  get count(): number {
    return this.#events.length + this.#lost;
  }

  add(event: RecordEvent, stamp: Stamp): void {
    this.#events.push({ ...event, happenedAt: event.happenedAt ?? stamp.utc });
    if (this.#events.length > mostOwed) {
      this.#events.shift();
      this.#lost += 1;
    }
  }

  /** Hands over everything that is owed, and with it what had to be let go of. */
  take(): RecordEvent[] {
    const events = this.#events;
    if (this.#lost > 0) {
      events.unshift({
        scope: 'access',
        actor: { kind: 'service', part: 'records' },
        action: 'records-lost',
        object: 'access',
        reason: 'the disk was full for too long',
        data: { count: String(this.#lost) },
      });
    }
    this.#events = [];
    this.#lost = 0;
    return events;
  }

  putBack(events: readonly RecordEvent[]): void {
    this.#events = [...events, ...this.#events];
  }
}
