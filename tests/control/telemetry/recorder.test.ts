import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import { badNoData } from '../../../plant/quality.ts';
import { until } from '../../support/waiting.ts';
import { batch, moving, skid, TelemetryBench } from './support.ts';

let bench!: TelemetryBench;
beforeEach(async () => {
  bench = await TelemetryBench.open();
});
afterEach(() => bench.close());

const actionsOf = async (): Promise<readonly string[]> =>
  (await bench.keeper.read(`batch/${batch}`, 1, 1000)).map(({ event }) => `${event.action} ${event.object}`);

const courseOf = async () => (await bench.sealed.course(batch, skid, [moving], utcMs(0), utcMs(1e15)))[0]!;

/** On disk, as `flush` has it within a second. */
const onDisk = async (recorder: { flush: () => void }, number: number): Promise<void> => {
  recorder.flush();
  await until(() => existsSync(bench.open(number)), { what: 'the open file' });
  recorder.flush();
};

describe('what is measured while a unit is on a skid', () => {
  it('is announced when a file is begun and sealed when it ends, in order, and a window later again', async () => {
    const recorder = bench.recorder();
    for (const value of [1, 2, 3]) recorder.take(bench.scan(value));
    bench.clock.pass(5 * 60_000);
    recorder.take(bench.scan(4));
    await recorder.end('unit ended');
    expect(await actionsOf()).toEqual([
      'segment-opened QD-1/1',
      'segment-sealed QD-1/1',
      'segment-opened QD-1/2',
      'segment-sealed QD-1/2',
    ]);
    expect(await bench.sealed.segments(batch)).toMatchObject([
      { number: 1, scans: 3, gaps: [], recovered: false, dropped: 0, aside: null },
      { number: 2, scans: 1, gaps: [], recovered: false, dropped: 0, aside: null },
    ]);
    expect([...(await courseOf()).values].filter((value) => !Number.isNaN(value))).toEqual([1, 2, 3, 4]);
  });

  it('is hashed as it is written: a file that was altered before it was sealed is found, put aside, and a gap stands for it', async () => {
    const recorder = bench.recorder();
    for (const value of [1, 2, 3]) recorder.take(bench.scan(value));
    await onDisk(recorder, 1);
    await until(async () => (await readFile(bench.open(1), 'utf8')).includes('"3"'), { what: 'the lines' });
    const text = await readFile(bench.open(1), 'utf8');
    await writeFile(bench.open(1), text.replace('"3"', '"4"'));
    await recorder.end('unit ended');
    const [segment] = await bench.sealed.segments(batch);
    expect(segment).toMatchObject({
      number: 1,
      scans: 0,
      gaps: [{ scans: 3, why: expect.stringContaining('altered') as string }],
      aside: `telemetry/${batch}/${skid}/000001.aside-1.jsonl`,
    });
    expect(await readFile(join(bench.folder, segment!.aside!), 'utf8')).toContain('"4"');
    await bench.sealed.file(segment!);
    expect([...(await courseOf()).qualities]).toEqual([badNoData]);
  });

  it('is not lost unsaid where its file was removed before it was sealed', async () => {
    const recorder = bench.recorder();
    recorder.take(bench.scan(1));
    await onDisk(recorder, 1);
    await rm(bench.open(1));
    await recorder.end('unit ended');
    expect(await bench.sealed.segments(batch)).toMatchObject([{ number: 1, gaps: [{ scans: 1 }], aside: null }]);
  });

  it('waits for a ledger that refuses, and is sealed in order when it takes again', async () => {
    const recorder = bench.recorder();
    recorder.take(bench.scan(1));
    bench.keeper.fate = () => 'refused';
    bench.clock.pass(5 * 60_000);
    recorder.take(bench.scan(2));
    const ended = recorder.end('unit ended');
    await until(() => bench.triesWaiting === 1, { what: 'a try that was refused' });
    bench.again();
    await until(() => bench.triesWaiting === 1, { what: 'another try that was refused' });
    bench.keeper.fate = () => 'written';
    bench.again();
    await ended;
    expect((await bench.sealed.segments(batch)).map(({ number }) => number)).toEqual([1, 2]);
    expect(bench.isOpen(1) || bench.isOpen(2)).toBe(false);
  });

  it('stands once on record, though the answers of the ledger were lost', async () => {
    const recorder = bench.recorder();
    bench.keeper.fate = () => 'answer lost';
    recorder.take(bench.scan(1));
    const ended = recorder.end('unit ended');
    for (const what of ['the announcement', 'the sealing']) {
      await until(() => bench.triesWaiting === 1, { what });
      bench.again();
    }
    await ended;
    expect(await actionsOf()).toEqual(['segment-opened QD-1/1', 'segment-sealed QD-1/1']);
  });

  it('is left open as a whole where there is no more time: what comes after is not sealed before it', async () => {
    const recorder = bench.recorder();
    recorder.take(bench.scan(1));
    await onDisk(recorder, 1);
    let refused = 0;
    bench.keeper.fate = ([event]) => (event?.object === `${skid}/1` && (refused += 1) < 3 ? 'refused' : 'written');
    bench.hasTime = false;
    bench.clock.pass(5 * 60_000);
    recorder.take(bench.scan(2));
    await onDisk(recorder, 2);
    await recorder.end('service stopped');
    expect(await bench.sealed.segments(batch)).toEqual([]);
    expect(bench.isOpen(1) && bench.isOpen(2)).toBe(true);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'becomes a stated gap while the disk is full, never holds the scan, and goes on when there is room again',
    async () => {
      await mkdir(dirname(bench.open(1)), { recursive: true });
      await symlink('/dev/full', bench.open(1));
      const recorder = bench.recorder();
      const wide = 'x'.repeat(1024 * 1024);
      recorder.take(bench.scan(1));
      recorder.flush();
      for (let taken = 0; taken < 12; taken += 1) {
        recorder.take(bench.scan(`${taken} ${wide}`));
        if (taken === 3) await until(() => recorder.failedBecause !== null, { what: 'the disk to be full' });
      }
      await rm(bench.open(1));
      await until(
        () => {
          recorder.flush();
          return existsSync(bench.open(1)) && statSync(bench.open(1)).size > 6 * 1024 * 1024;
        },
        { what: 'room again' },
      );
      recorder.take(bench.scan(42));
      await recorder.end('unit ended');
      const [segment, ...more] = await bench.sealed.segments(batch);
      expect(more).toEqual([]);
      expect(segment?.gaps).toHaveLength(1);
      const [gap] = segment!.gaps;
      expect(gap!.scans + segment!.scans).toBe(14);
      expect(gap!.why).toMatch(/ENOSPC/u);
      const { times, values, qualities } = await courseOf();
      expect(values.at(-1)).toBe(42);
      expect(times.at(-2)).toBe(gap!.from);
      expect(qualities.at(-2)).toBe(badNoData);
    },
  );
});
