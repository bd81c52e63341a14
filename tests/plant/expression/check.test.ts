import { describe, expect, it } from 'vitest';
import { checkExpression, type Scope } from '../../../plant/expression/check.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { good } from '../../../plant/quality.ts';

const units: Readonly<Record<string, string | null>> = {
  'R201/TT-1': '°C',
  'R201/TT-2': '°C',
  'R201/PT-1': 'bar(g)',
  'R201/PT-2': 'bar(g)',
  'R201/PA': 'bar',
  'R201/Pm': 'mbar',
  'F100/FT-1': 'mL/min',
  'F100/FT-2': 'L/min',
  'F100/P.run': 'bool',
  'X300/XV-1': null,
};

const scope: Scope = {
  tagNames: Object.keys(units),
  tagUnit: (tag) => (Object.hasOwn(units, tag) ? units[tag] : undefined),
  names: { value: 'bar(g)' },
  volumesMl: { R201: 60 },
};

const unitOf = (text: string): string | null => checkExpression(text, scope, 'here').unit;

/** The value with every tag reading 2 (true where it is a bool), in the declared unit. */
const valueOf = (text: string, declared?: string | null): unknown =>
  evaluate(
    checkExpression(text, scope, 'here', declared).root,
    (tag) => ({ value: units[tag] === 'bool' ? true : 2, quality: good }),
    {
      value: { value: 2, quality: good },
    },
  ).value;

describe('the unit of an expression', () => {
  it.each([
    ['R201/PT-1 + 1.013 bar', 'bar'],
    ['R201/PT-1 + 0.5 bar(g)', 'bar(g)'],
    ['R201/PT-1 - R201/PT-2', 'bar'],
    ['R201/PT-1 + (R201/PT-1 - R201/PT-2)', 'bar(g)'],
    ['max(R201/PT-1, R201/PT-2)', 'bar(g)'],
    ['R201/TT-1 + 5 °C', '°C'],
    ['R201/TT-1 + 5 K', '°C'],
    ['(R201/TT-1 + R201/TT-2) / 2', '°C'],
    ['(R201/TT-1 - R201/TT-2) / 1 min', 'K/min'],
    ['psat(R201/TT-1)', 'bar'],
    ['density(R201/TT-1)', 'kg/m³'],
    ['drag(F100/FT-1, R201/TT-1, 2 mm)', null],
    ['(R201/PT-1 - R201/PT-2) / F100/FT-1', 'bar·min/mL'],
    ['volume(R201) / F100/FT-1', 'min'],
    ['100 % * F100/FT-1 / F100/FT-2', '%·mL/L'],
    ['percent(F100/P.run)', '%'],
    ['F100/FT-1 > 1 L/min and not F100/P.run', 'bool'],
    ['X300/XV-1 = 1', 'bool'],
  ])('%s is %s', (text, unit) => {
    expect(unitOf(text)).toBe(unit);
  });
});

describe('a result in the declared unit', () => {
  it.each([
    ['volume(R201) / F100/FT-1', 's', 1800],
    ['100 % * F100/FT-1 / F100/FT-2', '%', 0.1],
    ['F100/FT-1 + F100/FT-2', 'mL/min', 2002],
    ['F100/FT-1 + F100/FT-2', 'L/min', 2.002],
    ['R201/PA + R201/Pm', 'bar', 2.002],
    ['R201/TT-1 - R201/TT-2', 'K', 0],
    ['drag(F100/FT-1, 25 °C, 2 mm)', null, 1],
    ['drag(F100/FT-2, R201/TT-1, 2 mm) / drag(2000 mL/min, R201/TT-1, 0.2 cm)', null, 1],
    ['F100/FT-1 / F100/FT-1', '%', 100],
  ])('%s in %s is %d', (text, declared, expected) => {
    expect(valueOf(text, declared)).toBeCloseTo(expected, 12);
  });

  it('compares two units of one kind', () => {
    expect(valueOf('F100/FT-1 < 0.0021 L/min', 'bool')).toBe(true);
    expect(valueOf('F100/FT-1 < 0.0019 L/min', 'bool')).toBe(false);
    expect(valueOf('R201/Pm < R201/PA', 'bool')).toBe(true);
  });
});

describe('what mixes units', () => {
  it.each([
    ['R201/PT-1 > 5 bar', 'Add 1.013 bar'],
    ['R201/PT-1 < psat(R201/TT-1)', 'Add 1.013 bar'],
    ['max(R201/PT-1, R201/PA)', 'gauge with absolute'],
    ['R201/PT-1 + 0.5 bar', 'write a difference in bar(g)'],
    ['R201/PT-1 - 0.5 bar', 'Add 1.013 bar'],
    ['psat(R201/TT-1) - R201/PT-1', 'Add 1.013 bar'],
    ['R201/TT-1 > 300 K', 'Write both in °C'],
    ['R201/TT-1 > 5', 'a pure number'],
    ['R201/TT-1 + F100/FT-1', 'same kind'],
    ['R201/TT-1 / 1 min', 'zero point'],
    ['R201/PT-1 / F100/FT-1', 'zero point'],
    ['psat(300 K)', 'temperature in °C'],
    ['drag(R201/TT-1, R201/TT-1, 2 mm)', 'a flow first'],
    ['drag(F100/FT-1, 300 K, 2 mm)', 'a temperature in °C second'],
    ['drag(F100/FT-1, R201/TT-1, 2 s)', 'a diameter third'],
    ['F100/P.run > 0', 'a condition'],
    ['F100/FT-1 and F100/P.run', 'Give it a condition'],
    ['F100/P.run = 1', 'a condition'],
    ['percent(F100/FT-1)', 'Give it a condition'],
  ])('%s is refused', (text, remedy) => {
    expect(() => checkExpression(text, scope, 'skid.yaml:9')).toThrow(remedy);
    expect(() => checkExpression(text, scope, 'skid.yaml:9')).toThrow(
      expect.objectContaining({ code: 'unit-mismatch' }),
    );
  });

  it('in the result is refused too', () => {
    expect(() => checkExpression('F100/FT-1', scope, 'here', 's')).toThrow('comes in mL/min, not in s');
    expect(() => checkExpression('R201/PT-1', scope, 'here', 'bar')).toThrow('Add 1.013 bar');
    expect(() => checkExpression('R201/TT-1', scope, 'here', 'K')).toThrow('zero points');
    expect(() => checkExpression('F100/FT-1', scope, 'here', 'bool')).toThrow('not a condition');
    expect(() => checkExpression('F100/P.run', scope, 'here', '%')).toThrow('percent');
  });
});

describe('what is not known', () => {
  it.each([
    ['R201/TT-11 + 1 °C', 'Did you mean "R201/TT-1"?'],
    ['maks(R201/TT-1, R201/TT-2)', 'Did you mean "max"?'],
    ['valeu > 1 bar(g)', 'Did you mean "value"?'],
    ['volume(R20) / 1 mL', 'Did you mean "R201"?'],
    ['max(R201/TT-1)', 'two or more'],
    ['abs(R201/TT-1, R201/TT-2)', 'Give it one'],
    ['drag(F100/FT-1, R201/TT-1)', 'a flow, a temperature and a diameter'],
    ['drag(F100/FT-1, R201/TT-1, 2 mm, 2 mm)', 'gives drag 4 arguments'],
    ['F100/FT-1 > 5 mL/mim', 'Did you mean "mL/min"?'],
  ])('%s is refused', (text, remedy) => {
    expect(() => checkExpression(text, scope, 'here')).toThrow(remedy);
  });
});
