import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, queueWithin, valueBytes } from '../../../gateway/opcua/limits/limits.ts';
import { largestMessage, transportWithin } from '../../../gateway/opcua/limits/limits-transport.ts';

const budget = limits.queueBytes;
const value = (length: number) => ({ length, bytesEach: valueBytes, shortest: 1 });

describe('the memory of queues', () => {
  it('gives what is asked where there is room, up to the longest', () => {
    expect(queueWithin(budget, { session: 0, total: 0 }, value(10))).toBe(10);
    expect(queueWithin(budget, { session: 0, total: 0 }, value(1e9))).toBe(limits.longestQueue);
  });

  it('is never given out beyond the budget, nor one session more than a quarter, however many ask for how much', () => {
    const ask = fc.record({ session: fc.nat(5), length: fc.nat(5000), bytes: fc.integer({ min: 100, max: 20_000 }) });
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 300 }), (asks) => {
        const small = 2_000_000;
        const used = new Map<number, number>();
        let total = 0;
        for (const { session, length, bytes } of asks) {
          const own = used.get(session) ?? 0;
          const given = queueWithin(small, { session: own, total }, { length, bytesEach: bytes, shortest: 1 });
          expect(given).toBeLessThanOrEqual(Math.max(1, length));
          used.set(session, own + given * bytes);
          total += given * bytes;
          expect(used.get(session)).toBeLessThanOrEqual(small / 4);
          expect(total).toBeLessThanOrEqual(small);
        }
      }),
    );
  });

  it('leaves room for those who ask for no queue when greedy ones have taken theirs', () => {
    const greedy = { session: budget / 4, total: budget * 0.75 };
    expect(queueWithin(budget, greedy, value(1000))).toBe(0);
    expect(queueWithin(budget, { session: 0, total: budget * 0.75 }, value(1000))).toBe(1);
    expect(queueWithin(budget, { session: 0, total: budget }, value(1))).toBe(0);
  });
});

describe('the size of messages', () => {
  const hello = { receiveBufferSize: 65_536, sendBufferSize: 65_536, maxMessageSize: 0, maxChunkCount: 0 };

  it('is what the client takes, and never more than ours', () => {
    expect(transportWithin(hello)).toEqual({ ...hello, maxMessageSize: largestMessage, maxChunkCount: 256 });
    expect(transportWithin({ ...hello, maxMessageSize: 4096 }).maxMessageSize).toBe(4096);
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), (...asked) => {
        const [receiveBufferSize, sendBufferSize, maxMessageSize, maxChunkCount] = asked;
        const given = transportWithin({ receiveBufferSize, sendBufferSize, maxMessageSize, maxChunkCount });
        expect(given.maxMessageSize).toBeLessThanOrEqual(largestMessage);
        expect(given.receiveBufferSize).toBeLessThanOrEqual(524_288);
        expect(Math.min(...Object.values(given))).toBeGreaterThan(0);
      }),
    );
  });
});
