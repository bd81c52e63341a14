/** Values into registers and back: type, word order, scale. The device's side of what a driver does. */
import { pointLength, type RegisterPoint, type PointType, type WordOrder } from '../plant/device-model.ts';

type NumberType = Exclude<PointType, 'bool' | 'string'>;

/** The point's registers for an engineering value. A value that an integer type cannot hold is held at its end. */
export function encodePoint(point: RegisterPoint, value: number): Uint16Array {
  const raw = (value - point.offset) / point.scale;
  return encodeNumber(numberType(point), point.order, raw);
}

/** The engineering value in the point's registers. */
export const decodePoint = (point: RegisterPoint, words: Uint16Array): number =>
  decodeNumber(numberType(point), point.order, words) * point.scale + point.offset;

/** A bool is a register of its own; texts are not kept by points. */
const numberType = ({ type }: RegisterPoint): NumberType => (type === 'bool' || type === 'string' ? 'uint16' : type);

export function encodeNumber(type: NumberType, order: WordOrder, value: number | bigint): Uint16Array {
  const words = new Uint16Array(pointLength[type]);
  const view = new DataView(words.buffer);
  const number = Number(value);
  switch (type) {
    case 'uint16':
      view.setUint16(0, held(number, 0, 0xffff));
      break;
    case 'int16':
      view.setInt16(0, held(number, -0x8000, 0x7fff));
      break;
    case 'uint32':
      view.setUint32(0, held(number, 0, 0xffff_ffff));
      break;
    case 'int32':
      view.setInt32(0, held(number, -0x8000_0000, 0x7fff_ffff));
      break;
    case 'uint64':
      view.setBigUint64(0, BigInt.asUintN(64, wide(value)));
      break;
    case 'int64':
      view.setBigInt64(0, BigInt.asIntN(64, wide(value)));
      break;
    case 'float32':
      view.setFloat32(0, number);
      break;
    case 'float64':
      view.setFloat64(0, number);
      break;
    case 'bcd16':
      view.setUint16(0, toBcd(held(number, 0, 9999)));
      break;
    case 'bcd32':
      view.setUint32(0, toBcd(held(number, 0, 99_999_999)));
      break;
  }
  arrange(view, order);
  return Uint16Array.from(words, (_, index) => view.getUint16(2 * index));
}

export function decodeNumber(type: NumberType, order: WordOrder, words: Uint16Array): number {
  const view = new DataView(new ArrayBuffer(2 * pointLength[type]));
  for (let index = 0; index < pointLength[type]; index += 1) view.setUint16(2 * index, words[index] ?? 0);
  arrange(view, order);
  switch (type) {
    case 'uint16':
      return view.getUint16(0);
    case 'int16':
      return view.getInt16(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int32':
      return view.getInt32(0);
    case 'uint64':
      return Number(view.getBigUint64(0));
    case 'int64':
      return Number(view.getBigInt64(0));
    case 'float32':
      return view.getFloat32(0);
    case 'float64':
      return view.getFloat64(0);
    case 'bcd16':
      return fromBcd(view.getUint16(0));
    case 'bcd32':
      return fromBcd(view.getUint32(0));
  }
}

/** Each decimal digit in four bits. */
const toBcd = (value: number): number => Number.parseInt(String(value), 16);
const fromBcd = (bits: number): number => Number(bits.toString(16));

const held = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? 0 : Math.min(high, Math.max(low, Math.round(value)));

const wide = (value: number | bigint): bigint =>
  typeof value === 'bigint' ? value : BigInt(Number.isFinite(value) ? Math.round(value) : 0);

/** From ABCD into the order, or back: each of the four is its own inverse. Acts on the view's bytes in place. */
function arrange(view: DataView, order: WordOrder): void {
  const bytes = new Uint8Array(view.buffer);
  if (order === 'DCBA' || order === 'CDAB') bytes.reverse();
  // CDAB is DCBA with the bytes of each word the right way round; BADC is ABCD with them swapped.
  if (order === 'CDAB' || order === 'BADC') {
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      const high = bytes[at] ?? 0;
      bytes[at] = bytes[at + 1] ?? 0;
      bytes[at + 1] = high;
    }
  }
}
