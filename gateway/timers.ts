/** Timers as the room uses them, so that tests can turn the hands themselves. */

export type Cancel = () => void;

export interface Timers {
  after(milliseconds: number, run: () => void): Cancel;
  every(milliseconds: number, run: () => void): Cancel;
}

export const systemTimers: Timers = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  every(milliseconds, run) {
    const timer = setInterval(run, milliseconds);
    return () => clearInterval(timer);
  },
};

/** Settles after the time has passed, or at once when `signal` is given up. */
export const pause = (timers: Timers, milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const cancel = timers.after(milliseconds, done);
    const abandon = (): void => {
      cancel();
      done();
    };
    function done(): void {
      signal?.removeEventListener('abort', abandon);
      resolve();
    }
    signal?.addEventListener('abort', abandon, { once: true });
  });
