import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression, splitAtCommas, tagsNamedIn, type Parsed } from '../../../plant/expression/parse.ts';
import { binaryOperators } from '../../../plant/expression.ts';
import { print } from './print.ts';

const tags = ['R201/TT-201A', 'F100/FIC-101.SP', 'F100/ratio.ligand', 'R201/T.max', 'X300/XV-301'];

const { tree } = fc.letrec<{ tree: Parsed; leaf: Parsed; branch: Parsed }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('branch')),
  leaf: fc.oneof(
    fc.record({
      kind: fc.constant('quantity' as const),
      value: fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0),
      unit: fc.constantFrom(null, 'bar(g)', '%', 'mL/min', '°C', 'bar·min/mL', 'kg/m³'),
    }),
    fc.constantFrom(...tags).map((tag) => ({ kind: 'tag' as const, tag })),
    fc.constant({ kind: 'name' as const, name: 'value' }),
  ),
  branch: fc.oneof(
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(...binaryOperators),
      left: tie('tree'),
      right: tie('tree'),
    }),
    fc.record({ kind: fc.constant('unary' as const), operator: fc.constant('not' as const), of: tie('tree') }),
    fc.record({
      kind: fc.constant('call' as const),
      function: fc.constantFrom('min', 'psat'),
      arguments: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

describe('reading an expression', () => {
  it('gives back the tree that was written', () => {
    fc.assert(
      fc.property(tree, (expression) => {
        expect(parseExpression(print(expression))).toEqual(expression);
      }),
    );
  });

  it.each([
    ['R201/PT-201A - R201/PT-201B * 2', '(R201/PT-201A - (R201/PT-201B * 2))'],
    ['1 s - 2 s - 3 s', '((1 s - 2 s) - 3 s)'],
    ['F100/FT-101 / F100/FT-102 / 1', '((F100/FT-101 / F100/FT-102) / 1)'],
    [
      'value + 1 bar < 5 bar or not R201/heater.run and value > -1 bar',
      '(((value + 1 bar) < 5 bar) or ((not (R201/heater.run)) and (value > -1 bar)))',
    ],
    ['-R201/T.max', '-(R201/T.max)'],
    ['100 % * max(F100/FT-102, 0.1 mL/min)', '(100 % * max(F100/FT-102, 0.1 mL/min))'],
    ['18 bar(g) - (2 bar)', '(18 bar(g) - 2 bar)'],
    ['R201/T.max > 90 °C and R201/heater.run', '((R201/T.max > 90 °C) and R201/heater.run)'],
  ])('%s is %s', (text, expected) => {
    expect(print(parseExpression(text))).toBe(expected);
  });

  it.each([
    ['F100/FT-101 /2', 'blanks around the stroke'],
    ['012 s', 'leading zeros'],
    ['min(1 s, 2 s', 'nothing more'],
    ['1 s +', 'ends where a value should stand'],
    ['1 s < 2 s < 3 s', 'compares twice'],
    ['R201/T.max R201/P.min', 'goes on with'],
    ['', 'ends where a value should stand'],
    ['(1 s))', 'goes on with ")"'],
    ['1 s ? 2 s', 'cannot be read'],
    ['('.repeat(100) + '1' + ')'.repeat(100), 'nests deeper'],
  ])('refuses %j', (text, problem) => {
    expect(() => parseExpression(text, 'skid.yaml:3')).toThrow(problem);
    expect(() => parseExpression(text, 'skid.yaml:3')).toThrow(/^skid\.yaml:3: /u);
  });

  it('never fails otherwise than with a fault, whatever is written', () => {
    const scraps = fc.array(
      fc.constantFrom(...tags, '1 s', '0.5', ' / ', '-', '(', ')', 'max', ',', ' and ', '<', '@', '°'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          scraps.map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseExpression(text);
          } catch (thrown) {
            expect(thrown).toMatchObject({ code: 'expression-invalid' });
          }
        },
      ),
    );
  });

  it('finds the tags a text names, and its commas outside brackets', () => {
    expect(tagsNamedIn('max(R201/TT-201A, F100/FIC-101.SP) / 2')).toEqual(['R201/TT-201A', 'F100/FIC-101.SP']);
    expect(splitAtCommas('A/a, max(B/b, C/c)')).toEqual(['A/a', 'max(B/b, C/c)']);
  });
});
