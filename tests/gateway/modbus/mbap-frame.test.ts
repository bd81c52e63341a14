import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, inspect, type Expectation } from '../../../gateway/modbus/mbap-frame.ts';

const request = (...bytes: number[]): Buffer => Buffer.from(bytes);
const readThree: Expectation = { transaction: 0x1234, request: request(1, 3, 0, 10, 0, 3) };
const writeTwo: Expectation = { transaction: 7, request: request(1, 16, 0, 20, 0, 2, 4, 1, 2, 3, 4) };
const body = (...bytes: number[]): Buffer => Buffer.from(bytes);
const threeWords = body(1, 3, 6, 0, 1, 0, 2, 0, 3);

describe('an answer', () => {
  it('is taken where everything of it fits its request', () => {
    expect(inspect(frame(0x1234, threeWords), readThree)).toEqual({ kind: 'answer', body: threeWords, end: 15 });
    expect(inspect(frame(7, body(1, 16, 0, 20, 0, 2)), writeTwo).kind).toBe('answer');
    expect(inspect(frame(0x1234, body(1, 0x83, 2)), readThree).kind).toBe('answer');
  });

  it.each<[string, Buffer]>([
    ['another transaction', frame(0x1134, threeWords)],
    ['the same transaction modulo 256', frame(0x0034, threeWords)],
    ['another unit', frame(0x1234, body(2, 3, 6, 0, 1, 0, 2, 0, 3))],
    ['another function', frame(0x1234, body(1, 4, 6, 0, 1, 0, 2, 0, 3))],
    ['fewer registers', frame(0x1234, body(1, 3, 4, 0, 1, 0, 2))],
    ['a byte count that is not its length', frame(0x1234, body(1, 3, 6, 0, 1, 0, 2))],
    ['more than its length', Buffer.concat([frame(0x1234, threeWords), Buffer.from([0])])],
    ['another protocol', Buffer.from([0x12, 0x34, 0, 1, 0, 9, ...threeWords])],
    ['a length of nothing', Buffer.from([0x12, 0x34, 0, 0, 0, 0])],
    ['a length beyond the standard', Buffer.from([0x12, 0x34, 0, 0, 1, 0])],
    ['an exception of another function', frame(0x1234, body(1, 0x84, 2))],
    ['an exception that goes on', frame(0x1234, body(1, 0x83, 2, 0))],
  ])('is malformed where it is of %s', (_, bytes) => {
    expect(inspect(bytes, readThree).kind).toBe('malformed');
  });

  it('is malformed where the echo of a write is of another', () => {
    expect(inspect(frame(7, body(1, 16, 0, 21, 0, 2)), writeTwo).kind).toBe('malformed');
    expect(inspect(frame(7, body(1, 16, 0, 20, 0, 1)), writeTwo).kind).toBe('malformed');
  });

  it('is malformed where nothing was asked', () => {
    expect(inspect(frame(1, threeWords), null).kind).toBe('malformed');
  });

  it('is waited for while it comes byte by byte', () => {
    const whole = frame(0x1234, threeWords);
    for (let length = 0; length < whole.length; length += 1) {
      expect(inspect(whole.subarray(0, length), readThree)).toEqual({ kind: 'incomplete' });
    }
  });

  it('is never taken from bytes at random, nor with any one byte of its frame changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(inspect(Buffer.from(bytes), { ...readThree, transaction: 0xfedc }).kind).not.toBe('answer');
      }),
      { numRuns: 3000 },
    );
    const whole = frame(0x1234, threeWords);
    const data = 6 + 3;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: data - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(whole);
        changed[at]! ^= change;
        expect(inspect(changed, readThree).kind).not.toBe('answer');
      }),
      { numRuns: 1000 },
    );
  });
});
