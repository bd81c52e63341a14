import { describe, expect, it } from 'vitest';
import { inUrgency } from '../../hmi/web/src/alarm/urgency.ts';
import { wantedOf } from '../../hmi/web/src/unit/wanted-value.ts';
import { dateTimeIn, spanText, timeIn, trustOf, valueText } from '../../hmi/web/src/format.ts';
import type { TagView } from '../../hmi/api/answers.ts';
import { badNoCommunication, badOutOfRange, good, goodLocalOverride } from '../../plant/quality.ts';
import { alarmOf } from './support/fakes.ts';

const plain = { states: null, decimals: 1 };

describe('a value on a page', () => {
  it('shows its decimals, its state, or that there is none', () => {
    expect(valueText(159.96, plain)).toBe('160.0');
    expect(valueText(-0.01, plain)).toBe('0.0');
    expect(valueText(1, { states: { 0: 'waste', 1: 'product' }, decimals: 0 })).toBe('product');
    expect(valueText(true, { states: { 0: 'off', 1: 'on' }, decimals: 0 })).toBe('on');
    expect(valueText(null, plain)).toBe('–');
  });

  it('is believed while it is Good and its skid is read', () => {
    expect(trustOf([160, good, 0, 0], 10_000, 2000, 11_000)).toEqual({ ok: true, name: 'Good', note: null });
  });

  it('that two people hold says FORCED, in a word', () => {
    expect(trustOf([160, goodLocalOverride, 0, 0], 10_000, 2000, 11_000)).toEqual({
      ok: true,
      name: 'GoodLocalOverride',
      note: 'FORCED',
    });
  });

  it('is stale, with its age, when its skid has not been read for too long, whatever its quality was', () => {
    expect(trustOf([160, good, 0, 0], 10_000, 2000, 12_001)).toMatchObject({
      ok: false,
      name: 'BadNoCommunication',
      note: 'stale, 2 s old',
    });
  });

  it('that is Bad says why and how old it is', () => {
    expect(trustOf([160, badNoCommunication, 0, 5000], 10_000, 2000, 10_000)).toMatchObject({
      ok: false,
      note: 'no communication, 5 s old',
    });
    expect(trustOf([160, badOutOfRange, 0, 10_000], 10_000, 2000, 10_000)).toMatchObject({
      ok: false,
      name: 'BadOutOfRange',
    });
    expect(trustOf(null, 10_000, 2000, 10_000).ok).toBe(false);
  });
});

describe('times and spans', () => {
  const noon = Date.UTC(2026, 9, 2, 12);
  it('name their zone, and the day where it is another', () => {
    expect(timeIn(noon, noon, true)).toBe('12:00:00 UTC');
    expect(timeIn(noon - 86_400_000, noon, true)).toBe('2026-10-01 12:00:00 UTC');
    expect(timeIn(null, noon, true)).toBe('–');
  });

  it('are short', () => {
    expect([0, 59_999, 60_000, 200_000, 7_500_000].map(spanText)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '3 min 20 s',
      '2 h 5 min',
    ]);
  });
});

describe('the order of alarms', () => {
  it('puts what waits first, then the most urgent, then the newest, and what is suppressed last', () => {
    const raised = [
      alarmOf('suppressed', { suppressed: true, priority: 1 }),
      alarmOf('acknowledged', { acknowledged: true, priority: 1 }),
      alarmOf('old', { priority: 2, raisedAt: 1 as never }),
      alarmOf('new', { priority: 2, raisedAt: 2 as never }),
      alarmOf('urgent', { priority: 1 }),
    ];
    expect(inUrgency(raised).map(({ id }) => id)).toEqual(['urgent', 'new', 'old', 'acknowledged', 'suppressed']);
  });

  it('puts a lost link before the rows that lost their channels with it, and those before what came otherwise', () => {
    const at = (raisedAt: number, level: string, priority: 1 | 2 = 1) => ({
      raisedAt: raisedAt as never,
      level,
      priority,
    });
    const raised = [
      alarmOf('QD-1/limit', at(5, 'high')),
      alarmOf('QD-1/later row', at(6, 'doubt')),
      alarmOf('QD-1/row', at(4, 'doubt')),
      alarmOf('QD-1/loss', at(9, 'loss', 2)),
      alarmOf('QD-1/link', at(5, 'link')),
    ];
    expect(inUrgency(raised).map(({ id }) => id)).toEqual([
      'QD-1/link',
      'QD-1/row',
      'QD-1/later row',
      'QD-1/limit',
      'QD-1/loss',
    ]);
  });

  it('puts the trip that stands before one that was reset and nobody acknowledged', () => {
    const trip = (raisedAt: number) => ({ raisedAt: raisedAt as never, level: 'trip', priority: 1 as const });
    const raised = [
      alarmOf('QD-1/before', { ...trip(3), active: false }),
      alarmOf('QD-1/now', trip(8)),
      alarmOf('QD-1/first now', trip(7)),
    ];
    expect(inUrgency(raised).map(({ id }) => id)).toEqual(['QD-1/first now', 'QD-1/now', 'QD-1/before']);
  });
});

describe('a value that was typed', () => {
  const number = { valueType: 'number', range: { low: -10, high: 2000 }, unit: null, states: null } as TagView;

  it.each([
    ['12', 12],
    [' 12.5 ', 12.5],
    ['-0.5', -0.5],
    ['.5', 0.5],
  ])('is taken where it is a plain decimal: %j', (text, value) => {
    expect(wantedOf(number, text)).toEqual({ value, fault: null });
  });

  it.each(['0x10', '1e3', '1 000', '1,000.5', 'Infinity', '0b1', '--1', '.', '12 bar'])('is refused: %j', (text) => {
    expect(wantedOf(number, text)).toMatchObject({ value: null, fault: expect.stringContaining('no plain decimal') });
  });

  it.each(['1,000', '1,5'])('is refused with a hint where it has a comma: %j', (text) => {
    expect(wantedOf(number, text)).toMatchObject({ value: null, fault: expect.stringContaining('after a point') });
  });

  it('is refused outside the range', () => {
    expect(wantedOf(number, '2000.1')).toMatchObject({ value: null });
  });
});

describe('a moment that may be long ago', () => {
  it('is shown with its date, also where that is today', () => {
    expect(dateTimeIn(Date.UTC(2026, 9, 2, 9, 30, 12), true)).toBe('2026-10-02 09:30:12 UTC');
    expect(dateTimeIn(null, true)).toBe('–');
  });
});
