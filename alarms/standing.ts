/**
 * Alarms whose condition another room judges. What stood before a restart stands on, acknowledged or not, until that room says
 * it again or takes it back; what it says nothing of for a minute has gone with the service that said it.
 */
import { elapsed, milliseconds, type Clock, type Milliseconds, type Monotonic } from '../plant/clock.ts';
import type { StandingAlarm, StandingAlarms } from '../plant/ports/standing-alarms.ts';
import type { SkidName } from '../plant/sample.ts';
import type { AlarmBook, Entry } from './book.ts';
import { standingId, standingPoint } from './point.ts';

const saidWithin: Milliseconds = milliseconds(60_000);

export class Standing implements StandingAlarms {
  readonly #book: AlarmBook;
  readonly #clock: Clock;
  /** The last word of each while the book is not restored yet; null after that. */
  #early: Map<string, StandingAlarm | null> | null = new Map();
  /** Restored, and not said since. */
  readonly #unsaid = new Set<Entry>();
  #resumed: Monotonic | null = null;

  constructor(book: AlarmBook, clock: Clock) {
    this.#book = book;
    this.#clock = clock;
  }

  stand(alarm: StandingAlarm): void {
    const point = standingPoint(alarm);
    if (this.#early !== null) {
      this.#early.set(point.id, alarm);
      return;
    }
    const at = this.#clock.utc();
    const entry = this.#book.add(point);
    this.#unsaid.delete(entry);
    if (JSON.stringify(entry.point) !== JSON.stringify(point)) this.#book.amend(entry, point, at);
    this.#book.update(entry, true, false, at);
  }

  gone(id: string, skid: SkidName | null): void {
    const name = standingId(id, skid);
    if (this.#early !== null) {
      this.#early.set(name, null);
      return;
    }
    const entry = this.#book.get(name);
    if (entry !== undefined) this.#clear(entry);
  }

  /** The book is restored: what was said meanwhile counts now. */
  resume(): void {
    const early = this.#early ?? new Map<string, StandingAlarm | null>();
    this.#early = null;
    this.#resumed = this.#clock.monotonic();
    for (const entry of this.#book.entries()) {
      if (entry.point.kind === 'standing' && entry.state.active) this.#unsaid.add(entry);
    }
    for (const [name, alarm] of early) {
      const entry = this.#book.get(name);
      if (alarm !== null) this.stand(alarm);
      else if (entry !== undefined) this.#clear(entry);
    }
  }

  /** Lets go of what nobody has said again since the start. */
  forget(now: Monotonic): void {
    if (this.#unsaid.size === 0 || this.#resumed === null || elapsed(this.#resumed, now) < saidWithin) return;
    for (const entry of this.#unsaid) this.#clear(entry);
  }

  #clear(entry: Entry): void {
    this.#unsaid.delete(entry);
    this.#book.update(entry, false, false, this.#clock.utc());
  }
}
