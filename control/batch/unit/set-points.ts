/**
 * The set points of a unit: what its steps want is asked of the skid, what they wanted last stays asserted, and what somebody
 * else moves is said and set again.
 */
import { setPointNames, type SetPointName, type SetPoints } from '../../../plant/recipe/roles.ts';
import { openStretch } from '../volume.ts';
import type { UnitScan, UnitTurn } from './unit-turn.ts';

/** Nearer than this a set point is the one that was written: controllers keep 32-bit numbers. */
const sameWithin = 0.02;
/** Scans in a row after which a set point that is not ours was moved by someone else. */
const movedAfterScans = 3;

/** Where our last write is on its way, or this scan is from before it, what the scan says of set points is old. */
export const isBlind = ({ passing: { writing, notBefore } }: Pick<UnitTurn, 'passing'>, scan: UnitScan): boolean =>
  writing !== null || (notBefore !== null && scan.monotonic < notBefore);

/**
 * Asks for what is wanted, and for what stands, where the skid does not have it.
 * @returns whether all of it stands
 */
export function assertSetPoints(turn: UnitTurn, scan: UnitScan, wanted: SetPoints, because: string): boolean {
  if (isBlind(turn, scan)) return false;
  if (turn.unit.mode === 'manual') return assertSafe(turn, scan);
  noticeMoved(turn, scan);
  const changes = changesOf(turn, scan, { ...turn.unit.standing, ...wanted });
  // Also what stood already as it is wanted: from now on it is this batch's to keep.
  const told = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => turn.unit.standing[name as SetPointName] !== value),
  ) as SetPoints;
  if (Object.keys(told).length > 0) turn.tell({ kind: 'set-points-asked', writes: told });
  if (Object.keys(changes).length === 0) return true;
  write(turn, scan, changes, because);
  return false;
}

/** Product goes to waste, whatever mode it is. */
export function toWaste(turn: UnitTurn, scan: UnitScan, because: string): void {
  if (isBlind(turn, scan) || scan.fieldDemand === null) return;
  const { set, movedScans } = turn.passing;
  const read = scan.skid.setPoints.diverter;
  const stands = set.diverter ?? read;
  if (stands === undefined) return;
  if (stands === 0) {
    if (read === 0 || read == null) return;
    turn.pass({ movedScans: movedScans + 1 });
    if (movedScans + 1 < movedAfterScans) return;
    const reason = 'The diverter was moved to product beside the batch; the batch sends it to waste.';
    turn.tell({ kind: 'exception-raised', what: 'diverter', reason });
  }
  turn.tell({ kind: 'set-points-asked', writes: { diverter: 0 } });
  write(turn, scan, { diverter: 0 }, because);
}

/** In manual people set what they set; the batch takes no product of it. */
function assertSafe(turn: UnitTurn, scan: UnitScan): boolean {
  toWaste(turn, scan, 'manual');
  return false;
}

function write(turn: UnitTurn, scan: UnitScan, changes: SetPoints, because: string): void {
  const total = scan.skid.points.collected ?? null;
  const { volume } = turn.passing;
  if (changes.diverter === 1 && volume.open === null && total !== null) {
    const opened = openStretch(volume, total);
    turn.pass({ volume: opened, recordedVolume: null, unreadS: 0, leapScans: 0 });
    turn.tell({ kind: 'volume', volume: opened });
  }
  turn.effect({ kind: 'write', writes: changes, reason: `${turn.recipe.batch} ${because}` });
  turn.pass({ writing: changes });
}

/** What has to be written: what is wanted and neither set by us nor read back so. */
function changesOf({ passing: { set } }: UnitTurn, { skid }: UnitScan, desired: SetPoints): SetPoints {
  const changes: Partial<Record<SetPointName, number>> = {};
  for (const name of setPointNames) {
    const value = desired[name];
    const read = skid.setPoints[name];
    // A set point that the skid does not have cannot be asked of it.
    if (value === undefined || read === undefined) continue;
    const stands = set[name] ?? read;
    if (stands === null || Math.abs(stands - value) > sameWithin) changes[name] = value;
  }
  // Product whose volume cannot be read from its start is no product.
  if (changes.diverter === 1 && (skid.points.collected ?? null) === null) delete changes.diverter;
  return changes;
}

/** A set point that reads otherwise than this batch set it, for some scans, was moved by someone: said, and set again. */
function noticeMoved(turn: UnitTurn, { skid }: UnitScan): void {
  const { set, movedScans } = turn.passing;
  const moved = setPointNames.filter((name) => {
    const [ours, stands] = [set[name], skid.setPoints[name]];
    return ours !== undefined && stands != null && Math.abs(stands - ours) > sameWithin;
  });
  if (moved.length === 0 || movedScans + 1 < movedAfterScans) {
    turn.pass({ movedScans: moved.length === 0 ? 0 : movedScans + 1 });
    return;
  }
  for (const name of moved) {
    const [ours, stands] = [set[name], skid.setPoints[name]];
    turn.tell({
      kind: 'exception-raised',
      what: name,
      reason: `The set point was moved beside the batch, from ${ours} to ${stands}; the batch sets it again.`,
    });
  }
  const kept = Object.entries(set).filter(([name]) => !moved.includes(name as SetPointName));
  turn.pass({ set: Object.fromEntries(kept), movedScans: 0 });
}
