import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { milliseconds, utcMs } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { RecordOutbox, type PastEvent } from '../../plant/record-outbox.ts';

const actor = { kind: 'service', part: 'test' } as const;
const event = (n: number): PastEvent => ({
  scope: 'skid/QD-1',
  actor,
  action: 'happened',
  object: String(n),
  happenedAt: utcMs(n),
});

describe('the outbox of records', () => {
  let full = false;
  let ledger: RecordEvent[] = [];
  let logged: object[] = [];
  let outbox: RecordOutbox;
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void logged.push(fields), child: () => log };
  const records: RecordKeeper = {
    append: (one) => {
      if (full) return Promise.reject(new Error('the disk is full'));
      ledger.push(one);
      return Promise.resolve({ scope: one.scope, seq: 1, hash: '', utc: utcMs(0) });
    },
    read: () => Promise.resolve([]),
    scopes: () => Promise.resolve([]),
  };
  const objects = (): string[] => ledger.map(({ object }) => object);

  beforeEach(() => {
    vi.useFakeTimers();
    [full, ledger, logged] = [false, [], []];
    outbox = new RecordOutbox({ records, log, actor, capacity: 3, retryAfter: milliseconds(1000) });
  });
  afterEach(() => vi.useRealTimers());

  it('writes what it is given in order, after it has returned', async () => {
    for (const n of [1, 2, 3]) outbox.post(event(n));
    expect(await outbox.settle(milliseconds(100))).toBe(true);
    expect(objects()).toEqual(['1', '2', '3']);
  });

  it('keeps the oldest while the ledger takes none, and records the gap after them', async () => {
    full = true;
    for (const n of [1, 2, 3, 4, 5]) outbox.post(event(n));
    await vi.advanceTimersByTimeAsync(5000);
    expect(outbox.figures()).toEqual({ recordsWaiting: 3, recordsWritten: 0, recordsLost: 2 });
    full = false;
    await vi.advanceTimersByTimeAsync(1000);
    outbox.post(event(6));
    await vi.advanceTimersByTimeAsync(0);
    expect(objects()).toEqual(['1', '2', '3', 'skid/QD-1', '6']);
    expect(ledger[3]).toMatchObject({
      action: 'record-gap',
      data: { count: '2', from: '1970-01-01T00:00:00.004+00:00', to: '1970-01-01T00:00:00.005+00:00' },
    });
  });

  it('tries again at once when it is asked to settle, and says when it cannot', async () => {
    full = true;
    outbox.post(event(1));
    await vi.advanceTimersByTimeAsync(0);
    const refused = outbox.settle(milliseconds(50));
    await vi.advanceTimersByTimeAsync(50);
    expect(await refused).toBe(false);
    full = false;
    expect(await outbox.settle(milliseconds(50))).toBe(true);
    expect(objects()).toEqual(['1']);
  });

  it('leaves in the log, in full, what the ledger did not take before the stop', async () => {
    full = true;
    outbox.post(event(1));
    const stopped = outbox.stop(milliseconds(50));
    await vi.advanceTimersByTimeAsync(50);
    await stopped;
    expect(logged).toContainEqual({ event: event(1) });
    expect(vi.getTimerCount()).toBe(0);
  });
});
