import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { phaseOn } from '../../../plant/unit-of-batch.ts';
import { Bench, noDemand, operator, settle, signers } from './fake-skid.ts';
import { fieldsLost } from '../../support/on-record.ts';

afterEach(() => settle());

/** The service ends in the middle of a scan and is started again: the field has gone to HOT-HOLD by itself and was reset. */
async function crash(bench: Bench): Promise<void> {
  const before = bench.batches;
  await bench.make().start();
  await settle();
  bench.plant.field = 'none';
  bench.plant.set = { ...bench.plant.set, chalcogen: 0, cadmium: 0, ligand: 0, flush: 0, temperature: 0, diverter: 0 };
  expect(bench.batches).not.toBe(before);
}

const reconcile = async (bench: Bench) => {
  const { id } = await bench.view();
  const skid = bench.skids[0]!.name;
  return bench.batches.desk.reconcile({ ...bench.asked('look'), batch: id, skid, reason: 'looked at', signers });
};

async function collecting(ml = 40): Promise<Bench> {
  const bench = new Bench();
  await bench.begin();
  await bench.until(({ collectedMl }) => collectedMl > ml);
  return bench;
}

describe('a batch that was open when the service ended', () => {
  it('comes up Held, says so in the record, and nothing is commanded', async () => {
    const bench = await collecting();
    const before = bench.commands.length;
    const told = await bench.view();
    await crash(bench);
    const view = await bench.view();
    expect(view).toMatchObject({ id: told.id, state: 'Held' });
    expect(view.units[0]).toMatchObject({ resumesAt: ['produce/collect'] });
    expect(view.message).toContain('started anew');
    expect(bench.ledger.actions(view.scope).slice(-2)).toEqual(['service-restarted', 'state-changed']);
    for (let i = 0; i < 5; i++) await bench.scan();
    expect(bench.commands).toHaveLength(before);
    expect((await bench.view()).collectedMl).toBeCloseTo(bench.plant.collected, 5);
  });

  it('is over on a skid that the site has no more, and goes on where it has one', async () => {
    const bench = new Bench({ skids: 2 });
    await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 20);
    const site = bench as { skids: Bench['skids'] };
    const [first] = bench.skids;
    site.skids = [first!];
    await crash(bench);
    const { units, state } = await bench.view();
    expect(units.map((unit) => [unit.state, unit.givenUp])).toEqual([
      ['Held', false],
      ['Aborted', true],
    ]);
    expect(units[1]!.message).toContain('QD-2 is not in the site file any more');
    expect(state).toBe('Held');
    await bench.scan();
    await reconcile(bench);
    expect(await bench.command('Stop')).toMatchObject({ done: true });
    await bench.until((view) => view.state === 'Stopped', 60);
  });

  it('has ended where the site has none of its skids any more', async () => {
    const bench = await collecting();
    const { id, scope } = await bench.view();
    (bench as { skids: Bench['skids'] }).skids = [];
    await bench.make().start();
    expect(await bench.batches.desk.batch(id)).toMatchObject({ state: 'Aborted' });
    expect(bench.ledger.actions(scope).filter((action) => action === 'batch-ended')).toHaveLength(1);
    await bench.make().start();
    expect(bench.ledger.actions(scope).filter((action) => action === 'batch-ended')).toHaveLength(1);
  });

  it('is restarted by nobody before two people have signed what they found', async () => {
    const bench = await collecting();
    const { id, recipeDigest } = await bench.view();
    await crash(bench);
    await bench.scan();
    const [unit] = (await bench.view()).units;
    expect(unit!.reconcile!.map(({ what, verdict }) => [what, verdict])).toContainEqual(['Feeds', 'differs']);
    expect(await bench.command('Restart')).toMatchObject({
      done: false,
      reason: expect.stringContaining('sign what you found') as string,
    });
    const alone = { ...bench.asked('look'), batch: id, skid: unit!.skid, reason: 'r', signers: [signers[0]!] };
    expect(await bench.batches.desk.reconcile(alone)).toMatchObject({ done: false });
    expect((await reconcile(bench)).done).toBe(true);
    const events = bench.ledger.events.map(({ event }) => event);
    const { commandId } = events.findLast(({ action }) => action === 'batch-commanded')!.data!;
    const request = { ':id': id, commandId, skid: unit!.skid, reason: 'looked at' };
    expect(fieldsLost('/api/batches/:id/reconcile', request, events)).toEqual([]);
    expect((await bench.view()).units[0]!.reconcile).toBeNull();
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
    expect(await bench.view()).toMatchObject({ recipeDigest });
    expect((await bench.view()).collectedMl).toBeGreaterThanOrEqual(140);
  });

  it('goes to the end of a Stop that was taken', async () => {
    const bench = await collecting();
    bench.refuse = ({ action }) =>
      action.kind === 'safe-state' ? { status: 'failed', message: 'no connection', readBack: null } : null;
    expect((await bench.command('Stop')).done).toBe(true);
    await bench.scan();
    expect((await bench.view()).state).toBe('Stopping');
    await crash(bench);
    expect((await bench.view()).state).toBe('Stopping');
    bench.refuse = () => null;
    await bench.until(({ state }) => state === 'Stopped', 20);
    expect(bench.plant.field).toBe('H');
  });

  it('may be stopped though nobody has signed', async () => {
    const bench = await collecting();
    await crash(bench);
    await bench.scan();
    expect((await bench.command('Stop')).done).toBe(true);
    await bench.until(({ state }) => state === 'Stopped', 20);
  });

  it('keeps the volume of its record where the field was started anew with it, and says that it is a lower bound', async () => {
    const bench = await collecting(100);
    const { scope, collectedMl: collected } = await bench.view();
    const mlPerMin = Object.values(bench.plant.flow).reduce((sum, one) => sum + one, 0);
    await crash(bench);
    bench.plant.collected = 0;
    bench.plant.diverter = 0;
    await bench.scan();
    const { collectedMl } = await bench.view();
    expect(collectedMl).toBeLessThanOrEqual(collected);
    // The record is at most 30 s old, and a scan.
    expect(collectedMl).toBeGreaterThan(collected - (32 / 60) * mlPerMin);
    const said = bench.ledger.events.find(({ event }) => event.reason?.includes('lower bound') === true);
    expect(said?.event).toMatchObject({ scope, action: 'exception-raised', object: 'collected volume' });
    await crash(bench);
    expect((await bench.view()).collectedMl).toBe(collectedMl);
  });

  it('loses nothing where the service was stopped in order, though the field was started anew', async () => {
    const bench = await collecting();
    const { collectedMl } = await bench.view();
    await bench.batches.stop();
    await crash(bench);
    expect((await bench.view()).collectedMl).toBe(collectedMl);
    bench.plant.collected = 0;
    await bench.scan();
    expect((await bench.view()).collectedMl).toBe(collectedMl);
  });

  it('is not commanded twice by one that asks again after the restart', async () => {
    const bench = await collecting();
    const { id } = await bench.view();
    const actor = { kind: 'batch', batch: 'x' } as const;
    const request = { commandId: 'hold-1', batch: id, skid: null, command: 'Hold', actor, reason: 'r' } as const;
    await bench.batches.desk.command(request);
    await bench.until(({ state }) => state === 'Held', 10);
    await crash(bench);
    await bench.scan();
    const restart = { ...request, command: 'Restart', actor: operator } as const;
    await reconcile(bench);
    expect(await bench.batches.desk.command(restart)).toMatchObject({ done: true });
    const again = { ...restart, command: 'Reset' } as const;
    expect(await bench.batches.desk.command(again)).toMatchObject({
      done: false,
      reason: expect.stringContaining('used for another') as string,
    });
    expect(await bench.start({}, { commandId: 'start-1' })).toMatchObject({ done: true, batch: { id } });
  });

  it('whenever that was: it is Held at the step it was in, once, and what had been collected is not lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), async (after) => {
        const bench = new Bench();
        const { id } = await bench.begin();
        for (let passed = 0; passed < after && (await bench.view()).state === 'Running'; passed += 4) {
          await bench.scan(4);
          await bench.answerAll(await bench.view());
        }
        const before = await bench.view();
        const commanded = bench.commands.length;
        await crash(bench);
        await bench.scan();
        const view = await bench.view();
        expect(await bench.batches.desk.batches()).toHaveLength(1);
        expect(view.id).toBe(id);
        expect(view.state).toBe(before.state === 'Running' ? 'Held' : before.state);
        const running = phaseOn(before.units[0]!);
        if (before.state === 'Running' && running !== null)
          expect(view.units[0]!.resumesAt.map((path) => path.split('/').at(-1))).toEqual([running]);
        expect(view.collectedMl).toBeGreaterThanOrEqual(before.collectedMl - 0.1);
        expect(view.units[0]!.steps.map(({ runs }) => runs)).toEqual(before.units[0]!.steps.map(({ runs }) => runs));
        expect(bench.commands).toHaveLength(commanded);
      }),
      { numRuns: 20 },
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
    expect(await bench.view()).toEqual(before);
    expect(await bench.start()).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
  });

  it('of the earlier form stays on record, and an open one is ended', async () => {
    const bench = new Bench();
    const of = (scope: string, action: string, data = {}) =>
      bench.ledger.append({ scope, actor: { kind: 'batch', batch: 'x' }, action, object: 'x', data });
    for (const scope of ['batch/B-2025-0001', 'batch/B-2025-0002']) {
      await of(scope, 'batch-prepared', { skid: 'QD-1', control: {} });
      await of(scope, 'batch-started', { skid: 'QD-1' });
      await of(scope, 'phase-started', { step: '0' });
    }
    await of('batch/B-2025-0001', 'batch-ended');
    await bench.batches.start();
    expect(bench.ledger.actions('batch/B-2025-0001').filter((action) => action === 'batch-ended')).toHaveLength(1);
    expect(bench.ledger.actions('batch/B-2025-0002').at(-1)).toBe('batch-ended');
    expect(bench.batches.health()).toMatchObject({ state: 'ready' });
    await bench.scan();
    expect((await bench.start()).done).toBe(true);
  });

  it('of a record that cannot be read keeps its skid taken, and the room says so', async () => {
    const bench = await collecting();
    const at = bench.ledger.events.findIndex(({ event }) => event.action === 'step-started');
    const stored = bench.ledger.events[at]!;
    bench.ledger.events[at] = { ...stored, event: { ...stored.event, object: 'no/such/step' } };
    await crash(bench);
    await bench.scan();
    expect(bench.batches.health()).toMatchObject({ state: 'degraded' });
    expect(bench.batches.isOn(bench.skids[0]!.name)).toBe(true);
    expect(await bench.start()).toMatchObject({ done: false });
  });
});
