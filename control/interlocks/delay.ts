/** On- and off-delays in process time: a vote acts when it has stood this long, and a delay of 0 at once. */
import { elapsed, processTime, type Milliseconds, type ProcessTime } from '../../plant/clock.ts';

/** Since when the vote has stood, when it was seen last, and whether it acts; null while it does neither. */
export type Delay = Readonly<{ since: ProcessTime; seen: ProcessTime; acts: boolean }> | null;

export type Delays = Readonly<{ for: Milliseconds; off: Milliseconds }>;

/**
 * A vote that is lost because a channel fell into doubt, not because a Good one spoke against it, keeps its start for as
 * long as the delay: a channel that flickers between Good and Bad must not put the trip off for ever. What acts goes on for
 * the off-delay after the vote was seen last. A clock that was set back (a recording that began anew) takes nothing from what
 * has stood already, and adds nothing to it.
 */
export function stepDelay(
  before: Delay,
  voted: boolean,
  doubtful: boolean,
  { for: duration, off }: Delays,
  now: ProcessTime,
): Delay {
  const standing = before === null || now >= before.seen ? before : setBack(before, now);
  if (voted) {
    const since = standing?.since ?? now;
    return { since, seen: now, acts: elapsed(since, now) >= duration };
  }
  if (standing === null) return null;
  const away = elapsed(standing.seen, now);
  const acts = standing.acts && away < off;
  return acts || (doubtful && away <= duration) ? keep(standing, acts) : null;
}

const setBack = ({ since, seen, acts }: NonNullable<Delay>, now: ProcessTime): NonNullable<Delay> => ({
  since: processTime(now - elapsed(since, seen)),
  seen: now,
  acts,
});

const keep = (standing: NonNullable<Delay>, acts: boolean): Delay =>
  standing.acts === acts ? standing : { ...standing, acts };
