/** Counting what a unit collects, scan by scan, and keeping the record near it: a killed service loses little of it. */
import { elapsed } from '../../../plant/clock.ts';
import { closeStretch, collectedMl, readTotaliser } from '../volume.ts';
import type { UnitScan, UnitTurn } from './unit-turn.ts';

/** While the volume grows, the record follows within this time of the wall, in ms, … */
const recordedEvery = 30_000;
/** … and within this volume, in mL. */
const recordedEachMl = 50;

/** Product counts as long as it may flow: until the diverter says waste, also after the unit was held. */
export function countVolume(turn: UnitTurn, scan: UnitScan): void {
  const { volume: before, volumeFromRecord } = turn.passing;
  if (before.open === null) return;
  const total = scan.skid.points.collected ?? null;
  const { volume, restarted } = readTotaliser(before, total);
  turn.pass({ volume, volumeFromRecord: volumeFromRecord && total === null });
  if (restarted) {
    const reading = volume.open?.fromMl.toFixed(1) ?? '?';
    const reason = volumeFromRecord
      ? `The totaliser reads ${reading} mL and had read ${before.open.lastMl.toFixed(1)} mL when it was recorded last, before the service was started anew. What was collected in between is not known: ${volume.closedMl.toFixed(1)} mL is a lower bound, and counting goes on from there.`
      : `The totaliser of collected volume has fallen to ${reading} mL; counting goes on from its new reading.`;
    turn.tell({ kind: 'exception-raised', what: 'collected volume', reason });
    turn.tell({ kind: 'volume', volume });
  }
  const { set, writing } = turn.passing;
  const product = set.diverter === 1 || writing?.diverter === 1;
  if (!product && scan.skid.points.diverter === 0 && total !== null) {
    const closed = closeStretch(volume);
    turn.pass({ volume: closed, recordedVolume: null });
    turn.tell({ kind: 'volume', volume: closed });
    return;
  }
  const ml = collectedMl(volume);
  const now = { at: scan.monotonic, ml };
  const last = restarted ? now : (turn.passing.recordedVolume ?? { at: scan.monotonic, ml: collectedMl(before) });
  const isDue = ml - last.ml >= recordedEachMl || (ml > last.ml && elapsed(last.at, scan.monotonic) >= recordedEvery);
  turn.pass({ recordedVolume: isDue ? now : last });
  if (isDue) turn.tell({ kind: 'volume', volume });
}

/** What has been counted of an open stretch goes into the record as it is. */
export function recordVolume(turn: UnitTurn): void {
  const { volume } = turn.passing;
  if (volume.open !== null) turn.tell({ kind: 'volume', volume });
}
