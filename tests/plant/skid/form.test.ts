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

  const closed = { additionalProperties: false } as const;
  const own = Type.Object({ ppm: Type.Number(), doubt: Type.Number({ minimum: 0 }) }, closed);
  const shared = Type.Object({ base: Type.Number(), acid: Type.Number(), doubt: Type.Number({ minimum: 0 }) }, closed);
  it.each([
    [
      'one that fits',
      '{ base: 1, acid: 2, doubt: 0 }, b: { ppm: 3, doubt: 0 }, c: yes',
      ['The key "c" is not known here. Known keys: a, b.'],
    ],
    [
      'the one meant',
      '{ base: 1, acid: 2, doubt: -1 }, b: { ppm: 3, doubt: 0 }',
      ['a > a > doubt is -1. Write a number from 0.'],
    ],
    [
      'the other one meant',
      '{ ppm: 1, doubt: -1 }, b: { ppm: 3, doubt: 0 }',
      ['a > a > doubt is -1. Write a number from 0.'],
    ],
    [
      'a slip of a letter',
      '{ base: 1, acd: 2, doubt: 0 }, b: { ppm: 3, doubt: 0 }',
      ['The key "acd" is not known here. Did you mean "acid"?'],
    ],
  ])('of groups of keys says only what is wrong with %s', (_, text, faults) => {
    const each = Type.Union([Type.Union([own, shared]), Type.Null()]);
    expect(said(Type.Object({ a: each, b: each }, closed), `{ a: ${text} }`)).toEqual(faults);
  });

  it('of groups that name themselves says what is wrong with the one named', () => {
    const wide = Type.Object({ kind: Type.Literal('wide'), from: Type.Number(), to: Type.Number() }, closed);
    const none = Type.Object({ kind: Type.Literal('none') }, closed);
    expect(said(Type.Union([none, wide]), '{ kind: wide }')).toEqual([
      'a has no "from". Add "from".',
      'a has no "to". Add "to".',
    ]);
    expect(said(Type.Union([wide, none]), '{ kind: nine }')).toEqual(['a > kind is "nine". Did you mean "none"?']);
  });

  it('of lists says what is wrong with the likelier', () => {
    const form = Type.Union([Type.Array(Type.String()), Type.Array(Type.Number())]);
    expect(said(form, '[1, 2, wide]')).toEqual(['a > 2 is "wide". Write a number.']);
  });
});

describe('what the walk has no words for', () => {
  it('is said in those of the check, at its place', () => {
    expect(said(Type.String({ pattern: '^[a-z]+$' }), 'B4')).toEqual([
      expect.stringMatching(/^a .*pattern.*\. Compare it with the shipped ones\.$/u),
    ]);
  });
});
