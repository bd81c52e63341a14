import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordOrders } from '../../plant/device-model.ts';
import { decodeNumber, decodePoint, encodeNumber, encodePoint } from '../../twin/codec.ts';
import { registerPoint } from '../support/register-model.ts';

const words = (hex: string): Uint16Array => Uint16Array.from(hex.match(/.{4}/gu)!, (word) => parseInt(word, 16));

describe('the word orders', () => {
  // 0x12345678 and its float64 sibling, byte by byte as the names of the orders say.
  it.each([
    ['ABCD', '12345678'],
    ['CDAB', '56781234'],
    ['BADC', '34127856'],
    ['DCBA', '78563412'],
  ] as const)('%s puts 0x12345678 down as %s', (order, hex) => {
    expect(encodeNumber('uint32', order, 0x12345678)).toEqual(words(hex));
    expect(decodeNumber('uint32', order, words(hex))).toBe(0x12345678);
  });

  it.each([
    ['ABCD', '0123456789abcdef'],
    ['CDAB', 'cdef89ab45670123'],
    ['BADC', '23016745ab89efcd'],
    ['DCBA', 'efcdab8967452301'],
  ] as const)('%s puts a 64 bit number down as %s', (order, hex) => {
    expect(encodeNumber('uint64', order, 0x0123456789abcdefn)).toEqual(words(hex));
  });

  it('bring every float64 back exactly', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...wordOrders), (value, order) => {
        expect(decodeNumber('float64', order, encodeNumber('float64', order, value))).toBe(value);
      }),
    );
  });

  it('bring whole numbers of every type back', () => {
    for (const [type, low, high] of [
      ['uint16', 0, 0xffff],
      ['int16', -0x8000, 0x7fff],
      ['uint32', 0, 0xffff_ffff],
      ['int32', -0x8000_0000, 0x7fff_ffff],
      ['int64', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      ['uint64', 0, Number.MAX_SAFE_INTEGER],
    ] as const) {
      fc.assert(
        fc.property(fc.maxSafeInteger(), fc.constantFrom(...wordOrders), (seed, order) => {
          const value = Math.min(high, Math.max(low, seed));
          expect(decodeNumber(type, order, encodeNumber(type, order, value))).toBe(value);
        }),
      );
    }
  });
});

describe('a point', () => {
  const level = registerPoint({ name: 'level', area: 'input', scale: 0.01, unit: '%' });

  it('is scaled into its registers and out of them', () => {
    expect(encodePoint(level, 12.34)).toEqual(Uint16Array.of(1234));
    expect(decodePoint(level, Uint16Array.of(1234))).toBeCloseTo(12.34);
    expect(encodePoint({ ...level, type: 'int16', scale: 0.1, offset: -10 }, -20)).toEqual(Uint16Array.of(0xff9c));
  });

  it('is held at the end of what its type can say', () => {
    expect(encodePoint(level, -1)).toEqual(Uint16Array.of(0));
    expect(encodePoint(level, 1e6)).toEqual(Uint16Array.of(0xffff));
  });
});
