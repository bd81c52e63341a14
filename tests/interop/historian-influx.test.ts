/** The historian against a real influxd, started by it; where the machine has none, the reason is printed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHistorian, findInflux, type Historian } from '../../historian/index.ts';
import { InfluxStore } from '../../historian/influx/influx-store.ts';
import { OwnInfluxd } from '../../historian/influx/own-influxd.ts';
import { utcMs } from '../../plant/clock.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { good } from '../../plant/quality.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { batchOf, type Point, type Series } from '../../historian/point.ts';
import { storeSuite } from '../historian/store-suite.ts';
import { noNotes, point, quietLog, reactor, row, sample, site, temporaryFolder, until } from '../historian/world.ts';

const choice = findInflux({ PATH: process.env['PATH'] });
const program = typeof choice === 'object' && 'spawn' in choice ? choice.spawn : null;
if (program === null) console.warn('skipped: no influxd on the path (Debian: apt-get install influxdb)');

const wait = (ms: number, signal: AbortSignal) => after(ms, undefined, { signal }).catch(() => undefined);

const t0 = 1_700_000_000_000;
const pidOf = (folder: string): number => Number(readFileSync(join(folder, 'influxd.pid'), 'utf8'));
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** What the store has of the row's series, as soon as it is at least so much. */
async function rows(historian: Historian, count: number): Promise<readonly HistoryPoint[]> {
  const ask = () => historian.queries.raw(row, utcMs(t0), utcMs(t0 + 1_000), 1_000);
  await until(() =>
    ask().then(
      (points) => points.length >= count,
      () => false,
    ),
  );
  return ask();
}

describe.skipIf(program === null)('InfluxDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-influx-'));
  const server = new OwnInfluxd(program ?? '', folder, quietLog(), wait);
  const store = new InfluxStore(server, () => Date.now(), { rawDays: null });
  beforeAll(() => store.start());
  afterAll(async () => {
    await store.stop();
    rmSync(folder, { recursive: true });
  });

  it('has nothing before anything was written', async () => {
    expect(await store.raw(reactor, utcMs(0), utcMs(1), 1, 'oldest first')).toEqual([]);
  });

  storeSuite('as a store of history', () => store);

  it('returns the one point whose type conflicts, and has the others', async () => {
    const signal = new AbortController().signal;
    const [one, other] = ['one', 'other'].map((tag) => ({ ...reactor, measurement: 'conflict', tag })) as [
      Series,
      Series,
    ];
    const write = (points: readonly Point[]) => store.write(batchOf(points), noNotes, signal);
    // The type is fixed by whoever came first.
    await write([point(1.5, t0, good, one)]);
    const rejected = await write([
      point(2.5, t0 + 1, good, one),
      point(true, t0 + 2, good, one),
      // On the same line as the one before it: refused with it, and stored all the same.
      point(7, t0 + 2, good, other),
      point(3.5, t0 + 3, good, one),
    ]);
    expect(rejected).toMatchObject([
      { point: { time: t0 + 2, series: one }, reason: expect.stringContaining('type conflict') },
    ]);
    const valuesOf = async (series: Series) =>
      (await store.raw(series, utcMs(t0), utcMs(t0 + 10), 10, 'oldest first')).map(({ value }) => value);
    expect(await valuesOf(one)).toEqual([1.5, 2.5, 3.5]);
    expect(await valuesOf(other)).toEqual([7]);
  });
});

describe.skipIf(program === null)('the historian with an influxd of its own', () => {
  async function started() {
    const dataFolder = temporaryFolder();
    const influx = { spawn: program ?? '' };
    const make = () =>
      createHistorian({ skids: site, dataFolder, clock: systemClock(), log: quietLog(), influx, rawDays: null });
    const historian = make();
    onTestFinished(() => historian.stop());
    await historian.start();
    return { historian, make, influxFolder: join(dataFolder, 'influxdb') };
  }

  it('loses nothing when influxd is killed in the middle, and starts it again', async () => {
    const { historian, influxFolder } = await started();
    const first = pidOf(influxFolder);
    const values = Array.from({ length: 300 }, (_, i) => Math.sin(i) * 10 ** ((i % 40) - 20));
    for (const [i, value] of values.entries()) {
      if (i === 100) process.kill(first, 'SIGKILL');
      await historian.store.append([sample(row, value, t0 + i)], {
        skid: site[0]!.name,
        device: 'logger',
        epoch: 1,
        sequence: i,
      });
    }
    const back = await rows(historian, values.length);
    expect(pidOf(influxFolder)).not.toBe(first);
    expect(back.map(({ value }) => value)).toEqual(values);
    expect(back.map(({ time }) => time)).toEqual(values.map((_, i) => t0 + i));
  });

  it('leaves no influxd behind when it stops', async () => {
    const { historian, influxFolder } = await started();
    const pid = pidOf(influxFolder);
    expect(alive(pid)).toBe(true);
    const before = performance.now();
    await historian.stop();
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(alive(pid)).toBe(false);
  });

  it('takes its influxd with it when it is killed, and has everything when it comes back', async () => {
    const dataFolder = temporaryFolder();
    const script = fileURLToPath(new URL('./append-and-die.ts', import.meta.url));
    const given = JSON.stringify({ dataFolder, site, tag: row, from: t0, spawn: program });
    expect(() => execFileSync(process.execPath, [script, given], { stdio: ['ignore', 'ignore', 'inherit'] })).toThrow(
      expect.objectContaining({ signal: 'SIGKILL' }),
    );
    const orphan = pidOf(join(dataFolder, 'influxdb'));
    await until(() => !alive(orphan));

    const historian = createHistorian({
      skids: site,
      dataFolder,
      clock: systemClock(),
      log: quietLog(),
      influx: { spawn: program ?? '' },
      rawDays: null,
    });
    onTestFinished(() => historian.stop());
    await historian.start();
    expect(await historian.store.cursors()).toMatchObject([{ sequence: 49 }]);
    const back = await rows(historian, 50);
    expect(back.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, i) => i + 0.25));
  });
});
