/** How steadily something comes that should come every 100 ms, and how late a thread is for its timers. */
import { quantile, rounded } from '../support/pairs.ts';

export type Steadiness = Readonly<{
  /** By how many ms the time from one turn to the next is off its period: of 100 the 99th, and the worst. */
  jitterP99: number;
  jitterMost: number;
  turns: number;
  /** By how many ms a timer of 5 ms comes late. */
  delayP99: number;
  delayMost: number;
}>;

const periodMs = 100;
const sampleMs = 5;

export class Cadence {
  readonly #last = new Map<string, number>();
  #off: number[] = [];
  #late: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** One has had its turn. */
  turn(name: string): void {
    const now = performance.now();
    const before = this.#last.get(name);
    this.#last.set(name, now);
    if (before !== undefined) this.#off.push(Math.abs(now - before - periodMs));
  }

  start(): void {
    const due = performance.now() + sampleMs;
    this.#timer = setTimeout(() => {
      this.#late.push(Math.max(0, performance.now() - due));
      this.start();
    }, sampleMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Forgets what it has seen, but not when each had its last turn. */
  begin(): void {
    this.#off = [];
    this.#late = [];
  }

  figures(): Steadiness {
    return {
      jitterP99: rounded(quantile(this.#off, 0.99)),
      jitterMost: rounded(quantile(this.#off, 1)),
      turns: this.#off.length,
      delayP99: rounded(quantile(this.#late, 0.99)),
      delayMost: rounded(quantile(this.#late, 1)),
    };
  }
}
