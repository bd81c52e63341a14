/** How fast a channel changes, from one of its samples to the next, in its unit per second of process time. */
import { elapsed, milliseconds, type Milliseconds, type ProcessTime, type UtcMs } from '../../plant/clock.ts';

export type Rate = Readonly<{
  value: number;
  /** When it was sampled, by which one sample is told from the next. */
  source: UtcMs;
  at: ProcessTime;
  perSecond: number;
}>;

/** Shorter than this, a transmitter's noise divided by the time looks like a jump. */
const shortest: Milliseconds = milliseconds(500);

/**
 * A channel that is not Good has no rate, but what it read last is kept: a wire so loose that it flickers must not hide its jumps. A
 * first sample has none either.
 * @param value null where the channel is not Good, or no number
 */
export function stepRate(before: Rate | null, value: number | null, source: UtcMs, now: ProcessTime): Rate | null {
  if (value === null) return before;
  if (before === null || now < before.at) return { value, source, at: now, perSecond: 0 };
  const passed = elapsed(before.at, now);
  if (source === before.source || passed < shortest) return before;
  return { value, source, at: now, perSecond: (value - before.value) / (passed / 1000) };
}
