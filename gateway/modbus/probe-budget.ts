/**
 * How much of a bus may be spent on units that do not answer: a fifth of its time in the long run, whatever their number.
 * Pure.
 */
import { monotonic, type Monotonic } from '../../plant/clock.ts';

const share = 0.2;
/** What may be saved up, so that one lost answer is asked for again soon. */
const mostMs = 200;
/** What units that lived until then can owe together: after so much of their failures one is still looked at in 5 s. */
const mostOwedMs = 1000;

export class ProbeBudget {
  #savedMs = mostMs;
  #at: Monotonic | null = null;

  allows(now: Monotonic): boolean {
    this.#grow(now);
    return this.#savedMs >= 0;
  }

  /** When the next may be spent. */
  nextAt(now: Monotonic): Monotonic {
    this.#grow(now);
    return this.#savedMs >= 0 ? now : monotonic(now - this.#savedMs / share);
  }

  charge(ms: number, now: Monotonic): void {
    this.#grow(now);
    this.#savedMs -= ms;
  }

  /**
   * For a unit that had answered until then. A line that is bad for a while would else be in debt for long after it is
   * good again, and nobody on it be looked at.
   */
  chargeLiving(ms: number, now: Monotonic): void {
    this.#grow(now);
    this.#savedMs = Math.max(this.#savedMs - ms, Math.min(this.#savedMs, -mostOwedMs));
  }

  #grow(now: Monotonic): void {
    const passed = this.#at === null ? 0 : now - this.#at;
    this.#at = now;
    this.#savedMs = Math.min(mostMs, this.#savedMs + share * passed);
  }
}
