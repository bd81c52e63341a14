import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedStore } from '../../historian/embedded/embedded-store.ts';
import { batchOf, type Point, type Series } from '../../historian/point.ts';
import { openEmbeddedHistory } from '../../historian/reader/index.ts';
import { utcMs } from '../../plant/clock.ts';
import { bad, good } from '../../plant/quality.ts';
import { skidName, type TagValue } from '../../plant/sample.ts';

const skid = skidName('QD-1');
const series = (tag: string): Series => ({
  measurement: 'cdse-two-stage',
  skid,
  device: null,
  tag,
  valueType: tag === 'V' ? 'boolean' : tag === 'S' ? 'text' : 'number',
});
const point = (tag: string, time: number, value: TagValue): Point => ({
  series: series(tag),
  value,
  quality: value === null ? bad : good,
  time: utcMs(time),
  serverTime: utcMs(time),
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-reader-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function written(points: readonly Point[]): Promise<void> {
  const store = new EmbeddedStore(join(folder, 'history'));
  await store.start();
  const gap = {
    skid,
    kind: 'given-up' as const,
    from: utcMs(50),
    to: utcMs(60),
    points: 3,
    reason: 'full',
    filled: null,
  };
  await store.write(batchOf(points), { gaps: [gap], events: [] });
  await store.stop();
}

describe('history that is read with no service', () => {
  it('gives every kind of value with its quality, and the gaps that it has on record', async () => {
    await written([
      point('T', 1, 80.5),
      point('T', 2, null),
      point('V', 1, true),
      point('S', 1, 'run'),
      point('T', 9, 1),
    ]);
    const reader = openEmbeddedHistory(folder);
    expect(await reader.points(series('T'), utcMs(1), utcMs(9))).toEqual([
      { time: 1, value: 80.5, quality: good, serverTime: 1 },
      { time: 2, value: null, quality: bad, serverTime: 2 },
    ]);
    expect((await reader.points(series('V'), utcMs(0), utcMs(9)))[0]?.value).toBe(true);
    expect((await reader.points(series('S'), utcMs(0), utcMs(9)))[0]?.value).toBe('run');
    expect(await reader.points(series('none'), utcMs(0), utcMs(9))).toEqual([]);
    expect(await reader.gaps(skid, utcMs(50))).toEqual([]);
    expect(await reader.gaps(skid, utcMs(51))).toMatchObject([{ from: 50, to: 60, points: 3, reason: 'full' }]);
    await reader.close();
  });

  it('gives more points than are asked for at once, each once', async () => {
    await written(Array.from({ length: 40_001 }, (_, index) => point('T', index, index)));
    const reader = openEmbeddedHistory(folder);
    const found = await reader.points(series('T'), utcMs(0), utcMs(1e6));
    expect(found.map(({ value }) => value)).toEqual(Array.from({ length: 40_001 }, (_, index) => index));
    await reader.close();
  });

  it('is not made where there is none', () => {
    expect(() => openEmbeddedHistory(folder)).toThrow(expect.objectContaining({ code: 'history-unavailable' }));
  });
});
