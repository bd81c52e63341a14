import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, readPage, type Cursor, type Fetch, type Shown } from '../../../gateway/opcua/history/history-pages.ts';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { HistoryPoint } from '../../../plant/ports/history.ts';
import { good } from '../../../plant/quality.ts';

/** The hour and minutes of the examples of Part 11, 4.4. */
const minute = (text: string): UtcMs => {
  const [hours, minutes] = text.split(':').map(Number);
  return utcMs(1_790_000_000_000 + ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000);
};
const at = (time: UtcMs): HistoryPoint => ({ time, value: 1, quality: good, serverTime: time });
const storeOf =
  (times: readonly UtcMs[]): Fetch =>
  (from, to, limit, order) => {
    const found = times.filter((time) => time >= from && time < to);
    return Promise.resolve((order === 'oldest first' ? found : found.reverse()).slice(0, limit).map(at));
  };
const example = storeOf(['5:00', '5:02', '5:03', '5:05', '5:06'].map(minute));

async function pages(cursor: Cursor | null, limit: number, fetch: Fetch): Promise<Shown[][]> {
  const all: Shown[][] = [];
  for (let next = cursor; next !== null;) {
    const page = await readPage(next, limit, fetch);
    all.push([...page.values]);
    next = page.next;
  }
  return all;
}

const words = (values: readonly Shown[]): string[] =>
  values.map((one) => {
    const minutes = (one.time - minute('0:00')) / 60_000;
    const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
    return 'notFound' in one ? `none ${text}` : text;
  });

describe('raw history', () => {
  it.each([
    ['5:00', '5:05', 0, true, '5:00 5:02 5:03 5:05'],
    ['5:00', '5:05', 0, false, '5:00 5:02 5:03'],
    ['5:01', '5:04', 0, true, '5:00 5:02 5:03 5:05'],
    ['5:01', '5:04', 0, false, '5:02 5:03'],
    ['5:05', '5:00', 0, true, '5:05 5:03 5:02 5:00'],
    ['5:05', '5:00', 0, false, '5:05 5:03 5:02'],
    ['5:04', '5:01', 0, true, '5:05 5:03 5:02 5:00'],
    ['5:04', '5:01', 0, false, '5:03 5:02'],
    ['4:59', '5:05', 0, true, 'none 4:59 5:00 5:02 5:03 5:05'],
    ['5:01', '5:07', 0, true, '5:00 5:02 5:03 5:05 5:06 none 5:07'],
    ['5:00', null, 3, true, '5:00 5:02 5:03'],
    ['5:00', null, 3, false, '5:00 5:02 5:03'],
    ['5:01', null, 3, true, '5:00 5:02 5:03'],
    [null, '5:06', 3, false, '5:06 5:05 5:03'],
    [null, '5:04', 2, true, '5:05 5:03'],
    ['5:00', '5:00', 0, false, '5:00'],
    ['5:00', '5:00', 0, true, '5:00'],
    ['5:01', '5:01', 0, false, ''],
    ['5:01', '5:01', 0, true, '5:00 5:02'],
    ['4:00', '4:59', 0, false, ''],
  ] as const)('from %s to %s, at most %d, bounds %s, is %s', async (start, end, most, bounds, expected) => {
    const request = {
      start: start === null ? null : minute(start),
      end: end === null ? null : minute(end),
      most,
      bounds,
    };
    const [values = [], ...more] = await pages(begin(request), 1000, example);
    expect(more).toEqual([]);
    expect(words(values).join(' ')).toBe(expected);
  });

  it.each([
    [null, null, 5],
    ['5:00', null, 0],
    [null, '5:00', 0],
  ] as const)('from %s to %s, %d values, is no span', (start, end, most) => {
    const request = { start: start === null ? null : minute(start), end: end === null ? null : minute(end), most };
    expect(begin({ ...request, bounds: false })).toBeNull();
  });

  it('comes in pages of the number that was asked for, with the bounds among them', async () => {
    const request = { start: minute('5:01'), end: minute('5:04'), most: 2, bounds: true };
    const given = await pages(begin(request), 1000, example);
    expect(given.map(words)).toEqual([
      ['5:00', '5:02'],
      ['5:03', '5:05'],
    ]);
    expect((await pages(begin({ ...request, most: 1 }), 1000, example)).map(words)).toEqual([
      ['5:00'],
      ['5:02'],
      ['5:03'],
      ['5:05'],
    ]);
  });

  it('is the same in pages of any size as at once, and asks for times that every store knows', async () => {
    const time = fc.integer({ min: 0, max: 60 }).map((n) => utcMs(1_790_000_000_000 + n));
    const edge = fc.oneof(time, fc.constantFrom(utcMs(-11_644_473_600_000), utcMs(9e15)));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(time, { maxLength: 30 }),
        edge,
        edge,
        fc.boolean(),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        async (times, start, end, bounds, most, limit) => {
          const sorted = [...times].sort((one, other) => one - other);
          const fetch: Fetch = (from, to, ...rest) => {
            expect([from >= 0, to <= Date.UTC(2200, 0, 1)]).toEqual([true, true]);
            return storeOf(sorted)(from, to, ...rest);
          };
          const whole = (await pages(begin({ start, end, most: 0, bounds }), 1000, fetch)).flat();
          const parts = await pages(begin({ start, end, most, bounds }), limit, fetch);
          expect(parts.flat()).toEqual(whole);
          for (const part of parts) expect(part.length).toBeLessThanOrEqual(most === 0 ? limit : Math.min(most, limit));
          if (bounds) return;
          const inside = sorted.filter((t) =>
            start <= end ? t >= start && (t < end || start === end) : t > end && t <= start,
          );
          const exact = start === end ? inside.filter((t) => t === start) : inside;
          expect(whole.map((one) => one.time)).toEqual(start <= end ? exact : exact.reverse());
        },
      ),
    );
  });
});
