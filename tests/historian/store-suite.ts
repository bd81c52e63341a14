/** What every store of history must do, whichever it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CoarseRow } from '../../historian/downsampling/coarse-row.ts';
import { coarseTiers } from '../../historian/schema.ts';
import type { HistoryStore, Notes } from '../../historian/store.ts';
import { utcMs } from '../../plant/clock.ts';
import type { HistoryEvent, HistoryEventQuery, HistoryGap, HistoryOrder } from '../../plant/ports/history.ts';
import { skidName } from '../../plant/sample.ts';
import { badNoCommunication, good, uncertainLastUsableValue, type Quality } from '../../plant/quality.ts';
import { batchOf, type Point, type Series } from '../../historian/point.ts';
import { noNotes, point, qd1 } from './world.ts';

const signal = new AbortController().signal;
const t0 = 1_700_000_000_000;
let count = 0;
/** A series that no other test has written to. */
const fresh = (valueType: Series['valueType'] = 'number'): Series => ({
  measurement: 'cdse-two-stage',
  skid: qd1,
  device: 'PLC-1',
  tag: `T-${++count}`,
  valueType,
});
const write = (store: HistoryStore, points: readonly Point[], notes: Partial<Notes> = {}) =>
  store.write(batchOf(points), { ...noNotes, ...notes }, signal);
const rawOf = (store: HistoryStore, series: Series) =>
  store.raw(series, utcMs(t0), utcMs(t0 + 1_000_000), 10_000, 'oldest first');

