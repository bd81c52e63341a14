/**
 * Registers to engineering values and back, with the word order written out.
 *
 * Pure. What a device cannot have meant is Bad: NaN and infinity (`BadSensorFailure`), a value outside the point's range
 * and a 64-bit integer that a float64 cannot hold exactly (`BadOutOfRange`).
 */
import { pointLength, type RegisterPoint, type PointType, type WordOrder } from '../../plant/device-model.ts';
import { mesolineError, type MesolineError } from '../../plant/errors.ts';
import type { ReadValue } from '../driver.ts';
import { badOutOfRange, badSensorFailure, good, type Quality } from '../../plant/quality.ts';

type NumberType = Exclude<PointType, 'bool' | 'string'>;

/** `value` is null where the registers hold no number at all. */
export type Decoded = Readonly<{ value: ReadValue; quality: Quality }>;

/** What the registers of a point say; `words` from `at` on are its own, in the order they were read. */
export function decodePoint(point: RegisterPoint, words: readonly number[], at = 0): Decoded {
  const { type, order } = point;
  if (type === 'bool') {
    const word = arranged(words, at, 0, 1, order);
    return { value: point.bit === undefined ? word !== 0 : ((word >>> point.bit) & 1) === 1, quality: good };
  }
  if (type === 'string') return decodeText(point, words, at);
  const raw = rawNumber(type, order, words, at);
  const number = bitsOf(point, Number(raw));
  if (!Number.isFinite(number) || isMark(point, number)) return { value: null, quality: badSensorFailure };
  if (typeof raw === 'bigint' && !Number.isSafeInteger(number)) return { value: null, quality: badOutOfRange };
  const value = scaled(number, point);
  return { value, quality: inRange(point, value) ? good : badOutOfRange };
}

/** What a point says in the answer to a read, `at` from its begin. */
export const decodeFrom = (point: RegisterPoint, data: readonly (number | boolean)[], at: number): Decoded =>
  point.area === 'coil' || point.area === 'discrete'
    ? { value: data[at] === true, quality: good }
    : // What reads registers is answered with numbers.
      decodePoint(point, data as readonly number[], at);

/** A mark such as -9999.9 has no exact float32; as the device holds it, it is the same mark. */
const isMark = ({ invalid, type }: RegisterPoint, number: number): boolean =>
  invalid?.some((mark) => number === (type === 'float32' ? Math.fround(mark) : mark)) === true;

/** A field of bits within its register. */
const bitsOf = ({ bits }: RegisterPoint, word: number): number =>
  bits === undefined ? word : (word >>> bits.from) & (2 ** (bits.to - bits.from + 1) - 1);

/**
 * Two characters a register, the first in the high byte unless the order swaps bytes; a text has no word order. What follows
 * the first NUL, and blanks at the end, are no part of it.
 */
function decodeText({ order, length = 1 }: RegisterPoint, words: readonly number[], at: number): Decoded {
  let text = '';
  for (let i = 0; i < 2 * length; i += 1) {
    const word = arranged(words, at + (i >> 1), 0, 1, order);
    const byte = (i & 1) === 0 ? word >>> 8 : word & 0xff;
    if (byte === 0) break;
    if (byte < 0x20 || byte > 0x7e) return { value: null, quality: badSensorFailure };
    text += String.fromCharCode(byte);
  }
  return { value: text.trimEnd(), quality: good };
}

/** @throws MesolineError `value-not-representable` where the point cannot hold it */
export function checkWritable(point: RegisterPoint, value: number | boolean): void {
  if (point.type !== 'bool') encodePoint(point, value);
}

/**
 * The registers that hold `value`.
 * @throws MesolineError `value-not-representable`: outside the point's range or type, or between two steps of its scale.
 */
