import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EmbeddedStore } from '../../../historian/embedded/embedded-store.ts';
import { batchOf, type Series } from '../../../historian/point.ts';
import { coarseTiers } from '../../../historian/schema.ts';
import { fillGaps } from '../../../historian/transfer/fill.ts';
import { migrateHistory } from '../../../historian/transfer/migrate.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { HistoryEvent, HistoryGap } from '../../../plant/ports/history.ts';
import { badNoCommunication, good } from '../../../plant/quality.ts';
import { noNotes, point, qd1, reactor, temporaryFolder } from '../world.ts';

const t0 = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const signal = new AbortController().signal;
const valve: Series = {
  ...reactor,
  device: 'PLC-1',
  measurement: 'generic-skid-plc',
  tag: 'X300/XV-301',
  valueType: 'boolean',
};
const figure: Series = {
  ...reactor,
  measurement: 'mesoline_health',
  device: 'gateway',
  tag: 'health.gateway/scans',
  field: 'scans',
};

async function opened(): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(temporaryFolder(), { rawDays: null });
  await store.start();
  onTestFinished(() => store.stop());
  return store;
}
const valuesOf = async (store: EmbeddedStore, series: Series) =>
  (await store.raw(series, utcMs(0), utcMs(8e12), 100_000, 'oldest first')).map(({ value }) => value);

const gap: HistoryGap = {
  skid: qd1,
  kind: 'service-down',
  from: utcMs(t0 + 10_000),
  to: utcMs(t0 + 40_000),
  points: 0,
  reason: 'It did not run.',
  filled: null,
};
const event: HistoryEvent = {
  kind: 'alarm',
  skid: qd1,
  object: 'a',
  id: 'a',
  from: utcMs(t0),
  to: null,
  title: 'A',
  text: 'b',
  batch: null,
  severity: 600,
};

describe('a migration', () => {
  it('has everything in the other store afterwards, under its own names, and may be done twice', async () => {
    const [from, to] = [await opened(), await opened()];
    const many = Array.from({ length: 25_000 }, (_, i) =>
      point(i / 10, t0 + 1_000 * i, i % 9 === 0 ? badNoCommunication : good),
    );
    await from.write(batchOf([...many, point(true, t0, good, valve), point(7, t0, good, figure)]), {
      gaps: [gap],
      events: [event],
    });
    const row = { series: reactor, time: utcMs(t0), count: 3, min: 1, max: 2, mean: 1.5, last: 2, worst: good };
    for (const tier of coarseTiers) await from.writeCoarse(tier, [row]);
    for (let times = 0; times < 2; times += 1) {
      const said: string[] = [];
      const moved = await migrateHistory(from, to, signal, (line) => said.push(line));
      expect(moved).toMatchObject({ series: 3, points: 25_002, rows: 3, gaps: 1, events: 1, refused: [] });
      expect(said).toHaveLength(3);
    }
    expect(await valuesOf(to, reactor)).toEqual(many.map(({ value }) => value));
    expect(await to.series()).toEqual(expect.arrayContaining([reactor, valve, figure]));
    expect(await to.gaps(qd1, utcMs(0), utcMs(8e12))).toEqual([gap]);
    expect(await to.coarse(coarseTiers[2]!, [reactor], utcMs(t0), utcMs(t0 + 1))).toEqual([[row]]);
  });

  it('ends where the other store does not answer what was written, and says where', async () => {
    const [from, to] = [await opened(), await opened()];
    await from.write(batchOf([point(1, t0), point(2, t0 + 1)]), noNotes);
    vi.spyOn(to, 'raw').mockImplementation(() => Promise.resolve([]));
    await expect(migrateHistory(from, to, signal, () => undefined)).rejects.toMatchObject({
      code: 'history-not-whole',
    });
  });
});

describe('gaps', () => {
  it('are filled by what another historian has of that time, and say so; tiers are made anew', async () => {
    const [other, own] = [await opened(), await opened()];
    const whole = Array.from({ length: 61 }, (_, i) => point(i, t0 + 1_000 * i));
    await other.write(batchOf(whole), noNotes);
    const left = whole.filter(({ time }) => time <= gap.from || time >= gap.to);
    // One of them came in meanwhile, and is what it is.
    await own.write(batchOf([...left, point(-5, t0 + 20_000)]), {
      gaps: [gap, { ...gap, kind: 'quarantined' }],
      events: [],
    });
    const now = utcMs(t0 + 7_200_000);
    const done = await fillGaps(other, own, [reactor], now, signal);
    expect(done).toEqual([{ gap, points: 28 }]);
    expect(await valuesOf(own, reactor)).toEqual(whole.map(({ value, time }) => (time === t0 + 20_000 ? -5 : value)));
    expect((await own.gaps(qd1, utcMs(0), now)).map(({ kind, filled }) => [kind, filled])).toEqual([
      ['quarantined', null],
      ['service-down', now],
    ]);
    const [rows] = await own.coarse(coarseTiers[0]!, [reactor], utcMs(t0 + 20_000), utcMs(t0 + 30_000));
    expect(rows).toMatchObject([{ count: 10, min: -5, max: 29 }]);
    expect(await fillGaps(other, own, [reactor], now, signal)).toEqual([]);
  });

  it('stay open where the other has nothing of that time either', async () => {
    const [other, own] = [await opened(), await opened()];
    await own.write(batchOf([]), { gaps: [gap], events: [] });
    expect(await fillGaps(other, own, [reactor], utcMs(t0 + 1e6), signal)).toEqual([{ gap, points: 0 }]);
    expect((await own.gaps(qd1, utcMs(0), utcMs(8e12)))[0]?.filled).toBeNull();
  });
});
