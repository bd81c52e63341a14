import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opcUaUnitId, uneceCode } from '../../plant/unece.ts';
import { convert, parseUnit, sameDimension, unitText } from '../../plant/units.ts';

const written = [
  '°C',
  'bar(g)',
  'mL/min',
  'L/min',
  '°C/min',
  'bar·min/mL',
  'kg/m³',
  'mm/s',
  'nm',
  '%',
  'A',
  'V',
  'g',
  '1/s',
];
const unit = fc.constantFrom(...written);

describe('a unit', () => {
  it('is printed as it was read', () => {
    for (const text of written) expect(unitText(parseUnit(text))).toBe(text);
  });

  it('cancels against itself', () => {
    expect(unitText(parseUnit('mL/mL'))).toBeNull();
    expect(unitText(parseUnit('mL·min/mL'))).toBe('min');
  });

  it('that is not known is refused with the nearest that is', () => {
    expect(() => parseUnit('mBar', 'here')).toThrow(/here: The unit "mBar" is not known. Did you mean "mbar"\?/u);
  });
});

describe('a conversion', () => {
  it.each([
    [0, '°C', 'K', 273.15],
    [0, 'bar(g)', 'bar', 1.01325],
    [18, 'bar(g)', 'Pa', 1_901_325],
    [1.5, 'L/min', 'mL/min', 1500],
    [20, '°C/min', 'K/min', 20],
    [15, 'min', 'ms', 900_000],
    [85, '%', null, 0.85],
    [250, 'mbar', 'bar', 0.25],
    [0.06, 'bar·min/mL', 'mbar·min/mL', 60],
  ])('of %d %s to %s gives %d', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBe(expected);
  });

  it('there and back gives the value again', () => {
    fc.assert(
      fc.property(unit, unit, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (from, to, value) => {
        fc.pre(sameDimension(parseUnit(from), parseUnit(to)));
        const back = convert(convert(value, from, to), to, from);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      }),
    );
  });

  it('between two kinds of quantity is refused', () => {
    expect(() => convert(1, 'bar', '°C')).toThrow('bar does not measure what °C does');
    expect(() => convert(1, null, 's')).toThrow('A pure number');
  });
});

describe('an engineering unit for OPC UA', () => {
  it('has the common code of Recommendation 20', () => {
    expect(uneceCode('°C')).toEqual({ code: 'CEL', displayName: '°C', description: 'degree Celsius' });
    expect(uneceCode(null).code).toBe('C62');
    expect(opcUaUnitId('CEL')).toBe(4_408_652);
    expect(opcUaUnitId('K40')).toBe(4_928_560);
  });

  it('has none where Recommendation 20 has none: gauge pressure must not pass for absolute', () => {
    expect(uneceCode('bar(g)').code).toBeNull();
    expect(uneceCode('bar·min/mL')).toEqual({ code: null, displayName: 'bar·min/mL', description: 'bar·min/mL' });
    expect(opcUaUnitId(null)).toBe(-1);
  });
});