export function storeSuite(name: string, store: () => HistoryStore): void {
  describe(name, () => {
    it('gives every number back bit by bit, with its own time and quality', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(0xffff_ffff)), {
            minLength: 1,
            maxLength: 200,
          }),
          async (values) => {
            const series = fresh();
            const points = values.map(([value, q], i) => point(value, t0 + i, q as Quality, series));
            expect(await write(store(), points)).toEqual([]);
            expect(await rawOf(store(), series)).toEqual(
              points.map(({ time, value, quality, serverTime }) => ({ time, value, quality, serverTime })),
            );
          },
        ),
        { numRuns: 20 },
      );
    });

    it('keeps booleans, texts and the absence of a value', async () => {
      const [yesNo, text, nothing] = [fresh('boolean'), fresh('text'), fresh()];
      const awkward = 'a "quoted" \\ text,\nof two lines = odd';
      await write(store(), [
        point(true, t0, good, yesNo),
        point(false, t0 + 1, good, yesNo),
        point(awkward, t0, good, text),
        point(null, t0, badNoCommunication, nothing),
        point(NaN, t0 + 1, badNoCommunication, nothing),
      ]);
      expect((await rawOf(store(), yesNo)).map(({ value }) => value)).toEqual([true, false]);
      expect((await rawOf(store(), text)).map(({ value }) => value)).toEqual([awkward]);
      expect(await rawOf(store(), nothing)).toEqual([
        { time: t0, value: null, quality: badNoCommunication, serverTime: t0 + 3 },
        { time: t0 + 1, value: null, quality: badNoCommunication, serverTime: t0 + 4 },
      ]);
    });

    it('keeps names apart, however odd', async () => {
      const names = ['a b', 'a,b', 'a=b', "a'b", 'a"b', 'a\\', 'a\nb', '%5C', '\\', '#', "' OR 1=1 --", 'ä°'];
      const odd = names.map((one) => ({ ...fresh(), tag: one }));
      await write(
        store(),
        odd.map((series, i) => point(i, t0, good, series)),
      );
      for (const [i, series] of odd.entries()) {
        expect((await rawOf(store(), series)).map(({ value }) => value)).toEqual([i]);
      }
    });

    it('has a point once, however often it is written', async () => {
      const series = fresh();
      const points = [point(1, t0, good, series), point(2, t0 + 1, good, series)];
      for (let i = 0; i < 3; i++) await write(store(), points);
      expect((await rawOf(store(), series)).map(({ value }) => value)).toEqual([1, 2]);
    });

    it('gives the first or the last points of a span, its end not among them', async () => {
      const series = fresh();
      await write(
        store(),
        Array.from({ length: 10 }, (_, i) => point(i, t0 + i, good, series)),
      );
      const values = async (from: number, to: number, limit: number, order: HistoryOrder = 'oldest first') =>
        (await store().raw(series, utcMs(t0 + from), utcMs(t0 + to), limit, order)).map(({ value }) => value);
      expect(await values(2, 5, 100)).toEqual([2, 3, 4]);
      expect(await values(0, 10, 3)).toEqual([0, 1, 2]);
      expect(await values(2, 5, 100, 'newest first')).toEqual([4, 3, 2]);
      expect(await values(0, 10, 3, 'newest first')).toEqual([9, 8, 7]);
    });

    it('has nothing of a series that was never written', async () => {
      expect(await rawOf(store(), fresh())).toEqual([]);
      expect((await store().trend([fresh()], utcMs(t0), utcMs(t0 + 10), 10)).flat()).toEqual([]);
    });

    it('makes a trend of extremes, last value, count and worst quality, as counting by hand does', async () => {
      const step = fc.record({
        wait: fc.integer({ min: 1, max: 40 }),
        value: fc.integer({ min: -5, max: 5 }),
        quality: fc.constantFrom(good, uncertainLastUsableValue, badNoCommunication),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 40 }),
          fc.integer({ min: 1, max: 97 }),
          fc.nat(200),
          async (steps, widthMs, shift) => {
            const series = fresh();
            let at = t0;
            const points = steps.map(({ wait, value, quality }) => point(value, (at += wait), quality, series));
            await write(store(), points);
            const from = utcMs(t0 + shift);
            const to = utcMs(from + 10 * widthMs);
            const [found] = await store().trend([series], from, to, widthMs);
            const byHand = Array.from({ length: 10 }, (_, column) => {
              const begin = from + column * widthMs;
              const inside = points.filter(({ time }) => time >= begin && time < begin + widthMs);
              const values = inside.map(({ value }) => Number(value));
              return {
                time: begin,
                count: inside.length,
                min: Math.min(...values),
                max: Math.max(...values),
                last: values.at(-1),
                worst: Math.max(...inside.map(({ quality }) => quality)),
                lastQuality: inside.at(-1)?.quality,
              };
            });
            expect(found).toEqual(byHand.filter((column) => column.count > 0));
          },
        ),
        { numRuns: 15 },
      );
    });

    it('makes a trend of a boolean as of 0 and 1, and of several tags at once', async () => {
      const [pump, level] = [fresh('boolean'), fresh()];
      await write(store(), [point(true, t0, good, pump), point(false, t0 + 1, good, pump), point(7, t0, good, level)]);
      const [ofPump, ofLevel] = await store().trend([pump, level], utcMs(t0), utcMs(t0 + 10), 10);
      expect(ofPump).toEqual([{ time: t0, count: 2, min: 0, max: 1, last: 0, worst: good, lastQuality: good }]);
      expect(ofLevel).toEqual([{ time: t0, count: 1, min: 7, max: 7, last: 7, worst: good, lastQuality: good }]);
    });

    it('keeps gaps and events, each once, and gives those that touch a span', async () => {
      const skid = skidName(`QD-${++count}`);
      const gap: HistoryGap = {
        skid,
        kind: 'given-up',
        from: utcMs(t0 + 10),
        to: utcMs(t0 + 20),
        points: 3,
        reason: 'the "disk" is full',
        filled: null,
      };
      const event: HistoryEvent = {
        kind: 'alarm',
        skid,
        object: 'R201/TI-201.high',
        id: 'QD-1/R201/TI-201.high',
        from: utcMs(t0 + 5),
        to: null,
        title: 'Hot',
        text: 'over 170 °C, "too" hot',
        batch: 'B-1',
        severity: 900,
      };
      await write(store(), [], { gaps: [gap], events: [event] });
      await write(store(), [], { gaps: [{ ...gap, points: 4, filled: utcMs(t0 + 99) }], events: [event] });
      expect(await store().gaps(skid, utcMs(t0 + 20), utcMs(t0 + 30))).toEqual([
        { ...gap, points: 4, filled: t0 + 99 },
      ]);
      expect(await store().gaps(skid, utcMs(t0 + 21), utcMs(t0 + 30))).toEqual([]);
      expect(await store().gaps(null, utcMs(t0), utcMs(t0 + 30))).toContainEqual({
        ...gap,
        points: 4,
        filled: t0 + 99,
      });
      const asked = { from: utcMs(t0 + 1_000), to: utcMs(t0 + 2_000), skid, kind: null, limit: 10 };
      expect(await store().events(asked)).toEqual([event]);
      await write(store(), [], { events: [{ ...event, to: utcMs(t0 + 50) }] });
      expect(await store().events(asked)).toEqual([]);
      expect(await store().events({ ...asked, from: utcMs(t0) })).toEqual([{ ...event, to: t0 + 50 }]);
      expect(await store().events({ ...asked, from: utcMs(t0), kind: 'batch' })).toEqual([]);
      const later = { ...event, id: 'B-8', from: utcMs(event.from + 5), to: null };
      await write(store(), [], { events: [later] });
      const both = { ...asked, from: event.from, to: utcMs(t0 + 1_000), begun: true };
      const ids = async (more: Partial<HistoryEventQuery>) =>
        (await store().events({ ...both, ...more })).map(({ id }) => id);
      expect(await ids({})).toEqual([event.id, later.id]);
      expect(await ids({ order: 'newest first', limit: 1 })).toEqual([later.id]);
      expect(await ids({ from: utcMs(event.from + 1) })).toEqual([later.id]);
    });

    it('keeps rows of every tier, each once, with what they have not', async () => {
      const [one, other] = [fresh(), fresh()];
      for (const tier of coarseTiers) {
        const row = (series: Series, i: number, value: number | null): CoarseRow => ({
          series,
          time: utcMs(Math.floor(t0 / tier.widthMs) * tier.widthMs + i * tier.widthMs),
          count: i,
          min: value,
          max: value === null ? null : value + 0.5,
          mean: value,
          last: value,
          worst: i % 2 === 0 ? good : badNoCommunication,
        });
        const rows = [row(one, 0, 1.25), row(one, 1, null), row(other, 1, -3), row(one, 2, 7)];
        await store().writeCoarse(tier, [row(one, 2, 5), ...rows], signal);
        const first = rows[0]!.time;
        const found = await store().coarse(tier, [one, other, fresh()], first, utcMs(first + 3 * tier.widthMs));
        expect(found).toEqual([[rows[0], rows[1], rows[3]], [rows[2]], []]);
        expect(await store().coarse(tier, [one], utcMs(first + 1), utcMs(first + 2 * tier.widthMs))).toEqual([
          [rows[1]],
        ]);
      }
    });
  });
}
