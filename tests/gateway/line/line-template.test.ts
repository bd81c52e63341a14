import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap } from '../../../plant/line-overlap.ts';
import { parseTemplate, readLine, stepOf, valueForms, writeLine } from '../../../plant/line-template.ts';

const said = (template: string, line: string) => readLine(parseTemplate(template), line)?.raw;
const may = (one: string, other: string) => overlap(parseTemplate(one), parseTemplate(other));

describe('a line template', () => {
  it.each([
    ['FLOW:{value:integer}', 'FLOW:1200', 1200],
    ['{value:decimal}', '-12.50', -12.5],
    ['{S00{value:hex16}', '{S00FC18', -1000],
    ['{S0A{value:hex16u}', '{S0AFC18', 64_536],
    ['{value:integer} {any}', '-10 VALUE TOO SMALL', -10],
    ['{value:integer} {any}', '03 REMOTE START', 3],
    ['ERRORS:{value:word}', 'ERRORS:0,0,8', '0,0,8'],
    ['JULABO {value:text}', 'JULABO CORIO CD-200F VERSION 1.0', 'CORIO CD-200F VERSION 1.0'],
    ['{value:name}', 'XT', 'XT'],
    ['a.b+c', 'a.b+c', null],
  ])('%s reads "%s"', (template, line, raw) => {
    expect(said(template, line)).toBe(raw);
  });

  it.each([
    ['FLOW:{value:integer}', 'FLOW:12.5'],
    ['FLOW:{value:integer}', ' FLOW:12'],
    ['FLOW:{value:integer}', 'FLOW:12 '],
    ['FLOW:{value:integer}', 'FLOW:'],
    ['FLOW:{value:integer}', 'PRESSURE:12'],
    ['{value:decimal}', '1e3'],
    ['{value:decimal}', '.5'],
    ['{value:decimal}', '---.--'],
    ['{S00{value:hex16}', '{S01FC18'],
    ['{S00{value:hex16}', '{S00FC1'],
    ['{value:name}', 'OK'],
    ['{value:name}', '23.45'],
    ['a.b', 'axb'],
  ])('%s does not take "%s"', (template, line) => {
    expect(said(template, line)).toBeUndefined();
  });

  it.each(['{value:float}', '{value:decimal}{value:decimal}', '{value}', 'FLOW\r', '{any} {value:integer}'])(
    'cannot be "%s"',
    (text) => expect(() => parseTemplate(text)).toThrow(TypeError),
  );

  it('reads every number that it writes as itself', () => {
    const forms = valueForms.filter((form) => !['word', 'text', 'name'].includes(form));
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.integer({ min: -40_000, max: 70_000 }), (form, steps) => {
        const template = parseTemplate(`<{value:${form}}>`);
        const raw = Number((steps * stepOf(form)).toFixed(6));
        const line = writeLine(template, raw);
        const fits =
          form === 'hex16' ? steps >= -32_768 && steps <= 32_767 : form !== 'hex16u' || (steps >= 0 && steps <= 65_535);
        expect(line === null).toBe(!fits);
        if (line !== null) expect(readLine(template, line)?.raw).toBe(raw === 0 ? 0 : raw);
      }),
    );
  });

  it('writes nothing that lies between two of its steps, and no number that is none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('integer', 'decimal1', 'decimal2', 'hex16'),
        fc.integer({ min: -9000, max: 9000 }),
        (form, steps) => {
          const template = parseTemplate(`{value:${form}}`);
          const step = stepOf(template.form!);
          expect(writeLine(template, (steps + 0.5) * step)).toBeNull();
        },
      ),
    );
    for (const raw of [NaN, Infinity, -Infinity, 1e30])
      expect(writeLine(parseTemplate('{value:integer}'), raw)).toBeNull();
  });
});

describe('two templates', () => {
  it.each([
    ['HEADTYPE:50', 'FLOW:{value:integer}', false],
    ['HEADTYPE:50', 'HEADTYPE:{value:integer}', true],
    ['{S1B{value:hex16u}', '{S00{value:hex16}', false],
    ['{value:name}', '{value:decimal}', false],
    ['{value:name}', 'OK', false],
    ['{value:name}', 'ERR_3', true],
    ['JULABO {value:text}', '{value:integer} {any}', false],
    ['{value:text}', '{value:decimal}', true],
    ['{value:integer}', '{value:hex16}', true],
    ['A{value:integer}', '{value:word}', true],
    ['{value:decimal}', '{value:decimal2}', true],
  ])('"%s" and "%s" can be one line: %s', (one, other, can) => {
    expect(may(one, other)).toBe(can);
    expect(may(other, one)).toBe(can);
  });

  it('that both take some line are said to overlap', () => {
    const templates = [
      '{value:decimal}',
      'F{value:integer}',
      '{value:word}',
      '{value:name}',
      '{value:hex16}',
      '{value:integer} {any}',
      'OK',
      '{value:text}',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...templates),
        fc.constantFrom(...templates),
        fc.oneof(
          fc.string({ minLength: 1, maxLength: 6 }),
          fc.integer().map(String),
          fc.stringMatching(/^[0-9A-F]{4}$/u),
        ),
        (one, other, line) => {
          if (said(one, line) !== undefined && said(other, line) !== undefined) expect(may(one, other)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
