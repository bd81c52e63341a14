/** The spool on a real disk that is really full: a small one in memory, where the machine lets us mount it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { batchOf, pointsOf, type Point } from '../../historian/point.ts';
import { realDisk } from '../../historian/spool/disk.ts';
import { Spool } from '../../historian/spool/spool.ts';
import { milliseconds } from '../../plant/clock.ts';
import { point, standingClock } from '../historian/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-small-disk-'));
const mounted = mount();
if (!mounted) console.warn('skipped: no small disk can be mounted here (it takes root and the mount command)');

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (mounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
});

const limits = { segmentBytes: 65_536, segmentAge: milliseconds(600_000), totalBytes: 10_000_000 };

async function openSpool(): Promise<Spool> {
  const spool = new Spool(realDisk, join(folder, 'spool'), standingClock(), limits);
  expect(await spool.open()).toEqual([]);
  return spool;
}

async function readAll(spool: Spool): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (let batch = await spool.read(1_000); batch !== null; batch = await spool.read(1_000)) {
    points.push(...pointsOf(batch.points));
    await spool.advance(batch);
  }
  return points;
}

describe.skipIf(!mounted)('a disk that is full', () => {
  it('refuses what does not fit, keeps what it took, and takes points again when there is room', async () => {
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(300_000));
    const spool = await openSpool();
    const kept: Point[] = [];
    const append = async (n: number): Promise<void> => {
      const points = Array.from({ length: 100 }, (_, i) => point(Math.sqrt(n * 100 + i), n * 100 + i));
      await spool.append({ points: batchOf(points) });
      kept.push(...points);
    };
    let n = 0;
    await expect(
      (async () => {
        for (; ; n++) await append(n);
      })(),
    ).rejects.toMatchObject({ code: 'spool-refused', message: expect.stringContaining('ENOSPC') });
    expect(n).toBeGreaterThan(10);
    await expect(append(n)).rejects.toMatchObject({ code: 'spool-refused' });
    rmSync(filler);
    for (let i = 0; i < 20; i++) await append(n + i);
    await spool.close();
    const again = await openSpool();
    expect(await readAll(again)).toEqual(kept);
    await again.close();
  });
});
