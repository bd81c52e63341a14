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

  // Figures 5.1-3, 4.15.1-1, 5.4.2-1, 6.6.5-1 and 6.6.5-2 of the General Specifications, release 20.
  it.each(['09501101530003', '10857674002017', '395123451234567895', '006141411234567890', '395011015300000011'])(
    'has the check digit of a figure of the General Specifications: %s',
    (printed) => {
      expect(checkDigit(printed.slice(0, -1))).toBe(Number(printed.at(-1)));
    },
  );

  it('has a separator behind what has no length of its own, and none behind the last', () => {
    const elements = [
      { ai: '10', value: '1152KMB' },
      { ai: '01', value: '10857674002017' },
      { ai: '21', value: '7' },
    ];
    expect(writeGs1(elements)).toBe(`101152KMB${separator}0110857674002017217`);
    expect(writeGs1(elements.slice(1).reverse())).toBe(`217${separator}0110857674002017`);
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

  // As the tests of zint have them, checked there against release 20 (github.com/zint/zint at 0004cfb, backend/tests/test_code128.c).
  it.each([
    ['5.1-3, (01)', '0109501101530003', [105, 102, 1, 9, 50, 11, 1, 53, 0, 3, 71]],
    ['5.4.2-1, (00)', '00395123451234567895', [105, 102, 0, 39, 51, 23, 45, 12, 34, 56, 78, 95, 96]],
    ['6.6.5-1, (00)', '00006141411234567890', [105, 102, 0, 0, 61, 41, 41, 12, 34, 56, 78, 90, 30]],
    ['6.6.5-2, (00)', '00395011015300000011', [105, 102, 0, 39, 50, 11, 1, 53, 0, 0, 0, 11, 47]],
    [
      '4.15.1-1, (01) and (10), from set C to B',
      '0110857674002017101152KMB',
      [105, 102, 1, 10, 85, 76, 74, 0, 20, 17, 10, 11, 52, 100, 43, 45, 34, 17],
    ],
    [
      '2.6.9-1, digits of odd number',
      '253950110153005812345678901',
      [105, 102, 25, 39, 50, 11, 1, 53, 0, 58, 12, 34, 56, 78, 90, 100, 17, 45],
    ],
    [
      '2.6.6-1, letters, then digits too few to pack',
      '120104258020ABC123',
      [105, 102, 12, 1, 4, 25, 80, 20, 100, 33, 34, 35, 17, 18, 19, 19],
    ],
  ])('is the one of the General Specifications, figure %s', (_, text, symbols) => {
    expect(encodeCode128(text, true)).toEqual([...symbols, 106]);
  });

  it.each([
    ['AIM1234, of ISO/IEC 15417, annex A.1', 'AIM1234', [104, 33, 41, 45, 99, 12, 34, 87]],
    ['AIM, of ISO/IEC 15417, figure 1', 'AIM', [104, 33, 41, 45, 45]],
    ['a control character between small letters, by a shift', 'a\u001fa', [104, 65, 98, 95, 65, 86]],
    ['a small letter between control characters', '\u001fAAa\u001f', [103, 95, 33, 33, 98, 65, 95, 2]],
    ['12345, odd digits', '12345', [105, 12, 34, 100, 21, 54]],
  ])('is the one that the same tests have for %s', (_, text, symbols) => {
    expect(encodeCode128(text, false)).toEqual([...symbols, 106]);
  });

  it('has an FNC1 in any set for each separator', () => {
    expect(encodeCode128(`9012${separator}9012`, true)).toEqual([105, 102, 90, 12, 102, 90, 12, 14, 106]);
    const lots = encodeCode128(`10AB${separator}21ab`, true);
    expect(lots.filter((symbol) => symbol === 102)).toHaveLength(2);
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
  let shifted = false;
  for (const symbol of symbols.slice(1, -2)) {
    const of = shifted ? (set === 'A' ? 'B' : 'A') : set;
    shifted = symbol === 98 && set !== 'C';
    if (shifted) continue;
    if (set === 'C' && symbol < 100) text += String(symbol).padStart(2, '0');
    else if (symbol === 99) set = 'C';
    else if (symbol === 100) set = 'B';
    else if (symbol === 101) set = 'A';
    else text += String.fromCharCode(of === 'A' && symbol >= 64 ? symbol - 64 : symbol + 32);
  }
  return text;
}
