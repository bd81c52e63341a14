/** Lots, weighings and the gate before a start. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBook, endOfDay, evolve, unfit, type MaterialBook } from '../../../control/materials/book.ts';
import { isMore, minus } from '../../../control/materials/decimal.ts';
import { createStartGate } from '../../../control/materials/start-gate.ts';
import { convert, loadSubstances, serves } from '../../../control/materials/substances.ts';
import { monotonic, processTime, utcMs } from '../../../plant/clock.ts';
import type { StartQuestion } from '../../../plant/ports/start-gate.ts';
import type { MasterRecipe } from '../../../plant/recipe/recipe.ts';

const expires = endOfDay('2027-06-30')!;
const now = utcMs(Date.parse('2027-01-01'));
const substances = loadSubstances();

const opened = evolve(emptyBook, {
  kind: 'dispensing-opened',
  kit: { id: 'D-1', recipe: 'CdSe', version: 1, materials: [], openedBy: 'Olga', openedAt: now },
});
const received = (id: string, material: string): MaterialBook =>
  evolve(opened, {
    kind: 'lot-received',
    lot: {
      id,
      material,
      supplier: 'Sigma',
      supplierLot: 'X1',
      received: '100',
      unit: 'g',
      expires,
      containers: ['C-1'],
      receivedBy: 'P-olga',
    },
  });
const released = (id: string, material: string): MaterialBook =>
  evolve(received(id, material), { kind: 'lot-status-changed', lot: id, status: 'released' });
const weighed = (book: MaterialBook, amount: string, checkedBy: string | null = 'Carl'): MaterialBook =>
  evolve(book, {
    kind: 'weighing-entered',
    weighing: {
      lot: 'L-1',
      kit: 'D-1',
      material: 'Se',
      amount,
      tare: '1',
      scale: 'W-1',
      container: 'D-1',
      by: 'Olga',
      checkedBy,
      at: now,
    },
  });

const ask = (book: MaterialBook, purpose: StartQuestion['purpose'] = 'production', at = now) =>
  createStartGate({
    clock: { timeScale: 1, utc: () => at, monotonic: () => monotonic(0), process: () => processTime(0) },
    substances,
    book: () => book,
    tolerance: 0.01,
    take: () => Promise.resolve(),
  }).check({
    batch: 'B-1',
    skids: [],
    people: [],
    purpose,
    recipe: {
      name: 'CdSe',
      materials: [{ name: 'Se', amount: 0.46, unit: 'mol', checked: true }],
    } as unknown as MasterRecipe,
  });

describe('a substance', () => {
  const weights: Readonly<Record<string, number>> = {
    H: 1.008,
    C: 12.011,
    O: 15.999,
    Na: 22.99,
    P: 30.974,
    S: 32.06,
    Cl: 35.45,
    Zn: 65.38,
    Se: 78.971,
    Cd: 112.414,
    Te: 127.6,
  };
  it.each(substances)('has the molar mass of its atoms: $name', ({ gPerMol, composition }) => {
    const sum = Object.entries(composition).reduce((total, [atom, count]) => total + weights[atom]! * count, 0);
    expect(gPerMol).toBeCloseTo(sum, 2);
  });
  it('with its water counts as the salt that a recipe names', () => {
    const salt = substances.find(({ name }) => name === 'Cd(OAc)2·2H2O')!;
    expect(serves(salt, 'Cd(OAc)2')).toBe(true);
    expect(serves(salt, 'Zn(OAc)2')).toBe(false);
    expect(convert(266.532, 'g', 'mol', salt.gPerMol)).toBeCloseTo(1);
    expect(convert(1, 'L', 'mol', salt.gPerMol)).toBeNull();
  });
});

describe('a lot', () => {
  it('begins in quarantine, and is unfit until released, when rejected and after its last day', () => {
    const lot = (book: MaterialBook) => book.lots.get('L-1')!;
    expect(unfit(lot(received('L-1', 'Se')), now)?.found).toMatch(/quarantine/);
    expect(unfit(lot(released('L-1', 'Se')), now)).toBeNull();
    expect(unfit(lot(released('L-1', 'Se')), expires)).toBeNull();
    expect(unfit(lot(released('L-1', 'Se')), utcMs(expires + 1))?.found).toMatch(/expired on 2027-06-30/);
    const rejected = evolve(released('L-1', 'Se'), { kind: 'lot-status-changed', lot: 'L-1', status: 'rejected' });
    expect(unfit(lot(rejected), now)?.found).toMatch(/rejected/);
  });
  it('never gives more than it had, whatever is weighed, and loses nothing', () => {
    const amounts = fc.array(
      fc.integer({ min: 1, max: 60_000 }).map((mg) => (mg / 1000).toFixed(3)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(amounts, (given) => {
        const book = given.reduce((each, amount) => weighed(each, amount), released('L-1', 'Se'));
        const taken = book.weighings.reduce((total, { amount }) => total + Math.round(Number(amount) * 1000), 0);
        expect(Math.round(Number(book.lots.get('L-1')!.left) * 1000) + taken).toBe(100_000);
      }),
    );
  });
  it('is used up by its last gram', () => {
    expect(weighed(released('L-1', 'Se'), '100').lots.get('L-1')).toMatchObject({ left: '0', status: 'used up' });
  });
  it('may be rejected when it is used up, and then shuts the gate', async () => {
    const all = weighed(released('L-1', 'Se'), '100');
    const book = evolve(all, { kind: 'lot-status-changed', lot: 'L-1', status: 'rejected' });
    expect(await ask(book)).toContainEqual(expect.objectContaining({ object: 'L-1', verdict: 'blocked' }));
    expect(evolve(all, { kind: 'lot-status-changed', lot: 'L-1', status: 'released' })).toBe(all);
  });
  it('expires on days of the calendar only', () => {
    expect(endOfDay('2027-02-29')).toBeNull();
    expect(minus('0.3', '0.1')).toBe('0.2');
    expect(isMore('0.30', '0.3')).toBe(false);
  });
});

describe('the gate before a start', () => {
  it('opens when weighings from released lots add up', async () => {
    const checks = await ask(weighed(weighed(released('L-1', 'Se'), '20'), '16.4'));
    expect(checks.map(({ verdict }) => verdict)).toEqual(['ok']);
  });
  it('names what is missing, and watches no missing weighing for a rehearsal', async () => {
    const few = weighed(released('L-1', 'Se'), '20');
    expect((await ask(few))[0]).toMatchObject({ verdict: 'blocked', object: 'Se' });
    expect((await ask(few, 'rehearsal'))[0]?.verdict).toBe('not watched');
  });
  it('names the lot that has been rejected since, also for a rehearsal', async () => {
    const book = evolve(weighed(released('L-1', 'Se'), '36.4'), {
      kind: 'lot-status-changed',
      lot: 'L-1',
      status: 'rejected',
    });
    for (const purpose of ['production', 'rehearsal'] as const)
      expect(await ask(book, purpose)).toContainEqual(
        expect.objectContaining({ gate: 'lot', object: 'L-1', verdict: 'blocked' }),
      );
  });
  it('is shut by another substance, a weighing nobody checked, and a lot out of date', async () => {
    expect(
      (await ask(weighed(released('L-1', 'S'), '36.4'))).filter(({ verdict }) => verdict === 'blocked'),
    ).toHaveLength(2);
    expect(await ask(weighed(released('L-1', 'Se'), '36.4', null))).toContainEqual(
      expect.objectContaining({ gate: 'weighing' }),
    );
    expect(await ask(weighed(released('L-1', 'Se'), '36.4'), 'production', utcMs(expires + 1))).toContainEqual(
      expect.objectContaining({ gate: 'lot', found: expect.stringMatching(/expired/) as string }),
    );
  });
});
