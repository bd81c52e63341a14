/** Whatever people, QA and starts do, in whatever order: nothing is lost of a lot, and no dispensing serves two batches. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { olga, selenium, started, tcep } from './world.ts';

type World = Awaited<ReturnType<typeof started>>;
type Step = readonly [kind: number, which: number, amount: number];

const nth = (all: readonly string[], which: number): string => all[which % Math.max(all.length, 1)] ?? 'none';

/** A batch begins where its facts were taken, but for those that the disk stops afterwards: each third. */
async function act(at: World, [kind, which, amount]: Step, served: Map<string, string[]>): Promise<void> {
  const lots = (await at.desk.lots()).map(({ id }) => id);
  const kits = (await at.desk.kits()).map(({ id }) => id);
  const lot = nth(lots, which);
  const kit = nth(kits, which);
  if (kind === 0) await at.receive({ ...(amount % 2 === 0 ? selenium : tcep), received: '3', containers: [] });
  else if (kind === 1) await at.decide(lot, 'released');
  else if (kind === 2) await at.decide(lot, amount % 3 === 0 ? 'rejected' : 'quarantine');
  else if (kind === 3) await at.open();
  else if (kind === 4 || kind === 5)
    await at.weigh(kit, lot, {
      amount: (amount / 100).toFixed(2),
      material: kind === 4 ? 'Se' : 'TCEP',
      container: `${kit}-${kind}`,
    });
  else if (kind === 10) await at.strike(kit, 1 + (amount % 3), { gone: amount % 2 === 0 });
  else if (kind === 6) await at.desk.giveUp({ ...at.as(olga), kit });
  else if (kind === 7) await at.desk.giveBack({ ...at.as(olga), kit });
  else {
    const batch = `B-${at.stored.length}-${which}`;
    if ((await at.verdicts(batch)).some((each) => each.endsWith('blocked'))) return;
    const { dispensing } = await at.room.gate.facts(at.question(batch));
    if (typeof dispensing !== 'string') throw new Error('A start of a product took no dispensing.');
    if (which % 3 === 0) return;
    at.begun.add(batch);
    served.set(dispensing, [...(served.get(dispensing) ?? []), batch]);
  }
}

describe('lots and dispensings', () => {
  it('keep what they had, serve one batch each, and are the same after a restart', async () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.nat(5), fc.integer({ min: 1, max: 200 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const at = await started();
        const served = new Map<string, string[]>();
        await at.dispensed(await at.released(selenium), await at.released(tcep));
        for (const each of steps) await act(at, each, served);
        const [lots, kits] = [await at.desk.lots(), await at.desk.kits()];
        for (const { id, received, left } of lots) {
          const taken = kits
            .flatMap(({ weighings, struck }) => [...weighings, ...struck.filter(({ strike }) => strike.gone)])
            .filter((each) => each.lot === id);
          const weighed = taken.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0);
          expect(Math.round(Number(left) * 100) + weighed).toBe(Math.round(Number(received) * 100));
        }
        for (const [kit, batches] of served) {
          expect(batches).toHaveLength(1);
          expect(kits.find(({ id }) => id === kit)).toMatchObject({ status: 'taken', batch: batches[0] });
        }
        const again = await started(at.stored);
        expect([await again.desk.lots(), await again.desk.kits()]).toEqual([lots, kits]);
      }),
      { numRuns: 60 },
    );
  });
});
