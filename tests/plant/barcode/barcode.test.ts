/** GS1 strings and Code 128, against worked examples of GS1 and the standard, and by their own laws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSymbol, code128Svg, encodeCode128, modulesOf, patterns } from '../../../plant/barcode/code-128.ts';
import { checkDigit, parseGs1, readable, separator, writeGs1 } from '../../../plant/barcode/gs1.ts';

describe('a GS1 element string', () => {
  it('has the check digits of the worked examples of GS1 (GTIN-13 and SSCC, General Specifications 7.9)', () => {
    expect(checkDigit('629104150021')).toBe(3);
    expect(checkDigit('37610425002123456')).toBe(9);
  });

  it('is read element by element, those of fixed length needing no separator', () => {
    expect(parseGs1(`]C10109501101530003172706301` + `0AB-123${separator}3103000195`)).toEqual([
      { ai: '01', value: '09501101530003' },
      { ai: '17', value: '270630' },
      { ai: '10', value: 'AB-123' },
      { ai: '3103', value: '000195' },
    ]);
    expect(readable(parseGs1('91LOT-7'))).toBe('(91)LOT-7');
  });

  it.each([
    ['0109501101530004', /check digit of 09501101530004 is 4, and should be 3/],
    ['17270631', /270631 is no day/],
    ['17271301', /271301 is no day/],
    ['0109501', /has 5 characters\. It takes 14/],
    ['10', /has 0 characters/],
    ['10A B', /no code carries/],
    ['3012a', /not all digits/],
    ['8005000123', /begins no application identifier/],
    [`10A${separator}10B`, /twice/],
    ['', /empty/],
  ])('with a fault in it is refused by name: %s', (scanned, message) => {
    expect(() => parseGs1(scanned)).toThrow(message);
  });

  it('takes 00 for the last day of a month', () => {
    expect(parseGs1('17280200')).toEqual([{ ai: '17', value: '280200' }]);
  });

  it('reads back as it was written', () => {
    const text = fc.stringMatching(/^[A-Z0-9/_-]{1,20}$/);
    const element = fc.oneof(
      text.map((value) => ({ ai: '10', value })),
      text.map((value) => ({ ai: '21', value })),
      text.map((value) => ({ ai: '91', value })),
      fc.stringMatching(/^[0-9]{1,8}$/).map((value) => ({ ai: '30', value })),
      fc.stringMatching(/^[0-9]{13}$/).map((value) => ({ ai: '01', value: `${value}${checkDigit(value)}` })),
      fc.stringMatching(/^[0-9]{6}$/).map((value) => ({ ai: '3103', value })),
    );
    const elements = fc.uniqueArray(element, { minLength: 1, selector: ({ ai }) => ai });
    fc.assert(
      fc.property(elements, (given) => {
        expect(parseGs1(writeGs1(given))).toEqual(given);
      }),
    );
  });
});

describe('a Code 128 symbol', () => {
  it('has eleven modules a character, an even number of them dark, and no two alike', () => {
    expect(patterns).toHaveLength(107);
    expect(new Set(patterns).size).toBe(107);
    for (const pattern of patterns.slice(0, 106)) {
      const widths = Array.from(pattern, Number);
      expect(widths.reduce((a, b) => a + b)).toBe(11);
      expect((widths[0]! + widths[2]! + widths[4]!) % 2).toBe(0);
    }
  });

  it('has the check symbol of the known example PJJ123C in set A, 54', () => {
    expect(checkSymbol([103, 48, 42, 42, 17, 18, 19, 35])).toBe(54);
  });

  it.each([
    // barcodeisland.com, "Code 128 Symbology": HI345678, from set A to C; barcoderesource.com, "Code128 Check Character".
    ['HI345678', [103, 40, 41, 99, 34, 56, 78], 67],
    ['ABCDEF in set A', [103, 33, 34, 35, 36, 37, 38], 42],
    ['abcdef in set B', [104, 65, 66, 67, 68, 69, 70], 97],
    ['345678 in set C', [105, 34, 56, 78], 73],
  ])('has the check symbol that is published for %s', (_, symbols, check) => {
    expect(checkSymbol(symbols)).toBe(check);
  });

  it('packs digits in pairs, and begins with FNC1 where it is GS1', () => {
    expect(encodeCode128('0109501101530003', true).slice(0, 10)).toEqual([105, 102, 1, 9, 50, 11, 1, 53, 0, 3]);
  });

  it('decodes to the text it was made of', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (given) => {
        expect(decode(encodeCode128(given, false))).toBe(given);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,30}$/), (given) => {
        expect(decode(encodeCode128(given, false))).toBe(given);
      }),
    );
  });

  it('is refused for what it cannot carry', () => {
    expect(() => encodeCode128('ü', false)).toThrow(/no "ü"/);
    expect(() => encodeCode128('', true)).toThrow(/empty/);
  });

  it('is drawn as wide as its modules and two quiet zones', () => {
    const symbols = encodeCode128('AB12', false);
    const modules = modulesOf(symbols).reduce((a, b) => a + b);
    expect(code128Svg(symbols)).toContain(`viewBox="0 0 ${modules + 20} 1"`);
  });
});

/** The other way round, by the standard's table of sets. */
function decode(symbols: readonly number[]): string {
  expect(checkSymbol(symbols.slice(0, -2))).toBe(symbols.at(-2));
  let set = 'ABC'[symbols[0]! - 103]!;
  let text = '';
  for (const symbol of symbols.slice(1, -2)) {
    if (set === 'C' && symbol < 100) text += String(symbol).padStart(2, '0');
    else if (symbol === 99) set = 'C';
    else if (symbol === 100) set = 'B';
    else if (symbol === 101) set = 'A';
    else text += String.fromCharCode(set === 'A' && symbol >= 64 ? symbol - 64 : symbol + 32);
  }
  return text;
}
