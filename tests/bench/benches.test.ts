/** That the benches measure: what they found this quickly says nothing, but everything they are made of must work. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../plant/system-clock.ts';
import type { Measured } from '../support/measured.ts';
import { run as batch } from './batch.ts';
import { run as exposure } from './exposure.ts';
import { run as interlock } from './interlock.ts';
import { run as ledger } from './ledger.ts';
import { run as modbus } from './modbus.ts';
import { scattered } from './modbus/scattered.ts';
import { Scans, siteOf, tagsOfSkid } from './opcua/site-of-2000.ts';
import { run as record } from './record.ts';
import { run as skids } from './skids.ts';
import { model } from './skids/skid-of-120.ts';
import { interleaved, median, quantile } from './support/pairs.ts';
import { lengthOf } from '../../plant/device-model.ts';

const quick = { rounds: 1, quick: true, say: () => undefined };
const named = (results: readonly Measured[], start: string): number =>
  results.find(({ metric }) => metric.startsWith(start))?.value ?? Number.NaN;

describe('a comparison', () => {
  it('measures both sides as often, and lets each be the first in turn', async () => {
    const order: string[] = [];
    const { pairs, left } = await interleaved(4, (side) => Promise.resolve(order.push(side)));
    expect(order).toEqual(['ours', 'bare', 'bare', 'ours', 'ours', 'bare', 'bare', 'ours']);
    expect(pairs.map(({ ours, bare }) => ours < bare)).toEqual([true, false, true, false]);
    expect(left).toBe(0);
  });

  it('leaves out a pair of which one side was held up, and measures it again', async () => {
    let measured = 0;
    const { pairs, left } = await interleaved(
      3,
      () => Promise.resolve((measured += 1)),
      undefined,
      (figure) => figure !== 2,
    );
    expect(pairs).toHaveLength(3);
    expect(left).toBe(1);
  });

  it('ends on a machine that holds everything up, with everything it has', async () => {
    const { pairs, left } = await interleaved(
      3,
      () => Promise.resolve(1),
      undefined,
      () => false,
    );
    expect(pairs).toHaveLength(6);
    expect(left).toBe(6);
  });

  it('has as many values below its middle as above', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const middle = median(values);
        const half = values.length / 2;
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(half);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(half);
      }),
    );
  });

  it('takes the 99th of a hundred, not the worst', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile(values, 1)).toBe(100);
  });
});

describe('what is measured', () => {
  it('is a skid of 120 registers, no two of which lie together where they are scattered', () => {
    const registers = new Set(
      model.points.flatMap((point) =>
        Array.from({ length: lengthOf(point) }, (_, i) => `${point.area} ${point.address + i}`),
      ),
    );
    expect(registers.size).toBe(120);
    const addresses = scattered.map(({ address }) => address);
    expect(addresses.every((address, i) => i === 0 || address - (addresses[i - 1] ?? 0) > 1)).toBe(true);
  });

  it('is values every one of which changes with every scan', () => {
    const [skid] = siteOf(1);
    const scans = new Scans(skid!, systemClock());
    const [first, second] = [scans.next().batch.samples, scans.next().batch.samples];
    expect(first).toHaveLength(tagsOfSkid);
    expect(first.every(({ value }, i) => value !== second[i]?.value)).toBe(true);
  });
});

describe('a bench', () => {
  it('reads from libmodbus with our link and with bare modbus-serial, 120 scattered registers in three requests', async () => {
    const results = await modbus(quick);
    expect(named(results, 'requests of ours')).toBeGreaterThan(50);
    expect(named(results, 'requests of modbus-serial')).toBeGreaterThan(50);
    expect(named(results, 'requests for 120 scattered registers')).toBe(3);
  });

  it('scans its skids against the field in C, and every value is Good', async () => {
    const results = await skids(quick);
    expect(named(results, 'values that are Good')).toBe(1);
    expect(named(results, 'reads of a skid a cycle')).toBe(3);
    expect(named(results, 'CPU of the field')).toBeGreaterThan(0);
  });

  it('steps the interlocks of the whole matrix, and sees each trip arrive in the field where that can be built', async () => {
    const results = await interlock(quick);
    expect(named(results, 'rows of the skid')).toBe(25);
    expect(named(results, 'one step')).toBeGreaterThan(0);
    const trips = named(results, 'trips measured');
    // A stall of the machine is a doubt, which puts a skid into its safe state before it is looked at.
    if (!Number.isNaN(trips)) expect(trips + named(results, 'skids that were in that step before')).toBe(4);
    // A whole service starts for it; on a machine with much to do that takes its time.
  }, 90_000);

  it('runs a batch on each of its skids, sees each Hold and Restart at the field, and lets a long recipe in', async () => {
    const results = await batch(quick);
    expect(named(results, 'tags of a skid')).toBeGreaterThan(100);
    expect(named(results, 'batches that ran before the scans')).toBe(5);
    expect(named(results, 'scans of 5 batches at 10 Hz, mean')).toBeGreaterThan(0);
    expect(named(results, 'Holds measured')).toBe(3);
    expect(named(results, 'Restarts measured')).toBe(3);
    expect(named(results, 'a Restart to the field')).toBeGreaterThan(0);
    expect(named(results, 'a recipe of 50 steps imported')).toBeGreaterThan(0);
  }, 60_000);

  it('makes a batch whose record is read, reviewed and printed, and a house whose genealogy is asked', async () => {
    const results = await record(quick);
    expect(named(results, 'batches of the genealogy')).toBe(20);
    expect(named(results, '  steps of the longest trace')).toBeGreaterThan(100);
    expect(named(results, '  values that were sealed')).toBeGreaterThan(1000);
    expect(named(results, 'its PDF')).toBeGreaterThan(0);
    expect(named(results, '  size of the PDF')).toBeGreaterThan(0.05);
  }, 90_000);

  it('keeps events beside a bare file, and verifies a ledger as a person does', async () => {
    const results = await ledger(quick);
    expect(named(results, 'events of 32 callers, durable')).toBeGreaterThan(0);
    expect(named(results, 'events verified')).toBeGreaterThan(2000);
    expect(named(results, '  most memory it held')).toBeGreaterThan(20);
  }, 60_000);

  it('judges people in slices after a start in mid-shift, none of which handles more than is said', async () => {
    const results = await exposure(quick);
    expect(named(results, 'people judged')).toBe(5);
    expect(named(results, 'slices of the cold start')).toBeGreaterThan(5);
    const most = results.find(({ metric }) => metric === 'cells in a slice, most');
    expect(most?.value).toBeLessThanOrEqual(most?.goal ?? 0);
  });
});
