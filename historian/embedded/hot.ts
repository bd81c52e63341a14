/** What was written last and is not sealed yet: a row of `hot` for each write, and in memory by series. */
import { crc32 } from 'node:zlib';
import { valueKinds, type PointBatch } from '../point.ts';
import { addPoint, growing, type Growing } from './course.ts';

/** Points of a write by the ids of their series. */
export type HotBatch = Omit<PointBatch, 'series'>;

const headBytes = 9;

/** What need not be written, since all points have the same. */
const said = { numbersOnly: 1, allGood: 2, oneTime: 4, noDelay: 8 } as const;

/**
 * Count and length of the texts (u32 each), what is left out (u8), texts (JSON), then the columns as they are, but for those that are left out
 * (the time of all then stands once); little endian.
 */
export function encodeHot(batch: HotBatch): Buffer {
  const { count, of, kinds, numbers, texts, qualities, times, serverTimes } = batch;
  const leftOut = saidOf(batch);
  const head = Buffer.allocUnsafe(headBytes);
  const words = Buffer.from(JSON.stringify(texts));
  head.writeUInt32LE(count, 0);
  head.writeUInt32LE(words.length, 4);
  head.writeUInt8(leftOut, 8);
  const has = (what: number): boolean => (leftOut & what) === 0;
  const bytesOf = (column: Float64Array | Uint32Array | Uint8Array, length = count): Buffer =>
    Buffer.from(column.buffer, column.byteOffset, length * column.BYTES_PER_ELEMENT);
  return Buffer.concat([
    head,
    words,
    bytesOf(numbers),
    bytesOf(times, has(said.oneTime) ? count : Math.min(1, count)),
    ...(has(said.noDelay) ? [bytesOf(serverTimes)] : []),
    bytesOf(of),
    ...(has(said.allGood) ? [bytesOf(qualities)] : []),
    ...(has(said.numbersOnly) ? [bytesOf(kinds)] : []),
  ]);
}

function saidOf({ count, kinds, qualities, times, serverTimes }: HotBatch): number {
  let leftOut: number = said.numbersOnly | said.allGood | said.oneTime | said.noDelay;
  for (let i = 0; i < count; i += 1) {
    if (kinds[i] !== valueKinds.number) leftOut &= ~said.numbersOnly;
    if (qualities[i] !== 0) leftOut &= ~said.allGood;
    if (times[i] !== times[0]) leftOut &= ~said.oneTime;
    if (serverTimes[i] !== times[i]) leftOut &= ~said.noDelay;
  }
  return leftOut;
}

/** @throws RangeError where the bytes are none of ours */
export function decodeHot(body: Buffer): HotBatch {
  const [count, words, leftOut] = [body.readUInt32LE(0), body.readUInt32LE(4), body.readUInt8(8)];
  const has = (what: number): boolean => (leftOut & what) === 0;
  let at = headBytes + words;
  const texts = JSON.parse(body.toString('utf8', headBytes, at)) as string[];
  /** Copied, so that it is aligned as its type asks. */
  const take = (length: number): ArrayBuffer => {
    const taken = Uint8Array.from(body.subarray(at, at + length));
    if (taken.length !== length) throw new RangeError('The bytes are not as many as they say.');
    at += length;
    return taken.buffer;
  };
  const numbers = new Float64Array(take(8 * count));
  const times = has(said.oneTime)
    ? new Float64Array(take(8 * count))
    : new Float64Array(count).fill(new Float64Array(take(8 * Math.min(1, count)))[0] ?? 0);
  const serverTimes = has(said.noDelay) ? new Float64Array(take(8 * count)) : Float64Array.from(times);
  const of = new Uint32Array(take(4 * count));
  const qualities = has(said.allGood) ? new Uint32Array(take(4 * count)) : new Uint32Array(count);
  const kinds = has(said.numbersOnly) ? new Uint8Array(take(count)) : new Uint8Array(count).fill(valueKinds.number);
  return { count, texts, numbers, times, serverTimes, of, qualities, kinds };
}

export const checksum = (body: Buffer): number => crc32(body);

export type HotSeries = {
  points: Growing;
  /** The first row of `hot` that has a point of it. */
  readonly firstSeq: number;
  /** Monotonic milliseconds of its first point. */
  readonly since: number;
};

export class Hot {
  readonly #series = new Map<number, HotSeries>();

  get size(): number {
    return this.#series.size;
  }

  of(id: number): HotSeries | undefined {
    return this.#series.get(id);
  }

  /** @param isSealed whether the series has sealed this row already */
  add(batch: HotBatch, seq: number, now: number, isSealed: (id: number) => boolean = () => false): void {
    const { count, of, kinds, numbers, texts, qualities, times, serverTimes } = batch;
    for (let i = 0; i < count; i += 1) {
      const id = of[i] ?? 0;
      let hot = this.#series.get(id);
      if (hot === undefined) {
        if (isSealed(id)) continue;
        hot = { points: growing(), firstSeq: seq, since: now };
        this.#series.set(id, hot);
      } else if (isSealed(id)) continue;
      const kind = kinds[i] ?? 0;
      const text = kind === valueKinds.text ? texts[numbers[i] ?? -1] : undefined;
      addPoint(hot.points, kind, numbers[i] ?? 0, text, qualities[i] ?? 0, times[i] ?? 0, serverTimes[i] ?? 0);
    }
  }

  drop(id: number): void {
    this.#series.delete(id);
  }

  /** The first row that any series still needs; Infinity where none does. */
  oldestSeq(): number {
    let oldest = Infinity;
    for (const { firstSeq } of this.#series.values()) if (firstSeq < oldest) oldest = firstSeq;
    return oldest;
  }

  entries(): IterableIterator<[number, HotSeries]> {
    return this.#series.entries();
  }
}
