import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGap, encodePoint, influxName } from '../../historian/influx/line-protocol.ts';
import { identifier, literal } from '../../historian/influx/influxql.ts';
import { utcMs } from '../../plant/clock.ts';
import { badNoCommunication, type Quality } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { readLine } from './read-line.ts';
import { point, qd1, reactor } from './world.ts';

const awkward = fc.string({
  unit: fc.constantFrom('a', ',', '=', ' ', '"', "'", '\\', '\n', '\r', '\0', '#', '%', '5C', '0A', 'µ'),
});
const name = awkward.filter((text) => text !== '');
const unescape = (text: string): string =>
  text.replace(/%(5C|0A|0D|00|23|25)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

function line(text: ReturnType<typeof encodePoint>) {
  if (typeof text !== 'string') throw new Error(text.reason);
  return readLine(text);
}

describe('a point in line protocol', () => {
  it('stands as InfluxDB documents it', () => {
    expect(encodePoint(point(159.8, 1_700_000_000_000, badNoCommunication))).toBe(
      'cdse-two-stage,skid=QD-1,tag=R201/TT-201A v=159.8,q=2150694912i,st=1700000000003i 1700000000000',
    );
  });

  it('gives every name back, whatever is in it, and never becomes two lines', () => {
    fc.assert(
      fc.property(name, name, name, (measurement, skid, tag) => {
        const read = line(encodePoint(point(1, 2, undefined, { measurement, skid: skidName(skid), tag })));
        expect(unescape(read.measurement)).toBe(measurement);
        expect(unescape(read.tags.get('skid')!)).toBe(skid);
        expect(unescape(read.tags.get('tag')!)).toBe(tag);
      }),
      { numRuns: 500 },
    );
  });

  it('gives every text back', () => {
    fc.assert(
      fc.property(awkward, (text) => {
        expect(line(encodePoint(point(text, 2))).fields.get('s')).toEqual({ type: 'string', value: text });
      }),
      { numRuns: 500 },
    );
  });

  it('gives every number back, bit by bit, as a float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const field = line(encodePoint(point(value, 2))).fields.get('v');
        expect(field?.type).toBe('float');
        expect(Object.is(field?.value, value)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('carries the whole status code and both times as integers', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.integer({ min: 0, max: 4_000_000_000_000 }), (quality, at) => {
        const read = line(encodePoint(point(true, at, quality as Quality)));
        expect(read.fields.get('q')).toEqual({ type: 'integer', value: BigInt(quality) });
        expect(read.fields.get('st')).toEqual({ type: 'integer', value: BigInt(at + 3) });
        expect(read.time).toBe(at);
      }),
    );
  });

  it('keeps booleans apart from numbers', () => {
    expect(line(encodePoint(point(true, 2))).fields.get('b')).toEqual({ type: 'boolean', value: true });
    expect(line(encodePoint(point(false, 2))).fields.get('b')).toEqual({ type: 'boolean', value: false });
  });

  it.each([NaN, Infinity, -Infinity, null])('has a status and no value where the value is %s', (value) => {
    const read = line(encodePoint(point(value, 2, badNoCommunication)));
    expect([...read.fields.keys()]).toEqual(['q', 'st']);
  });

  it.each([NaN, Infinity, 1.5])('is refused with a reason where its time is %s', (time) => {
    expect(encodePoint({ ...point(1, 2), time: utcMs(time) })).toMatchObject({
      reason: expect.stringContaining(String(time)),
    });
  });

  it('is refused where a name is empty, which line protocol cannot say', () => {
    expect(encodePoint(point(1, 2, undefined, { ...reactor, tag: '' }))).toHaveProperty('reason');
  });
});

describe('a name in InfluxDB', () => {
  it('stays as it is where it can', () => {
    for (const plain of ['R201/TT-201A', 'level in %', 'a,b=c d', 'µS/cm #2']) expect(influxName(plain)).toBe(plain);
  });

  it('is never that of another', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other);
        expect(influxName(one)).not.toBe(influxName(other));
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends where its quote ends, in a query', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(literal(text)).toMatch(/^'([^'\\\n]|\\['\\])*'$/);
        expect(identifier(text)).toMatch(/^"([^"\\\n]|\\["\\])*"$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a gap in line protocol', () => {
  it('says from when to when, how many and why', () => {
    const read = readLine(
      encodeGap({ skid: qd1, from: utcMs(10), to: utcMs(20), points: 7, reason: 'the "disk" is full\n' }),
    );
    expect(read.measurement).toBe('mesoline_gap');
    expect(read.time).toBe(10);
    expect(read.fields.get('to')?.value).toBe(20n);
    expect(read.fields.get('points')?.value).toBe(7n);
    expect(read.fields.get('reason')?.value).toBe('the "disk" is full\n');
  });
});
