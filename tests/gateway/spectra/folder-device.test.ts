import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderDevice } from '../../../gateway/spectra/folder-device.ts';
import { createSpectrumReader } from '../../../pat/index.ts';
import type { FolderModel } from '../../../plant/device-model.ts';
import { badDecodingError, badNoCommunication, badNotConnected, good, qualityName } from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { columnsOf, fileOf, type Curve } from '../../../twin/instruments/spectrum-files.ts';
import { until } from '../../support/waiting.ts';
import { HandClock, HandTimers, silentLog } from '../support/house.ts';
import { Bench, SeenTimers, shippedModel } from './support/bench.ts';

const reader = createSpectrumReader({ clock: systemClock(), log: silentLog });
const shipped = shippedModel('spectra-folder', 'spectra-folder');
const curveOf = (height: number, points = 50): Curve => ({
  x: Float64Array.from({ length: points }, (_, i) => 400 + i),
  y: new Float64Array(points).fill(height),
});
const bytesOf = (height: number): Uint8Array => fileOf('spc', curveOf(height), 'test');

let folder = '';
let clock = new HandClock();
let timers = new HandTimers(clock);
let device: FolderDevice | null = null;

beforeAll(() => reader.start());
afterAll(() => reader.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesoline-folder-'));
  clock = new HandClock();
  timers = new HandTimers(clock);
});
afterEach(async () => {
  await device?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file as it stood `ageMs` ago. */
function put(name: string, bytes: Uint8Array | string, ageMs = 0): void {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const seconds = (clock.now - ageMs) / 1000;
  utimesSync(path, seconds, seconds);
}

function watch(change: Partial<FolderModel> = {}, path = folder) {
  const model = { ...shipped, ...change };
  const seen = new SeenTimers(timers);
  const bench = new Bench({ model, link: { protocol: 'folder', path }, clock, timers: seen, reader });
  const own = new FolderDevice(model, bench.context);
  device = own;
  own.start();
  let looks = 0;
  /** One more look, to its end. */
  const look = async (afterMs = 1000): Promise<void> => {
    timers.advance(looks === 0 ? 0 : afterMs);
    looks += 1;
    // While it looks, only the time it may take is waited for.
    const idle = (): boolean => seen.waiting.length === 1 && seen.waiting.every((each) => each <= model.period);
    await until(() => own.figures.requests === looks && idle(), { everyMs: 2 });
  };
  return { bench, device: own, look };
}

describe('a folder of spectra', () => {
  it('gives a new file when it has stood still for two looks, with its digest, name and time', async () => {
    const { bench, look, device: own } = watch();
    await look();
    put('a.spc', bytesOf(7));
    await look();
    expect(bench.spectra).toEqual([]);
    await look();
    const [spectrum] = bench.spectra;
    expect(spectrum).toMatchObject({ origin: 'a.spc', quality: good, sourceTime: 1_000_000 });
    expect(spectrum?.data.y.values.every((value) => value === 7)).toBe(true);
    expect(spectrum?.digest).toMatch(/^[0-9a-f]{64}$/u);
    await look();
    expect(bench.spectra).toHaveLength(1);
    expect([bench.value('taken'), bench.value('malformed'), bench.value('lastFile')]).toEqual([1, 0, 'a.spc']);
    expect(own.state).toBe('connected');
  });

  it('waits for a file that is still being written, however often its pieces come', async () => {
    const { bench, look } = watch();
    await look();
    const bytes = bytesOf(3);
    for (let end = 100; end < bytes.length; end += 150) {
      put('slow.spc', bytes.subarray(0, end));
      await look();
      await look();
    }
    expect(bench.spectra).toEqual([]);
    put('slow.spc', bytes);
    await look();
    await look();
    expect(bench.spectra.map(({ origin }) => origin)).toEqual(['slow.spc']);
    expect(bench.lost).toEqual([]);
  });

  it('gives a file up that stays cut off, says so, and makes the spectrum before it Bad', async () => {
    const { bench, look, device: own } = watch();
    put('a.spc', bytesOf(1), 100);
    await look();
    await look();
    put('cut.spc', bytesOf(2).subarray(0, 600));
    await look();
    await look();
    await look(30_000);
    expect(bench.lost).toEqual([]);
    await look(40_000);
    expect(bench.lost.map(({ quality }) => qualityName(quality))).toEqual([qualityName(badDecodingError)]);
    expect([bench.value('malformed'), own.figures.malformed]).toEqual([1, 1]);
    expect(own.notes()[0]).toMatch(/cut\.spc is no spectrum/u);
    put('b.spc', bytesOf(3));
    await look();
    await look();
    expect(bench.spectra.at(-1)).toMatchObject({ origin: 'b.spc', quality: good });
    expect(own.notes()).toEqual([]);
  });

  it('takes a table that was cut at the end of a line for what it is, where every axis is the same', async () => {
    const folderOf = { folder: { ...shipped.folder, axis: { points: 50, low: 400, high: 449 } } };
    const { bench, look } = watch(folderOf);
    await look();
    const table = columnsOf(curveOf(1), 'x').replace(/# points.*\r\n/u, '');
    put('t.csv', table.split('\r\n').slice(0, 40).join('\r\n') + '\r\n');
    await look();
    await look();
    expect(bench.spectra).toEqual([]);
    put('t.csv', table);
    await look();
    await look();
    expect(bench.spectra).toHaveLength(1);
    put('other.spc', fileOf('spc', { ...curveOf(1), x: curveOf(1).x.map((x) => x + 30) }, 'x'));
    await look();
    await look();
    expect(bench.value('malformed')).toBe(1);
  });

  it('shows of what was there before only the newest, and with its own age', async () => {
    put('old.spc', bytesOf(1), 500_000);
    put('new.spc', bytesOf(2), 400_000);
    const { bench, look } = watch();
    await look();
    await look();
    await look();
    expect(bench.spectra.map(({ origin }) => origin)).toEqual(['new.spc']);
    bench.board.age(clock.monotonic());
    expect(bench.lost).toEqual([]);
    timers.advance(200_000);
    bench.board.age(clock.monotonic());
    expect(bench.lost.map(({ quality }) => quality)).toEqual([badNoCommunication]);
  });

  it('shows nothing of before that is stale already', async () => {
    put('old.spc', bytesOf(1), 700_000);
    const { bench, look } = watch();
    await look();
    await look();
    await look();
    expect(bench.spectra).toEqual([]);
  });

  it('takes files that come by being renamed, though they are older than the last, and many in the order of their writing', async () => {
    const { bench, look } = watch();
    await look();
    for (let i = 0; i < 45; i += 1) put(`${99 - i}.tmp`, bytesOf(i), 5000 - i);
    await look();
    for (let i = 0; i < 45; i += 1) renameSync(join(folder, `${99 - i}.tmp`), join(folder, `${99 - i}.spc`));
    await look();
    // So many are read in one look, and the others in the next.
    await look();
    expect(bench.spectra).toHaveLength(20);
    await look();
    await look();
    expect(bench.spectra.map(({ data }) => data.y.values[0])).toEqual(Array.from({ length: 45 }, (_, i) => i));
  });

  it('takes a file again that is written anew under its name', async () => {
    const { bench, look } = watch();
    put('latest.spc', bytesOf(1), 1000);
    await look();
    await look();
    put('latest.spc', bytesOf(2));
    await look();
    await look();
    expect(bench.spectra.map(({ data }) => data.y.values[0])).toEqual([1, 2]);
  });

  it('refuses a spectrum in another unit than its instrument has', async () => {
    const { bench, look, device: own } = watch();
    await look();
    put('uv.csv', 'Wavelength (nm),Counts\n400,1\n401,2\n');
    await look();
    await look();
    expect(bench.spectra).toEqual([]);
    expect(own.notes()[0]).toMatch(/in nm, not 1\/cm/u);
  });

  it('that is not there is a lost link, and is there again when it is', async () => {
    const { bench, look, device: own } = watch({}, join(folder, 'share'));
    await look();
    expect([own.state, own.notes()[0]]).toEqual(['lost', expect.stringMatching(/cannot be looked into/u)]);
    mkdirSync(join(folder, 'share'));
    await look();
    expect(own.state).toBe('connected');
    expect(bench.quality('taken')).toBe(good);
    rmSync(join(folder, 'share'), { recursive: true });
    await look();
    expect([own.state, bench.quality('taken')]).toEqual(['lost', badNotConnected]);
  });
});
