/** Any name and any value through the encoder, a real influxd and a query: what comes out is what went in. */
import fc from 'fast-check';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInflux } from '../../historian/index.ts';
import { givenServer, InfluxStore } from '../../historian/influx/influx-store.ts';
import { batchOf, type Point, type Series } from '../../historian/point.ts';
import { utcMs } from '../../plant/clock.ts';
import type { Quality } from '../../plant/quality.ts';
import { skidName, type TagValue } from '../../plant/sample.ts';
import { temporaryFolder } from '../control/records/support.ts';
import { noNotes } from '../historian/world.ts';
import { Influxd } from '../support/influxd.ts';

const isThere = typeof findInflux({ PATH: process.env['PATH'] }) === 'object';
if (!isThere) console.warn('skipped: no influxd on the path (Debian: apt-get install influxdb)');

const awkward = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      'a',
      ',',
      '=',
      ' ',
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\t',
      '#',
      '%',
      '5C',
      '0A',
      'µ',
      '😀',
      '.q',
      '.st',
    ),
  }),
  fc.string({ unit: 'grapheme' }),
);
const name = fc.oneof(
  { weight: 20, arbitrary: awkward.filter((text) => text !== '') },
  fc.constantFrom('time', '#', '%', ' '),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    0,
    -0,
    5e-324,
    -5e-324,
    1.7976931348623157e308,
    2 ** 53,
    2 ** 53 + 2,
    -(2 ** 63),
    1e21,
    1e-7,
    0.1 + 0.2,
  ),
);
const t0 = 1_700_000_000_000;
let made = 0;

describe.skipIf(!isThere)('line protocol and a real InfluxDB', () => {
  const folder = temporaryFolder();
  const signal = new AbortController().signal;
  let influxd!: Influxd;
  let store!: InfluxStore;
  beforeAll(async () => {
    influxd = await Influxd.make(join(folder.path, 'influxdb'));
    await influxd.start();
    store = new InfluxStore(givenServer(influxd.url), () => Date.now(), { rawDays: null });
  });
  afterAll(async () => {
    await store.stop();
    await influxd.stop();
    folder.remove();
  });

  const back = async (points: readonly Point[], series: Series) => {
    expect(await store.write(batchOf(points), noNotes, signal)).toEqual([]);
    return store.raw(series, utcMs(0), utcMs(t0 * 2), 10_000, 'oldest first');
  };
  const expected = (points: readonly Point[]) =>
    points.map(({ time, value, quality, serverTime }) => ({
      time,
      value: typeof value === 'number' && !Number.isFinite(value) ? null : value,
      quality,
      serverTime,
    }));

  it('give every name and every value back', async () => {
    const values: Readonly<Record<Series['valueType'], fc.Arbitrary<TagValue>>> = {
      number: fc.oneof(number, fc.constantFrom(NaN, Infinity, -Infinity, null)),
      boolean: fc.boolean(),
      text: awkward,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.record({ measurement: name, skid: name, device: fc.option(name), tag: name }),
        fc.constantFrom('number' as const, 'boolean' as const, 'text' as const).chain((valueType) =>
          fc.record({
            valueType: fc.constant(valueType),
            given: fc.array(
              fc.record({
                value: values[valueType],
                quality: fc.nat(0xffff_ffff),
                delay: fc.oneof(fc.constant(0), fc.integer({ min: -1e6, max: 1e12 })),
              }),
              { minLength: 1, maxLength: 12 },
            ),
          }),
        ),
        async (names, { valueType, given }) => {
          // A measurement of its own: a field keeps the type that it had first.
          const series: Series = {
            ...names,
            measurement: `${names.measurement}${(made += 1)}`,
            skid: skidName(names.skid),
            valueType,
          };
          const points = given.map(({ value, quality, delay }, i): Point => ({
            series,
            value,
            quality: quality as Quality,
            time: utcMs(t0 + i),
            serverTime: utcMs(t0 + i + delay),
          }));
          const found = await back(points, series);
          expect(found).toEqual(expected(points));
          for (const [i, { value }] of found.entries()) expect(Object.is(value, expected(points)[i]?.value)).toBe(true);
        },
      ),
      { numRuns: 250 },
    );
  }, 60_000);
});
