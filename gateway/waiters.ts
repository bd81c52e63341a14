/** Waiting for something to become true: looked at when told to, given up when the time is over. */
import type { Timers } from './timers.ts';

export class Waiters {
  readonly #timers: Timers;
  readonly #waiting = new Set<() => void>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Whether `condition` came true within the time. */
  until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (came: boolean): void => {
        this.#waiting.delete(look);
        cancel();
        resolve(came);
      };
      const look = (): void => {
        if (condition()) settle(true);
      };
      const cancel = this.#timers.after(milliseconds, () => settle(condition()));
      this.#waiting.add(look);
    });
  }

  look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
