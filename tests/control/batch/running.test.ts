import { describe, expect, it } from 'vitest';
import { Bench, shippedRecipes } from './fake-skid.ts';

const ladder = ['leak-test', 'prime', 'heat-up', 'steady-state', 'collect', 'flush', 'cool-down'];

describe('a batch on a healthy skid', () => {
  it('steps through its phases and makes its volume', async () => {
    const bench = new Bench();
    const { id } = await bench.begin();
    const seconds = await bench.until(({ state }) => state === 'Complete');
    const view = await bench.view();
    expect(seconds).toBeLessThan(15 * 60);
    expect(view.phases.map(({ name, state }) => [name, state])).toEqual(ladder.map((name) => [name, 'done']));
    expect(view.collectedMl).toBeGreaterThanOrEqual(140);
    expect(view.collectedMl).toBeLessThan(150);
    expect(bench.ledger.actions(`batch/${id}`).at(-1)).toBe('batch-ended');
    expect(bench.plant.celsius).toBeLessThan(80);
    expect(bench.plant.bar).toBeLessThan(1);
    expect(Object.values(bench.plant.set).slice(0, 4)).toEqual([0, 0, 0, 0]);
  });

  it('makes 1 L of CdSe in about 50 minutes at the residence time of its recipe', async () => {
    const bench = new Bench({ recipes: shippedRecipes });
    await bench.begin('CdSe-3.6');
    await bench.until(({ phase }) => phase === 'collect', 3600, 2);
    expect(bench.plant.tau).toBeCloseTo(50, 0);
    const seconds = await bench.until(({ state }) => state === 'Complete', 4000, 2);
    expect(seconds).toBeGreaterThan(15 * 60);
    expect((await bench.view()).collectedMl).toBeGreaterThanOrEqual(1000);
    expect(bench.now / 60_000).toBeLessThan(1_000_000 / 60_000 + 60);
  });

  it('has its volume on record at least every 50 mL, also where the process runs faster than the wall', async () => {
    const bench = new Bench({ recipes: shippedRecipes });
    bench.scale = 60;
    const { scope } = await bench.begin('CdSe-3.6');
    let [most, recorded] = [0, 0];
    await bench.until(({ state, collectedMl }) => {
      const last = bench.ledger.events.findLast(
        ({ event }) => event.scope === scope && event.action.startsWith('collecting-'),
      );
      recorded = Number(last?.event.data?.collectedMl ?? 0);
      most = Math.max(most, collectedMl - recorded);
      return state === 'Complete';
    });
    expect(recorded).toBeGreaterThanOrEqual(1000);
    expect(most).toBeGreaterThan(40);
    expect(most).toBeLessThanOrEqual(50);
  });

  it('runs the same at twenty times the pace, where a scan is two seconds of the process', async () => {
    const bench = new Bench();
    bench.scale = 20;
    await bench.begin();
    const seconds = await bench.until(({ state }) => state === 'Complete', 2000, 2);
    expect(seconds).toBeLessThan(15 * 60);
  });
});
