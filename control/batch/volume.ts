/**
 * What a batch has collected, from the field's totaliser. The totaliser is nobody's property: each stretch of collecting keeps
 * the reading it began with, and a reading that falls (the field was started anew) begins another stretch.
 */
import type { Reliable } from './equipment.ts';

export type VolumeState = Readonly<{
  /** Of stretches that have ended, in mL. */
  closedMl: number;
  /** Reading at the start of the open stretch, and the newest; null while none is open. */
  open: Readonly<{ fromMl: number; lastMl: number }> | null;
}>;

export const emptyVolume: VolumeState = { closedMl: 0, open: null };

export const collectedMl = ({ closedMl, open }: VolumeState): number =>
  closedMl + (open === null ? 0 : Math.max(0, open.lastMl - open.fromMl));

/** Less than this is noise of a reading, not a restart. */
const fallMl = 0.5;

export type VolumeNews = Readonly<{ volume: VolumeState; restarted: boolean }>;

export function readTotaliser(volume: VolumeState, total: Reliable): VolumeNews {
  const { open } = volume;
  if (open === null || total === null) return { volume, restarted: false };
  if (total < open.lastMl - fallMl) {
    return { volume: { closedMl: collectedMl(volume), open: { fromMl: total, lastMl: total } }, restarted: true };
  }
  return { volume: { ...volume, open: { ...open, lastMl: Math.max(open.lastMl, total) } }, restarted: false };
}

export const openStretch = (volume: VolumeState, total: number): VolumeState =>
  volume.open === null ? { ...volume, open: { fromMl: total, lastMl: total } } : volume;

export const closeStretch = (volume: VolumeState): VolumeState => ({ closedMl: collectedMl(volume), open: null });
