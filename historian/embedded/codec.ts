/**
 * Points of one series as a chunk's bytes. Times as differences of differences; numbers, where all of them are decimals of so many places, as
 * whole numbers and their differences, else as they are; kinds, status codes and delays of the server time as runs; then deflated. Nothing
 * is rounded: what does not come back bit by bit is written as it is.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { valueKinds, type PointBatch } from '../point.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** Points of one series, ascending in time, each time once. */
export type Course = Omit<PointBatch, 'series' | 'of'>;

/**
 * How the numbers are written: with 0 to 6 decimals; with so many, as a controller says them in words of four bytes (`single` added); as such
 * words; or as they are.
 */
const single = 0x40;
const asSingles = 0xfe;
const asTheyAre = 0xff;
const mostDecimals = 6;
/** A difference of two of them still has its zigzag below 2⁵³. */
const largestScaled = 2 ** 50;
const deflateLevel = 6;

const writer = new ByteWriter();

export function encodeCourse(course: Course): Buffer {
  writer.clear();
  writer.unsigned(course.count);
  writeTimes(course);
  writeRuns(course.count, (i) => course.kinds[i] ?? 0);
  writeRuns(course.count, (i) => course.qualities[i] ?? 0);
  writeDelays(course);
  writeNumbers(course);
  return deflateRawSync(writer.written, { level: deflateLevel });
}

/** @throws RangeError, or what inflating throws, where the bytes are no chunk. */
export function decodeCourse(bytes: Buffer): Course {
  const reader = new ByteReader(inflateRawSync(bytes));
  const count = reader.unsigned();
  const times = readTimes(reader, count);
  const kinds = new Uint8Array(count);
  readRuns(reader, count, kinds);
  const qualities = new Uint32Array(count);
  readRuns(reader, count, qualities);
  const serverTimes = readDelays(reader, count, times);
  const numbers = new Float64Array(count);
  const texts: string[] = [];
  readNumbers(reader, { count, kinds, numbers, texts });
  return { count, kinds, numbers, texts, qualities, times, serverTimes };
}

function writeTimes({ count, times }: Course): void {
  let [before, step] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const time = times[i] ?? 0;
    const next = time - before;
    writer.signed(next - step);
    [before, step] = [time, i === 0 ? 0 : next];
  }
}

function readTimes(reader: ByteReader, count: number): Float64Array {
  const times = new Float64Array(count);
  let [before, step] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const next = step + reader.signed();
    before += next;
    times[i] = before;
    step = i === 0 ? 0 : next;
  }
  return times;
}

function writeRuns(count: number, valueAt: (i: number) => number): void {
  for (let i = 0; i < count;) {
    const value = valueAt(i);
    let end = i + 1;
    while (end < count && valueAt(end) === value) end += 1;
    writer.unsigned(value);
    writer.unsigned(end - i);
    i = end;
  }
}

function readRuns(reader: ByteReader, count: number, into: Uint8Array | Uint32Array): void {
  for (let i = 0; i < count;) {
    const value = reader.unsigned();
    const end = i + reader.unsigned();
    if (end > count || end === i) throw new RangeError('A run is longer than the chunk.');
    into.fill(value, i, end);
    i = end;
  }
}

/** Server times that are whole milliseconds within a year of their points' own; else 1 and all of them as they are. */
function writeDelays({ count, times, serverTimes }: Course): void {
  const delay = (i: number): number => (serverTimes[i] ?? 0) - (times[i] ?? 0);
  let plain = true;
  for (let i = 0; i < count && plain; i += 1) {
    const late = delay(i);
    plain = Number.isSafeInteger(late) && Math.abs(late) < largestScaled;
  }
  writer.byte(plain ? 0 : 1);
  if (plain) {
    writeRuns(count, (i) => {
      const late = delay(i);
      return late < 0 ? -2 * late - 1 : 2 * late;
    });
    return;
  }
  for (let i = 0; i < count; i += 1) writer.float(serverTimes[i] ?? NaN);
}

