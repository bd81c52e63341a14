/** A row of the matrix, the real step of it, over a stream of fields. */
import { processTime, utcMs } from '../../../plant/clock.ts';
import { skidName, type LocalTag } from '../../../plant/sample.ts';
import type { InterlockDefinition, Skid, SkidType } from '../../../plant/skid/definition.ts';
import { prepareSkid, type PreparedRow, type PreparedSkid } from '../prepare.ts';
import { initialRowState, noWork, stepRow, type RowState, type RowWork } from '../step-row.ts';
import { Sight, type FieldReading } from './field-points.ts';

/** A scan of the proof: process time in ms, and what was known then. */
export type ProofScan = Readonly<{ at: number; field: FieldReading; hot: boolean; changeover: boolean }>;

/** A row with the tags it stands on. */
export type SeenRow = Readonly<{
  row: PreparedRow;
  sight: Sight;
  /** By which the skid is hot. */
  temperatures: readonly LocalTag[];
}>;

export const proofSkid = (type: SkidType): Skid => ({
  name: skidName('proof'),
  title: type.title,
  type,
  links: [],
  twin: true,
});

export function seenRows(type: SkidType): Readonly<{ skid: PreparedSkid; sight: Sight; rows: readonly SeenRow[] }> {
  const skid = prepareSkid(proofSkid(type));
  const sight = new Sight(type);
  return { skid, sight, rows: skid.rows.map((row) => ({ row, sight, temperatures: skid.temperatures })) };
}

export const startOf = ({ row }: SeenRow): RowState => initialRowState(row);

export function advance({ row, sight }: SeenRow, before: RowState, scan: ProofScan, work: RowWork = noWork): RowState {
  const { at, field, hot, changeover } = scan;
  const times = { utc: utcMs(at), process: processTime(at) };
  // Every scan brings new samples.
  const sampled = { lookup: sight.lookup(field), sourceTime: () => times.utc };
  return stepRow(row, before, { ...times, ...sampled, hot, changeover }, work);
}

export const runOver = (seen: SeenRow, scans: readonly ProofScan[], from: RowState = startOf(seen)): RowState =>
  scans.reduce((state, scan) => advance(seen, state, scan), from);

/** When something of the row comes to act, counted from when its vote stands: 0 and each of its delays, shortest first. */
export const momentsOf = ({ trip, warn }: InterlockDefinition): readonly number[] =>
  [...new Set([0, ...trip.map((one) => Number(one.for)), ...(warn === null ? [] : [Number(warn.for)])])].sort(
    (one, other) => one - other,
  );
