/** What the page of materials says, and what its forms still want. */
import { describe, expect, it } from 'vitest';
import type { LiveSample } from '../../hmi/api/answers.ts';
import {
  containersOf,
  expiryText,
  filledBy,
  kitText,
  lineText,
  lotMissing,
  nothingTyped,
  strikeText,
  weighingText,
  weighMissing,
  weighScan,
  weightIn,
  type WeighTyped,
} from '../../hmi/web/src/materials/material-text.ts';
import { servedKits } from './support/served-materials.ts';

const now = Date.UTC(2026, 10, 23, 12);
const endOf = (day: string): number => Date.parse(`${day}T23:59:59.999Z`);

const lot = {
  material: 'Se',
  supplier: 'Sigma',
  supplierLot: 'X',
  received: '12.5',
  unit: 'g',
  expires: '2027-06-30',
  containers: '',
};
const weighing: WeighTyped = {
  material: 'Se',
  lot: 'L-1',
  amount: '0.95',
  tare: '0',
  scale: 'W-1',
  container: 'C-1',
};

describe('an expiry', () => {
  it('is said ahead by days, and on its last day, and after it', () => {
    expect(expiryText(endOf('2027-06-30'), now)).toBe('2027-06-30');
    expect(expiryText(endOf('2026-12-01'), now)).toBe('2026-12-01, 8 d left');
    expect(expiryText(endOf('2026-11-23'), now)).toBe('2026-11-23, today');
    expect(expiryText(endOf('2026-11-22'), now)).toBe('2026-11-22, expired');
  });
});

describe('the form of a lot', () => {
  it('names what it still wants, one after the other', () => {
    expect(lotMissing(nothingTyped)).toMatch(/substance/);
    expect(lotMissing({ ...lot, received: '12,5' })).toMatch(/decimal/);
    expect(lotMissing({ ...lot, expires: '' })).toMatch(/expiry/);
    expect(lotMissing(lot)).toBeNull();
  });

  it('takes from a supplier’s label what it tells, and leaves the rest as typed', () => {
    const told = { kind: 'delivery', supplierLot: 'Y7', expires: null, netKg: '0.25', serial: null } as const;
    expect(filledBy(lot, told)).toEqual({ ...lot, supplierLot: 'Y7', received: '0.25', unit: 'kg' });
  });

  it('reads containers however they are parted', () => {
    expect(containersOf(' A-1, A-2\nA-3;A-4 ')).toEqual(['A-1', 'A-2', 'A-3', 'A-4']);
    expect(containersOf(' ')).toEqual([]);
  });
});

describe('a weighing', () => {
  it('names what it still wants', () => {
    expect(weighMissing(weighing)).toBeNull();
    expect(weighMissing({ ...weighing, lot: '' })).toMatch(/lot/);
    expect(weighMissing({ ...weighing, tare: '' })).toMatch(/tare/);
    expect(weighMissing({ ...weighing, container: ' ' })).toMatch(/container/);
  });

  it('is filled by scans: a lot is where it comes from, an unknown code what is filled, a delivery is neither', () => {
    const unknown = { kind: 'unknown', reason: 'It is not known.' } as const;
    expect(weighScan(weighing, 'L-2', { kind: 'lot', lot: 'L-2' })).toEqual({ typed: { ...weighing, lot: 'L-2' } });
    expect(weighScan(weighing, ']C191C-9', unknown)).toEqual({ typed: { ...weighing, container: 'C-9' } });
    expect(weighScan(weighing, '<b>', unknown)).toEqual({ problem: 'It is not known.' });
    expect(weighScan(weighing, 'x', { kind: 'action', action: 'dispense' })).toHaveProperty('problem');
  });

  it('takes what a balance reads in the unit of the lot, and no weight that moves, is none, or is of something else', () => {
    const reads = (value: number, quality = 0) => [value, quality, 0, 0] as unknown as LiveSample;
    expect(weightIn(reads(0.95), 'g')).toEqual({ amount: '0.9500' });
    expect(weightIn(reads(0.95), 'mg')).toEqual({ amount: '950.0' });
    expect(weightIn(reads(950.1234), 'kg')).toEqual({ amount: '0.9501234' });
    expect(weightIn(reads(0.95, 0x80000000), 'g')).toHaveProperty('problem');
    expect(weightIn(undefined, 'g')).toHaveProperty('problem');
    expect(weightIn(reads(0), 'g')).toHaveProperty('problem');
    expect(weightIn(reads(0.95), 'mL')).toEqual({ problem: expect.stringContaining('mL') as string });
    expect(weightIn(reads(0.95), null)).toEqual({ problem: expect.stringContaining('lot') as string });
  });

  it('that was struck out is said as it was entered, with who struck it out and what became of it', () => {
    const struck = servedKits(now)[0]!.struck[0]!;
    expect(weighingText(struck)).toBe('9.48 from L-2026-0001, tare 12.104, W-1, Rosa Ortiz, checked by Carl Cole');
    const said = 'struck out by Rosa Ortiz, checked by Carl Cole: The point was left out';
    expect(strikeText(struck)).toBe(`${said} (back in L-2026-0001)`);
    expect(strikeText({ ...struck, strike: { ...struck.strike, gone: true } })).toBe(`${said} (gone)`);
  });

  it('is held against what is wanted', () => {
    const line = { name: 'Se', amount: '12', unit: 'mmol', checked: true, weighed: 12.0044, enough: true, lots: [] };
    expect(lineText(line)).toBe('✓ 12.0044 of 12 mmol');
    expect(lineText({ ...line, weighed: 3, enough: false })).toBe('… 3 of 12 mmol');
    expect(kitText({ status: 'taken', batch: 'B-1' })).toBe('taken by B-1');
  });
});
