import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePoint, encodePoint, readsBackAs } from '../../../gateway/modbus/codec.ts';
import {
  pointLength,
  wordOrders,
  type PointType,
  type RegisterPoint,
  type WordOrder,
} from '../../../plant/device-model.ts';
import { badOutOfRange, badSensorFailure, good } from '../../../plant/quality.ts';
import { registerPoint } from '../../support/register-model.ts';

const point = (type: PointType, more: Partial<RegisterPoint> = {}): RegisterPoint =>
  registerPoint({ type, access: 'read-write', ...more });

const numbers: Readonly<Record<Exclude<PointType, 'bool' | 'string'>, fc.Arbitrary<number>>> = {
  uint16: fc.integer({ min: 0, max: 0xffff }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint32: fc.integer({ min: 0, max: 0xffff_ffff }),
  int32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  uint64: fc.maxSafeNat(),
  int64: fc.maxSafeInteger(),
  float32: fc.float({ noNaN: true, noDefaultInfinity: true }),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  bcd16: fc.integer({ min: 0, max: 9999 }),
  bcd32: fc.integer({ min: 0, max: 99_999_999 }),
};
const types = Object.keys(numbers) as (keyof typeof numbers)[];

describe('the codec', () => {
  it.each(wordOrders)('gives back what it was given, for every type, in order %s', (order) => {
    for (const type of types) {
      fc.assert(
        fc.property(numbers[type], (value) => {
          const words = encodePoint(point(type, { order }), value);
          expect(words).toHaveLength(pointLength[type]);
          expect(words.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffff)).toBe(true);
          expect(decodePoint(point(type, { order }), words)).toEqual({ value, quality: good });
        }),
      );
    }
  });

  it.each<[WordOrder, readonly number[]]>([
    ['ABCD', [0x1122, 0x3344]],
    ['CDAB', [0x3344, 0x1122]],
    ['BADC', [0x2211, 0x4433]],
    ['DCBA', [0x4433, 0x2211]],
  ])('lays the bytes of a 32-bit value in the order %s', (order, words) => {
    expect(encodePoint(point('uint32', { order }), 0x1122_3344)).toEqual(words);
    expect(decodePoint(point('uint32', { order }), words).value).toBe(0x1122_3344);
  });

  it.each<[WordOrder, readonly number[]]>([
    ['ABCD', [0x3ff8, 0, 0, 1]],
    ['CDAB', [1, 0, 0, 0x3ff8]],
    ['BADC', [0xf83f, 0, 0, 0x0100]],
    ['DCBA', [0x0100, 0, 0, 0xf83f]],
  ])('lays the bytes of a 64-bit value in the order %s', (order, words) => {
    expect(decodePoint(point('float64', { order }), words).value).toBe(1.5000000000000002);
  });

  it('reads floats as IEEE 754 has them', () => {
    expect(decodePoint(point('float32'), [0x42f6, 0xe979]).value).toBeCloseTo(123.456, 4);
    expect(decodePoint(point('float32'), [0xc2f6, 0xe979]).value).toBeCloseTo(-123.456, 4);
  });

  it('takes a bit out of a register, and a word for a flag', () => {
    const bits = [0, 1, 15].map((bit) => decodePoint(point('bool', { bit }), [0x8002]).value);
    expect(bits).toEqual([false, true, true]);
    expect(decodePoint(point('bool'), [2]).value).toBe(true);
  });

  it('scales to the decimal meant, not to a neighbour of it', () => {
    const tenths = point('int16', { scale: 0.1 });
    fc.assert(
      fc.property(fc.integer({ min: -0x8000, max: 0x7fff }), (raw) => {
        const { value } = decodePoint(tenths, encodePoint(point('int16'), raw));
        expect(value).toBe(raw / 10);
        expect(encodePoint(tenths, Number(value))).toEqual(encodePoint(point('int16'), raw));
      }),
    );
  });

  it.each(wordOrders)('gives back every text that was laid in its registers, in order %s', (order) => {
    const swaps = order === 'BADC' || order === 'DCBA';
    const text = fc
      .array(fc.integer({ min: 0x21, max: 0x7e }), { maxLength: 10 })
      .map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(text, fc.constantFrom('\0', ' '), (said, fill) => {
        const bytes = Buffer.from(said.padEnd(10, fill), 'latin1');
        const words = [0, 2, 4, 6, 8].map((at) => (swaps ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)));
        const definition = point('string', { order, length: 5 });
        expect(decodePoint(definition, words)).toEqual({ value: said, quality: good });
        expect(decodePoint(definition, [9, ...words], 1)).toEqual({ value: said, quality: good });
      }),
    );
  });

  it.each(wordOrders)('takes every bit and every field of bits out of its register, in order %s', (order) => {
    const swaps = order === 'BADC' || order === 'DCBA';
    const field = fc
      .tuple(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 1, max: 15 }))
      .map(([from, more]) => ({ from, to: Math.min(15, from + more) }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), field, (word, bits) => {
        const onWire = swaps ? ((word & 0xff) << 8) | (word >> 8) : word;
        const digits = word.toString(2).padStart(16, '0');
        const wanted = parseInt(digits.slice(15 - bits.to, 16 - bits.from), 2);
        expect(decodePoint(point('uint16', { bits, order }), [onWire]).value).toBe(wanted);
        const bit = decodePoint(point('bool', { bit: bits.from, order }), [onWire]).value;
        expect(bit).toBe(digits[15 - bits.from] === '1');
      }),
    );
  });

  it('takes what is no decimal digit in BCD for a failed sensor, and so what the device calls no value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (word) => {
        const decimal = /^\d+$/u.test(word.toString(16));
        const { value, quality } = decodePoint(point('bcd16'), [word]);
        expect(value).toBe(decimal ? Number(word.toString(16)) : null);
        expect(quality).toBe(decimal ? good : badSensorFailure);
      }),
    );
    expect(decodePoint(point('int16', { invalid: [-15_100] }), [0xc504])).toEqual({
      value: null,
      quality: badSensorFailure,
    });
    expect(decodePoint(point('string', { length: 1 }), [0x4107]).quality).toBe(badSensorFailure);
  });

  it('adds the offset after the scale', () => {
    expect(decodePoint(point('uint16', { scale: 0.5, offset: -40 }), [200]).value).toBe(60);
    expect(encodePoint(point('uint16', { scale: 0.5, offset: -40 }), 60)).toEqual([200]);
  });

  it.each([
    [[0x7fc0, 0], 'NaN'],
    [[0x7f80, 0], 'infinity'],
    [[0xff80, 0], 'minus infinity'],
  ])('takes %j (%s) for a failed sensor without a value', (words) => {
    expect(decodePoint(point('float32'), words)).toEqual({ value: null, quality: badSensorFailure });
  });

  it('takes a value outside the point’s range for Bad, and shows it', () => {
    const ranged = point('float32', { range: { low: -20, high: 300 } });
    expect(decodePoint(ranged, encodePoint(point('float32'), 301))).toEqual({ value: 301, quality: badOutOfRange });
    expect(decodePoint(ranged, encodePoint(point('float32'), -20))).toEqual({ value: -20, quality: good });
  });

  it('takes a limit that float32 cannot hold exactly for inside', () => {
    for (const limit of [0.1, -0.1, 15.3, 1e9 + 1]) {
      const ranged = point('float32', { range: { low: limit, high: limit + 1e-30 } });
      expect(decodePoint(ranged, encodePoint(point('float32'), limit)).quality).toBe(good);
    }
  });

  it('never rounds a 64-bit integer: beyond what a number holds exactly it is Bad', () => {
    const words = [0x0020, 0, 0, 1];
    expect(decodePoint(point('uint64'), words)).toEqual({ value: null, quality: badOutOfRange });
    expect(decodePoint(point('int64'), [0xffff, 0xffff, 0xffff, 0xffff])).toEqual({ value: -1, quality: good });
  });

  it.each<[string, RegisterPoint, number]>([
    ['outside the range', point('float32', { range: { low: 0, high: 50 } }), 50.1],
    ['more than the type', point('uint16'), 65_536],
    ['negative for an unsigned type', point('uint32'), -1],
    ['more than float32', point('float32'), 1e39],
    ['between two steps', point('int16', { scale: 0.1 }), 0.25],
    ['a fraction for a whole number', point('uint16'), 1.5],
    ['no number', point('float32'), NaN],
    ['beyond exact integers', point('uint64'), 2 ** 60],
    ['one bit of a register', point('bool', { bit: 3 }), 1],
  ])('refuses to write what is %s', (_, definition, value) => {
    expect(() => encodePoint(definition, value)).toThrow(/x: /u);
  });

  it('knows its own value when it reads back, and no other', () => {
    fc.assert(
      fc.property(fc.float({ min: -1000, max: 1000, noNaN: true }), fc.double({ min: 0.01, max: 10 }), (value, off) => {
        expect(readsBackAs(point('float32'), value, Math.fround(value))).toBe(true);
        expect(readsBackAs(point('float32'), value, value + off)).toBe(false);
      }),
    );
    expect(readsBackAs(point('float32'), 15.3, Math.fround(15.3))).toBe(true);
    expect(readsBackAs(point('uint16'), 1, 0)).toBe(false);
    expect(readsBackAs(point('bool'), true, true)).toBe(true);
    expect(readsBackAs(point('float32'), 1, null)).toBe(false);
  });
});
