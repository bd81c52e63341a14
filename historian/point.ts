/** What history is made of: points of series, events, and the gaps where something is missing. */
import { utcMs, type UtcMs } from '../plant/clock.ts';
import type { Quality } from '../plant/quality.ts';
import type { HistoryEvent, HistoryGap, RingCursor } from '../plant/ports/history.ts';
import type { SkidName, TagValue } from '../plant/sample.ts';
import type { Seen } from './seen.ts';

export type ValueType = 'number' | 'boolean' | 'text';

/** One tag of one skid, and where InfluxDB keeps it: a field of its device's measurement (decision 11). */
export type Series = Readonly<{
  measurement: string;
  skid: SkidName;
  /** Null for what no device says. */
  device: string | null;
  tag: string;
  /** InfluxDB's field where it is not the tag's own name. */
  field?: string;
  valueType: ValueType;
}>;

export const fieldOf = ({ field, tag }: Series): string => field ?? tag;

/** A value at its own time. A later point of the same series and time replaces an earlier one. */
export type Point = Readonly<{
  series: Series;
  value: TagValue;
  quality: Quality;
  /** When the value was true: the time history files it under. */
  time: UtcMs;
  /** When we took it in. */
  serverTime: UtcMs;
}>;

export const valueKinds = { nothing: 0, number: 1, no: 2, yes: 3, text: 4 } as const;

/**
 * Points in columns, in the order in which they are written: so they pass between threads, through the spool and to a store. `numbers` holds
 * the value of a number, and of a text its place in `texts`.
 */
export type PointBatch = Readonly<{
  count: number;
  /** What `of` points into; it may name more than the batch uses. */
  series: readonly Series[];
  of: Uint32Array;
  /** `valueKinds` */
  kinds: Uint8Array;
  numbers: Float64Array;
  texts: readonly string[];
  qualities: Uint32Array;
  /** Milliseconds UTC. */
  times: Float64Array;
  serverTimes: Float64Array;
}>;

/** What is written to the spool at once, and is there after a crash as a whole or not at all. */
export type SpoolEntry = Readonly<{
  points: PointBatch;
  cursor?: RingCursor;
  gaps?: readonly HistoryGap[];
  events?: readonly HistoryEvent[];
  seen?: Seen;
}>;

export function emptyBatch(count: number, series: readonly Series[], texts: readonly string[] = []): PointBatch {
  return {
    count,
    series,
    of: new Uint32Array(count),
    kinds: new Uint8Array(count),
    numbers: new Float64Array(count),
    texts,
    qualities: new Uint32Array(count),
    times: new Float64Array(count),
    serverTimes: new Float64Array(count),
  };
}

export function batchOf(points: readonly Point[]): PointBatch {
  const series: Series[] = [];
  const places = new Map<Series, number>();
  const texts: string[] = [];
  const batch = emptyBatch(points.length, series, texts);
  points.forEach((point, i) => {
    let place = places.get(point.series);
    if (place === undefined) {
      place = series.push(point.series) - 1;
      places.set(point.series, place);
    }
    batch.of[i] = place;
    setValue(batch, texts, i, point.value);
    batch.qualities[i] = point.quality;
    batch.times[i] = point.time;
    batch.serverTimes[i] = point.serverTime;
  });
  return batch;
}

/** @param texts the batch's own, to which a text is added */
export function setValue(
  { kinds, numbers }: Pick<PointBatch, 'kinds' | 'numbers'>,
  texts: string[],
  i: number,
  value: TagValue,
): void {
  switch (typeof value) {
    case 'number':
      kinds[i] = valueKinds.number;
      numbers[i] = value;
      return;
    case 'boolean':
      kinds[i] = value ? valueKinds.yes : valueKinds.no;
      return;
    case 'string':
      kinds[i] = valueKinds.text;
      numbers[i] = texts.push(value) - 1;
      return;
    default:
      kinds[i] = valueKinds.nothing;
  }
}

export function valueAt({ kinds, numbers, texts }: PointBatch, i: number): TagValue {
  switch (kinds[i]) {
    case valueKinds.number:
      return numbers[i] ?? null;
    case valueKinds.no:
      return false;
    case valueKinds.yes:
      return true;
    case valueKinds.text:
      return texts[numbers[i] ?? -1] ?? null;
    default:
      return null;
  }
}

/** @throws RangeError where the batch has no such point */
export function pointAt(batch: PointBatch, i: number): Point {
  const series = batch.series[batch.of[i] ?? -1];
  if (series === undefined || i >= batch.count) throw new RangeError(`No point ${i} of ${batch.count} with a series.`);
  return {
    series,
    value: valueAt(batch, i),
    quality: (batch.qualities[i] ?? 0) as Quality,
    time: utcMs(batch.times[i] ?? NaN),
    serverTime: utcMs(batch.serverTimes[i] ?? NaN),
  };
}

export function pointsOf(batch: PointBatch): readonly Point[] {
  return Array.from({ length: batch.count }, (_, i) => pointAt(batch, i));
}

/** Several batches as one, in their order. */
export function joinBatches(batches: readonly PointBatch[]): PointBatch {
  const [first] = batches;
  if (first !== undefined && batches.length === 1) return first;
  const series: Series[] = [];
  const texts: string[] = [];
  const places = new Map<Series, number>();
  const joined = emptyBatch(
    batches.reduce((sum, { count }) => sum + count, 0),
    series,
    texts,
  );
  let at = 0;
  for (const batch of batches) {
    const place = batch.series.map((one) => {
      const known = places.get(one);
      if (known !== undefined) return known;
      const made = series.push(one) - 1;
      places.set(one, made);
      return made;
    });
    joined.kinds.set(batch.kinds.subarray(0, batch.count), at);
    joined.numbers.set(batch.numbers.subarray(0, batch.count), at);
    joined.qualities.set(batch.qualities.subarray(0, batch.count), at);
    joined.times.set(batch.times.subarray(0, batch.count), at);
    joined.serverTimes.set(batch.serverTimes.subarray(0, batch.count), at);
    const shift = texts.length;
    for (const text of batch.texts) texts.push(text);
    for (let i = 0; i < batch.count; i += 1) {
      joined.of[at + i] = place[batch.of[i] ?? 0] ?? 0;
      if (shift > 0 && batch.kinds[i] === valueKinds.text) joined.numbers[at + i] = (batch.numbers[i] ?? 0) + shift;
    }
    at += batch.count;
  }
  return joined;
}
