import { mkdir, readFile, readdir, rm, writeFile, copyFile, chmod, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import { badNoData } from '../../../plant/quality.ts';
import { until } from '../../support/waiting.ts';
import { batch, moving, place, skid, TelemetryBench } from './support.ts';

let bench!: TelemetryBench;
beforeEach(async () => {
  bench = await TelemetryBench.open();
});
afterEach(() => bench.close());

/** What a kill leaves: `values` written and on disk, announced where the ledger took it, and nobody left to seal. */
async function killed(values: readonly number[], number = 1): Promise<void> {
  const recorder = bench.recorder(number);
  for (const value of values) recorder.take(bench.scan(value));
  await until(
    async () => {
      recorder.flush();
      const text = await readFile(bench.open(number), 'utf8').catch(() => '');
      return text.includes(`"${values.at(-1)}"`);
    },
    { what: 'the lines on disk' },
  );
  const left = await readFile(bench.open(number));
  bench.hasTime = false;
  bench.keeper.fate = ([event]) => (event?.action === 'segment-sealed' ? 'refused' : 'written');
  await recorder.end('service stopped');
  bench.keeper.fate = () => 'written';
  await writeFile(bench.open(number), left);
}

/** The next start, a scan of the batch that goes on, and its end. */
async function nextStart(): Promise<void> {
  const room = bench.room();
  await room.start();
  room.changed(bench.view());
  room.accept(bench.news(77));
  await until(
    async () => {
      room.accept(bench.news(78));
      return (await bench.keeper.read(`batch/${batch}`, 1, 1000)).filter(isOpening).length > 1;
    },
    { what: 'another file to be begun' },
  );
  room.changed(bench.view(true));
  await room.stop();
}
const isOpening = ({ event }: { event: { action: string } }): boolean => event.action === 'segment-opened';

describe('what a kill left open', () => {
  it('is sealed as recovered, and the course knows nothing from there to the next start', async () => {
    await killed([1, 2, 3]);
    bench.clock.pass(60_000);
    await nextStart();
    const [first, second] = await bench.sealed.segments(batch);
    expect(first).toMatchObject({ number: 1, scans: 3, recovered: true, dropped: 0, aside: null, gaps: [] });
    expect(second).toMatchObject({ number: 2, recovered: false });
    const [course] = await bench.sealed.course(batch, skid, [moving], utcMs(0), utcMs(1e15));
    expect([...course!.values].slice(0, 3)).toEqual([1, 2, 3]);
    expect([...course!.qualities].indexOf(badNoData)).toBe(3);
    expect(course!.values[4]).toBe(77);
  });

  it('loses a torn last line, which is put aside and counted', async () => {
    await killed([1, 2, 3]);
    const sound = await readFile(bench.open(1));
    await truncate(bench.open(1), sound.length - 5);
    await nextStart();
    const [first] = await bench.sealed.segments(batch);
    expect(first).toMatchObject({ scans: 2, recovered: true, dropped: 1, gaps: [] });
    expect(sound.toString()).toContain(await readFile(join(bench.folder, first!.aside!), 'utf8'));
    await bench.sealed.file(first!);
  });

  it('keeps a corrupt rest as evidence, and says how many lines and which time it was', async () => {
    await killed([1, 2, 3, 4, 5]);
    const lines = (await readFile(bench.open(1), 'utf8')).split('\n');
    lines[3] = `${lines[3]!.slice(0, -4)}####`;
    await writeFile(bench.open(1), lines.join('\n'));
    await nextStart();
    const [first] = await bench.sealed.segments(batch);
    expect(first).toMatchObject({ scans: 2, recovered: true, dropped: 3, gaps: [{ scans: 2 }] });
    expect((await readFile(join(bench.folder, first!.aside!), 'utf8')).split('\n')).toHaveLength(4);
    const [course] = await bench.sealed.course(batch, skid, [moving], utcMs(0), first!.to);
    expect([...course!.values]).toEqual([1, 2, Number.NaN]);
  });

  it('is recovered even where its end is written, since its digest is not known any more', async () => {
    await killed([1, 2]);
    const end = {
      to: new Date(bench.clock.utc()).toISOString(),
      scans: 2,
      samples: 2,
      gaps: 0,
      why: 'window',
      dropped: 0,
    };
    await writeFile(bench.open(1), `${JSON.stringify({ end })}\n`, { flag: 'a' });
    await nextStart();
    expect((await bench.sealed.segments(batch))[0]).toMatchObject({ recovered: true, dropped: 0, aside: null });
  });

  it('that is not the file that was announced is put aside, and a gap stands for it', async () => {
    await killed([1, 2, 3]);
    const other = await readFile(bench.open(1), 'utf8');
    await writeFile(bench.open(1), other.replace('"definition":"', '"definition":"0'));
    await nextStart();
    const [first, second] = await bench.sealed.segments(batch);
    expect(first).toMatchObject({ number: 1, scans: 0, recovered: true, gaps: [{ scans: 0 }] });
    expect(first!.gaps[0]!.why).toContain('not the one that was begun');
    expect(await readFile(join(bench.folder, first!.aside!), 'utf8')).toContain('"definition":"0');
    expect(second).toMatchObject({ number: 2 });
  });

  it('and then vanished is missed at the next start of the batch', async () => {
    await killed([1, 2, 3]);
    await rm(bench.open(1));
    await nextStart();
    const segments = await bench.sealed.segments(batch);
    expect(segments.map(({ number }) => number)).toEqual([1, 2]);
    expect(segments[0]).toMatchObject({ scans: 0, recovered: true, aside: null });
    expect(segments[0]!.gaps[0]!.why).toContain('not there');
  });

  it('is tried again while the ledger refuses, and nothing that came after is sealed before it', async () => {
    await killed([1, 2, 3]);
    bench.keeper.fate = () => 'refused';
    const room = bench.room();
    await room.start();
    expect(room.health()).toMatchObject({ state: 'degraded', detail: expect.stringContaining(batch) as string });
    room.changed(bench.view());
    room.accept(bench.news(77));
    await until(() => bench.isOpen(1), { what: 'the file that still lies open' });
    bench.keeper.fate = () => 'written';
    await until(async () => (await bench.sealed.segments(batch)).length === 1, { what: 'it to be sealed' });
    room.changed(bench.view(true));
    await room.stop();
    expect((await bench.sealed.segments(batch)).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is not taken for nothing where its folder cannot be listed', async () => {
    await mkdir(join(bench.folder, 'telemetry'), { recursive: true });
    await writeFile(join(bench.folder, 'telemetry', 'a file'), 'nothing of ours');
    const room = bench.room();
    await room.start();
    await room.stop();
    if (process.getuid?.() === 0) return;
    await chmod(join(bench.folder, 'telemetry'), 0o000);
    await expect(bench.room().start()).rejects.toMatchObject({ code: 'telemetry-unreadable' });
    await chmod(join(bench.folder, 'telemetry'), 0o700);
  });

  it('and sealed in the record is not removed before its sealed form is there', async () => {
    await killed([1, 2, 3]);
    await copyFile(bench.open(1), join(bench.folder, 'kept'));
    await nextStart();
    const [first] = await bench.sealed.segments(batch);
    const content = await bench.sealed.file(first!);
    const sealed = join(bench.folder, ...first!.file.split('/'));
    const { gunzipSync } = await import('node:zlib');
    await rm(sealed);
    await writeFile(bench.open(place(1).number), gunzipSync(content));
    const room = bench.room();
    await room.start();
    await room.stop();
    expect(bench.isOpen(1)).toBe(false);
    expect(await readdir(dirname(sealed))).toContain('000001.jsonl.gz');
    await bench.sealed.file(first!);
  });
});
