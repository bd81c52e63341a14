/**
 * What a record's payload says. Two kinds: the checkpoint that begins a segment, and an entry of points with its ring cursor,
 * gaps and events. Every entry stands by itself: its series are named in it, so that no damage elsewhere makes it unreadable.
 *
 * An entry: kind, flags (1 = the body is deflated), number of points (u32), earliest server time (f64), length of the head (u32), head (JSON:
 * cursor, gaps, events, scans seen), then the body: length of its names (u32), names (JSON: series, texts), columns: numbers (f64), times (f64),
 * server times (f64), series (u32), status codes (u32), kinds (u8); little endian.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { mesolineError } from '../../plant/errors.ts';
import type { HistoryEvent, HistoryGap, RingCursor } from '../../plant/ports/history.ts';
import { emptyBatch, type PointBatch, type Series, type SpoolEntry, type ValueType } from '../point.ts';
import { skidName } from '../../plant/sample.ts';
import type { Seen } from '../seen.ts';

export type Checkpoint = Readonly<{ format: number; segment: number; cursors: readonly RingCursor[]; seen?: Seen }>;

/** What can be said of an entry without unpacking its points. */
export type EntrySummary = Readonly<{
  count: number;
  oldest: number | null;
  cursor: RingCursor | null;
  seen: Seen | null;
}>;

type EntryHead = {
  cursor?: RingCursor;
  gaps?: readonly HistoryGap[];
  events?: readonly HistoryEvent[];
  seen?: Seen;
};
type NamedSeries = readonly [
  measurement: string,
  skid: string,
  device: string | null,
  tag: string,
  type: ValueType,
  field?: string,
];
type EntryNames = Readonly<{ series: readonly NamedSeries[]; texts: readonly string[] }>;

export const spoolFormat = 2;

const checkpointKind = 0x43;
const entryKind = 0x45;
const deflated = 1;
const fixedBytes = 18;
const pointBytes = 33;

export const isCheckpoint = (payload: Uint8Array): boolean => payload[0] === checkpointKind;

export const encodeCheckpoint = (checkpoint: Checkpoint): Buffer =>
  Buffer.concat([Buffer.from([checkpointKind]), Buffer.from(JSON.stringify(checkpoint))]);

/** Only for payloads whose checksum was found right: the text is our own. */
export const decodeCheckpoint = (payload: Buffer): Checkpoint => JSON.parse(payload.toString('utf8', 1)) as Checkpoint;

/** The same series of several entries as one object, so that what is known of it is looked up once. */
export class KnownSeries {
  readonly #known = new Map<string, Series>();

  of([measurement, skid, device, tag, valueType, field]: NamedSeries): Series {
    const key = `${skid}\n${tag}`;
    const known = this.#known.get(key);
    const isSame = known?.measurement === measurement && known.device === device && known.valueType === valueType;
    if (isSame && known.field === field) return known;
    const named = { measurement, skid: skidName(skid), device, tag, valueType };
    const made: Series = field === undefined ? named : { ...named, field };
    this.#known.set(key, made);
    return made;
  }
}

export function encodeEntry({ points, cursor, gaps, events, seen }: SpoolEntry): Buffer {
  const head: EntryHead = {};
  if (cursor !== undefined) head.cursor = cursor;
  if (gaps !== undefined && gaps.length > 0) head.gaps = gaps;
  if (events !== undefined && events.length > 0) head.events = events;
  if (seen !== undefined) head.seen = seen;
  const headBytes = Buffer.from(JSON.stringify(head));
  const body = encodeBody(points);
  const packed = body.length > 256 ? deflateRawSync(body, { level: 1 }) : body;
  const fixed = Buffer.allocUnsafe(fixedBytes);
  fixed.writeUInt8(entryKind, 0);
  fixed.writeUInt8(packed === body ? 0 : deflated, 1);
  fixed.writeUInt32LE(points.count, 2);
  fixed.writeDoubleLE(oldestOf(points), 6);
  fixed.writeUInt32LE(headBytes.length, 14);
  return Buffer.concat([fixed, headBytes, packed]);
}

