/** The embedded store beside a map: whatever is written, sealed, opened again and asked in whatever order, both say the same. */
import fc from 'fast-check';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { EmbeddedStore } from '../../../historian/embedded/embedded-store.ts';
import { batchOf, type Point, type Series } from '../../../historian/point.ts';
import { coarseTiers } from '../../../historian/schema.ts';
import { utcMs } from '../../../plant/clock.ts';
import { badNoCommunication, good } from '../../../plant/quality.ts';
import { noNotes, point, reactor, temporaryFolder } from '../world.ts';

const all: readonly Series[] = ['A', 'B'].map((tag) => ({ ...reactor, tag }));
const t0 = 1_700_000_000_000;
const written = fc.array(
  fc.record({
    of: fc.nat(1),
    at: fc.nat(400),
    value: fc.oneof(
      fc.integer().map((raw) => raw / 10),
      fc.boolean(),
      fc.constant(null),
    ),
  }),
  { minLength: 1, maxLength: 40 },
);
const deed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('write' as const), points: written }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('open again' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('seal all' as const) }) },
);

describe('the embedded store', () => {
  it('says what a map says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), fc.nat(400), fc.nat(400), async (deeds, one, other) => {
        const folder = temporaryFolder();
        let now = 0;
        const make = () =>
          new EmbeddedStore(folder, { sealPoints: 20, sealAfterMs: 50, stepMs: 2, now: () => (now += 1) });
        let store = make();
        await store.start();
        const model = all.map(() => new Map<number, Point>());
        for (const each of deeds) {
          if (each.what === 'write') {
            const points = each.points.map(({ of, at, value }) =>
              point(value, t0 + at, value === null ? badNoCommunication : good, all[of]),
            );
            await store.write(batchOf(points), noNotes);
            each.points.forEach(({ of, at }, i) => model[of]!.set(t0 + at, points[i]!));
          } else if (each.what === 'seal all') await store.sealAll();
          else {
            await store.stop();
            store = make();
            await store.start();
          }
        }
        const [from, to] = [utcMs(t0 + Math.min(one, other)), utcMs(t0 + Math.max(one, other) + 1)];
        for (const [i, series] of all.entries()) {
          const expected = [...model[i]!.values()]
            .filter(({ time }) => time >= from && time < to)
            .sort((a, b) => a.time - b.time)
            .map(({ time, value, quality, serverTime }) => ({ time, value, quality, serverTime }));
          expect(await store.raw(series, from, to, 1_000, 'oldest first')).toEqual(expected);
          expect(await store.raw(series, from, to, 7, 'newest first')).toEqual(expected.slice(-7).reverse());
          const [buckets] = await store.trend([series], from, to, 50);
          expect(buckets?.reduce((sum, { count }) => sum + count, 0)).toBe(expected.length);
          const numbers = expected.flatMap(({ value }) => (value === null ? [] : [Number(value)]));
          const extremes = buckets?.flatMap(({ min, max }) => (min === null || max === null ? [] : [min, max])) ?? [];
          if (numbers.length > 0) {
            expect(Math.min(...extremes)).toBe(Math.min(...numbers));
            expect(Math.max(...extremes)).toBe(Math.max(...numbers));
          }
        }
        await store.stop();
      }),
      { numRuns: 40 },
    );
  });

  it('has no two chunks of a series that overlap, and nothing hot that is sealed', async () => {
    const folder = temporaryFolder();
    const store = new EmbeddedStore(folder, { sealPoints: 20 });
    for (let n = 0; n < 30; n += 1) {
      await store.write(
        batchOf(Array.from({ length: 15 }, (_, i) => point(i, t0 + ((n * 37 + i * 11) % 300)))),
        noNotes,
      );
    }
    await store.sealAll();
    await store.stop();
    const database = new Database(join(folder, 'history.db'), { readonly: true });
    const chunks = database
      .prepare<[], { first: number; last: number }>('SELECT first, last FROM chunk ORDER BY first')
      .all();
    expect(chunks.length).toBeGreaterThan(0);
    for (const [i, { first }] of chunks.entries()) if (i > 0) expect(first).toBeGreaterThan(chunks[i - 1]!.last);
    expect(database.prepare('SELECT count(*) FROM hot').pluck().get()).toBe(0);
    database.close();
  });

  it('refuses to answer of a chunk that is damaged, by name and time, and answers of the others', async () => {
    const folder = temporaryFolder();
    const first = new EmbeddedStore(folder);
    await first.write(batchOf([point(1, t0), point(2, t0 + 1, good, all[1])]), noNotes);
    await first.sealAll();
    await first.stop();
    const database = new Database(join(folder, 'history.db'));
    database.exec('UPDATE chunk SET body = zeroblob(length(body)) WHERE id = (SELECT min(id) FROM chunk)');
    database.close();
    const store = new EmbeddedStore(folder);
    await store.start();
    const ask = (series: Series) => store.raw(series, utcMs(t0), utcMs(t0 + 10), 10, 'oldest first');
    await expect(ask(reactor)).rejects.toMatchObject({ code: 'history-damaged' });
    expect(await ask(all[1]!)).toHaveLength(1);
    await store.stop();
  });

  it('gives rows of tiers back after they are sealed into blocks, late ones among them', async () => {
    const folder = temporaryFolder();
    const store = new EmbeddedStore(folder);
    await store.start();
    const tier = coarseTiers[0]!;
    const begin = Math.floor(t0 / 3_600_000) * 3_600_000;
    const rows = Array.from({ length: 1_200 }, (_, i) => ({
      series: reactor,
      time: utcMs(begin + i * 10_000),
      count: 10,
      min: i / 10,
      max: i / 10 + 1,
      mean: i / 10 + 0.25,
      last: null,
      worst: good,
    }));
    const signal = new AbortController().signal;
    await store.writeCoarse(tier, rows);
    await store.sealAll();
    const late = { ...rows[5]!, min: -7 };
    await store.writeCoarse(tier, [late]);
    const ask = () => store.coarse(tier, [reactor], utcMs(begin), utcMs(begin + 12_000_000));
    const expected = rows.map((row, i) => (i === 5 ? late : row));
    expect(await ask()).toEqual([expected]);
    await store.sealAll();
    await store.stop();
    const again = new EmbeddedStore(folder);
    await again.start();
    expect(await again.coarse(tier, [reactor], utcMs(begin), utcMs(begin + 12_000_000))).toEqual([expected]);
    await again.stop();
    expect(signal.aborted).toBe(false);
  });

  it('gives up what is too old, a chunk at a time, and keeps it for good where the site says so', async () => {
    for (const [rawDays, left] of [
      [90, 1],
      [null, 2],
    ] as const) {
      const store = new EmbeddedStore(temporaryFolder(), { rawDays });
      await store.write(batchOf([point(1, t0)]), noNotes);
      await store.sealAll();
      await store.write(batchOf([point(2, t0 + 89 * 86_400_000)]), noNotes);
      await store.sealAll();
      await store.retain(utcMs(t0 + 91 * 86_400_000));
      const found = await store.raw(reactor, utcMs(t0), utcMs(t0 + 1e11), 10, 'oldest first');
      expect(found).toHaveLength(left);
      await store.stop();
    }
  });
});

