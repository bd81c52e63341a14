import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, pointsOf, type Series } from '../../historian/point.ts';
import { decodeEntry, encodeEntry, summariseEntry } from '../../historian/spool/payload.ts';
import { utcMs } from '../../plant/clock.ts';
import type { Quality } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';

const series: fc.Arbitrary<Series> = fc.record({
  measurement: fc.string(),
  skid: fc.string().map(skidName),
  device: fc.option(fc.string()),
  tag: fc.string(),
  valueType: fc.constantFrom('number' as const, 'boolean' as const, 'text' as const),
});
const value = fc.oneof(fc.double(), fc.boolean(), fc.string({ unit: 'binary' }), fc.constant(null));
const point = fc.record({
  series,
  value,
  quality: fc.nat(0xffff_ffff).map((code) => code as Quality),
  time: fc.double({ noNaN: true }).map(utcMs),
  serverTime: fc.integer().map(utcMs),
});
const cursor = fc.record({
  skid: fc.string().map(skidName),
  device: fc.string(),
  epoch: fc.nat(),
  sequence: fc.nat(0xffff_ffff),
});

const seen = { scans: { [skidName('QD-1')]: utcMs(5) }, ended: false };

describe('an entry of the spool', () => {
  it('is read back as it was written: every bit of every number, the status, both times, the cursor', () => {
    fc.assert(
      fc.property(fc.array(point), cursor, (points, at) => {
        const { points: batch, ...rest } = decodeEntry(encodeEntry({ points: batchOf(points), cursor: at }));
        expect({ points: pointsOf(batch), ...rest }).toEqual({ points, cursor: at });
      }),
      { numRuns: 300 },
    );
  });

  it('says how many points it has, from when and with which cursor, without being unpacked', () => {
    fc.assert(
      fc.property(fc.array(point), cursor, (points, at) => {
        const oldest = points.length === 0 ? null : Math.min(...points.map(({ serverTime }) => serverTime));
        expect(summariseEntry(encodeEntry({ points: batchOf(points), cursor: at, seen }))).toEqual({
          count: points.length,
          oldest,
          cursor: at,
          seen,
        });
      }),
    );
  });
});
