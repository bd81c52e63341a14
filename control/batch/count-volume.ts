/** Counting what a batch collects, scan by scan, and keeping the record near it: a killed service loses little of it. */
import { elapsed } from '../../plant/clock.ts';
import { recordNumber, type RecordEvent } from '../../plant/record-event.ts';
import type { BatchCore, Effect, ScanInput, Stepped } from './engine-state.ts';
import { batchEvent } from './events.ts';
import { closeStretch, collectedMl, readTotaliser, type VolumeState } from './volume.ts';

/** While the volume grows, the record follows within this time of the wall, in ms, … */
const recordedEvery = 30_000;
/** … and within this volume, in mL. */
const recordedEachMl = 50;

/** Product counts as long as it may flow: until the diverter says waste, also after the batch was held. */
export function countVolume(core: BatchCore, scan: ScanInput): Stepped {
  if (core.volume.open === null) return { core, effects: [] };
  const { volume, restarted, lost } = readTotaliser(core.volume, scan.skid.readings.collected);
  const counted = { ...core, volume };
  const effects: Effect[] = [];
  if (lost) effects.push(follow(volumeLost(core, volume)));
  if (restarted) {
    const reason = 'The totaliser of collected volume has fallen; counting goes on from its new reading.';
    effects.push(
      follow(batchEvent(core, 'totaliser-restarted', 'collected volume', { reason, data: stretch(counted) })),
    );
  }
  // What the record says last is not closed before the field was read: it may have counted on.
  if (core.set.diverter !== 1 && scan.skid.readings.diverter === 0 && volume.open?.fromRecord !== true) {
    const closed = { ...counted, volume: closeStretch(volume), recordedVolume: null };
    effects.push(follow(batchEvent(core, 'collecting-ended', 'collected volume', { data: stretch(closed) })));
    return { core: closed, effects };
  }
  const ml = collectedMl(volume);
  const now = { at: scan.monotonic, ml };
  const before = restarted ? now : (core.recordedVolume ?? { at: scan.monotonic, ml: collectedMl(core.volume) });
  const due =
    ml - before.ml >= recordedEachMl || (ml > before.ml && elapsed(before.at, scan.monotonic) >= recordedEvery);
  if (!due) return { core: { ...counted, recordedVolume: before }, effects };
  return { core: { ...counted, recordedVolume: now }, effects: [...effects, follow(collectingProgress(counted))] };
}

/** The running volume and the reading it comes from. */
export const collectingProgress = (core: BatchCore): RecordEvent =>
  batchEvent(core, 'collecting-progress', 'collected volume', { unit: 'mL', data: stretch(core) });

/** A stretch of collecting as the record carries it; fold.ts reads it back. */
export const stretch = ({ volume }: Pick<BatchCore, 'volume'>): Readonly<Record<string, string | null>> => ({
  closedMl: recordNumber(volume.closedMl),
  fromMl: volume.open === null ? null : recordNumber(volume.open.fromMl),
  lastMl: volume.open === null ? null : recordNumber(volume.open.lastMl),
  collectedMl: recordNumber(collectedMl(volume)),
});

function volumeLost(core: BatchCore, { closedMl, open }: VolumeState): RecordEvent {
  const [last, now] = [core.volume.open?.lastMl ?? 0, open?.fromMl ?? 0].map((ml) => ml.toFixed(1));
  return batchEvent(core, 'exception-raised', 'collected volume', {
    reason: `The totaliser reads ${now} mL and had read ${last} mL when it was recorded last, before the service was started anew. What was collected in between is not known: ${closedMl.toFixed(1)} mL is a lower bound, and counting goes on from there.`,
    data: stretch(core),
  });
}

const follow = (event: RecordEvent): Effect => ({ kind: 'follow', event });
