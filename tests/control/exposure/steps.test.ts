import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Air } from '../../../control/exposure/air.ts';
import { ExposureBook } from '../../../control/exposure/book.ts';
import { hourMs } from '../../../control/exposure/dose.ts';
import { loadLimits } from '../../../control/exposure/limits.ts';
import { mostInSlice, Slices, whole, type Steps } from '../../../control/exposure/steps.ts';
import { utcMs } from '../../../plant/clock.ts';
import { definition, skid } from './support/hall.ts';

const limits = loadLimits();
/** 06:00 in Berlin, when a shift begins. */
const shiftFrom = Date.UTC(2026, 9, 2, 4);

type Reading = Readonly<{ hour: number; minutes: number; value: number | null }>;
type Going = Readonly<{ person: number; hour: number; isIn: boolean }>;
type Day = Readonly<{ readings: readonly Reading[]; goings: readonly Going[]; hours: number }>;

const days = fc.record<Day>({
  readings: fc.array(
    fc.record({
      hour: fc.double({ min: -20, max: 7, noNaN: true }),
      minutes: fc.integer({ min: 1, max: 90 }),
      // As an instrument shows it: sums of numbers next to the smallest there is are another matter.
      value: fc.option(fc.integer({ min: 0, max: 3000 }).map((hundredths) => hundredths / 100)),
    }),
    { maxLength: 6 },
  ),
  goings: fc.array(
    fc.record({
      person: fc.integer({ min: 1, max: 4 }),
      hour: fc.double({ min: -30, max: 8, noNaN: true }),
      isIn: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  hours: fc.integer({ min: 1, max: 8 }),
});

function bookOf({ readings, goings }: Day): Readonly<{ book: ExposureBook; air: Air }> {
  const air = new Air(definition, [skid]);
  const book = new ExposureBook(definition, limits, air);
  const series = air.readings('hall').map((reading) => reading.series);
  for (const { hour, minutes, value } of [...readings].sort((a, b) => a.hour - b.hour)) {
    const from = Math.floor(shiftFrom + hour * hourMs);
    for (let at = from; at < from + minutes * 60_000; at += 5000)
      for (const one of series) one.fill(Math.floor(at / 10_000) * 10_000, cellOf(value));
  }
  goings.forEach(({ person, hour, isIn }, i) =>
    book.remember({
      kind: 'presence',
      entry: {
        order: i + 1,
        personId: `P-${person}`,
        printedName: `P-${person}`,
        zone: isIn ? 'hall' : null,
        at: utcMs(Math.floor(shiftFrom + hour * hourMs)),
      },
    }),
  );
  return { book, air };
}
const cellOf = (value: number | null) => ({
  low: value ?? 0,
  high: value ?? 0,
  top: value ?? 0,
  share: value === null ? 0 : 1,
});

describe('judging in slices', () => {
  it('finds what judging at once does, whatever is read, logged and asked between two of them', () => {
    fc.assert(
      fc.property(days, (day) => {
        const at = utcMs(shiftFrom + day.hours * hourMs);
        const expected = whole(bookOf(day).book.at(at)).people;
        const { book, air } = bookOf(day);
        const turns: (() => void)[] = [];
        const slices = new Slices((turn) => turns.push(turn));
        let found: unknown = null;
        void slices.run(settling(book.at(at), ({ people }) => (found = people)));
        for (let i = 0; turns.length > 0; i++) {
          turns.shift()?.();
          for (const { series } of air.readings('hall')) series.add(at + (i + 1) * 1000, 29);
          book.now(utcMs(at + i));
        }
        expect(found).toEqual(expected);
        expect(slices.most).toBeLessThanOrEqual(mostInSlice);
      }),
      { numRuns: 25 },
    );
  });

  it('handles no more than is said in any slice, with nothing, with everything and with holes in what was read', () => {
    for (const every of [0, 1, 2, 7]) {
      const everyone = Array.from({ length: 20 }, (_, person) => ({ person, hour: -30 + person, isIn: true }));
      const { book, air } = bookOf({ readings: [], goings: everyone, hours: 8 });
      const at = utcMs(shiftFrom + 8 * hourMs - 1);
      for (let cell = at - 60 * hourMs, i = 0; every > 0 && cell < at; cell += 10_000, i++)
        if (i % every === 0)
          for (const { series } of air.readings('hall'))
            series.fill(Math.floor(cell / 10_000) * 10_000, { low: i % 3, high: i % 3, top: 3, share: 0.5 });
      const turns: (() => void)[] = [];
      const slices = new Slices((turn) => turns.push(turn));
      let isDone = false;
      void slices.run(settling(book.refresh(at), () => (isDone = true)));
      let count = 0;
      for (; turns.length > 0; count++) turns.shift()?.();
      expect([isDone, book.isFresh(at)]).toEqual([true, true]);
      expect(slices.most).toBeLessThanOrEqual(mostInSlice);
      expect(count).toBeGreaterThan(20);
    }
  });

  it('does one slice in a turn, however many wait, and those in their order', async () => {
    const turns: (() => void)[] = [];
    const slices = new Slices((turn) => turns.push(turn));
    const order: string[] = [];
    const job = function* (name: string): Steps<string> {
      for (let i = 0; i < 2; i++) {
        order.push(name);
        yield mostInSlice;
      }
      return name;
    };
    const both = Promise.all([slices.run(job('a')), slices.run(job('b'))]);
    for (; turns.length > 0;) {
      expect(turns).toHaveLength(1);
      turns.shift()?.();
    }
    expect(await both).toEqual(['a', 'b']);
    expect(order).toEqual(['a', 'a', 'b', 'b']);
  });

  it('of a job that fails says so, and goes on with the next; when the room stops nobody waits for ever', async () => {
    const turns: (() => void)[] = [];
    const slices = new Slices((turn) => turns.push(turn));
    const failing = slices.run(broken());
    const next = slices.run(fine());
    while (turns.length > 0) turns.shift()?.();
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe(1);
    const waiting = slices.run(fine());
    slices.stop();
    await expect(waiting).rejects.toThrow('The service stops');
    await expect(slices.run(fine())).rejects.toThrow('The service stops');
  });
});

function* settling<T>(steps: Steps<T>, settled: (value: T) => void): Steps<void> {
  settled(yield* steps);
}
function* fine(): Steps<number> {
  yield 1;
  return 1;
}
function* broken(): Steps<number> {
  yield 1;
  throw new Error('broken');
}
