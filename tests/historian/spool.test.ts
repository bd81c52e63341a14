import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../plant/clock.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import { batchOf, pointsOf, type Point, type SpoolEntry } from '../../historian/point.ts';
import { Spool, type SpoolLimits } from '../../historian/spool/spool.ts';
import { ModelDisk } from './model-disk.ts';
import { point, qd1, standingClock } from './world.ts';

const folder = 'spool';
const limits: SpoolLimits = { segmentBytes: 100_000, segmentAge: milliseconds(600_000), totalBytes: 10_000_000 };
const smallSegments: SpoolLimits = { ...limits, segmentBytes: 600 };

const cursor = (sequence: number): RingCursor => ({ skid: qd1, device: 'logger', epoch: 1, sequence });
const pointsOfEntry = (n: number): readonly Point[] => [point(n + 0.1, 10 * n), point(-n, 10 * n + 1)];
const entry = (n: number): SpoolEntry => ({ points: batchOf(pointsOfEntry(n)), cursor: cursor(n) });

async function openSpool(disk: ModelDisk, of = limits, clock = standingClock()) {
  const spool = new Spool(disk, folder, clock, of);
  const damage = await spool.open();
  return { spool, damage };
}

/** Everything a store would be given from where it stands. */
async function readAll(spool: Spool): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (let batch = await spool.read(3); batch !== null; batch = await spool.read(3)) {
    points.push(...pointsOf(batch.points));
    await spool.advance(batch);
  }
  return points;
}

const segmentsOf = (disk: ModelDisk): string[] =>
  [...disk.contents().keys()].filter((path) => /segment-\d+$/.test(path));
const asideOf = (disk: ModelDisk): Buffer[] =>
  [...disk.contents()].filter(([path]) => path.includes('/aside/')).map(([, bytes]) => bytes);

/** The disk with one file's bytes changed. */
function changed(disk: ModelDisk, path: string, change: (bytes: Buffer) => Buffer): ModelDisk {
  const contents = disk.contents();
  contents.set(path, change(Buffer.from(contents.get(path)!)));
  return new ModelDisk(contents);
}

describe('the spool', () => {
  it('gives back what was appended, in order, with its cursor', async () => {
    const { spool } = await openSpool(new ModelDisk());
    await spool.append(entry(1));
    await spool.append(entry(2));
    expect(await readAll(spool)).toEqual([...pointsOfEntry(1), ...pointsOfEntry(2)]);
    expect(spool.cursors()).toEqual([cursor(2)]);
  });

  it('shares one sync among the appends that wait together', async () => {
    const disk = new ModelDisk();
    const { spool } = await openSpool(disk);
    await spool.append(entry(0));
    const before = disk.syncs;
    await Promise.all(Array.from({ length: 100 }, (_, n) => spool.append(entry(n))));
    expect(disk.syncs - before).toBeLessThanOrEqual(2);
  });

  it('goes on where the store stood, after a stop', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk);
    await first.spool.append(entry(1));
    await readAll(first.spool);
    await first.spool.append(entry(2));
    await first.spool.savePosition();
    await first.spool.close();
    const { spool } = await openSpool(disk.restart());
    expect(spool.figures().unwritten).toBe(2);
    expect(await readAll(spool)).toEqual(pointsOfEntry(2));
  });

  it('gives everything again when the place reached is lost', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk);
    await first.spool.append(entry(1));
    await readAll(first.spool);
    await first.spool.savePosition();
    const { spool } = await openSpool(changed(disk, `${folder}/written.json`, () => Buffer.from('{"segm')));
    expect(await readAll(spool)).toEqual(pointsOfEntry(1));
  });

  it('begins a new segment by size, and gives up the written ones', async () => {
    const disk = new ModelDisk();
    const { spool } = await openSpool(disk, smallSegments);
    for (let n = 0; n < 20; n++) await spool.append(entry(n));
    expect(segmentsOf(disk).length).toBeGreaterThan(4);
    expect((await readAll(spool)).length).toBe(40);
    expect(segmentsOf(disk)).toHaveLength(1);
  });

  it('begins a new segment by age', async () => {
    const disk = new ModelDisk();
    const clock = standingClock();
    const { spool } = await openSpool(disk, limits, clock);
    await spool.append(entry(1));
    clock.move(limits.segmentAge);
    await spool.append(entry(2));
    expect(segmentsOf(disk)).toHaveLength(2);
  });

  it('keeps the cursors of segments that are gone', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk, smallSegments);
    await first.spool.append(entry(7));
    for (let n = 0; n < 20; n++) await first.spool.append({ points: batchOf(pointsOfEntry(n)) });
    await readAll(first.spool);
    const { spool } = await openSpool(disk.restart(), smallSegments);
    expect(spool.cursors()).toEqual([cursor(7)]);
  });

  it('refuses what is beyond its limit, drops nothing, and takes points again when the store has caught up', async () => {
    const { spool } = await openSpool(new ModelDisk(), { ...smallSegments, totalBytes: 2_000 });
    let accepted = 0;
    const fill = async () => {
      for (;;) {
        await spool.append(entry(accepted));
        accepted += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'spool-refused' });
    expect(spool.figures()).toMatchObject({ refused: 1, unwritten: accepted * 2 });
    expect((await readAll(spool)).length).toBe(accepted * 2);
    await spool.append(entry(99));
    expect(spool.cursors()).toEqual([cursor(99)]);
  });

  it('refuses appends after its close', async () => {
    const { spool } = await openSpool(new ModelDisk());
    await spool.close();
    await expect(spool.append(entry(1))).rejects.toMatchObject({ code: 'spool-refused' });
  });
});

