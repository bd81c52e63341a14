/**
 * Curves in few bytes, to the bit as they were: an axis of equal steps as its ends, values that were single-precision once
 * as such again, and all of it deflated. What is given back is what was given, or it is not packed so. Pure.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** How one curve lies in the packed bytes; an axis takes none. */
export type Packing =
  | Readonly<{ as: 'double' | 'single'; length: number }>
  | Readonly<{ as: 'steps'; length: number; from: number; to: number }>
  | Readonly<{ as: 'rate'; length: number; rate: number }>;

export type Packed = Readonly<{ packings: readonly Packing[]; bytes: Uint8Array }>;

/** Fast: most of a spectrum is noise, which no effort makes smaller. */
const level = 1;

export function pack(curves: readonly Float64Array[]): Packed {
  const packings = curves.map(packingOf);
  const parts = curves.flatMap((curve, i) => {
    const packing = packings[i];
    if (packing?.as === 'double') return [bytesOf(curve)];
    if (packing?.as === 'single') return [bytesOf(Float32Array.from(curve))];
    return [];
  });
  return { packings, bytes: deflateRawSync(Buffer.concat(parts), { level }) };
}

/** @throws where the bytes are not those of the packings */
export function unpack({ packings, bytes }: Packed): readonly Float64Array[] {
  const needed = packings.reduce((sum, packing) => sum + sizeOf(packing), 0);
  // One byte more than needed is asked for, so that bytes that go on show; an output of none is refused by zlib.
  const plain = inflateRawSync(bytes, { maxOutputLength: needed + 1 });
  if (plain.length !== needed) throw new RangeError(`${plain.length} bytes where ${needed} are needed`);
  let at = 0;
  return packings.map((packing) => {
    const from = at;
    at += sizeOf(packing);
    const own = plain.buffer.slice(plain.byteOffset + from, plain.byteOffset + at);
    switch (packing.as) {
      case 'double':
        return new Float64Array(own);
      case 'single':
        return Float64Array.from(new Float32Array(own));
      case 'steps':
        return steps(packing.length, packing.from, packing.to);
      case 'rate':
        return rate(packing.length, packing.rate);
    }
  });
}

function packingOf(curve: Float64Array): Packing {
  const { length } = curve;
  const [from, to, second] = [curve[0], curve.at(-1), curve[1]];
  if (from !== undefined && to !== undefined && second !== undefined && Number.isFinite(from) && Number.isFinite(to)) {
    if (same(curve, steps(length, from, to))) return { as: 'steps', length, from, to };
    if (from === 0 && second > 0 && same(curve, rate(length, 1 / second)))
      return { as: 'rate', length, rate: 1 / second };
  }
  return { as: curve.every((value) => Object.is(Math.fround(value), value)) ? 'single' : 'double', length };
}

const steps = (length: number, from: number, to: number): Float64Array => {
  const step = (to - from) / (length - 1);
  return Float64Array.from({ length }, (_, i) => (i === length - 1 ? to : from + i * step));
};
const rate = (length: number, perUnit: number): Float64Array => Float64Array.from({ length }, (_, i) => i / perUnit);

const same = (one: Float64Array, other: Float64Array): boolean => Buffer.from(bytesOf(one)).equals(bytesOf(other));

const sizeOf = (packing: Packing): number =>
  packing.as === 'double' ? 8 * packing.length : packing.as === 'single' ? 4 * packing.length : 0;

/** Little-endian, as every machine is that Node runs on but IBM's; a database is not carried to these. */
const bytesOf = (values: Float64Array | Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
