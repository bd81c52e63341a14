/**
 * Up to when the scans of each skid are on disk, and the gap that a start finds: between the last scan of an earlier run whose points are
 * kept and the first of this one. Pure.
 */
import type { UtcMs } from '../plant/clock.ts';
import type { HistoryGap } from '../plant/ports/history.ts';
import type { SkidName } from '../plant/sample.ts';

/** `ended`: the run said that it stopped; false where it was killed, or still runs. */
export type Seen = Readonly<{ scans: Readonly<Record<SkidName, UtcMs>>; ended: boolean }>;

export const nothingSeen: Seen = { scans: {}, ended: false };

/** What both say, the later of each. */
export const laterOf = (one: Seen, other: Seen): Seen => ({
  scans: { ...one.scans, ...other.scans },
  ended: other.ended,
});

/** Null where the skid was never seen before, or the clock was set back since. */
export function gapAtStart(before: Seen, skid: SkidName, first: UtcMs): HistoryGap | null {
  const from = before.scans[skid];
  if (from === undefined || first <= from) return null;
  const why = before.ended ? 'it had been stopped' : 'it had ended without being stopped';
  return {
    skid,
    kind: 'service-down',
    from,
    to: first,
    points: 0,
    reason: `The service did not run: ${why}.`,
    filled: null,
  };
}