describe('a full disk', () => {
  it('refuses the append, leaves nothing of it behind, and works again when there is room', async () => {
    const disk = new ModelDisk();
    const { spool } = await openSpool(disk);
    await spool.append(entry(1));
    for (const room of [0, 1, 11, 12, 13, 100]) {
      const before = disk.contents().get(segmentsOf(disk)[0]!);
      disk.room = room;
      await expect(spool.append(entry(2))).rejects.toMatchObject({ code: 'spool-refused' });
      expect(disk.contents().get(segmentsOf(disk)[0]!)).toEqual(before);
    }
    expect(spool.cursors()).toEqual([cursor(1)]);
    disk.room = Infinity;
    await spool.append(entry(3));
    expect(await readAll(spool)).toEqual([...pointsOfEntry(1), ...pointsOfEntry(3)]);
  });

  it('does not keep the spool from opening, nor from opening damaged', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk);
    await first.spool.append(entry(1));
    const damaged = changed(disk, segmentsOf(disk)[0]!, (bytes) => Buffer.concat([bytes, Buffer.from('torn')]));
    damaged.room = 0;
    const { spool, damage } = await openSpool(damaged);
    expect(damage).toMatchObject([{ where: 'tail', keptAs: null }]);
    await expect(spool.append(entry(2))).rejects.toMatchObject({ code: 'spool-refused' });
    damaged.room = Infinity;
    await spool.append(entry(3));
    expect(await readAll(spool)).toEqual([...pointsOfEntry(1), ...pointsOfEntry(3)]);
  });
});

describe('a disk whose sync fails', () => {
  it('has its segment left alone: the next append goes to a new one', async () => {
    const disk = new ModelDisk();
    const { spool } = await openSpool(disk);
    await spool.append(entry(1));
    disk.syncFails = true;
    await expect(spool.append(entry(2))).rejects.toMatchObject({ code: 'spool-refused' });
    disk.syncFails = false;
    await spool.append(entry(3));
    expect(segmentsOf(disk)).toHaveLength(2);
    expect(await readAll(spool)).toEqual([...pointsOfEntry(1), ...pointsOfEntry(3)]);
  });
});

