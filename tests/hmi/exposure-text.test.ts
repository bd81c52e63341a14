import { describe, expect, it } from 'vitest';
import {
  beyondText,
  intervalText,
  minutesText,
  spanOf,
  typedTime,
  worstFirst,
} from '../../hmi/web/src/exposure/exposure-text.ts';
import type { ExposureLimit } from '../../plant/exposure.ts';
import type { DoseLine, PersonExposure } from '../../plant/ports/exposure-desk.ts';

describe('a dose in words', () => {
  it.each([
    [2.314, 2.314, '2.31'],
    [1.2, 4.1, '1.2 to 4.1'],
    [0, 0, '0'],
    [0.000001, 0.004, 'below 0.005'],
    [0.000001, 0.02, '0 to 0.02'],
  ])('from %d to %d against 5 is "%s"', (lower, upper, text) => {
    expect(intervalText({ lower, upper }, 5)).toBe(text);
  });
});

describe('beyond the dose so far', () => {
  const line = { limit: 5, rolling: null, excursions: null } as DoseLine;
  it.each<[string, Partial<DoseLine>, string]>([
    ['a STEL says how often it was come near', { excursions: 3 }, '3 of 4 times'],
    ['an average says its worst rolling 8 h', { rolling: { lower: 1, upper: 2 } }, '1 to 2'],
    ['a ceiling says nothing', {}, '–'],
  ])('%s', (_, more, text) => {
    expect(beyondText({ ...line, ...more })).toBe(text);
  });
});

describe('the time left', () => {
  it.each([
    [null, '–'],
    [59.9, '59 min'],
    [134, '2 h 14 min'],
    [1441, 'more than a day'],
  ])('%s min is "%s"', (minutes, text) => {
    expect(minutesText(minutes)).toBe(text);
  });
});

describe('two ceilings of one agent', () => {
  const limit = { agent: 'H2S', jurisdiction: 'OSHA', kind: 'ceiling' } as const;
  const limits = [
    { ...limit, value: 20, averagedOverMin: null },
    { ...limit, value: 50, averagedOverMin: 10 },
  ] as unknown as readonly ExposureLimit[];
  it.each([
    [20, ''],
    [50, ', 10 min mean'],
  ])('are told apart: %d ppm%s', (value, text) => {
    expect(spanOf({ ...limit, limit: value } as unknown as DoseLine, limits)).toBe(text);
  });
});

it('shows whoever is at a limit first, then whoever may be, at an action level, and the others', () => {
  const person = (personId: string, ...states: readonly DoseLine['state'][]): PersonExposure =>
    ({ personId, lines: states.map((state) => ({ state })), mixture: null }) as unknown as PersonExposure;
  const people = [
    person('below', 'below', 'below'),
    person('action', 'below', 'action level'),
    person('none'),
    person('limit', 'unknown', 'limit'),
    person('unknown', 'unknown'),
  ];
  expect(worstFirst(people).map(({ personId }) => personId)).toEqual(['limit', 'unknown', 'action', 'below', 'none']);
});

it('takes a typed time by the clock that the page shows', () => {
  expect(typedTime('2026-11-23T02:30', true)).toBe(Date.UTC(2026, 10, 23, 2, 30));
  expect(typedTime('2026-11-23T02:30', false)).toBe(new Date(2026, 10, 23, 2, 30).getTime());
});
