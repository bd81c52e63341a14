/**
 * When each skid is scanned: every skid once a period, their turns spread over it, on a grid that does not drift. A turn that
 * comes late moves none after it, and turns that a halt has missed are left out, not made up for in a burst.
 */
import { monotonic, type Clock, type Monotonic } from '../../plant/clock.ts';
import type { Cancel, Timers } from '../timers.ts';

/** How often a skid is scanned. */
export const scanMs = 100;

export type ScanTurnsOptions = Readonly<{
  periodMs: number;
  /** One for each skid, in the order of their turns; told when its turn was due, at most a period ago. */
  scans: readonly ((due: Monotonic) => void)[];
  clock: Clock;
  timers: Timers;
}>;

/** After so long in one go, what else is due waits for whatever else the thread has to do. */
const mostAtOnceMs = 4;
/** Timers count whole milliseconds: a turn due within the next is taken now. */
const resolutionMs = 1;

export class ScanTurns {
  readonly #options: ScanTurnsOptions;
  #cancel: Cancel | null = null;
  #startedAt = 0;
  /** Turns since the start, those of all skids counted. */
  #turn = 0;
  #missed = 0;

  constructor(options: ScanTurnsOptions) {
    this.#options = options;
  }

  /** Turns that were left out because the thread stood still for longer than a period. */
  get missed(): number {
    return this.#missed;
  }

  start(): void {
    const { scans, clock } = this.#options;
    if (this.#cancel !== null || scans.length === 0) return;
    this.#startedAt = clock.monotonic();
    this.#turn = scans.length;
    this.#await();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** When a turn is due, on the clock that does not jump. */
  #due(turn: number): Monotonic {
    const { scans, periodMs } = this.#options;
    return monotonic(this.#startedAt + (turn / scans.length) * periodMs);
  }

  #await(): void {
    const { clock, timers, periodMs } = this.#options;
    const wait = Math.min(periodMs, Math.max(0, this.#due(this.#turn) - clock.monotonic()));
    this.#cancel = timers.after(wait, () => this.#take());
  }

  #take(): void {
    const { scans, clock, periodMs } = this.#options;
    const from = clock.monotonic();
    const late = Math.floor((from - this.#due(this.#turn)) / periodMs);
    if (late > 0) {
      this.#turn += late * scans.length;
      this.#missed += late * scans.length;
    }
    let now = from;
    do {
      const scan = scans[this.#turn % scans.length];
      const due = this.#due(this.#turn);
      this.#turn += 1;
      scan?.(due);
      now = clock.monotonic();
    } while (this.#cancel !== null && this.#due(this.#turn) <= now + resolutionMs && now - from < mostAtOnceMs);
    if (this.#cancel !== null) this.#await();
  }
}
