/** What a tag read, a second apart: to be asked what it read when a sample was taken. */
import { milliseconds, type Milliseconds, type UtcMs } from '../plant/clock.ts';
import { TimeRing } from './time-ring.ts';

const keptEvery = 1000;
/** A value this much older than the time asked for says nothing about it. */
const longestGap = 5000;

export class ValueHistory {
  readonly #ring: TimeRing;

  constructor(horizon: Milliseconds = milliseconds(3_600_000)) {
    this.#ring = new TimeRing(Math.ceil(horizon / keptEvery) + 1, 1);
  }

  /** @param value null where it is not Good */
  take(at: UtcMs, value: number | null): void {
    const newest = this.#ring.time(this.#ring.count - 1);
    if (at < newest) this.#ring.clear();
    else if (at - newest < keptEvery) return;
    this.#ring.push(at, value ?? NaN);
  }

  /** The value as it was known at that time; null where it was not Good, or nobody looked. */
  at(time: UtcMs): number | null {
    const row = this.#ring.lastNotAbove(time);
    const value = this.#ring.value(row, 0);
    return Number.isFinite(value) && time - this.#ring.time(row) <= longestGap ? value : null;
  }
}
