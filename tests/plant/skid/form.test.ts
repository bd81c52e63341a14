import { join } from 'node:path';
import { Type, type TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { readForm } from '../../../plant/skid/form.ts';
import { Source } from '../../../plant/skid/source.ts';
import { folder } from './files.ts';

/** What is said of a file with one key `a` of a form. */
const said = (form: TSchema, text: string): readonly string[] => {
  const source = new Source(join(folder({ 'f.yaml': `a: ${text}\n` }), 'f.yaml'), 'x');
  readForm(source, Type.Object({ a: form }));
  return source.faults.map(({ problem, remedy }) => `${problem} ${remedy}`);
};

describe('a list of so many', () => {
  const range = Type.Tuple([Type.Number(), Type.Number()]);
  it.each([
    ['[1, 2]', []],
    ['[1]', ['a is a list of 1. Write 2.']],
    ['[1, 2, 3]', ['a is a list of 3. Write 2.']],
    ['[]', ['a is an empty list. Write at least one.']],
    ['[1, wide]', ['a > 1 is "wide". Write a number.']],
    ['12', ['a is 12. Write a list, such as [a, b].']],
  ])('as %s', (text, faults) => expect(said(range, text)).toEqual(faults));
  it('says how many it may be', () => {
    expect(said(Type.Array(Type.Number(), { minItems: 2, maxItems: 4 }), '[1]')).toEqual([
      'a is a list of 1. Write 2 to 4.',
    ]);
    expect(said(Type.Array(Type.Number(), { minItems: 2 }), '[1]')).toEqual(['a is a list of 1. Write at least 2.']);
  });
});

describe('a number', () => {
  it.each([
    [Type.Number({ exclusiveMinimum: 0 }), '0', ['a is 0. Write a number above 0.']],
    [Type.Number({ exclusiveMinimum: 0, maximum: 90 }), '91', ['a is 91. Write a number above 0 to 90.']],
    [Type.Integer({ minimum: 1 }), '0', ['a is 0. Write a whole number from 1.']],
    [Type.Number({ exclusiveMaximum: 1 }), '1', ['a is 1. Write a number below 1.']],
    [Type.Number({ exclusiveMinimum: 0 }), '0.1', []],
  ])('is held against its bounds', (form, text, faults) => expect(said(form, text)).toEqual(faults));
});

describe('a choice', () => {
  it('of a value or none says both', () => {
    const form = Type.Union([Type.Number(), Type.Null()]);
    expect(said(form, 'null')).toEqual([]);
    expect(said(form, 'many')).toEqual(['a is "many". Write a number. Or: Write null.']);
  });
});

describe('what the walk has no words for', () => {
  it('is said in those of the check, at its place', () => {
    expect(said(Type.String({ pattern: '^[a-z]+$' }), 'B4')).toEqual([
      expect.stringMatching(/^a .*pattern.*\. Compare it with the shipped ones\.$/u),
    ]);
  });
});
