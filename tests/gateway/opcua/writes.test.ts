import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWrite, type GivenWrite } from '../../../gateway/opcua/calls/writes.ts';
import type { TagPlan } from '../../../gateway/opcua/plan/space-plan.ts';

const number: TagPlan['form'] = {
  kind: 'number',
  type: 'DataItemType',
  unit: null,
  range: null,
  instrument: null,
  decimals: 1,
};
const states: TagPlan['form'] = { kind: 'states', states: [{ value: 0, text: 'off' }] };
const twoState: TagPlan['form'] = { kind: 'two-state', falseText: 'off', trueText: 'on' };
const given = (dataType: string, value: unknown, more: Partial<GivenWrite> = {}): GivenWrite => ({
  dataType,
  value,
  scalar: true,
  beside: false,
  ...more,
});

describe('what is written to a set point', () => {
  it.each<[string, TagPlan['form'], GivenWrite, unknown]>([
    ['a Double', number, given('Double', 160), { value: 160 }],
    ['a Boolean', twoState, given('Boolean', false), { value: false }],
    ['an Int32 of a state', states, given('Int32', 0), { value: 0 }],
    ['a Float', number, given('Float', 160), { status: 'BadTypeMismatch' }],
    ['an Int32 to a number', number, given('Int32', 160), { status: 'BadTypeMismatch' }],
    ['a text', number, given('String', '160'), { status: 'BadTypeMismatch' }],
    ['nothing', number, given('Null', null), { status: 'BadTypeMismatch' }],
    ['a number to a switch', twoState, given('Double', 1), { status: 'BadTypeMismatch' }],
    ['an array', number, given('Double', [160], { scalar: false }), { status: 'BadTypeMismatch' }],
    ['no number', number, given('Double', Number.NaN), { status: 'BadOutOfRange' }],
    ['a number without end', number, given('Double', Infinity), { status: 'BadOutOfRange' }],
    ['a value with a time', number, given('Double', 160, { beside: true }), { status: 'BadWriteNotSupported' }],
    ['a text to a text', { kind: 'text' }, given('String', 'x'), { status: 'BadNotWritable' }],
  ])('%s is taken or refused as the table says', (_, form, write, answer) => {
    expect(readWrite(form, write)).toEqual(answer);
  });

  it('is a finite number or a Boolean, or refused, whatever comes', () => {
    const any = fc.record({
      dataType: fc.constantFrom('Double', 'Boolean', 'Int32', 'String', 'Null', 'Variant', 'ByteString'),
      value: fc.anything(),
      scalar: fc.boolean(),
      beside: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(number, states, twoState), any, (form, write) => {
        const read = readWrite(form, write);
        if ('status' in read) return;
        expect(write.beside || !write.scalar).toBe(false);
        expect(typeof read.value === 'boolean' || Number.isFinite(read.value)).toBe(true);
        expect(typeof read.value === 'boolean').toBe(form.kind === 'two-state');
      }),
    );
  });
});