export function encodePoint(point: RegisterPoint, value: number | boolean): readonly number[] {
  if (point.type === 'bool') {
    if (point.bit !== undefined) {
      throw refuse(point, value, 'is one bit of a register', 'It is written by a mask, not by its whole register.');
    }
    return toWords('uint16', point.order, Number(value));
  }
  if (point.type === 'string' || point.bits !== undefined) {
    throw refuse(point, value, 'is no number that could be written there', 'Texts and fields of bits are only read.');
  }
  const engineering = Number(value);
  if (!Number.isFinite(engineering)) throw refuse(point, value, 'is no number', 'Give a finite number.');
  if (!inRange(point, engineering)) {
    const { low, high } = point.range ?? { low: -Infinity, high: Infinity };
    throw refuse(point, value, `is outside ${low} to ${high}${unitOf(point)}`, 'Give a value inside.');
  }
  const raw = unscaled(engineering, point);
  if (point.type === 'float32' || point.type === 'float64') {
    if (point.type === 'float32' && !Number.isFinite(Math.fround(raw))) {
      throw refuse(point, value, 'is more than a float32 holds', 'Give a smaller value.');
    }
    return toWords(point.type, point.order, raw);
  }
  const whole = Math.round(raw);
  if (Math.abs(raw - whole) > 1e-6 * Math.max(1, Math.abs(raw) * 1e-6)) {
    throw refuse(point, value, `lies between two steps of ${point.scale}${unitOf(point)}`, 'Give a whole step.');
  }
  const { low, high } = integerLimits[point.type];
  if (whole < low || whole > high) {
    throw refuse(point, value, `does not fit into ${point.type}`, `Give a value whose raw form is ${low} to ${high}.`);
  }
  return toWords(point.type, point.order, whole);
}

/** The register of a word that is a number as it stands, whatever its range: a safe state is never outside it. */
export const encodeWord = ({ order }: RegisterPoint, word: number): readonly number[] => toWords('uint16', order, word);

/** Whether a value read back is the one that was written, within what the point's type can hold. */
export function readsBackAs(point: RegisterPoint, written: number | boolean, read: number | boolean | null): boolean {
  if (read === null) return false;
  if (point.type === 'bool') return Boolean(read) === Boolean(written);
  const expected = decodePoint(point, encodePoint(point, written)).value;
  // What the device may have rounded, and no more: a set point may be a millionth of its unit.
  const tolerance = point.type === 'float32' ? 1e-6 * Math.max(Math.abs(Number(expected)), Math.abs(point.offset)) : 0;
  return Math.abs(Number(read) - Number(expected)) <= tolerance;
}

/** An unsigned integer of two or four registers, as rings number and time their rows. */
export const decodeUnsigned = (type: 'uint32' | 'uint64', order: WordOrder, words: readonly number[]): number =>
  Number(rawNumber(type, order, words, 0));

export const decodeFloat64 = (order: WordOrder, words: readonly number[]): number =>
  Number(rawNumber('float64', order, words, 0));

const integerLimits: Readonly<Record<Exclude<NumberType, 'float32' | 'float64'>, { low: number; high: number }>> = {
  uint16: { low: 0, high: 0xffff },
  int16: { low: -0x8000, high: 0x7fff },
  uint32: { low: 0, high: 0xffff_ffff },
  int32: { low: -0x8000_0000, high: 0x7fff_ffff },
  uint64: { low: 0, high: Number.MAX_SAFE_INTEGER },
  int64: { low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER },
  bcd16: { low: 0, high: 9999 },
  bcd32: { low: 0, high: 99_999_999 },
};

/** A scale such as 0.1 has no exact float, but its inverse has: dividing gives the nearest float to the decimal meant. */
const inverseOf = (scale: number): number | null => {
  const inverse = 1 / scale;
  return Math.abs(scale) < 1 && Number.isInteger(inverse) ? inverse : null;
};

function scaled(raw: number, { scale, offset }: RegisterPoint): number {
  if (scale === 1 && offset === 0) return raw;
  const inverse = inverseOf(scale);
  return (inverse === null ? raw * scale : raw / inverse) + offset;
}

