/** How many channels must say "trip" (safety.md's votes), and how a vote degrades when channels are lost. */
import type { Vote } from '../../plant/skid/definition.ts';

/**
 * The votes that trip where `good` channels are left: 2oo3 → 1oo2 → 1oo1, 1oo2 → 1oo1, 2oo2 → 1oo1. Fewer channels never
 * need more of them, so that a loss leans to the trip.
 */
export function votesNeeded(vote: Vote, good: number): number {
  switch (vote) {
    case '1oo1':
    case '1oo2':
    case '1oo3':
      return 1;
    case '2oo2':
      return good >= 2 ? 2 : 1;
    case '2oo3':
      return good >= 3 ? 2 : 1;
  }
}
