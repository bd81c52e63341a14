import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../../historian/embedded/embedded-store.ts';
import { batchOf, type Series } from '../../historian/point.ts';
import { Questions } from '../../historian/questions/questions.ts';
import { monotonic, utcMs } from '../../plant/clock.ts';
import { usualConfiguration } from '../../plant/history-aggregate.ts';
import type { HistoryGap } from '../../plant/ports/history.ts';
import { badNoCommunication, good } from '../../plant/quality.ts';
import { noNotes, point, reactor } from './world.ts';

const t0 = 1_700_000_000_000;
const folder = mkdtempSync(join(tmpdir(), 'mesoline-questions-'));
const store = new EmbeddedStore(folder, { rawDays: null });
const clock = { monotonic: () => monotonic(performance.now()) };
const questions = new Questions(store, clock);
beforeAll(() => store.start());
afterAll(async () => {
  await store.stop();
  rmSync(folder, { recursive: true });
});
let made = 0;
const fresh = (): Series => ({ ...reactor, tag: `Q-${(made += 1)}` });

describe('the value in force', () => {
  it('is the last one before each time, in whatever order they are asked for, as looking at all of them says', async () => {
    const step = fc.record({
      after: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 60, max: 90 })),
      value: fc.nat(9),
      quality: fc.constantFrom(good, good, badNoCommunication),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: -10, max: 400 }), { minLength: 1, maxLength: 20 }),
        async (steps, asked) => {
          const series = fresh();
          let at = t0;
          const points = steps.map(({ after, value, quality }) => point(value, (at += after * 1_000), quality, series));
          await store.write(batchOf(points), noNotes);
          const times = asked.map((s) => utcMs(t0 + s * 1_000));
          const found = await questions.atTime(series, times);
          for (const [i, time] of times.entries()) {
            const last = points.findLast((one) => one.time <= time);
            const stands = last !== undefined && time - last.time <= 70_000 ? last : null;
            const exact = stands?.time === time;
            const value = stands === null || (stands.quality !== good && !exact) ? null : stands.value;
            const status =
              stands === null
                ? 0x809b_0000
                : exact
                  ? (stands.quality | 0x400) >>> 0
                  : stands.quality === good
                    ? 0x402
                    : stands.quality;
            expect(found[i]).toEqual({ time, value, status });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what is drawn of many points', () => {
  it('has the first, the last, and both extremes of every column, and a beginning and an end of what is not Good', async () => {
    const series = fresh();
    const points = Array.from({ length: 25_000 }, (_, i) =>
      point(
        Math.sin(i / 50) + (i === 12_345 ? 99 : 0),
        t0 + 1_000 * i,
        i >= 20_000 && i < 20_010 ? badNoCommunication : good,
        series,
      ),
    );
    await store.write(batchOf(points), noNotes);
    const [from, to] = [utcMs(t0), utcMs(t0 + 25_000_000)];
    const columns = 400;
    const found = await questions.reduced(series, from, to, columns);
    expect(found.length).toBeLessThanOrEqual(columns * 6);
    const width = 25_000_000 / columns;
    for (let column = 0; column < columns; column += 1) {
      const inside = (time: number): boolean => Math.floor((time - t0) / width) === column;
      const all = points.filter(({ time }) => inside(time));
      const kept = found.filter(({ time }) => inside(time));
      const values = all.map(({ value }) => Number(value));
      expect(kept[0]?.time).toBe(all[0]?.time);
      expect(kept.at(-1)?.time).toBe(all.at(-1)?.time);
      expect(kept.map(({ value }) => Number(value))).toEqual(
        expect.arrayContaining([Math.min(...values), Math.max(...values)]),
      );
    }
    expect(found.some(({ quality }) => quality === badNoCommunication)).toBe(true);
    expect(found.map(({ time }) => time)).toEqual(found.map(({ time }) => time).sort((one, other) => one - other));
  });

  it('is read a page at a time: an aggregate over more points than a page holds counts each once', async () => {
    const series = fresh();
    const points = Array.from({ length: 30_001 }, (_, i) => point(1, t0 + i, good, series));
    await store.write(batchOf(points), noNotes);
    const span = { from: utcMs(t0), to: utcMs(t0 + 30_001), widthMs: 30_001 };
    const [counts, sums] = await questions.aggregate(series, span, ['Count', 'TimeAverage'], usualConfiguration);
    expect(counts?.[0]?.value).toBe(30_001);
    expect(sums?.[0]?.value).toBe(1);
  });

  it('is refused where it would be too much, or makes no sense', async () => {
    const span = { from: utcMs(t0), to: utcMs(t0 + 1e9), widthMs: 1 };
    await expect(questions.aggregate(reactor, span, ['Count'], usualConfiguration)).rejects.toMatchObject({
      code: 'history-query-invalid',
    });
    await expect(questions.aligned(reactor, utcMs(t0), utcMs(t0 + 10), 0.5)).rejects.toMatchObject({
      code: 'history-query-invalid',
    });
    await expect(questions.aligned(reactor, utcMs(t0 + 10), utcMs(t0), 1)).rejects.toMatchObject({
      code: 'history-query-invalid',
    });
  });
});

