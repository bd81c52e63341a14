import { describe, expect, it } from 'vitest';
import { beyondText, intervalText, minutesText } from '../../hmi/web/src/exposure/exposure-text.ts';
import type { DoseLine } from '../../plant/ports/exposure-desk.ts';

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
