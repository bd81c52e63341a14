/** Tiers beside a slow reckoning of what stood when: in whatever order points come, however often the service ends, both say the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Downsampler } from '../../../historian/downsampling/downsampler.ts';
import { EmbeddedStore } from '../../../historian/embedded/embedded-store.ts';
import { batchOf, type Point } from '../../../historian/point.ts';
import { coarseTiers } from '../../../historian/schema.ts';
import { carriedForMs } from '../../../historian/trend.ts';
import type { Wait } from '../../../historian/writer.ts';
import { utcMs } from '../../../plant/clock.ts';
import { badNoCommunication, good } from '../../../plant/quality.ts';
import { ModelDisk } from '../model-disk.ts';
import { noNotes, point, quietLog, reactor, standingClock, temporaryFolder, until } from '../world.ts';

const t0 = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const [tens, minutes, hours] = coarseTiers as [
  (typeof coarseTiers)[0],
  (typeof coarseTiers)[0],
  (typeof coarseTiers)[0],
];

type Row = Readonly<{
  time: number;
  count: number;
  min: number;
  max: number;
  mean: number;
  last: number;
  worst: number;
}>;

/** What stands at each millisecond between two points, summed up bucket by bucket. */
function reckoned(points: readonly Point[], widthMs: number, over: number): readonly Row[] {
  const sorted = [...points].sort((one, other) => one.time - other.time);
  const stands = sorted.map(({ time, value, quality }, i) => ({
    from: time,
    to: Math.min(sorted[i + 1]?.time ?? Infinity, time + carriedForMs),
    value: Number(value),
    quality,
  }));
  const rows: Row[] = [];
  const first = Math.floor((sorted[0]?.time ?? over) / widthMs) * widthMs;
  for (let begin = first; begin + widthMs <= over; begin += widthMs) {
    const end = begin + widthMs;
    const inside = stands.filter(({ from, to }) => from < end && to > begin);
    const last = inside.at(-1);
    if (last === undefined) continue;
    const parts = inside.map(({ from, to, value }) => ({ value, ms: Math.min(to, end) - Math.max(from, begin) }));
    const ms = parts.reduce((sum, part) => sum + part.ms, 0);
    rows.push({
      time: begin,
      count: sorted.filter(({ time }) => time >= begin && time < end).length,
      min: Math.min(...inside.map(({ value }) => value)),
      max: Math.max(...inside.map(({ value }) => value)),
      mean: parts.reduce((sum, part) => sum + part.value * part.ms, 0) / ms,
      last: last.value,
      worst: Math.max(...inside.map(({ quality }) => quality)),
    });
  }
  return rows;
}

/** Rows of the next tier, by hand. */
function gathered(rows: readonly Row[], widthMs: number, over: number): readonly Row[] {
  return [...Map.groupBy(rows, ({ time }) => Math.floor(time / widthMs) * widthMs)]
    .filter(([begin]) => begin + widthMs <= over)
    .map(([time, of]) => ({
      time,
      count: of.reduce((sum, { count }) => sum + count, 0),
      min: Math.min(...of.map(({ min }) => min)),
      max: Math.max(...of.map(({ max }) => max)),
      mean: of.reduce((sum, { mean }) => sum + mean, 0) / of.length,
      last: of.at(-1)?.last ?? NaN,
      worst: Math.max(...of.map(({ worst }) => worst)),
    }));
}

/** A sealed mean is kept to a thousandth of the readings' step, which is 1 here. */
const close = (one: Row, other: Row): boolean =>
  Math.abs(one.mean - other.mean) <= 0.001 &&
  JSON.stringify({ ...one, mean: 0 }) === JSON.stringify({ ...other, mean: 0 });

const step = fc.record({
  /** Seconds since the point before; some come late. */
  after: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 60 }) }, fc.integer({ min: -200, max: 4_000 })),
  value: fc.integer({ min: -50, max: 50 }),
  quality: fc.constantFrom(good, good, good, badNoCommunication),
});
const deed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('points' as const),
      steps: fc.array(step, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('killed' as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('a while' as const) }) },
);

describe('down-sampled history', () => {
  it('is what stood when, whatever came late and however often the service was killed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 14 }), async (deeds) => {
        const store = new EmbeddedStore(temporaryFolder(), { rawDays: null });
        await store.start();
        const disk = new ModelDisk();
        await disk.makeFolder();
        const clock = standingClock(t0);
        let tick: (() => void) | null = null;
        const wait: Wait = (_, signal) =>
          new Promise((resolve) => {
            tick = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        const make = async () => {
          const made = new Downsampler({
            store,
            disk,
            folder: 'spool',
            series: [reactor],
            clock,
            log: quietLog(),
            wait,
          });
          await made.open();
          made.start(() => true);
          return made;
        };
        let sampler = await make();
        const aWhile = async (): Promise<void> => {
          const before = tick;
          before?.();
          await until(() => tick !== before);
        };
        const model = new Map<number, Point>();
        let at = t0;
        for (const each of deeds) {
          if (each.what === 'a while') await aWhile();
          else if (each.what === 'killed') {
            // What was saved before the kill is all that is left of it.
            const kept = new Map(disk.contents());
            await sampler.stop();
            if (kept.has('spool/downsampled.json')) {
              const file = await disk.create('spool/downsampled.json');
              await file.write(kept.get('spool/downsampled.json')!, 0);
              await file.sync();
            }
            sampler = await make();
          } else {
            const points = each.steps.map(({ after, value, quality }) => {
              at = Math.max(t0, at + after * 1_000);
              return point(value, at, quality);
            });
            for (const one of points) model.set(one.time, one);
            await store.write(batchOf(points), noNotes);
            sampler.written(batchOf(points));
            // As the writer does it: its place is kept behind this.
            await sampler.save();
            const newest = Math.max(...[...model.keys()]);
            if (newest > clock.utc()) clock.move(newest - clock.utc());
          }
        }
        clock.move(7_300_000);
        for (let i = 0; i < 4; i += 1) await aWhile();
        const over = Math.floor((clock.utc() - 5_000) / 10_000) * 10_000;
        const points = [...model.values()];
        let expected = reckoned(points, tens.widthMs, over);
        for (const tier of [tens, minutes, hours]) {
          if (tier !== tens) expected = gathered(expected, tier.widthMs, over);
          const [rows] = await store.coarse(tier, [reactor], utcMs(0), utcMs(over));
          const found = (rows ?? []).map(
            ({ time, count, min, max, mean, last, worst }) => ({ time, count, min, max, mean, last, worst }) as Row,
          );
          const at = expected.findIndex((row, i) => found[i] === undefined || !close(found[i], row));
          const wrong = at === -1 ? undefined : { expected: expected[at], found: found[at] };
          if (points.length > 0)
            expect({ tier: tier.name, wrong, rows: found.length }).toEqual({
              tier: tier.name,
              wrong: undefined,
              rows: expected.length,
            });
        }
        await sampler.stop();
        await store.stop();
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
