/**
 * What is wrong with a link, in words, and how often the log is told of it: of the first failure at once, of those that
 * follow within a minute once a minute, with their count. Whoever comes and goes every second floods nothing.
 */
import type { Monotonic } from '../plant/clock.ts';
import type { Log } from '../plant/log.ts';

const quietMs = 60_000;

export class LinkTrouble {
  readonly #name: string;
  #problem: string | null = null;
  #stands = false;
  #toldAt: Monotonic | null = null;
  #lastAt: Monotonic | null = null;
  /** Failures since the log was told of one. */
  #untold = 0;
  /** That it stands is news where the log has heard nothing yet, or of its loss. */
  #standingIsNews = true;

  /** @param name `QD-1/PUMP-1`, as messages name the link */
  constructor(name: string) {
    this.#name = name;
  }

  /** Why it is lost; null while it stands, and before the first attempt. */
  get problem(): string | null {
    return this.#problem;
  }

  /** @param problem what was asked and answered, in sentences */
  failed(problem: string, now: Monotonic, log: Log): void {
    const message = this.#stands ? 'link lost' : 'connecting failed';
    this.#stands = false;
    this.#problem = problem;
    if (this.#lastAt !== null && now - this.#lastAt >= quietMs) this.#untold = 0;
    this.#lastAt = now;
    this.#untold += 1;
    if (this.#toldAt !== null && now - this.#toldAt < quietMs) return;
    const failures = this.#untold;
    this.#toldAt = now;
    this.#untold = 0;
    this.#standingIsNews = true;
    log.warn({ link: this.#name, problem, ...(failures > 1 ? { failures } : {}) }, message);
  }

  /** @param facts what else the log says of it */
  stands(log: Log, facts: object = {}): void {
    this.#stands = true;
    this.#problem = null;
    if (this.#standingIsNews) log.info({ link: this.#name, ...facts }, 'link connected');
    this.#standingIsNews = false;
  }
}