describe('a question', () => {
  it('for times far apart reads nothing of what lies between them', async () => {
    const series = fresh();
    await store.write(batchOf([point(1, t0, good, series), point(2, t0 + 9e9, good, series)]), noNotes);
    const asked: number[] = [];
    const counting: typeof store.raw = (of, from, to, limit, order) => {
      asked.push(to - from);
      return store.raw(of, from, to, limit, order);
    };
    const sparse = new Questions({ raw: counting, gaps: () => Promise.resolve([]) }, clock);
    const times = [t0 + 9e9 + 5, t0 + 1, t0 + 5e9].map((time) => utcMs(time));
    expect((await sparse.atTime(series, times)).map(({ value }) => value)).toEqual([2, 1, null]);
    expect(asked).toHaveLength(3);
    expect(Math.max(...asked)).toBeLessThan(100_000);
  });

  it('lets others have their turn between two pages, and is given up where it takes too long', async () => {
    const series = fresh();
    const points = Array.from({ length: 30_000 }, (_, i) => point(1, t0 + i, good, series));
    await store.write(batchOf(points), noNotes);
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    let now = 0;
    const slow = new Questions(store, { monotonic: () => monotonic((now += 10)) }, 25);
    await expect(slow.reduced(series, utcMs(t0), utcMs(t0 + 30_000), 10)).rejects.toMatchObject({
      code: 'history-query-too-long',
    });
    clearInterval(others);
    expect(turns).toBeGreaterThan(0);
  });

  it('for what was put in later has the points of filled gaps alone, in either order', async () => {
    const series = fresh();
    const points = Array.from({ length: 100 }, (_, i) => point(i, t0 + 1_000 * i, good, series));
    const gap = (from: number, to: number, filled: number | null): HistoryGap => ({
      skid: series.skid,
      kind: 'service-down',
      from: utcMs(t0 + 1_000 * from),
      to: utcMs(t0 + 1_000 * to),
      points: 0,
      reason: 'It did not run.',
      filled: filled === null ? null : utcMs(t0 + filled),
    });
    const gaps = [gap(10, 14, 7e6), gap(12, 16, 8e6), gap(30, 40, null), gap(50, 52, 9e6)];
    const asking = new Questions({ raw: store.raw.bind(store), gaps: () => Promise.resolve(gaps) }, clock);
    await store.write(batchOf(points), noNotes);
    const all = await asking.modified(series, utcMs(t0), utcMs(t0 + 1e6), 100, 'oldest first');
    expect(all.map(({ value, modificationTime }) => [value, modificationTime - t0])).toEqual([
      [11, 7e6],
      [12, 7e6],
      [13, 7e6],
      [14, 8e6],
      [15, 8e6],
      [51, 9e6],
    ]);
    expect(all[0]).toMatchObject({ updateType: 'Insert', user: null });
    const back = await asking.modified(series, utcMs(t0 + 12_000), utcMs(t0 + 1e6), 3, 'newest first');
    expect(back.map(({ value }) => value)).toEqual([51, 15, 14]);
  });
});
