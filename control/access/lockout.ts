/** Lockout: after five failures in a row a user name is shut for 15 minutes. Pure; time is the clock that never jumps. */
import { elapsed, milliseconds, type Milliseconds, type Monotonic } from '../../plant/clock.ts';

export type LockoutState = Readonly<{ failures: number; lockedSince: Monotonic | null }>;

export const failuresToLock = 5;
export const lockedFor: Milliseconds = milliseconds(15 * 60_000);

export const noFailures: LockoutState = { failures: 0, lockedSince: null };

/** How long the name stays shut, or null where it is not. */
export function lockedStill(state: LockoutState, now: Monotonic): Milliseconds | null {
  if (state.lockedSince === null) return null;
  const left = lockedFor - elapsed(state.lockedSince, now);
  return left > 0 ? milliseconds(left) : null;
}

/** The state after a failure that was tried while the name was not shut. A lock that has passed counts anew. */
export function afterFailure(state: LockoutState, now: Monotonic): LockoutState {
  const failures = (state.lockedSince === null ? state.failures : 0) + 1;
  return { failures, lockedSince: failures >= failuresToLock ? now : null };
}

/** What was written down before a restart: a name that was shut is shut for the whole time again, from `start`. */
export const afterRestart = (failures: number, start: Monotonic): LockoutState => ({
  failures,
  lockedSince: failures >= failuresToLock ? start : null,
});
