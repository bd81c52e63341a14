/** How long to wait before a lost device is tried again. */

const first = 100;
/** Below 2 s by the time that connecting and the first read take: a device that is back is seen within 2 s. */
const longest = 1700;

/** Milliseconds before attempt `attempt` (0: the first); exponential, between half and the whole of it by `random` in 0..1. */
export const backOffMs = (attempt: number, random: number): number =>
  Math.min(longest, first * 2 ** Math.min(attempt, 10)) * (0.5 + 0.5 * random);