describe('damage found at start', () => {
  it('costs only the last record, wherever it was torn', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk);
    await first.spool.append(entry(1));
    const path = segmentsOf(disk)[0]!;
    const good = disk.contents().get(path)!.length;
    await first.spool.append(entry(2));
    const whole = disk.contents().get(path)!.length;
    for (let length = good; length < whole; length++) {
      const torn = changed(disk, path, (bytes) => bytes.subarray(0, length));
      const { spool, damage } = await openSpool(torn);
      expect(await readAll(spool)).toEqual(pointsOfEntry(1));
      expect(spool.cursors()).toEqual([cursor(1)]);
      expect(damage).toMatchObject(length === good ? [] : [{ from: good, to: length, where: 'tail' }]);
      expect(asideOf(torn).map((bytes) => bytes.length)).toEqual(length === good ? [] : [length - good]);
      expect(torn.contents().get(path)).toHaveLength(good);
    }
  });

  it('costs only the record in which a bit was flipped, and puts it aside once', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk);
    for (const n of [1, 2, 3]) await first.spool.append(entry(n));
    const path = segmentsOf(disk)[0]!;
    const size = disk.contents().get(path)!.length;
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.nat(7), async (at, bit) => {
        const flipped = changed(disk, path, (bytes) => {
          bytes[at]! ^= 1 << bit;
          return bytes;
        });
        const { spool, damage } = await openSpool(flipped);
        expect(damage).toHaveLength(1);
        expect(damage[0]!.from).toBeLessThanOrEqual(at);
        expect(damage[0]!.to).toBeGreaterThan(at);
        const points = await readAll(spool);
        const left = [1, 2, 3].filter((n) => points.some(({ time }) => time === 10 * n));
        expect(left.length).toBeGreaterThanOrEqual(2);
        expect(points).toEqual(expect.arrayContaining(left.flatMap((n) => [...pointsOfEntry(n)])));
        expect((await openSpool(flipped.restart())).damage).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the segments after a ruined one', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk, { ...limits, segmentBytes: 400 });
    for (let n = 0; n < 6; n++) await first.spool.append(entry(n));
    const ruined = changed(disk, segmentsOf(disk)[1]!, (bytes) => bytes.fill(0));
    const { spool, damage } = await openSpool(ruined);
    expect(damage).toMatchObject([{ where: 'middle' }]);
    const points = await readAll(spool);
    expect(points.slice(0, 2)).toEqual(pointsOfEntry(0));
    expect(points.slice(-2)).toEqual(pointsOfEntry(5));
    expect(spool.cursors()).toEqual([cursor(5)]);
  });

  it('refuses a spool of another format, rather than misread it', async () => {
    const disk = new ModelDisk();
    const first = await openSpool(disk);
    await first.spool.append(entry(1));
    const { frame } = await import('../../historian/spool/record.ts');
    const { encodeCheckpoint } = await import('../../historian/spool/payload.ts');
    const newer = changed(disk, segmentsOf(disk)[0]!, () =>
      frame(encodeCheckpoint({ format: 3, segment: 1, cursors: [] })),
    );
    await expect(openSpool(newer)).rejects.toMatchObject({ code: 'spool-format-unknown' });
  });
});

describe('a plug that is pulled', () => {
  it('loses nothing that was acknowledged, and parts no points from their cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 120 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(4),
        fc.integer({ min: 1, max: 5 }),
        async (operations, tail, names, together) => {
          const disk = new ModelDisk();
          const { spool } = await openSpool(disk, smallSegments);
          const acknowledged: number[] = [];
          const stored: Point[] = [];
          disk.operationsLeft = operations;
          const work = async () => {
            for (let n = 1; n < 40; n += together) {
              const group = Array.from({ length: together }, (_, i) => n + i);
              await Promise.all(group.map(async (one) => spool.append(entry(one)).then(() => acknowledged.push(one))));
              const batch = n % 3 === 0 ? await spool.read(4) : null;
              if (batch !== null) {
                stored.push(...pointsOf(batch.points));
                await spool.advance(batch);
                await spool.savePosition();
              }
            }
          };
          const idle = async () => {
            for (let quiet = 0, last = -1; quiet < 3; last = disk.operationsLeft) {
              await new Promise((resolve) => setImmediate(resolve));
              quiet = disk.operationsLeft === last ? quiet + 1 : 0;
            }
          };
          await Promise.race([work(), idle()]);
          const after = await openSpool(disk.pullPlug({ tail, names }), smallSegments);
          const there = [...stored, ...(await readAll(after.spool))];
          for (const one of acknowledged) expect(there).toEqual(expect.arrayContaining([...pointsOfEntry(one)]));
          const reached = after.spool.cursors()[0]?.sequence ?? 0;
          expect(reached).toBeGreaterThanOrEqual(acknowledged.at(-1) ?? 0);
          if (reached > 0) expect(there).toEqual(expect.arrayContaining([...pointsOfEntry(reached)]));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('would be noticed if appends were acknowledged before their sync', async () => {
    const disk = new ModelDisk();
    const { spool } = await openSpool(disk);
    await spool.append(entry(1));
    // One operation more lets the second append write, and stops it before the sync.
    disk.operationsLeft = 1;
    const second = spool.append(entry(2)).then(() => 'acknowledged');
    const soon = new Promise((resolve) => setTimeout(() => resolve('waits'), 20));
    expect(await Promise.race([second, soon])).toBe('waits');
    const after = await openSpool(disk.pullPlug({ tail: 0, names: 0 }));
    expect(await readAll(after.spool)).toEqual(pointsOfEntry(1));
  });
});
