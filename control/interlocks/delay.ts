/** An on-delay in process time: a vote acts when it has stood this long, and a delay of 0 at once. */
import { elapsed, type Milliseconds, type ProcessTime } from '../../plant/clock.ts';

/** Since when the vote has stood, and when it was seen last; null while it does not stand. */
export type Delay = Readonly<{ since: ProcessTime; seen: ProcessTime }> | null;

/**
 * A vote that is lost because a channel fell into doubt, not because a Good one spoke against it, keeps its start for as
 * long as the delay: a channel that flickers between Good and Bad must not put the trip off for ever. A clock that was set
 * back (a recording that began anew) starts the delay anew.
 */
export function stepDelay(
  before: Delay,
  voted: boolean,
  doubtful: boolean,
  duration: Milliseconds,
  now: ProcessTime,
): Delay {
  const standing = before !== null && now >= before.seen ? before : null;
  if (voted) return { since: standing?.since ?? now, seen: now };
  return standing !== null && doubtful && elapsed(standing.seen, now) <= duration ? standing : null;
}

export const hasPassed = (delay: Delay, duration: Milliseconds, now: ProcessTime): boolean =>
  delay !== null && delay.seen === now && elapsed(delay.since, now) >= duration;
