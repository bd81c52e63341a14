import { describe, expect, it } from 'vitest';
import { Bench } from './fake-skid.ts';

const ladder = ['line-clearance', 'leak-test', 'prime', 'heat-up', 'stage-1', 'stage-2', 'steady-state', 'collect', 'shutdown']; // prettier-ignore

describe('a batch on a healthy skid', () => {
  it('steps through its phases and makes its volume', async () => {
    const bench = new Bench();
    const { id } = await bench.begin();
    const seconds = await bench.until(({ state }) => state === 'Complete');
    const view = await bench.view();
    expect(seconds).toBeLessThan(25 * 60);
    expect(view.units[0]!.steps.map(({ phase, state }) => [phase, state])).toEqual(
      ladder.map((name) => [name, 'done']),
    );
    expect(view.collectedMl).toBeGreaterThanOrEqual(140);
    expect(view.collectedMl).toBeLessThan(150);
    expect(bench.ledger.actions(`batch/${id}`).at(-1)).toBe('batch-ended');
    expect(bench.plant.celsius).toBeLessThan(80);
    expect(bench.plant.bar).toBeLessThan(1);
    expect(Object.values(bench.plant.set).slice(0, 4)).toEqual([0, 0, 0, 0]);
  });

  it('has its volume on record at least every 50 mL, also where the process runs faster than the wall', async () => {
    const bench = new Bench();
    bench.scale = 60;
    const { scope } = await bench.begin();
    let [most, recorded] = [0, 0];
    await bench.until(({ state, collectedMl }) => {
      const last = bench.ledger.events.findLast(
        ({ event }) => event.scope === scope && event.action === 'volume-collected',
      )?.event.data;
      const open = last?.fromMl === null ? 0 : Number(last?.lastMl ?? 0) - Number(last?.fromMl ?? 0);
      recorded = Number(last?.closedMl ?? 0) + open;
      most = Math.max(most, collectedMl - recorded);
      return state === 'Complete';
    });
    expect(recorded).toBeGreaterThanOrEqual(140);
    expect(most).toBeLessThanOrEqual(51);
  });

  it('runs the same at twenty times the pace, where a scan is two seconds of the process', async () => {
    const bench = new Bench();
    bench.scale = 20;
    await bench.begin();
    const seconds = await bench.until(({ state }) => state === 'Complete', 3000, 2);
    expect(seconds).toBeLessThan(25 * 60);
  });
});

describe('a batch on three skids', () => {
  it('makes its volume on all of them together, and ends when each has come to rest', async () => {
    const bench = new Bench({ skids: 3 });
    const { id } = await bench.begin();
    await bench.until(({ state }) => state === 'Complete');
    const view = await bench.view();
    expect(view.collectedMl).toBeGreaterThanOrEqual(140);
    expect(view.collectedMl).toBeLessThan(160);
    for (const unit of view.units) {
      expect(unit.collectedMl).toBeGreaterThan(20);
      expect(unit.steps.map(({ state }) => state)).toEqual(ladder.map(() => 'done'));
    }
    expect(bench.ledger.actions(`batch/${id}`).filter((action) => action === 'batch-ended')).toHaveLength(1);
  });

  it('goes on where one of them is held, and takes its Stop without the others', async () => {
    const bench = new Bench({ skids: 2 });
    await bench.begin();
    await bench.reach('collect');
    const [one, other] = bench.skids.map(({ name }) => name);
    expect((await bench.command('Hold', one)).done).toBe(true);
    await bench.until((view) => view.units[0]!.state === 'Held', 10);
    expect((await bench.view()).units[1]!.state).toBe('Running');
    expect((await bench.command('Stop', one)).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
    const { units } = await bench.view();
    expect(units.map(({ state }) => state)).toEqual(['Stopped', 'Complete']);
    expect(bench.plants.get(other!)!.field).toBe('none');
  });

  it('is held on all of them by one Hold, and restarted by one Restart', async () => {
    const bench = new Bench({ skids: 2 });
    await bench.begin();
    await bench.reach('collect');
    expect((await bench.command('Hold')).done).toBe(true);
    for (const plant of bench.plants.values()) expect(plant.field).toBe('H');
    await bench.until(({ state }) => state === 'Held', 10);
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
    expect((await bench.view()).units.map(({ state }) => state)).toEqual(['Complete', 'Complete']);
  });
});
