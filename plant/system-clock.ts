/** The machine's clock. Only entry files call this; every other file takes a `Clock`. */
import { monotonic, processTime, utcMs, type Clock } from './clock.ts';

/** @param timeScale how many times faster than the wall the process runs, 1 to 20. */
export function systemClock(timeScale = 1): Clock {
  // hrtime has one origin for every thread and child of this machine; performance.now() has one for each.
  const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;
  return {
    timeScale,
    utc: () => utcMs(Date.now()),
    monotonic: () => monotonic(now()),
    process: () => processTime(now() * timeScale),
  };
}