function unscaled(value: number, { scale, offset }: RegisterPoint): number {
  if (scale === 1 && offset === 0) return value;
  const inverse = inverseOf(scale);
  return inverse === null ? (value - offset) / scale : (value - offset) * inverse;
}

/** A float32 may not hold a limit such as -0.1 exactly; the limit as it holds it counts as inside. */
function inRange({ range, type }: RegisterPoint, value: number): boolean {
  if (range === undefined) return true;
  const [low, high] = type === 'float32' ? [Math.fround(range.low), Math.fround(range.high)] : [range.low, range.high];
  return value >= Math.min(low, range.low) && value <= Math.max(high, range.high);
}

const scratch = new DataView(new ArrayBuffer(8));

function rawNumber(type: NumberType, order: WordOrder, words: readonly number[], at: number): number | bigint {
  const length = pointLength[type];
  for (let i = 0; i < length; i += 1) scratch.setUint16(2 * i, arranged(words, at, i, length, order));
  switch (type) {
    case 'uint16':
      return scratch.getUint16(0);
    case 'int16':
      return scratch.getInt16(0);
    case 'uint32':
      return scratch.getUint32(0);
    case 'int32':
      return scratch.getInt32(0);
    case 'uint64':
      return scratch.getBigUint64(0);
    case 'int64':
      return scratch.getBigInt64(0);
    case 'float32':
      return scratch.getFloat32(0);
    case 'float64':
      return scratch.getFloat64(0);
    case 'bcd16':
      return fromBcd(scratch.getUint16(0));
    case 'bcd32':
      return fromBcd(scratch.getUint32(0));
  }
}

function toWords(type: NumberType, order: WordOrder, raw: number): readonly number[] {
  switch (type) {
    case 'uint16':
      scratch.setUint16(0, raw);
      break;
    case 'int16':
      scratch.setInt16(0, raw);
      break;
    case 'uint32':
      scratch.setUint32(0, raw);
      break;
    case 'int32':
      scratch.setInt32(0, raw);
      break;
    case 'uint64':
      scratch.setBigUint64(0, BigInt(raw));
      break;
    case 'int64':
      scratch.setBigInt64(0, BigInt(raw));
      break;
    case 'float32':
      scratch.setFloat32(0, raw);
      break;
    case 'float64':
      scratch.setFloat64(0, raw);
      break;
    case 'bcd16':
      scratch.setUint16(0, toBcd(raw));
      break;
    case 'bcd32':
      scratch.setUint32(0, toBcd(raw));
      break;
  }
  const length = pointLength[type];
  const natural = Array.from({ length }, (_, i) => scratch.getUint16(2 * i));
  return natural.map((_, i) => arranged(natural, 0, i, length, order));
}

/** Each decimal digit in four bits; NaN where one is none. */
const fromBcd = (bits: number): number => (/^\d+$/u.test(bits.toString(16)) ? Number(bits.toString(16)) : Number.NaN);
const toBcd = (value: number): number => Number.parseInt(String(value), 16);

/** The word that stands at `i` once those from `at` on are in the other order; the same rule leads there and back. */
function arranged(words: readonly number[], at: number, i: number, length: number, order: WordOrder): number {
  const wordsReversed = order === 'CDAB' || order === 'DCBA';
  const word = words[at + (wordsReversed ? length - 1 - i : i)] ?? 0;
  const bytesSwapped = order === 'BADC' || order === 'DCBA';
  return bytesSwapped ? ((word & 0xff) << 8) | (word >>> 8) : word;
}

const unitOf = ({ unit }: RegisterPoint): string => (unit === null ? '' : ` ${unit}`);

const refuse = (point: RegisterPoint, value: number | boolean, problem: string, remedy: string): MesolineError =>
  mesolineError('value-not-representable', point.name, `${String(value)}${unitOf(point)} ${problem}.`, remedy);
