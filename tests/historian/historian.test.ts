import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHistorian, type Historian, type InfluxChoice } from '../../historian/index.ts';
import { utcMs } from '../../plant/clock.ts';
import { badNoCommunication } from '../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../plant/sample.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { say, scriptedInflux } from './scripted-influx.ts';
import {
  pump,
  qd1,
  quietLog,
  row,
  sample,
  scan,
  site,
  temperature,
  temporaryFolder,
  until,
  type Said,
} from './world.ts';

const t0 = 1_700_000_000_000;

function historianIn(dataFolder: string, influx: InfluxChoice = 'embedded', said: Said[] = []): Historian {
  const historian = createHistorian({ skids: site, dataFolder, clock: systemClock(), log: quietLog(said), influx });
  onTestFinished(() => historian.stop());
  return historian;
}

const allWritten = (historian: Historian) =>
  until(
    () => historian.health().figures?.['unwrittenPoints'] === 0 && historian.health().figures?.['writtenPoints'] !== 0,
  );
const valuesOf = async (historian: Historian, tag = temperature) =>
  (await historian.queries.raw(tag, utcMs(t0), utcMs(t0 + 100_000), 1_000)).map(({ value }) => value);

describe('the historian', () => {
  it('keeps scans and rows, answers for them, and has them after a restart', async () => {
    const folder = temporaryFolder();
    const historian = historianIn(folder);
    await historian.start();
    const cursor = { skid: qd1, device: 'logger', epoch: 3, sequence: 9 };
    for (const at of [t0, t0 + 100, t0 + 1_000]) {
      historian.accept(scan(at, [sample(temperature, at - t0, at), sample(pump, at > t0, at), sample(row, 5, at)]));
    }
    historian.accept(scan(t0 + 1_100, [sample(temperature, 1_000, t0 + 1_000, badNoCommunication)]));
    await historian.store.append([sample(row, 1.5, t0 + 7)], cursor);
    await historian.stop();
    expect(historian.health().state).toBe('stopped');

    const again = historianIn(folder);
    await again.start();
    await until(async () => (await valuesOf(again)).length === 3);
    expect(await valuesOf(again)).toEqual([0, 1_000, 1_000]);
    expect(await valuesOf(again, pump)).toEqual([false, true]);
    expect(await valuesOf(again, row)).toEqual([1.5]);
    expect(await again.store.cursors()).toEqual([cursor]);
    const [trend] = await again.queries.trend([temperature], utcMs(t0), utcMs(t0 + 2_000), 4);
    expect(trend?.buckets.map(({ count, worst }) => [count, worst])).toEqual([
      [1, 0],
      [0, 0],
      [2, badNoCommunication],
      [0, null],
    ]);
  });

  it('refuses a tag that the site has not, by name', async () => {
    const historian = historianIn(temporaryFolder());
    await historian.start();
    const foreign = tagName(skidName('QD-9'), localTag('R201/TT-201A'));
    await expect(historian.queries.raw(foreign, utcMs(0), utcMs(1), 1)).rejects.toThrow(/QD-9\/R201\/TT-201A/);
    await expect(historian.store.append([sample(foreign, 1, t0)])).rejects.toMatchObject({
      code: 'history-tag-unknown',
    });
    await expect(historian.queries.raw(temperature, utcMs(1), utcMs(0), 1)).rejects.toMatchObject({
      code: 'history-query-invalid',
    });
  });

  it('refuses, and does not hang, before its start and after its stop', async () => {
    const historian = historianIn(temporaryFolder());
    await expect(historian.store.append([sample(row, 1, t0)])).rejects.toMatchObject({ code: 'spool-refused' });
    await expect(historian.store.cursors()).rejects.toMatchObject({ code: 'spool-refused' });
    await historian.stop();
    await historian.start();
    await historian.stop();
    await historian.stop();
    await expect(historian.store.append([sample(row, 1, t0)])).rejects.toMatchObject({ code: 'spool-refused' });
  });

  it('may be stopped while it starts', async () => {
    const historian = historianIn(temporaryFolder());
    const started = historian.start();
    await historian.stop();
    await started;
    expect(historian.health().state).toBe('stopped');
  });

  it('keeps points while the server is away, says why, and stops in time', async () => {
    const { url } = await scriptedInflux((_, response) => say(response, 503, 'compacting'));
    const folder = temporaryFolder();
    const historian = historianIn(folder, { url });
    await historian.start();
    await historian.store.append([sample(row, 2.5, t0)]);
    await until(() => historian.health().state === 'degraded');
    expect(historian.health()).toMatchObject({
      detail: expect.stringContaining('503: compacting'),
      figures: { unwrittenPoints: 1 },
    });
    const before = performance.now();
    await historian.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    const again = historianIn(folder);
    await again.start();
    await allWritten(again);
    expect(await valuesOf(again, row)).toEqual([2.5]);
  });

  it('does not start where the data folder cannot be used, and says which', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'spool'), 'a file where a folder should be');
    const historian = historianIn(folder);
    await expect(historian.start()).rejects.toMatchObject({
      code: 'spool-unreadable',
      message: expect.stringContaining(folder),
    });
    expect(historian.health().state).toBe('failed');
    await historian.stop();
    rmSync(join(folder, 'spool'));
  });

  it('has failed when its thread is gone, and rejects what waited for it', async () => {
    const said: Said[] = [];
    const historian = historianIn(temporaryFolder(), { url: 'no address' }, said);
    await expect(historian.start()).rejects.toMatchObject({ code: 'historian-failed' });
    expect(historian.health().state).toBe('failed');
    expect(said).toContainEqual(expect.objectContaining({ level: 'error', message: 'the historian has failed' }));
    await historian.stop();
    expect(historian.health().state).toBe('stopped');
  });
});

describe('damage in the spool', () => {
  it('stands in history as a gap of its skids, between what can be read before and behind it', async () => {
    const { url } = await scriptedInflux((_, response) => say(response, 503, 'away'));
    const folder = temporaryFolder();
    const first = historianIn(folder, { url });
    await first.start();
    for (const i of [0, 1, 2, 3]) await first.store.append([sample(row, i, t0 + 1_000 * i)]);
    await first.stop();
    const spool = join(folder, 'spool');
    const segment = readdirSync(spool).find((name) => name.startsWith('segment-'))!;
    const bytes = readFileSync(join(spool, segment));
    // The second row's record: each begins with the marker of records.
    const marker = bytes.subarray(0, 4);
    const starts: number[] = [];
    for (let at = bytes.indexOf(marker); at !== -1; at = bytes.indexOf(marker, at + 1)) starts.push(at);
    bytes[starts[2]! + 20]! ^= 0xff;
    writeFileSync(join(spool, segment), bytes);
    const again = historianIn(folder);
    await again.start();
    await until(async () => (await valuesOf(again, row)).length === 3);
    expect(await valuesOf(again, row)).toEqual([0, 2, 3]);
    const [gap] = await again.queries.gaps(qd1, utcMs(0), utcMs(8e12));
    expect(gap).toMatchObject({ kind: 'spool-damaged', from: t0 + 3, to: t0 + 2_003, filled: null });
    expect(gap?.reason).toContain('aside/');
  });
});
