/**
 * Spares whoever asks the wait for a server that does not answer: after some silences in a row questions are refused at once for a while,
 * then one may try. Writes have no breaker: they wait in the spool, and longer after each failure.
 */
import { StoreUnavailable } from '../store.ts';

const silencesToOpen = 3;
const openForMs = 5_000;

export class Breaker {
  readonly #monotonic: () => number;
  #silences = 0;
  #openUntil = -Infinity;
  #reason = '';

  /** @param monotonic milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** @throws StoreUnavailable while it is open. */
  check(where: string): void {
    const now = this.#monotonic();
    if (now >= this.#openUntil) {
      // One tries: should it fail, the next wait begins.
      if (this.#silences >= silencesToOpen) this.#openUntil = now + openForMs;
      return;
    }
    const problem = `It has not answered ${this.#silences} times in a row: ${this.#reason}`;
    throw new StoreUnavailable(where, problem, 'Check that InfluxDB runs and is reached.', this.#openUntil - now);
  }

  answered(): void {
    this.#silences = 0;
    this.#openUntil = -Infinity;
  }

  failed(reason: string): void {
    this.#reason = reason;
    this.#silences += 1;
    if (this.#silences >= silencesToOpen) this.#openUntil = this.#monotonic() + openForMs;
  }
}
