/**
 * The embedded store: how many samples a second it takes with a durable flush for each simulated second, how large they lie on disk, how
 * fast a dashboard of a day is answered, and how long anything waits while it seals.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../control/records/support.ts';
import { EmbeddedStore } from '../../historian/embedded/embedded-store.ts';
import { joinBatches, type PointBatch } from '../../historian/point.ts';
import { coarseTiers } from '../../historian/schema.ts';
import { utcMs } from '../../plant/clock.ts';
import { good } from '../../plant/quality.ts';
import { noNotes } from '../historian/world.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { rigSize } from './embedded/rig-data.ts';
import { TwinData } from './embedded/twin-data.ts';
import { randomOf } from './pat/support/random.ts';
import { median, rounded } from './support/pairs.ts';

const t0 = Math.floor(Date.UTC(2026, 0, 10) / 3_600_000) * 3_600_000;

export const run: Run = async ({ say, quick = false }) => {
  const taking = await take(2_000, quick ? 100 : 1_800, say);
  const day = await dashboard(quick ? 1 : 24, say);
  const rig = await rigSize(say);
  const ofRig: readonly Measured[] =
    rig === null
      ? []
      : [
          atMost('rig recordings, bytes a sample', rounded(rig.ours, 2), 'B'),
          atMost('  by gzip of the same columns', rounded(rig.gzip, 2), 'B'),
        ];
  return [
    atLeast('samples taken, durable each second', Math.round(taking.perSecond), '/s', 1_000_000),
    atMost('  longest write, sealing in it', rounded(taking.longestMs, 1), 'ms', 50),
    atMost('  samples that did not come back bit by bit', taking.wrong, '', 0),
    atMost('bytes a sample on disk, twin data', rounded(taking.bytes, 2), 'B', 1.6),
    ...ofRig,
    atMost(`50 tags over ${quick ? 1 : 24} h by the minute, down-sampled`, Math.round(day.coarseMs), 'ms', 300),
    atMost('  of the points themselves', Math.round(day.rawMs), 'ms'),
  ];
};

async function take(tags: number, seconds: number, say: (line: string) => void) {
  const folder = temporaryFolder();
  const store = new EmbeddedStore(folder.path, { rawDays: null });
  await store.start();
  const data = new TwinData(tags, randomOf(1).even);
  const kept = new Map<number, PointBatch>();
  let [took, longestMs] = [0, 0];
  for (let s = 0; s < seconds; s += 1) {
    const batch = data.second(t0, s);
    if (s % 97 === 0) kept.set(s, batch);
    const from = performance.now();
    await store.write(batch, noNotes);
    const ms = performance.now() - from;
    took += ms;
    longestMs = Math.max(longestMs, ms);
  }
  const perSecond = (tags * seconds) / (took / 1_000);
  say(`${Math.round(perSecond)} samples/s, the longest write ${longestMs.toFixed(1)} ms`);
  let wrong = 0;
  for (const [s, batch] of kept) {
    const time = utcMs(t0 + 1_000 * s);
    for (let i = 0; i < tags; i += 37) {
      const [found] = await store.raw(data.series[i]!, time, utcMs(time + 1), 1, 'oldest first');
      if (found === undefined || !Object.is(found.value, batch.numbers[i])) wrong += 1;
    }
  }
  await store.sealAll();
  await store.compact();
  const bytes = statSync(join(folder.path, 'history.db')).size / (tags * seconds);
  say(`${bytes.toFixed(2)} B a sample on disk`);
  await store.stop();
  folder.remove();
  return { perSecond, longestMs, wrong, bytes };
}

async function dashboard(hours: number, say: (line: string) => void) {
  const folder = temporaryFolder();
  const store = new EmbeddedStore(folder.path, { rawDays: null });
  await store.start();
  const tags = 50;
  const data = new TwinData(tags, randomOf(2).even);
  const tier = coarseTiers[1]!;
  for (let minute = 0; minute < hours * 60; minute += 1) {
    const batches = Array.from({ length: 60 }, (_, s) => data.second(t0, minute * 60 + s));
    await store.write(joinBatches(batches), noNotes);
    const time = utcMs(t0 + minute * 60_000);
    await store.writeCoarse(
      tier,
      data.series.map((series) => ({ series, time, count: 60, min: 1.5, max: 2, mean: 1.75, last: 1.7, worst: good })),
    );
  }
  const [from, to] = [utcMs(t0), utcMs(t0 + hours * 3_600_000)];
  const timed = async (ask: () => Promise<readonly (readonly unknown[])[]>): Promise<number> => {
    const found: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const begin = performance.now();
      const answer = await ask();
      found.push(performance.now() - begin);
      if (answer.some((rows) => rows.length !== hours * 60)) throw new Error('The answer is not whole.');
    }
    return median(found);
  };
  const coarseMs = await timed(() => store.coarse(tier, data.series, from, to));
  const rawMs = await timed(() => store.trend(data.series, from, to, 60_000));
  say(`a day of 50 tags: ${coarseMs.toFixed(0)} ms down-sampled, ${rawMs.toFixed(0)} ms of the points`);
  await store.stop();
  folder.remove();
  return { coarseMs, rawMs };
}
