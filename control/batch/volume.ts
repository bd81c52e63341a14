/**
 * What a batch has collected, from the field's totaliser. The totaliser is nobody's property: each stretch of collecting keeps
 * the reading it began with, and a reading that falls (the field was started anew) begins another stretch.
 */
import type { Reliable } from '../../plant/recipe/equipment.ts';
import type { CollectedVolume } from './unit/unit-events.ts';

export const emptyVolume: CollectedVolume = { closedMl: 0, open: null };

export const collectedMl = ({ closedMl, open }: CollectedVolume): number =>
  closedMl + (open === null ? 0 : Math.max(0, open.lastMl - open.fromMl));

/** Less than this is noise of a reading, not a restart. */
const fallMl = 0.5;

export type VolumeNews = Readonly<{
  volume: CollectedVolume;
  /** The totaliser has fallen; counting goes on from its new reading. */
  restarted: boolean;
}>;

export function readTotaliser(volume: CollectedVolume, total: Reliable): VolumeNews {
  const { open } = volume;
  if (open === null || total === null) return { volume, restarted: false };
  const { fromMl, lastMl } = open;
  if (total < lastMl - fallMl) {
    return { volume: { closedMl: collectedMl(volume), open: { fromMl: total, lastMl: total } }, restarted: true };
  }
  return { volume: { ...volume, open: { fromMl, lastMl: Math.max(lastMl, total) } }, restarted: false };
}

export const openStretch = (volume: CollectedVolume, total: number): CollectedVolume =>
  volume.open === null ? { ...volume, open: { fromMl: total, lastMl: total } } : volume;

export const closeStretch = (volume: CollectedVolume): CollectedVolume => ({
  closedMl: collectedMl(volume),
  open: null,
});