export function summariseEntry(payload: Buffer): EntrySummary {
  const oldest = payload.readDoubleLE(6);
  const { cursor = null, seen = null } = readHead(payload);
  return { count: payload.readUInt32LE(2), oldest: Number.isNaN(oldest) ? null : oldest, cursor, seen };
}

export function decodeEntry(payload: Buffer, known: KnownSeries = new KnownSeries()): SpoolEntry {
  const count = payload.readUInt32LE(2);
  const rest = payload.subarray(fixedBytes + payload.readUInt32LE(14));
  const body = (payload.readUInt8(1) & deflated) === 0 ? rest : inflateRawSync(rest);
  return { points: decodeBody(body, count, known), ...readHead(payload) };
}

function oldestOf({ count, serverTimes }: PointBatch): number {
  let oldest = NaN;
  for (let i = 0; i < count; i += 1) {
    const time = serverTimes[i] ?? NaN;
    if (!(time >= oldest)) oldest = time;
  }
  return oldest;
}

const readHead = (payload: Buffer): EntryHead =>
  JSON.parse(payload.toString('utf8', fixedBytes, fixedBytes + payload.readUInt32LE(14))) as EntryHead;

function encodeBody(points: PointBatch): Buffer {
  const { count, series, texts } = points;
  const used: NamedSeries[] = [];
  const places = new Int32Array(series.length).fill(-1);
  const of = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const index = points.of[i] ?? 0;
    let place = places[index] ?? -1;
    if (place === -1) {
      const { measurement, skid, device, tag, valueType, field } = named(series, index, i, count);
      const plain = [measurement, skid, device, tag, valueType] as const;
      place = used.push(field === undefined ? plain : [...plain, field]) - 1;
      places[index] = place;
    }
    of[i] = place;
  }
  const names = Buffer.from(JSON.stringify({ series: used, texts } satisfies EntryNames));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(names.length);
  const { numbers, times, serverTimes, qualities, kinds } = points;
  return Buffer.concat([
    length,
    names,
    bytesOf(numbers, count),
    bytesOf(times, count),
    bytesOf(serverTimes, count),
    bytesOf(of, count),
    bytesOf(qualities, count),
    bytesOf(kinds, count),
  ]);
}

function decodeBody(body: Buffer, count: number, known: KnownSeries): PointBatch {
  const namesEnd = 4 + body.readUInt32LE(0);
  const { series, texts } = JSON.parse(body.toString('utf8', 4, namesEnd)) as EntryNames;
  // Copied, so that the columns are aligned as their types ask.
  const columns = new Uint8Array(count * pointBytes);
  columns.set(body.subarray(namesEnd, namesEnd + columns.length));
  const { buffer } = columns;
  const batch: PointBatch = {
    ...emptyBatch(
      0,
      series.map((one) => known.of(one)),
      texts,
    ),
    count,
    numbers: new Float64Array(buffer, 0, count),
    times: new Float64Array(buffer, 8 * count, count),
    serverTimes: new Float64Array(buffer, 16 * count, count),
    of: new Uint32Array(buffer, 24 * count, count),
    qualities: new Uint32Array(buffer, 28 * count, count),
    kinds: new Uint8Array(buffer, 32 * count, count),
  };
  for (let i = 0; i < count; i += 1) named(batch.series, batch.of[i] ?? -1, i, count);
  return batch;
}

function named(series: readonly Series[], index: number, i: number, count: number): Series {
  const found = series[index];
  if (found !== undefined) return found;
  const problem = `Point ${i} of ${count} belongs to a series that its record does not name.`;
  throw mesolineError('spool-record-unreadable', 'the spool', problem, 'Report this with a copy of the spool.');
}

/** Every machine that Node runs on keeps its numbers little endian. */
const bytesOf = (column: Float64Array | Uint32Array | Uint8Array, count: number): Buffer =>
  Buffer.from(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT);
