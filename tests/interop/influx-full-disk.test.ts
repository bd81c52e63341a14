/** An influxd of our own on a disk that was full: it refuses every write after the first that failed, until it is started again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { findInflux } from '../../historian/index.ts';
import { InfluxStore } from '../../historian/influx/influx-store.ts';
import { OwnInfluxd } from '../../historian/influx/own-influxd.ts';
import { batchOf, type Point } from '../../historian/point.ts';
import { utcMs } from '../../plant/clock.ts';
import { SmallDisk } from '../e2e/support/small-disk.ts';
import { point, quietLog } from '../historian/world.ts';
import { until } from '../support/waiting.ts';

const choice = findInflux({ PATH: process.env['PATH'] });
const program = typeof choice === 'object' && 'spawn' in choice ? choice.spawn : null;
if (program === null) console.warn('skipped: no influxd on the path (Debian: apt-get install influxdb)');
const folder = mkdtempSync(join(tmpdir(), 'mesoline-influx-full-'));
const disk = new SmallDisk(join(folder, 'disk'), 32);

const wait = (ms: number, signal: AbortSignal) => after(ms, undefined, { signal }).catch(() => undefined);
const t0 = 1_700_000_000_000;
const hundred = (from: number): readonly Point[] =>
  Array.from({ length: 100 }, (_, n) => point(from + n, t0 + from + n));

describe.skipIf(program === null || !disk.mounted)('our own InfluxDB', () => {
  const store = new InfluxStore(
    new OwnInfluxd(program ?? '', join(disk.path, 'influxdb'), quietLog(), wait),
    () => t0,
    {
      rawDays: null,
    },
  );
  afterAll(async () => {
    await store.stop();
    disk.unmount();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (points: readonly Point[]) =>
    store.write(batchOf(points), { gaps: [], events: [] }, new AbortController().signal);

  it('takes points again once a full disk has room, and has lost none that it took', async () => {
    await store.start();
    await write(hundred(0));
    disk.fill();
    let taken = 100;
    await expect(
      (async () => {
        for (; taken < 100_000; taken += 100) await write(hundred(taken));
      })(),
    ).rejects.toThrow(/no space left on device/u);
    await expect(write(hundred(taken))).rejects.toMatchObject({ code: 'history-unavailable' });
    disk.free();
    const again = hundred(taken);
    await until(
      () =>
        write(again).then(
          () => true,
          () => false,
        ),
      { what: 'a write that is taken' },
    );
    const series = again[0]?.series;
    if (series === undefined) throw new Error('A point without a series.');
    const stored = await store.raw(series, utcMs(t0), utcMs(t0 + 100_000), 100_000, 'oldest first');
    expect(stored.map(({ value }) => value)).toEqual(Array.from({ length: taken + 100 }, (_, n) => n));
  });
});
