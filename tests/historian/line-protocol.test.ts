import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, type Point, type Series } from '../../historian/point.ts';
import { encodeCoarse, encodeEvent, encodeGap, influxName, LineEncoder } from '../../historian/influx/line-protocol.ts';
import { identifier, literal } from '../../historian/influx/influxql.ts';
import { utcMs } from '../../plant/clock.ts';
import { badNoCommunication, good, type Quality } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { readLine } from './read-line.ts';
import { point, qd1, reactor } from './world.ts';

const awkward = fc.string({
  unit: fc.constantFrom('a', ',', '=', ' ', '"', "'", '\\', '\n', '\r', '\0', '#', '%', '5C', '0A', 'µ'),
});
const name = awkward.filter((text) => text !== '');
const unescape = (text: string): string =>
  text.replace(/%(5C|0A|0D|00|09|23|25|74)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

const encoded = (points: readonly Point[]) => new LineEncoder().encode(batchOf(points));
function lineOf(one: Point) {
  const { lines, unwritable } = encoded([one]);
  if (lines.length !== 1) throw new Error(unwritable[0]?.reason ?? `${lines.length} lines`);
  return readLine(lines[0]!.text.replace(/\n$/, ''));
}
const tag = 'R201/TT-201A';
const heater: Series = { ...reactor, measurement: 'generic-skid-plc', device: 'PLC-1' };

describe('a point in line protocol', () => {
  it('stands as decision 11 says', () => {
    const [line] = encoded([point(159.8, 1_700_000_000_000, badNoCommunication, heater)]).lines;
    expect(line?.text).toBe(
      'generic-skid-plc,device=PLC-1,skid=QD-1 R201/TT-201A=159.8,R201/TT-201A.q=2150694912i,' +
        'R201/TT-201A.st=1700000000003i 1700000000000\n',
    );
  });

  it('has no server time where that is its own time, and no device where none says it', () => {
    const same = { ...point(1, 5), serverTime: utcMs(5) };
    expect(encoded([same]).lines[0]?.text).toBe('cdse-two-stage,skid=QD-1 R201/TT-201A=1,R201/TT-201A.q=0i 5\n');
  });

  it('shares its line with the values of the same device and time, and with no other', () => {
    const other = { ...heater, tag: 'R201/TT-202' };
    const elsewhere = { ...heater, device: 'PLC-2' };
    const { lines } = encoded([
      point(1, 5, undefined, heater),
      point(2, 5, undefined, other),
      point(3, 6, undefined, other),
      point(4, 6, undefined, elsewhere),
    ]);
    expect(lines.map(({ first, end }) => [first, end])).toEqual([
      [0, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  it('has a line of its own where its series stands in the line already: the later of two is written later', () => {
    const { lines } = encoded([point(1, 5, undefined, heater), point(2, 5, undefined, heater)]);
    expect(lines.map(({ text }) => readLine(text.trimEnd()).fields.get(tag)?.value)).toEqual([1, 2]);
  });

  it('gives every name back, whatever is in it, and never becomes two lines', () => {
    fc.assert(
      fc.property(name, name, name, name, (measurement, skid, device, odd) => {
        const read = lineOf(
          point(1, 2, undefined, { ...reactor, measurement, skid: skidName(skid), device, tag: odd }),
        );
        expect(unescape(read.measurement)).toBe(measurement);
        expect(unescape(read.tags.get('skid')!)).toBe(skid);
        expect(unescape(read.tags.get('device')!)).toBe(device);
        expect([...read.fields.keys()].map(unescape)).toEqual([odd, `${odd}.q`, `${odd}.st`]);
      }),
      { numRuns: 500 },
    );
  });

  it('gives every text back', () => {
    fc.assert(
      fc.property(awkward, (text) => {
        expect(lineOf(point(text, 2)).fields.get(tag)).toEqual({ type: 'string', value: text });
      }),
      { numRuns: 500 },
    );
  });

  it('gives every number back, bit by bit, as a float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const field = lineOf(point(value, 2)).fields.get(tag);
        expect(field?.type).toBe('float');
        expect(Object.is(field?.value, value)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('carries the whole status code and both times as integers', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.integer({ min: 0, max: 4_000_000_000_000 }), (quality, at) => {
        const read = lineOf(point(true, at, quality as Quality));
        expect(read.fields.get(`${tag}.q`)).toEqual({ type: 'integer', value: BigInt(quality) });
        expect(read.fields.get(`${tag}.st`)).toEqual({ type: 'integer', value: BigInt(at + 3) });
        expect(read.time).toBe(at);
      }),
    );
  });

  it('keeps booleans apart from numbers', () => {
    expect(lineOf(point(true, 2)).fields.get(tag)).toEqual({ type: 'boolean', value: true });
    expect(lineOf(point(false, 2)).fields.get(tag)).toEqual({ type: 'boolean', value: false });
  });

  it.each([NaN, Infinity, -Infinity, null])('has a status and no value where the value is %s', (value) => {
    const read = lineOf(point(value, 2, badNoCommunication));
    expect([...read.fields.keys()]).toEqual([`${tag}.q`, `${tag}.st`]);
  });

  it.each([NaN, Infinity, 1.5])('is refused with a reason where its time is %s, and costs no other', (time) => {
    const { lines, unwritable } = encoded([point(1, 2), { ...point(1, 2), time: utcMs(time) }, point(3, 4)]);
    expect(unwritable).toMatchObject([{ point: 1, reason: expect.stringContaining(String(time)) }]);
    expect(lines).toHaveLength(2);
  });

  it('is refused where a name is empty, which line protocol cannot say', () => {
    expect(encoded([point(1, 2, undefined, { ...reactor, tag: '' })]).unwritable).toHaveLength(1);
  });
});

describe('an event and a row of a tier in line protocol', () => {
  it('say all they have', () => {
    const event = readLine(
      encodeEvent({
        kind: 'phase',
        skid: qd1,
        object: 'produce/heat up',
        id: 'B-1 produce',
        from: utcMs(10),
        to: null,
        title: 'Heat "up"',
        text: 'a\nb',
        batch: null,
        severity: 100,
      }).trimEnd(),
    );
    expect(event.tags.get('object')).toBe('produce/heat up');
    expect(event.fields.get('to')?.value).toBe(4_102_444_800_000n);
    expect(event.fields.get('title')?.value).toBe('Heat "up"');
    expect(event.fields.has('batch')).toBe(false);
    const row = { series: heater, time: utcMs(60_000), count: 2, min: 1, max: 3, mean: 2, last: null, worst: good };
    const read = readLine(encodeCoarse(row)!.trimEnd());
    expect([...read.fields.keys()]).toEqual(['min', 'max', 'mean', 'worst', 'n'].map((one) => `${tag}.${one}`));
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
      encodeGap({
        skid: qd1,
        kind: 'given-up',
        from: utcMs(10),
        to: utcMs(20),
        points: 7,
        reason: 'the "disk" is full\n',
        filled: null,
      }).replace(/\n$/, ''),
    );
    expect(read.measurement).toBe('mesoline_gap');
    expect(read.time).toBe(10);
    expect(read.fields.get('to')?.value).toBe(20n);
    expect(read.fields.get('points')?.value).toBe(7n);
    expect(read.fields.get('reason')?.value).toBe('the "disk" is full\n');
  });
});
