import { describe, expect, it } from 'vitest';
import type { PromptForm } from '../../../../control/batch/unit/unit-events.ts';
import { drive } from './support/drive.ts';
import { coldLine } from './support/line.ts';
import { cdse, valuesOf } from './support/plans.ts';

const asksOf = (phase: string, values = valuesOf(phase)): readonly PromptForm[] =>
  drive(cdse, phase, coldLine, { values, mostS: 0 }).last.asks ?? [];

describe('phases that ask people', () => {
  it('clear a line item by item, each checked by a second person', () => {
    const asks = asksOf('line-clearance');
    expect(asks).toHaveLength(3);
    for (const { kind, done, checked } of asks)
      expect([kind, done, checked]).toEqual(['confirm', 'operator', 'checker']);
    expect(new Set(asks.map(({ name }) => name)).size).toBe(3);
  });

  it('are done when all is answered, and not before', () => {
    const answer = ({ name }: PromptForm, timeS: number): string | null =>
      name === 'item 3' && timeS < 30 ? null : 'done';
    const { ended, timeS, wanted } = drive(cdse, 'line-clearance', coldLine, { answer });
    expect([ended, timeS]).toEqual(['done', 31]);
    expect(wanted.every((set) => Object.keys(set).length === 0)).toBe(true);
    expect(drive(cdse, 'line-clearance', coldLine).last.waitsFor).toMatch(/^0 of 3 answered/u);
    expect(drive(cdse, 'line-clearance', coldLine).ended).toBe('time');
  });

  it('ask a sample’s container, that it was taken, and what is measured beside the skid', () => {
    const asks = asksOf('sample');
    expect(asks.map(({ name, kind, unit }) => [name, kind, unit])).toEqual([
      ['taken', 'confirm', null],
      ['container', 'text', null],
      ['pH', 'number', null],
    ]);
    const { last } = drive(cdse, 'sample', coldLine, {
      answer: ({ name }) => (name === 'container' ? 'C-77' : '10.4'),
    });
    expect(last.figures).toMatchObject({ container: 'C-77', pH: '10.4' });
  });

  it('take a measured value’s limits from the formula', () => {
    const limit = {
      kind: 'limit',
      name: 'pH',
      low: 10,
      high: 11,
      unit: null,
      reading: 'feedPh',
      critical: true,
    } as const;
    const run = { ...cdse, limits: new Map([['pH', limit]]) };
    const [, , ph] = drive(run, 'sample', coldLine, { mostS: 0 }).last.asks ?? [];
    expect([ph?.low, ph?.high]).toEqual([10, 11]);
  });

  it('have an instruction checked where the recipe asks it', () => {
    expect(asksOf('instruct')[0]).toMatchObject({ title: 'Look at the waste tank', checked: null });
    expect(asksOf('instruct', valuesOf('instruct', { check: 'second person' }))[0]?.checked).toBe('checker');
  });
});
