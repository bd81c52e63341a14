/** Which batches a failed calibration touches: whatever ran on the skid since the instrument was last known to be good. Pure. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Calibration } from '../../plant/equipment-view.ts';
import type { CleaningEvent } from './cleaning.ts';

/** A batch on a skid; it runs where `to` is null. */
export type Use = Readonly<{ batch: string; from: UtcMs; to: UtcMs | null }>;

export function evolveUses(uses: readonly Use[], event: CleaningEvent): readonly Use[] {
  if (event.kind === 'batch began') {
    const { batch, at } = event;
    return uses.some((use) => use.batch === batch) ? uses : [...uses, { batch, from: at, to: null }];
  }
  if (event.kind !== 'batch ended') return uses;
  return uses.map((use) => (use.batch === event.batch && use.to === null ? { ...use, to: event.at } : use));
}

/**
 * From the last calibration before this one that left the instrument good (from the beginning, where none did) to this one; to now, where it was
 * left out of tolerance as well.
 */
export function batchesTouched(
  { at, asLeftWithin }: Pick<Calibration, 'at' | 'asLeftWithin'>,
  earlier: readonly Pick<Calibration, 'at' | 'asLeftWithin'>[],
  uses: readonly Use[],
): readonly string[] {
  const good = earlier.filter((one) => one.asLeftWithin && one.at < at).map((one) => one.at);
  const since = utcMs(Math.max(0, ...good));
  return uses
    .filter(({ from, to }) => (to === null || to >= since) && (!asLeftWithin || from <= at))
    .map(({ batch }) => batch);
}
