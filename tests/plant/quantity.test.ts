import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatValue, parseDifference, parseDuration, parseQuantity, parseRange } from '../../plant/quantity.ts';

describe('a quantity', () => {
  it.each([
    ['18 bar(g)', 18, 'bar(g)'],
    ['60 mL', 60, 'mL'],
    ['85 %', 85, '%'],
    ['20 °C/min', 20, '°C/min'],
    ['1.5', 1.5, null],
    ['-4e-3 V', -0.004, 'V'],
  ])('%s is read', (text, value, unit) => {
    expect(parseQuantity(text)).toEqual({ value, unit });
  });

  it('is read as it is printed', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('s', 'bar(g)', '°C'),
        (value, unit) => {
          expect(parseQuantity(`${value} ${unit}`).value).toBe(Object.is(value, -0) ? 0 : value);
        },
      ),
    );
  });

  it.each(['012 s', '1,5 s', 'two s', '', '5 parsec', '1e999 s', '0x10 s'])('%j is refused', (text) => {
    expect(() => parseQuantity(text, 'skid.yaml:7')).toThrow(/^skid\.yaml:7: /u);
  });
});

describe('a duration', () => {
  it('is in milliseconds', () => {
    expect(['2 s', '0.5 s', '15 min', '4 h', '100 ms'].map((text) => parseDuration(text))).toEqual([
      2000, 500, 900_000, 14_400_000, 100,
    ]);
  });

  it.each(['5', '5 mL', '-1 s'])('%s is none', (text) => {
    expect(() => parseDuration(text)).toThrow('span of time');
  });
});

describe('a range', () => {
  it('has two ends and may have a unit', () => {
    expect(parseRange('40..80 mL/min')).toEqual({ low: 40, high: 80, unit: 'mL/min' });
    expect(parseRange('-20..1e9')).toEqual({ low: -20, high: 1e9, unit: null });
  });

  it('runs upwards', () => {
    expect(() => parseRange('50..50')).toThrow('not upwards');
    expect(() => parseRange('5...6')).toThrow('cannot be read');
  });
});

describe('a value on a page', () => {
  it('has its decimals and its unit, and no minus before zero', () => {
    expect(formatValue(158, '°C', 1)).toBe('158.0 °C');
    expect(formatValue(-0.001, '%', 0)).toBe('0 %');
    expect(formatValue(null, '%', 0)).toBe('–');
    expect(formatValue(true, null, 0)).toBe('yes');
    expect(formatValue(2.5e10, 'mL', 0)).toBe('2.500e+10 mL');
  });
});

describe('a difference', () => {
  it('leaves the zero point out', () => {
    expect(parseDifference('3 K', '°C')).toBe(3);
    expect(parseDifference('200 mbar', 'bar(g)')).toBe(0.2);
    expect(parseDifference(2, null)).toBe(2);
    expect(() => parseDifference('3 s', '°C')).toThrow('no difference in °C');
  });
});
