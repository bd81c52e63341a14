import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldBatch } from '../../../control/batch/fold.ts';
import { Bench, noDemand, operator, settle, signers } from './fake-skid.ts';

/** The service ends in the middle of a scan and is started again: the field has gone to HOT-HOLD by itself and was reset. */
async function crash(bench: Bench): Promise<void> {
  const before = bench.batches;
  await bench.make().start();
  await settle();
  bench.plant.field = 'none';
  bench.plant.set = { ...bench.plant.set, chalcogen: 0, cadmium: 0, ligand: 0, flush: 0, temperature: 0, diverter: 0 };
  expect(bench.batches).not.toBe(before);
}

describe('a batch that was open when the service ended', () => {
  it('comes up Held, says so in the record, and nothing is commanded', async () => {
    const bench = new Bench();
    const { id } = await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 40);
    const before = bench.commands.length;
    const told = (await bench.view()).collectedMl;
    await crash(bench);
    const view = await bench.view();
    expect(view).toMatchObject({ id, state: 'Held', phase: 'collect', resumesAt: 'collect' });
    expect(view.message).toContain('restarted');
    expect(bench.ledger.actions(view.scope).at(-1)).toBe('service-restarted');
    for (let i = 0; i < 5; i++) await bench.scan();
    expect(bench.commands).toHaveLength(before);
    expect((await bench.view()).collectedMl).toBeGreaterThanOrEqual(told);
    expect((await bench.view()).collectedMl).toBeCloseTo(bench.plant.collected, 5);
  });

  it('goes on after a Restart, from its own copy of the recipe, and reaches its volume', async () => {
    const bench = new Bench();
    await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 40);
    const before = await bench.view();
    await crash(bench);
    await bench.scan();
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
    const view = await bench.view();
    expect(view.recipeDigest).toBe(before.recipeDigest);
    expect(view.collectedMl).toBeCloseTo(bench.plant.collected, 5);
    expect(view.collectedMl).toBeGreaterThanOrEqual(140);
  });

  it('counts on where the field was started anew and its totaliser with it', async () => {
    const bench = new Bench();
    await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 40);
    const collected = (await bench.view()).collectedMl;
    bench.plant.collected = 0;
    await bench.scan();
    expect((await bench.view()).collectedMl).toBeGreaterThanOrEqual(collected);
    const { scope } = await bench.view();
    expect(bench.ledger.actions(scope)).toContain('totaliser-restarted');
    await bench.until(({ state }) => state === 'Complete');
    expect((await bench.view()).collectedMl).toBeLessThan(150);
    expect((await bench.view()).collectedMl).toBeGreaterThanOrEqual(140);
  });

  it('keeps the volume of its record where the field was started anew with it, and says that it is a lower bound', async () => {
    const bench = new Bench();
    const { scope } = await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 100, 6000, 1);
    const collected = (await bench.view()).collectedMl;
    const mlPerMin = Object.values(bench.plant.flow).reduce((sum, one) => sum + one, 0);
    await crash(bench);
    bench.plant.collected = 0;
    bench.plant.diverter = 0;
    await bench.scan();
    const { collectedMl } = await bench.view();
    expect(collectedMl).toBeLessThanOrEqual(collected);
    // The record is at most 30 s old, and a scan.
    expect(collectedMl).toBeGreaterThan(collected - (31 / 60) * mlPerMin);
    const said = bench.ledger.events.find(({ event }) => event.reason?.includes('lower bound') === true);
    expect(said?.event).toMatchObject({ scope, action: 'exception-raised', object: 'collected volume' });
    expect(bench.ledger.events.at(-1)?.event).toMatchObject({
      action: 'collecting-ended',
      data: { closedMl: String(collectedMl), fromMl: null },
    });
    await crash(bench);
    expect((await bench.view()).collectedMl).toBe(collectedMl);
    expect((await bench.command('Restart')).done).toBe(false);
    await bench.scan();
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
    expect((await bench.view()).collectedMl).toBeGreaterThanOrEqual(140);
    expect(bench.plant.collected).toBeGreaterThanOrEqual(140 - collectedMl - 0.5);
  });

  it('counts what the field collected while the service was away, and waits for the totaliser to be read', async () => {
    const bench = new Bench();
    const { scope } = await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 40);
    await crash(bench);
    bench.plant.collected += 7;
    bench.plant.diverter = 0;
    bench.plant.bad.add('collectedVolume');
    await bench.scan();
    bench.plant.bad.clear();
    await bench.scan();
    expect((await bench.view()).collectedMl).toBeCloseTo(bench.plant.collected, 5);
    expect(bench.ledger.events.some(({ event }) => event.reason?.includes('lower bound'))).toBe(false);
    expect(bench.ledger.actions(scope).at(-1)).toBe('collecting-ended');
  });

  it('loses nothing where the service was stopped in order, though the field was started anew', async () => {
    const bench = new Bench();
    await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 40);
    const { collectedMl } = await bench.view();
    await bench.batches.stop();
    await crash(bench);
    expect((await bench.view()).collectedMl).toBe(collectedMl);
    bench.plant.collected = 0;
    await bench.scan();
    expect((await bench.view()).collectedMl).toBe(collectedMl);
  });

  it('is not commanded twice by one that asks again after the restart', async () => {
    const bench = new Bench();
    const { id } = await bench.begin();
    const request = {
      commandId: 'hold-1',
      batch: id,
      command: 'Hold' as const,
      actor: { kind: 'batch' as const, batch: 'x' },
      reason: 'r',
    };
    await bench.batches.desk.command(request);
    await bench.until(({ state }) => state === 'Held', 10);
    await crash(bench);
    await bench.scan();
    expect((await bench.command('Restart')).done).toBe(true);
    expect(await bench.batches.desk.command(request)).toMatchObject({ done: true });
    expect((await bench.view()).state).toBe('Restarting');
    expect(await bench.start('CdSe-short', { commandId: 'start-1' })).toMatchObject({ done: true, batch: { id } });
    const restart = { commandId: 'hold-1', batch: id, command: 'Restart', actor: operator, reason: '' } as const;
    expect(await bench.batches.desk.command(restart)).toMatchObject({ done: false, reason: /used for another/ });
  });

  it('whenever that was: it is Held at the step it was in, once, and what had been collected is not lost', async () => {
    const seconds = fc.integer({ min: 0, max: 1000 });
    await fc.assert(
      fc.asyncProperty(seconds, async (after) => {
        const bench = new Bench();
        const { id } = await bench.begin();
        for (let passed = 0; passed < after && (await bench.view()).state === 'Running'; passed += 4)
          await bench.scan(4);
        const before = await bench.view();
        const commanded = bench.commands.length;
        await crash(bench);
        await bench.scan();
        const view = await bench.view();
        expect(await bench.batches.desk.batches()).toHaveLength(1);
        expect(view.id).toBe(id);
        expect(view.state).toBe(before.state === 'Running' ? 'Held' : before.state);
        if (before.state === 'Running') expect(view.resumesAt).toBe(before.phase);
        expect(view.collectedMl).toBeGreaterThanOrEqual(before.collectedMl - 0.1);
        expect(view.phases.map(({ runs }) => runs)).toEqual(before.phases.map(({ runs }) => runs));
        expect(bench.commands).toHaveLength(commanded);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a batch that had ended', () => {
  it('comes back as it was, with its volume and its signature', async () => {
    const bench = new Bench();
    await bench.begin();
    await bench.until(({ state }) => state === 'Complete');
    await bench.batches.desk.sign({ batch: 'B-2026-0001', meaning: 'performed', credentials: signers[0]! });
    const before = await bench.view();
    await crash(bench);
    bench.verdict = noDemand;
    await bench.scan();
    const view = await bench.view();
    expect(view.collectedMl).toBeCloseTo(before.collectedMl, 0);
    expect({ ...view, collectedMl: 0 }).toEqual({ ...before, collectedMl: 0 });
    expect(await bench.start()).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
  });
});

describe('reading a record', () => {
  it('gives nothing for a start that was refused', async () => {
    const bench = new Bench();
    await bench.batches.start();
    await bench.scan();
    const wrong = signers.map((one) => ({ ...one, password: 'wrong' }));
    await bench.start('CdSe-short', { signers: wrong });
    await bench.make().start();
    expect(await bench.batches.desk.batches()).toEqual([]);
  });

  it('of a form that is not known says so, and the rest still works', async () => {
    const bench = new Bench();
    const { id } = await bench.begin();
    const strange = bench.ledger.events.map((one) =>
      one.event.action === 'batch-prepared'
        ? { ...one, event: { ...one.event, data: { control: 'of another age' } } }
        : one,
    );
    expect(foldBatch(id, strange)).toBeNull();
    bench.ledger.events.splice(0, Infinity, ...strange);
    await bench.make().start();
    expect(bench.batches.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('could not be read back'),
    });
  });
});
