/** A clock that goes on only when it is told to; process time is its own. */
import { monotonic, processTime, utcMs, type Clock } from '../../plant/clock.ts';

/** Records of a dry run are of no day: 2000-01-01 UTC. */
const day = Date.UTC(2000, 0, 1);
/** Monotonic clocks begin anywhere. */
const begunMs = 1_000_000;

export class VirtualClock implements Clock {
  readonly timeScale = 1;
  #ms = 0;

  get seconds(): number {
    return this.#ms / 1000;
  }

  pass(ms: number): void {
    this.#ms += ms;
  }

  utc(): ReturnType<Clock['utc']> {
    return utcMs(day + this.#ms);
  }

  monotonic(): ReturnType<Clock['monotonic']> {
    return monotonic(begunMs + this.#ms);
  }

  process(): ReturnType<Clock['process']> {
    return processTime(this.#ms);
  }
}

/** Seconds of the run at which something was said to have happened. */
export const secondsOf = (utc: number): number => (utc - day) / 1000;
