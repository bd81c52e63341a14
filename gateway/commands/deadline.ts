/** A promise with a time limit: what it gave, or that it was late. */
import type { Timers } from '../timers.ts';

export type Timely<T> = Readonly<{ late: false; value: T }> | Readonly<{ late: true }>;

export function within<T>(timers: Timers, milliseconds: number, promise: Promise<T>): Promise<Timely<T>> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(Math.max(0, milliseconds), () => resolve({ late: true }));
    promise.then(
      (value) => {
        cancel();
        resolve({ late: false, value });
      },
      (thrown: unknown) => {
        cancel();
        reject(thrown instanceof Error ? thrown : new TypeError(String(thrown)));
      },
    );
  });
}