describe('a history.db of before', () => {
  it('is converted at the first start: points of every kind, and gaps', async () => {
    const folder = temporaryFolder();
    const former = new Database(join(folder, 'history.db'));
    former.exec(`
      CREATE TABLE series (id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, skid TEXT NOT NULL, tag TEXT NOT NULL, UNIQUE (measurement, skid, tag)) STRICT;
      CREATE TABLE point (series INTEGER NOT NULL, time INTEGER NOT NULL, v ANY, b INTEGER, s TEXT, q INTEGER NOT NULL, st INTEGER, PRIMARY KEY (series, time)) STRICT, WITHOUT ROWID;
      CREATE TABLE gap (skid TEXT NOT NULL, time INTEGER NOT NULL, until INTEGER NOT NULL, points INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (skid, time)) STRICT, WITHOUT ROWID;
      INSERT INTO series VALUES (1, 'cdse-two-stage', 'QD-1', 'R201/TT-201A');
      INSERT INTO point VALUES (1, ${t0}, 80.5, NULL, NULL, 0, ${t0 + 3}), (1, ${t0 + 1}, NULL, 1, NULL, 0, NULL), (1, ${t0 + 2}, NULL, NULL, 'run', 0, NULL),
        (1, ${t0 + 3}, NULL, NULL, NULL, 2150694912, NULL);
      INSERT INTO gap VALUES ('QD-1', ${t0}, ${t0 + 9}, 4, 'full');
    `);
    former.close();
    for (let start = 0; start < 2; start += 1) {
      const store = new EmbeddedStore(folder);
      await store.start();
      const found = await store.raw(reactor, utcMs(t0), utcMs(t0 + 10), 10, 'oldest first');
      expect(found.map(({ value }) => value)).toEqual([80.5, true, 'run', null]);
      expect(found[0]?.serverTime).toBe(t0 + 3);
      expect(await store.gaps(null, utcMs(t0), utcMs(t0 + 1))).toMatchObject([{ kind: 'given-up', points: 4 }]);
      await store.stop();
    }
  });
});