function readDelays(reader: ByteReader, count: number, times: Float64Array): Float64Array {
  const serverTimes = new Float64Array(count);
  if (reader.byte() === 1) {
    for (let i = 0; i < count; i += 1) serverTimes[i] = reader.float();
    return serverTimes;
  }
  for (let i = 0; i < count;) {
    const zigzag = reader.unsigned();
    const delay = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    const end = i + reader.unsigned();
    if (end > count || end === i) throw new RangeError('A run is longer than the chunk.');
    for (; i < end; i += 1) serverTimes[i] = (times[i] ?? 0) + delay;
  }
  return serverTimes;
}

type Way = Readonly<{ code: number; scale: number; rounded: (value: number) => number }>;

const exactly = (value: number): number => value;
const ways: readonly Way[] = [0, single].flatMap((words) =>
  Array.from({ length: mostDecimals + 1 }, (_, decimals) => ({
    code: words + decimals,
    scale: 10 ** decimals,
    rounded: words === 0 ? exactly : Math.fround,
  })),
);

function writeNumbers({ count, kinds, numbers, texts }: Course): void {
  const way = wayOf(count, kinds, numbers);
  const code = way?.code ?? (areSingles(count, kinds, numbers) ? asSingles : asTheyAre);
  writer.byte(code);
  let before = 0;
  for (let i = 0; i < count; i += 1) {
    if (kinds[i] === valueKinds.text) writer.text(texts[numbers[i] ?? -1] ?? '');
    if (kinds[i] !== valueKinds.number) continue;
    const value = numbers[i] ?? NaN;
    if (way !== null) {
      const scaled = Math.round(value * way.scale);
      writer.signed(scaled - before);
      before = scaled;
    } else if (code === asSingles) writer.single(value);
    else writer.float(value);
  }
}

function readNumbers(
  reader: ByteReader,
  {
    count,
    kinds,
    numbers,
    texts,
  }: Readonly<{ count: number; kinds: Uint8Array; numbers: Float64Array; texts: string[] }>,
): void {
  const code = reader.byte();
  const way = ways.find((one) => one.code === code) ?? null;
  if (way === null && code !== asSingles && code !== asTheyAre)
    throw new RangeError(`Numbers are written in no way known: ${code}.`);
  let before = 0;
  for (let i = 0; i < count; i += 1) {
    if (kinds[i] === valueKinds.text) numbers[i] = texts.push(reader.text()) - 1;
    if (kinds[i] !== valueKinds.number) continue;
    if (way !== null) {
      before += reader.signed();
      numbers[i] = way.rounded(before / way.scale);
    } else numbers[i] = code === asSingles ? reader.single() : reader.float();
  }
}

/** The first way in which every number comes back bit by bit; null where there is none. */
function wayOf(count: number, kinds: Uint8Array, numbers: Float64Array): Way | null {
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (kinds[i] !== valueKinds.number) continue;
    const value = numbers[i] ?? NaN;
    while (at < ways.length && !comesBack(value, ways[at])) at += 1;
    if (at === ways.length) return null;
  }
  const way = ways[at] ?? null;
  for (let i = 0; i < count; i += 1) {
    if (kinds[i] === valueKinds.number && !comesBack(numbers[i] ?? NaN, way ?? undefined)) return null;
  }
  return way;
}

function comesBack(value: number, way: Way | undefined): boolean {
  if (way === undefined) return false;
  const scaled = Math.round(value * way.scale);
  // Differences have no −0.
  return Math.abs(scaled) < largestScaled && way.rounded(scaled / way.scale) === value && !Object.is(value, -0);
}

function areSingles(count: number, kinds: Uint8Array, numbers: Float64Array): boolean {
  for (let i = 0; i < count; i += 1) {
    const value = numbers[i] ?? NaN;
    if (kinds[i] === valueKinds.number && !Object.is(Math.fround(value), value)) return false;
  }
  return true;
}
