/** The commands that move history, against a real InfluxDB: what was in the embedded store is in it, value by value, and a gap is filled back. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInflux } from '../../historian/index.ts';
import { EmbeddedStore } from '../../historian/embedded/embedded-store.ts';
import { batchOf, type Series } from '../../historian/point.ts';
import { utcMs } from '../../plant/clock.ts';
import { good } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { temporaryFolder } from '../control/records/support.ts';
import { Influxd } from '../support/influxd.ts';
import { point } from '../historian/world.ts';

const isThere = typeof findInflux({ PATH: process.env['PATH'] }) === 'object';
if (!isThere) console.warn('skipped: no influxd on the path (Debian: apt-get install influxdb)');

const now = Date.now();
const t0 = now - 3_600_000;
const series: Series = {
  measurement: 'generic-skid-plc',
  skid: skidName('QD-1'),
  device: 'PLC-1',
  tag: 'R201/TT-201A',
  valueType: 'number',
};

describe.skipIf(!isThere)('history on the move', () => {
  const folder = temporaryFolder();
  let influxd!: Influxd;
  beforeAll(async () => {
    influxd = await Influxd.make(join(folder.path, 'influxdb'));
    await influxd.start();
  });
  afterAll(async () => {
    await influxd.stop();
    folder.remove();
  });

  const run = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['deploy/history.ts', ...words], {
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };
  const opened = async (name: string): Promise<EmbeddedStore> => {
    const store = new EmbeddedStore(join(folder.path, name, 'history'), { rawDays: null });
    await store.start();
    return store;
  };

  it('goes into InfluxDB, and from there back into the gap of another', async () => {
    const first = await opened('first');
    const values = Array.from({ length: 600 }, (_, i) => point(i / 10, t0 + 1_000 * i, good, series));
    await first.write(batchOf(values), { gaps: [], events: [] });
    await first.stop();
    const moved = run('migrate', '--data', join(folder.path, 'first'), '--influx', influxd.url);
    expect(moved.said).toContain('MIGRATED.');
    expect(moved.status).toBe(0);
    const stored = await influxd.query(`SELECT "R201/TT-201A" AS v FROM "raw"."generic-skid-plc" WHERE skid = 'QD-1'`);
    expect(stored.map(({ v }) => v)).toEqual(values.map(({ value }) => value));

    const second = await opened('second');
    const [from, to] = [utcMs(t0 + 100_000), utcMs(t0 + 200_000)];
    const left = values.filter(({ time }) => time <= from || time >= to);
    const gap = {
      skid: series.skid,
      kind: 'service-down' as const,
      from,
      to,
      points: 0,
      reason: 'It did not run.',
      filled: null,
    };
    await second.write(batchOf(left), { gaps: [gap], events: [] });
    await second.stop();
    const filled = run('fill', '--data', join(folder.path, 'second'), '--from-influx', influxd.url);
    expect(filled.said).toContain('1 gaps filled, 0 still open.');
    const again = await opened('second');
    expect((await again.raw(series, utcMs(0), utcMs(8e12), 10_000, 'oldest first')).map(({ value }) => value)).toEqual(
      values.map(({ value }) => value),
    );
    expect((await again.gaps(null, utcMs(0), utcMs(8e12)))[0]?.filled).not.toBeNull();
    await again.stop();
  }, 60_000);

  it('says what is missing, and how it is asked', () => {
    expect(run('migrate')).toMatchObject({
      status: 2,
      said: expect.stringContaining('--data and --influx are needed.'),
    });
    expect(run('fill', '--data', folder.path, '--from-influx', influxd.url).said).toContain(
      'no embedded store is there',
    );
    expect(run('move')).toMatchObject({ status: 2, said: expect.stringContaining('neither migrate nor fill') });
  });
});
