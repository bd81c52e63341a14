import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBook, evolve, unfit, type MaterialBook } from '../../../control/materials/book.ts';
import { recall } from '../../../control/materials/events.ts';
import { countedFor, countsAs, kitViews, sumOf } from '../../../control/materials/kits.ts';
import { loadSubstances } from '../../../control/materials/substances.ts';
import { utcMs } from '../../../plant/clock.ts';
import { madeHouse } from '../../support/made-house.ts';

const substances = loadSubstances();
const now = utcMs(Date.UTC(2026, 0, 1));
const asked = ['Se', 'TCEP'].map((name) => ({ name, amount: '12', unit: 'mmol', checked: true }));

/** A house in which some dispensings are still open, some lots are spent or rejected, and some weighings were struck out. */
function bookOf(seed: number): MaterialBook {
  const { events } = madeHouse({ batches: 12, lots: 5, lotsEach: 3, containersEach: 0, linesEach: 0, seed });
  const stored = events
    .filter(
      ({ scope, action, object }) =>
        scope === 'materials/lots' && !(action === 'dispensing-taken' && object.endsWith('3')),
    )
    .map((event, n) => ({ scope: event.scope, seq: n + 1, hash: '', utc: now, event }));
  let { book } = recall(stored);
  book = { ...book, kits: new Map([...book.kits].map(([id, kit]) => [id, { ...kit, materials: asked }])) };
  const strike = { reason: 'r', by: 'a', checkedBy: 'b', at: now, gone: seed % 2 === 0 };
  book = evolve(book, { kind: 'weighing-struck', kit: 'D-2026-0003', number: 1, strike });
  return evolve(book, { kind: 'lot-status-changed', lot: `L-2026-000${1 + (Math.abs(seed) % 5)}`, status: 'rejected' });
}

describe('every dispensing at once', () => {
  it('is as each alone: its own weighings, what they come to, and the lots it may still be weighed from', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const book = bookOf(seed);
        const views = kitViews({ book, substances, tolerance: 0.01 }, now);
        expect(views.map(({ id }) => id)).toEqual([...book.kits.keys()]);
        for (const kit of views) {
          expect(kit.weighings).toEqual(book.weighings.filter((one) => one.kit === kit.id));
          expect(kit.struck).toEqual(book.struck.filter((one) => one.kit === kit.id));
          for (const line of kit.lines) {
            expect(line.weighed).toBe(sumOf(countedFor({ book, substances }, kit.id, line)));
            const fit = [...book.lots.values()].filter(
              (lot) => lot.left !== '0' && unfit(lot, now) === null && countsAs(substances, lot, 1, line) !== null,
            );
            const ids = kit.status === 'open' ? fit.map(({ id }) => id).sort() : [];
            expect(line.lots.map(({ lot }) => lot).sort()).toEqual(ids);
          }
        }
        expect(views.some(({ status, lines }) => status === 'open' && lines[0]!.lots.length > 0)).toBe(true);
        expect(views.some(({ status }) => status === 'taken')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is none of an empty house', () => {
    expect(kitViews({ book: emptyBook, substances, tolerance: 0.01 }, now)).toEqual([]);
  });
});
