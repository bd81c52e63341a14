/**
 * Refusals on record: that somebody asked for what they may not. The first of a kind is recorded at once; the same again within a minute
 * is counted, and the count follows when the minute is over, so that a flood of requests is not a flood of events.
 */
import { elapsed, milliseconds, type Monotonic } from '../../plant/clock.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { Refusal } from '../../plant/ports/access.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { accessScope } from './audit.ts';

export const countedFor = milliseconds(60_000);

type Counted = { since: Monotonic; more: number; refusal: Refusal };

export class Refusals {
  readonly #counted = new Map<string, Counted>();

  /** @returns what is to be recorded now */
  take(refusal: Refusal, now: Monotonic): readonly RecordEvent[] {
    const over = this.due(now);
    const key = JSON.stringify([idOf(refusal.actor), refusal.what, refusal.why]);
    const known = this.#counted.get(key);
    if (known !== undefined) {
      known.more += 1;
      return over;
    }
    this.#counted.set(key, { since: now, more: 0, refusal });
    return [...over, refusedEvent(refusal, 1)];
  }

  /** Counts of minutes that are over; with `all`, of those that are not over too. */
  due(now: Monotonic, all = false): readonly RecordEvent[] {
    const ended = [...this.#counted].filter(([, { since }]) => all || elapsed(since, now) >= countedFor);
    for (const [key] of ended) this.#counted.delete(key);
    return ended.flatMap(([, { more, refusal }]) => (more === 0 ? [] : [refusedEvent(refusal, more)]));
  }
}

const refusedEvent = ({ actor, what, why }: Refusal, times: number): RecordEvent => ({
  scope: accessScope,
  actor,
  action: 'refused',
  object: what,
  reason: why,
  data: { times: String(times) },
});

const idOf = (actor: Actor): string => (actor.kind === 'person' ? `${actor.id} ${actor.terminal}` : actorName(actor));
