import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToWorker } from '../../../gateway/opcua/worker/messages.ts';
import { unpack } from '../../../gateway/opcua/live/packed-values.ts';
import { planSkid } from '../../../gateway/opcua/plan/space-plan.ts';
import { ValueFeed } from '../../../gateway/opcua/live/value-feed.ts';
import { monotonic, processTime, utcMs } from '../../../plant/clock.ts';
import { bad, good, type Quality } from '../../../plant/quality.ts';
import { tagName, type ScanBatch } from '../../../plant/sample.ts';
import { skidOf } from './support/plant.ts';

const skid = skidOf('QD-1');
const plan = planSkid(skid);
const tags = skid.type.tags.slice(0, 3).map(({ name }) => tagName(skid.name, name));

type Seen = Readonly<{ tag: number; value: number; quality?: Quality; time?: number }>;

const scan = (seen: readonly Seen[]): ScanBatch => ({
  skid: skid.name,
  scan: 1,
  utc: utcMs(0),
  monotonic: monotonic(0),
  process: processTime(0),
  samples: seen.map(({ tag, value, quality = good, time = 0 }) => ({
    tag: tags[tag]!,
    value,
    quality,
    sourceTime: utcMs(time),
    serverTime: utcMs(time),
  })),
});

/** The worker's side: what it has been told so far. */
class Told {
  readonly messages: Extract<ToWorker, { kind: 'values' }>[] = [];
  readonly latest = new Map<string, number>();
  readonly feed = new ValueFeed([plan], (message) => {
    if (message.kind !== 'values') throw new Error(`not values: ${message.kind}`);
    this.messages.push(message);
    this.changes = 0;
    for (const packed of message.skids) {
      unpack(packed, (tag, value) => {
        this.changes += 1;
        this.latest.set(plan.tags[tag]!.nodeId, value as number);
      });
    }
  });
  changes = -1;
}

describe('values on their way to OPC UA', () => {
  it('go out when value, quality or time has changed, and only then', () => {
    const told = new Told();
    const steps: readonly [Seen, number][] = [
      [{ tag: 0, value: 1 }, 1],
      [{ tag: 0, value: 1 }, 0],
      [{ tag: 0, value: 2 }, 1],
      [{ tag: 0, value: 2, quality: bad }, 1],
      [{ tag: 0, value: 2, quality: bad, time: 5 }, 1],
      [{ tag: 0, value: 2, quality: bad, time: 5 }, 0],
    ];
    for (const [seen, changes] of steps) {
      told.feed.accept(scan([seen]));
      expect(told.changes).toBe(changes);
      told.feed.taken();
    }
  });

  it('tell of a scan that changed nothing: the plant side lives', () => {
    const told = new Told();
    told.feed.accept(scan([]));
    expect(told.messages).toMatchObject([{ skids: [{ skid: 0, scanned: true }] }]);
    expect(told.changes).toBe(0);
  });

  it('wait where the worker is behind, and then are the newest', () => {
    const told = new Told();
    for (let value = 0; value < 100; value++) told.feed.accept(scan([{ tag: 1, value }]));
    expect(told.messages.length).toBeLessThan(10);
    told.feed.taken();
    expect(told.latest.get(tags[1]!)).toBe(99);
    expect(told.feed.coalesced).toBeGreaterThan(80);
  });

  it('are what the last scan saw, however scans and the worker take turns', () => {
    const seen = fc.record({ tag: fc.nat(2), value: fc.nat(5) });
    const step = fc.oneof(seen, fc.constant(null));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const told = new Told();
        const truth = new Map<string, number>();
        let taken = 0;
        const take = (): void => {
          if (taken >= told.messages.length) return;
          taken += 1;
          told.feed.taken();
        };
        for (const one of steps) {
          if (one === null) {
            take();
            continue;
          }
          truth.set(tags[one.tag]!, one.value);
          told.feed.accept(scan([one]));
          expect(told.messages.length - taken).toBeLessThanOrEqual(4);
        }
        while (taken < told.messages.length) take();
        expect(Object.fromEntries(told.latest)).toEqual(Object.fromEntries(truth));
      }),
    );
  });
});
