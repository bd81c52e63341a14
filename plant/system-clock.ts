/** The machine's clock. Only entry files call this; every other file takes a `Clock`. */
import { monotonic, processTime, utcMs, type Clock } from './clock.ts';

/** @param timeScale how many times faster than the wall the process runs, 1 to 20. */
export function systemClock(timeScale = 1): Clock {
  return {
    timeScale,
    utc: () => utcMs(Date.now()),
    monotonic: () => monotonic(performance.now()),
    process: () => processTime(performance.now() * timeScale),
  };
}
