/**
 * What a batch has collected, from the field's totaliser. The totaliser is nobody's property: each stretch of collecting keeps
 * the reading it began with, and a reading that falls (the field was started anew) begins another stretch.
 */
import type { Reliable } from './equipment.ts';

export type VolumeState = Readonly<{
  /** Of stretches that have ended, in mL. */
  closedMl: number;
  /** Reading at the start of the open stretch, and the newest; null while none is open. */
  open: Readonly<{
    fromMl: number;
    lastMl: number;
    /** The newest reading is one of the record: the field has not been read since the service was started anew. */
    fromRecord?: true;
  }> | null;
}>;

export const emptyVolume: VolumeState = { closedMl: 0, open: null };

export const collectedMl = ({ closedMl, open }: VolumeState): number =>
  closedMl + (open === null ? 0 : Math.max(0, open.lastMl - open.fromMl));

/** Less than this is noise of a reading, not a restart. */
const fallMl = 0.5;

export type VolumeNews = Readonly<{
  volume: VolumeState;
  /** The totaliser has fallen; counting goes on from its new reading. */
  restarted: boolean;
  /** It fell while nobody looked: what was collected after the last record is not known, and the volume is a lower bound. */
  lost: boolean;
}>;

export function readTotaliser(volume: VolumeState, total: Reliable): VolumeNews {
  const { open } = volume;
  if (open === null || total === null) return { volume, restarted: false, lost: false };
  if (total < open.lastMl - fallMl) {
    const anew = { closedMl: collectedMl(volume), open: { fromMl: total, lastMl: total } };
    return { volume: anew, restarted: true, lost: open.fromRecord === true };
  }
  const { fromMl, lastMl } = open;
  return {
    volume: { ...volume, open: { fromMl, lastMl: Math.max(lastMl, total) } },
    restarted: false,
    lost: false,
  };
}

export const openStretch = (volume: VolumeState, total: number): VolumeState =>
  volume.open === null ? { ...volume, open: { fromMl: total, lastMl: total } } : volume;

export const closeStretch = (volume: VolumeState): VolumeState => ({ closedMl: collectedMl(volume), open: null });
