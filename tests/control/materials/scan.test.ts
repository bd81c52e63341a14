/** What stands behind bar codes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOfGs1 } from '../../../control/materials/scan.ts';
import { separator, writeGs1 } from '../../../plant/barcode/gs1.ts';
import { selenium, started, tcep } from './world.ts';

describe('a scan', () => {
  it('names a lot, what it came in, and what was filled from it', async () => {
    const at = await started();
    const se = await at.released(selenium);
    const kit = await at.dispensed(se, await at.released(tcep));
    expect(await at.desk.scan(se)).toEqual({ kind: 'lot', lot: se });
    expect(await at.desk.scan('SE-1')).toEqual({ kind: 'lot', lot: se });
    expect(await at.desk.scan(`]C191${kit}-Se`)).toEqual({ kind: 'container', container: `${kit}-Se`, kit });
    expect(await at.desk.scan(`(91)${se}`)).toEqual({ kind: 'lot', lot: se });
  });

  it('names what somebody is about to do', async () => {
    const at = await started();
    expect(await at.desk.scan(']C191DO:RELEASE')).toEqual({ kind: 'action', action: 'release' });
    expect(await at.desk.scan('(91)do:dispense')).toEqual({ kind: 'action', action: 'dispense' });
  });

  it('of a supplier fills a delivery: lot, last day, net weight', async () => {
    const at = await started();
    const elements = [
      { ai: '17', value: '270200' },
      { ai: '3103', value: '000250' },
      { ai: '10', value: 'MKCD1234' },
      { ai: '21', value: 'S7' },
    ];
    const told = { kind: 'delivery', supplierLot: 'MKCD1234', expires: '2027-02-28', netKg: '0.25', serial: 'S7' };
    expect(await at.desk.scan(`]C1${writeGs1(elements)}`)).toEqual(told);
    expect(await at.desk.scan(elements.map(({ ai, value }) => `(${ai})${value}`).join(''))).toEqual(told);
  });

  it('that cannot be read says why, whatever it holds', async () => {
    const at = await started();
    expect(await at.desk.scan(']C10112345678901234')).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/check digit/) as string,
    });
    expect(await at.desk.scan('L-1999-0001')).toMatchObject({ kind: 'unknown' });
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), fc.boolean(), async (text, isGs1) => {
        const meaning = await at.desk.scan(isGs1 ? `${separator}${text}` : text);
        expect(['unknown', 'delivery', 'action']).toContain(meaning.kind);
      }),
      { numRuns: 200 },
    );
  });

  it('with day 00 means the last of the month, also in a leap year', () => {
    expect(dayOfGs1('280200')).toBe('2028-02-29');
    expect(dayOfGs1('280131')).toBe('2028-01-31');
  });
});
