/** The page of the interlocks in words, orders and places on its scale. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { logScale, responseRows } from '../../hmi/web/src/interlock/response-scale.ts';
import { durationText, isForced, shortNumber, worstFirst } from '../../hmi/web/src/interlock/row-text.ts';
import { refusalsOf } from '../../hmi/web/src/interlock/refusals.ts';
import { utcMs } from '../../plant/clock.ts';
import type { InterlockRowView } from '../../plant/ports/interlock-desk.ts';
import { badNoCommunication, good, goodLocalOverride } from '../../plant/quality.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { localTag } from '../../plant/sample.ts';
import { servedInterlocks, servedResponses } from './support/served-interlocks.ts';

const type = loadSkidType('plant/skids/cdse.yaml');
const now = utcMs(Date.UTC(2026, 9, 2, 9, 30));
const view = servedInterlocks(type, now);
const numbers = (rows: readonly InterlockRowView[]): readonly number[] => rows.map(({ row }) => row);

describe('the matrix', () => {
  it('shows the first-out before everything, then what tripped, trips, is latched, warned, not whole and not proven', () => {
    // Row 7 is bypassed, row 9 degraded, row 18 stands on a held input, row 1 is overdue.
    expect(numbers(worstFirst(view.rows, view.firstOut)).slice(0, 8)).toEqual([12, 3, 11, 10, 7, 9, 18, 1]);
  });

  it('shows a first-out first also where another row stands worse', () => {
    const first = { row: 11, title: '', at: now, stampedBy: 'field' as const };
    expect(numbers(worstFirst(view.rows, [first])).slice(0, 2)).toEqual([11, 12]);
  });

  it('has every row once, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...view.rows], { minLength: view.rows.length }), (rows) => {
        expect(worstFirst(rows, view.firstOut)).toEqual(worstFirst(view.rows, view.firstOut));
      }),
    );
  });
});

describe('a channel', () => {
  const channel = { value: 1, unit: null, quality: good, votesTrip: false, bypassed: false };
  const force = { value: 1, by: '', second: '', reason: '', since: now, expiresAt: now };
  const forces = [{ ...force, tag: localTag('R201/TT-201') }];

  it.each([
    ['R201/TT-201', true],
    ['max(R201/TT-201, R201/TT-202)', true],
    ['R201/TT-201A', false],
    ['R201/TT-201.SP', false],
    ['XR201/TT-201', false],
  ])('made of %s stands on the forced R201/TT-201: %s', (text, forced) => {
    expect(isForced({ ...channel, text }, forces)).toBe(forced);
  });

  it('says that it is forced by its quality alone', () => {
    expect(isForced({ ...channel, text: 'R201/T.max', quality: goodLocalOverride }, [])).toBe(true);
    expect(isForced({ ...channel, text: 'R201/T.max', quality: badNoCommunication }, [])).toBe(false);
  });

  it('reads in four digits that count, without an exponent', () => {
    expect([0.0123456, 12.3456, 1234.56, 123_456.7].map(shortNumber)).toEqual(['0.01235', '12.35', '1235', '123457']);
  });
});

describe('a span of a skid file', () => {
  it.each([
    [5, '5 ms'],
    [500, '0.5 s'],
    [1600, '1.6 s'],
    [90_000, '1.5 min'],
    [61_000, '61 s'],
    [4 * 3_600_000, '4 h'],
    [365 * 86_400_000, '365 d'],
  ])('of %d ms reads as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe('response times', () => {
  it('are charted by row, and not where the field never answered', () => {
    const responses = servedResponses(type, now);
    const rows = responseRows(responses);
    expect(rows.map(({ row }) => row)).toEqual([...new Set(responses.map(({ row }) => row))].sort((a, b) => a - b));
    expect(rows.find(({ row }) => row === 10)?.responses).toHaveLength(2);
  });

  it('lie in the order of their length, within the scale, whatever they are', () => {
    const times = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(times, (given) => {
        const { at, ticks } = logScale(given);
        const places = [...given].sort((one, other) => one - other).map(at);
        expect(places).toEqual([...places].sort((one, other) => one - other));
        expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
        expect([at(ticks[0] ?? 0), at(ticks.at(-1) ?? 0)]).toEqual([0, 1]);
        const longest = Math.max(...given);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(longest);
      }),
    );
  });

  it('have whole decades for ticks', () => {
    expect(logScale([60, 30_000]).ticks).toEqual([10, 100, 1000, 10_000, 100_000]);
    expect(logScale([150, 900]).ticks).toEqual([100, 1000, 10_000]);
  });
});

describe('a refusal', () => {
  const fault = { where: 'QD-1', problem: 'A batch runs.', remedy: 'Nothing was bypassed.' };
  const problem = { status: 409, code: 'refused', message: 'A batch runs. Nothing was bypassed.' };
  it('for one reason says what to do; for several it is one line each', () => {
    expect(refusalsOf({ ...problem, faults: [fault] })).toEqual(['A batch runs. Nothing was bypassed.']);
    expect(refusalsOf({ ...problem, faults: [fault, { ...fault, problem: 'It is hot.' }] })).toEqual([
      'A batch runs.',
      'It is hot.',
    ]);
  });
});
