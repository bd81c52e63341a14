/** Counting what a unit collects, scan by scan, and keeping the record near it: a killed service loses little of it. */
import { elapsed } from '../../../plant/clock.ts';
import type { Reliable } from '../../../plant/recipe/equipment.ts';
import { closeStretch, collectedMl, openStretch, readTotaliser } from '../volume.ts';
import type { UnitScan, UnitTurn } from './unit-turn.ts';

/** While the volume grows, the record follows within this time of the wall, in ms, … */
const recordedEvery = 30_000;
/** … and within this volume, in mL. */
const recordedEachMl = 50;

/** A totaliser that rises by more than this beside twice what the recipe lets flow has leapt, in mL. */
const leapMl = 5;
/** Scans in a row after which a leap is no spike but where the totaliser goes on from. */
const leapStandsAfter = 3;

/** Product counts as long as it may flow: until the diverter says waste, also after the unit was held. */
export function countVolume(turn: UnitTurn, scan: UnitScan, dtS: number): void {
  const { volume: before, volumeFromRecord } = turn.passing;
  if (before.open === null) return;
  const total = believed(turn, scan.skid.points.collected ?? null, before.open.lastMl, dtS);
  if (total === 'leapt') return;
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

/** More than can have flowed is not product, whatever its quality says: one such reading is passed over, a standing one is said. */
function believed(turn: UnitTurn, total: Reliable, lastMl: number, dtS: number): Reliable | 'leapt' {
  const { unreadS, leapScans } = turn.passing;
  const { totalMlPerMin, outletMlPerMin } = turn.recipe.plan;
  const sinceS = unreadS === null ? null : unreadS + dtS;
  const most = sinceS === null ? Infinity : leapMl + (2 * Math.max(totalMlPerMin, outletMlPerMin) * sinceS) / 60;
  if (total === null) {
    turn.pass({ unreadS: sinceS });
    return null;
  }
  if (total - lastMl <= most) {
    turn.pass({ unreadS: 0, leapScans: 0 });
    return total;
  }
  if (leapScans + 1 < leapStandsAfter) {
    turn.pass({ unreadS: sinceS, leapScans: leapScans + 1 });
    return null;
  }
  const reason = `The totaliser has risen from ${lastMl.toFixed(1)} to ${total.toFixed(1)} mL within ${(sinceS ?? 0).toFixed(0)} s, more than can have flowed. That is not counted; counting goes on from its new reading.`;
  const volume = openStretch(closeStretch(turn.passing.volume), total);
  turn.pass({ volume, volumeFromRecord: false, recordedVolume: null, unreadS: 0, leapScans: 0 });
  turn.tell({ kind: 'exception-raised', what: 'collected volume', reason });
  turn.tell({ kind: 'volume', volume });
  return 'leapt';
}

/** What has been counted of an open stretch goes into the record as it is. */
export function recordVolume(turn: UnitTurn): void {
  const { volume } = turn.passing;
  if (volume.open !== null) turn.tell({ kind: 'volume', volume });
}
