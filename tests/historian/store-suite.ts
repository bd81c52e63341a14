/** What every store of history must do, whichever it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryStore } from '../../historian/store.ts';
import { utcMs } from '../../plant/clock.ts';
import type { HistoryOrder } from '../../plant/ports/history.ts';
import { badNoCommunication, good, uncertainLastUsableValue, type Quality } from '../../plant/quality.ts';
import type { Series } from '../../historian/point.ts';
import { point, qd1 } from './world.ts';

const signal = new AbortController().signal;
const t0 = 1_700_000_000_000;
let count = 0;
/** A series that no other test has written to. */
const fresh = (name = 'T'): Series => ({ measurement: 'cdse-two-stage', skid: qd1, tag: `${name}-${++count}` });
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
            expect(await store().write(points, [], signal)).toEqual([]);
            expect(await rawOf(store(), series)).toEqual(
              points.map(({ time, value, quality }) => ({ time, value, quality })),
            );
          },
        ),
        { numRuns: 20 },
      );
    });

    it('keeps booleans, texts and the absence of a value', async () => {
      const [yesNo, text, nothing] = [fresh(), fresh(), fresh()];
      const awkward = 'a "quoted" \\ text,\nof two lines = odd';
      await store().write(
        [
          point(true, t0, good, yesNo),
          point(false, t0 + 1, good, yesNo),
          point(awkward, t0, good, text),
          point(null, t0, badNoCommunication, nothing),
          point(NaN, t0 + 1, badNoCommunication, nothing),
        ],
        [],
        signal,
      );
      expect((await rawOf(store(), yesNo)).map(({ value }) => value)).toEqual([true, false]);
      expect((await rawOf(store(), text)).map(({ value }) => value)).toEqual([awkward]);
      expect(await rawOf(store(), nothing)).toEqual([
        { time: t0, value: null, quality: badNoCommunication },
        { time: t0 + 1, value: null, quality: badNoCommunication },
      ]);
    });

    it('keeps names apart, however odd', async () => {
      const names = ['a b', 'a,b', 'a=b', "a'b", 'a"b', 'a\\', 'a\nb', '%5C', '\\', '#', "' OR 1=1 --", 'ä°'];
      const odd = names.map((one) => ({ ...fresh(), tag: one }));
      await store().write(
        odd.map((series, i) => point(i, t0, good, series)),
        [],
        signal,
      );
      for (const [i, series] of odd.entries()) {
        expect((await rawOf(store(), series)).map(({ value }) => value)).toEqual([i]);
      }
    });

    it('has a point once, however often it is written', async () => {
      const series = fresh();
      const points = [point(1, t0, good, series), point(2, t0 + 1, good, series)];
      for (let i = 0; i < 3; i++) await store().write(points, [], signal);
      expect((await rawOf(store(), series)).map(({ value }) => value)).toEqual([1, 2]);
    });

    it('gives the first or the last points of a span, its end not among them', async () => {
      const series = fresh();
      await store().write(
        Array.from({ length: 10 }, (_, i) => point(i, t0 + i, good, series)),
        [],
        signal,
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
            await store().write(points, [], signal);
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
      const [pump, level] = [fresh(), fresh()];
      await store().write(
        [point(true, t0, good, pump), point(false, t0 + 1, good, pump), point(7, t0, good, level)],
        [],
        signal,
      );
      const [ofPump, ofLevel] = await store().trend([pump, level], utcMs(t0), utcMs(t0 + 10), 10);
      expect(ofPump).toEqual([{ time: t0, count: 2, min: 0, max: 1, last: 0, worst: good, lastQuality: good }]);
      expect(ofLevel).toEqual([{ time: t0, count: 1, min: 7, max: 7, last: 7, worst: good, lastQuality: good }]);
    });
  });
}
