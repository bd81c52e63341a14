/**
 * What a record's payload says. Two kinds: the checkpoint that begins a segment, and an entry of points with its ring cursor
 * and gaps. Every entry stands by itself: its series are named in it, so that no damage elsewhere makes it unreadable.
 *
 * An entry: kind, flags (1 = columns are deflated), number of points (u32), earliest server time (f64), length of the head
 * (u32), head (JSON: series, strings, cursor, gaps), then the columns: series (u32), value kind (u8), value (f64), quality
 * (u32), time (f64), server time (f64); little endian.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { utcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import type { Quality } from '../../plant/quality.ts';
import type { TagValue } from '../../plant/sample.ts';
import type { Gap, Point, Series, SpoolEntry } from '../point.ts';

export type Checkpoint = Readonly<{ format: number; segment: number; cursors: readonly RingCursor[] }>;

/** What can be said of an entry without unpacking its points. */
export type EntrySummary = Readonly<{ count: number; oldest: number | null; cursor: RingCursor | null }>;

type EntryHead = { series: Series[]; strings: string[]; cursor?: RingCursor; gaps?: readonly Gap[] };

export const spoolFormat = 1;

const checkpointKind = 0x43;
const entryKind = 0x45;
const deflated = 1;
const fixedBytes = 18;
const pointBytes = 33;
const valueKinds = { nothing: 0, number: 1, no: 2, yes: 3, text: 4 } as const;

export const isCheckpoint = (payload: Uint8Array): boolean => payload[0] === checkpointKind;

export const encodeCheckpoint = (checkpoint: Checkpoint): Buffer =>
  Buffer.concat([Buffer.from([checkpointKind]), Buffer.from(JSON.stringify(checkpoint))]);

/** Only for payloads whose checksum was found right: the text is our own. */
export const decodeCheckpoint = (payload: Buffer): Checkpoint => JSON.parse(payload.toString('utf8', 1)) as Checkpoint;

export function encodeEntry(entry: SpoolEntry): Buffer {
  const count = entry.points.length;
  const columns = Buffer.allocUnsafe(count * pointBytes);
  const at = columnOffsets(count);
  const head: EntryHead = { series: [], strings: [] };
  if (entry.cursor !== undefined) head.cursor = entry.cursor;
  if (entry.gaps !== undefined) head.gaps = entry.gaps;
  const seriesIndex = new Map<Series, number>();
  let oldest = NaN;
  entry.points.forEach((point, i) => {
    let index = seriesIndex.get(point.series);
    if (index === undefined) {
      index = head.series.push(point.series) - 1;
      seriesIndex.set(point.series, index);
    }
    if (!(point.serverTime >= oldest)) oldest = point.serverTime;
    columns.writeUInt32LE(index, at.series + 4 * i);
    writeValue(columns, at, i, point.value, head.strings);
    columns.writeUInt32LE(point.quality >>> 0, at.quality + 4 * i);
    columns.writeDoubleLE(point.time, at.time + 8 * i);
    columns.writeDoubleLE(point.serverTime, at.serverTime + 8 * i);
  });
  const packed = columns.length > 256 ? deflateRawSync(columns, { level: 1 }) : columns;
  const headBytes = Buffer.from(JSON.stringify(head));
  const fixed = Buffer.allocUnsafe(fixedBytes);
  fixed.writeUInt8(entryKind, 0);
  fixed.writeUInt8(packed === columns ? 0 : deflated, 1);
  fixed.writeUInt32LE(count, 2);
  fixed.writeDoubleLE(oldest, 6);
  fixed.writeUInt32LE(headBytes.length, 14);
  return Buffer.concat([fixed, headBytes, packed]);
}

export function summariseEntry(payload: Buffer): EntrySummary {
  const oldest = payload.readDoubleLE(6);
  const cursor = readHead(payload).cursor ?? null;
  return { count: payload.readUInt32LE(2), oldest: Number.isNaN(oldest) ? null : oldest, cursor };
}

export function decodeEntry(payload: Buffer): SpoolEntry {
  const count = payload.readUInt32LE(2);
  const head = readHead(payload);
  const rest = payload.subarray(fixedBytes + payload.readUInt32LE(14));
  const columns = (payload.readUInt8(1) & deflated) === 0 ? rest : inflateRawSync(rest);
  const at = columnOffsets(count);
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    const series = head.series[columns.readUInt32LE(at.series + 4 * i)];
    if (series === undefined) {
      const problem = `Point ${i} of ${count} belongs to a series that its record does not name.`;
      throw mesolineError('spool-record-unreadable', 'the spool', problem, 'Report this with a copy of the spool.');
    }
    points.push({
      series,
      value: readValue(columns, at, i, head.strings),
      quality: columns.readUInt32LE(at.quality + 4 * i) as Quality,
      time: utcMs(columns.readDoubleLE(at.time + 8 * i)),
      serverTime: utcMs(columns.readDoubleLE(at.serverTime + 8 * i)),
    });
  }
  return {
    points,
    ...(head.cursor === undefined ? {} : { cursor: head.cursor }),
    ...(head.gaps === undefined ? {} : { gaps: head.gaps }),
  };
}

type ColumnOffsets = ReturnType<typeof columnOffsets>;

const columnOffsets = (count: number) => ({
  series: 0,
  kind: 4 * count,
  value: 5 * count,
  quality: 13 * count,
  time: 17 * count,
  serverTime: 25 * count,
});

const readHead = (payload: Buffer): EntryHead =>
  JSON.parse(payload.toString('utf8', fixedBytes, fixedBytes + payload.readUInt32LE(14))) as EntryHead;

function writeValue(columns: Buffer, at: ColumnOffsets, i: number, value: TagValue, strings: string[]): void {
  const [kind, number] =
    value === null
      ? [valueKinds.nothing, 0]
      : typeof value === 'number'
        ? [valueKinds.number, value]
        : typeof value === 'boolean'
          ? [value ? valueKinds.yes : valueKinds.no, 0]
          : [valueKinds.text, strings.push(value) - 1];
  columns.writeUInt8(kind, at.kind + i);
  columns.writeDoubleLE(number, at.value + 8 * i);
}

function readValue(columns: Buffer, at: ColumnOffsets, i: number, strings: readonly string[]): TagValue {
  const number = columns.readDoubleLE(at.value + 8 * i);
  switch (columns.readUInt8(at.kind + i)) {
    case valueKinds.number:
      return number;
    case valueKinds.no:
      return false;
    case valueKinds.yes:
      return true;
    case valueKinds.text:
      return strings[number] ?? null;
    default:
      return null;
  }
}
