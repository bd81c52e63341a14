import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BatchCommand, BatchView } from '../../../plant/batch-view.ts';
import { phaseOn } from '../../../plant/unit-of-batch.ts';
import type { Command } from '../../../plant/command.ts';
import { Bench, demanded, noDemand, operator, settle, signers } from './fake-skid.ts';

const kinds = (commands: readonly Command[]): string[] => commands.map(({ action }) => action.kind);

const stepOf = ({ units }: Pick<BatchView, 'units'>, phase: string) =>
  units[0]!.steps.find((step) => step.phase === phase);

/** What was raised as an exception, by what it is about. */
const exceptions = (bench: Bench): readonly string[] =>
  bench.ledger.events.flatMap(({ event }) => (event.action === 'exception-raised' ? [event.object] : []));

async function collecting(bench = new Bench(), ml = 50): Promise<Bench> {
  await bench.begin();
  await bench.until(({ collectedMl }) => collectedMl > ml);
  return bench;
}

describe('Hold', () => {
  it('asks the field for HOT-HOLD before it writes anything down', async () => {
    const bench = await collecting();
    const order: string[] = [];
    const appendAll = bench.ledger.appendAll.bind(bench.ledger);
    bench.ledger.appendAll = (events) => {
      order.push(...events.map(({ action }) => action));
      return appendAll(events);
    };
    bench.refuse = (command) => {
      order.push(command.action.kind);
      return null;
    };
    await bench.command('Hold', null, 'noise at the pump');
    expect(order.slice(0, 3)).toEqual(['safe-state', 'batch-commanded', 'state-changed']);
  });

  it('is Held only when the field says HOT-HOLD', async () => {
    const bench = await collecting();
    bench.refuse = ({ action }) =>
      action.kind === 'safe-state' ? { status: 'failed', message: 'no connection', readBack: null } : null;
    await bench.command('Hold');
    await bench.scan();
    expect((await bench.view()).state).toBe('Holding');
    bench.refuse = () => null;
    await bench.until(({ state }) => state === 'Held', 10);
    expect(bench.plant.set.diverter).toBe(0);
  });

  it('asks again while the field does not confirm, and tells people that it does not', async () => {
    const bench = await collecting();
    bench.refuse = ({ action }) =>
      action.kind === 'safe-state' ? { status: 'failed', message: '', readBack: null } : null;
    await bench.command('Hold');
    const asked = kinds(bench.commands).filter((kind) => kind === 'safe-state').length;
    for (let i = 0; i < 8; i++) await bench.scan();
    expect(kinds(bench.commands).filter((kind) => kind === 'safe-state').length).toBeGreaterThan(asked + 4);
    expect((await bench.view()).units[0]!.next?.waitsFor).toContain('not confirmed');
  });

  it('is answered when it is on disk', async () => {
    const bench = await collecting();
    const appendAll = bench.ledger.appendAll.bind(bench.ledger);
    const written = Promise.withResolvers<undefined>();
    bench.ledger.appendAll = async (events) => {
      await written.promise;
      return appendAll(events);
    };
    let isAnswered = false;
    const answer = bench.command('Hold').finally(() => (isAnswered = true));
    for (let i = 0; i < 3; i++) await bench.scan();
    expect([bench.plant.field, isAnswered]).toEqual(['H', false]);
    written.resolve(undefined);
    expect(await answer).not.toHaveProperty('recordFollows');
    expect(bench.ledger.actions((await bench.view()).scope)).toContain('batch-commanded');
  });

  it('works with a full disk, and records the gap when there is room again', async () => {
    const bench = await collecting();
    bench.ledger.full = true;
    expect(await bench.command('Hold', null, 'look at this')).toMatchObject({ done: true, recordFollows: true });
    await bench.until(({ state }) => state === 'Held', 5);
    expect(bench.plant.field).toBe('H');
    bench.ledger.full = false;
    for (let i = 0; i < 5; i++) await bench.scan();
    const actions = bench.ledger.actions((await bench.view()).scope);
    expect(actions.slice(-5)).toEqual(
      expect.arrayContaining(['record-gap', 'batch-commanded', 'state-changed', 'volume-collected']),
    );
    expect(actions.lastIndexOf('record-gap')).toBeLessThan(actions.lastIndexOf('batch-commanded'));
  });

  it('may be given by whoever may ask for a safe state, and nothing else by them', async () => {
    const bench = await collecting();
    bench.forbidden = new Set(['command batch']);
    expect(await bench.command('Stop')).toMatchObject({ done: false, reason: 'You may not.' });
    expect((await bench.command('Hold')).done).toBe(true);
  });
});

describe('an interlock', () => {
  it('takes the batch to Held, naming its cause, and is not asked for a second time by the batch', async () => {
    const bench = await collecting();
    const before = bench.commands.length;
    bench.verdict = demanded('Hcd', 'Ligand flow 60 % of cadmium, trip below 85 %.');
    bench.plant.field = 'H';
    await bench.scan();
    await bench.scan();
    const view = await bench.view();
    expect(view.state).toBe('Held');
    expect(view.message).toContain('60 %');
    expect(kinds(bench.commands.slice(before))).toEqual([]);
    expect(exceptions(bench)).toContain('interlock');
  });

  it('refuses a Restart until a person has reset it, and then the batch goes on where it was', async () => {
    const bench = await collecting();
    bench.verdict = demanded('H', 'The cause is still there.');
    bench.plant.field = 'H';
    await bench.until(({ state }) => state === 'Held', 5);
    expect(await bench.command('Restart')).toMatchObject({
      done: false,
      reason: expect.stringContaining('still there'),
    });
    const { commands } = await bench.view();
    expect(commands.find(({ command }) => command === 'Restart')).toMatchObject({
      legal: true,
      refusedBy: expect.stringContaining('still there'),
    });
    bench.verdict = noDemand;
    bench.plant.field = 'none';
    await bench.scan();
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
  });

  it('that demands B withholds the step: no set point is raised, product goes to waste, and the batch does not fail', async () => {
    const bench = await collecting();
    bench.verdict = demanded('B', 'TT-201A is not Good.');
    const before = bench.commands.length;
    for (let i = 0; i < 30; i++) await bench.scan();
    const view = await bench.view();
    expect(view.state).toBe('Running');
    expect(stepOf(view, 'collect')?.waitsFor).toContain('TT-201A is not Good');
    expect(bench.commands.slice(before).map(({ action }) => action)).toMatchObject([
      { kind: 'write', writes: [{ tag: 'X300/XV-301.SP', value: 0 }] },
    ]);
    bench.verdict = noDemand;
    const collected = view.collectedMl;
    for (let i = 0; i < 20; i++) await bench.scan();
    expect((await bench.view()).collectedMl).toBeCloseTo(collected, 5);
    await bench.until(({ state }) => state === 'Complete');
  });
});

describe('a fault', () => {
  it('of the field, which falls into a safe state by itself, holds the batch', async () => {
    const bench = await collecting();
    bench.plant.field = 'H';
    await bench.until(({ state }) => state === 'Held', 5);
    expect((await bench.view()).message).toContain('did not ask for');
  });

  it('of a set point that is refused holds the batch with what was said', async () => {
    const bench = new Bench();
    bench.refuse = ({ action }) =>
      action.kind === 'write' && action.writes.some(({ tag }) => tag.includes('TIC-201'))
        ? { status: 'refused', by: 'limits', message: '160 °C is above the limit.', live: null }
        : null;
    await bench.begin();
    await bench.until(({ state }) => state === 'Held');
    expect((await bench.view()).message).toContain('above the limit');
    expect(bench.plant.field).toBe('H');
  });

  it('of a phase that does not end in its time holds the batch and says what it waited for', async () => {
    const bench = new Bench();
    bench.plant.leakBarPerS = 0;
    await bench.begin();
    await bench.reach('prime', 200);
    bench.plant.bad.add('ligandFlow');
    await bench.until(({ state }) => state === 'Held', 400);
    expect((await bench.view()).message).toMatch(/Prime .* has not ended within .*: ligand flow –/);
  });

  it('of a leaking line fails the leak test', async () => {
    const bench = new Bench();
    bench.plant.leakBarPerS = 0.1;
    await bench.begin();
    await bench.until(({ state }) => state === 'Held', 300);
    expect((await bench.view()).message).toContain('does not hold pressure');
  });

  it('of the ledger holds the batch: nothing goes on that cannot be recorded', async () => {
    const bench = await collecting();
    bench.ledger.full = true;
    await bench.until(({ state }) => state === 'Held', 300);
    expect((await bench.view()).message).toContain('record could not be written');
    bench.ledger.full = false;
    await bench.scan(2);
    await bench.scan(2);
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
  });

  it('of a ledger that does not answer asks HOT-HOLD after 5 s, and decides nothing until it has answered', async () => {
    const bench = await collecting();
    const appendAll = bench.ledger.appendAll.bind(bench.ledger);
    const stuck: (() => void)[] = [];
    bench.ledger.appendAll = async (events) => {
      await new Promise<void>((resolve) => stuck.push(resolve));
      return appendAll(events);
    };
    bench.plant.set.temperature = 120;
    for (let i = 0; i < 4; i++) await bench.scan();
    expect(bench.plant.field).toBe('none');
    for (let i = 0; i < 6; i++) await bench.scan();
    expect(bench.plant.field).toBe('H');
    const stop = bench.command('Stop');
    bench.ledger.appendAll = appendAll;
    for (const resolve of stuck) resolve();
    expect((await stop).done).toBe(true);
    await bench.until(({ state }) => state === 'Stopped', 10);
    expect(bench.ledger.actions('batch/B-2026-0001').slice(-3)).toContain('batch-ended');
  });

  it('of a ledger that does not answer keeps nobody waiting who asks for the safe direction', async () => {
    const bench = await collecting();
    const appendAll = bench.ledger.appendAll.bind(bench.ledger);
    const answers = Promise.withResolvers<undefined>();
    bench.ledger.appendAll = async (events) => {
      await answers.promise;
      return appendAll(events);
    };
    bench.plant.set.temperature = 120;
    for (let i = 0; i < 2; i++) await bench.scan();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stop = bench.command('Stop');
      await vi.advanceTimersByTimeAsync(4000);
      expect(await stop).toMatchObject({ done: true, recordFollows: true });
      expect(bench.plant.field).toBe('H');
    } finally {
      vi.useRealTimers();
    }
    answers.resolve(undefined);
    await bench.until(({ state }) => state === 'Stopped', 10);
  });

  it('of the diverter, which does not follow, ends collecting', async () => {
    const bench = new Bench();
    bench.plant.diverterStuck = true;
    await bench.begin();
    await bench.until(({ state }) => state === 'Held');
    expect((await bench.view()).message).toContain('diverter');
  });
});

describe('Restart', () => {
  it('releases the field, proves heat-up and steady state anew, to waste, and then collects on', async () => {
    const bench = await collecting();
    await bench.command('Hold');
    await bench.until(({ state }) => state === 'Held', 10);
    for (let i = 0; i < 60; i++) await bench.scan(2);
    const held = await bench.view();
    expect(held.units[0]!.resumesAt).toEqual(['produce/collect']);
    expect((await bench.command('Restart')).done).toBe(true);
    expect(kinds(bench.commands).at(-1)).toBe('release');
    const seen: string[] = [];
    await bench.until((view, unit) => {
      if (view.state === 'Restarting') {
        const phase = phaseOn({ ...unit, steps: unit.steps.filter(({ path }) => path !== 'produce/collect') });
        if (phase !== null && seen.at(-1) !== phase) seen.push(phase);
        expect(bench.plant.set.diverter).toBe(0);
        expect(view.collectedMl).toBe(held.collectedMl);
      }
      return view.state === 'Running';
    });
    expect(seen).toEqual(['heat-up', 'stage-1', 'stage-2', 'steady-state']);
    expect(phaseOn((await bench.view()).units[0]!)).toBe('collect');
    await bench.until(({ state }) => state === 'Complete');
    const { collectedMl, units } = await bench.view();
    expect(collectedMl).toBeCloseTo(bench.plant.collected, 5);
    expect(units[0]!.steps.map(({ phase, runs }) => `${phase} ${runs}`)).toEqual([
      'line-clearance 1', 'leak-test 1', 'prime 1', 'heat-up 2', 'stage-1 2', 'stage-2 2', 'steady-state 2', 'collect 2', 'shutdown 1',
    ]); // prettier-ignore
  });

  it('of a shutdown that was held only goes on with it: nothing is heated', async () => {
    const bench = await collecting();
    await bench.reach('shutdown');
    await bench.scan(5);
    await bench.command('Hold');
    await bench.until(({ state }) => state === 'Held', 10);
    for (let i = 0; i < 20; i++) await bench.scan(2);
    await bench.command('Restart');
    await bench.until(({ state }) => state === 'Complete');
    const heated = bench.commands.flatMap(({ action }) => (action.kind === 'write' ? action.writes : []));
    expect(heated.filter(({ tag, value }) => tag === 'R201/TIC-201.SP' && Number(value) > 0)).toHaveLength(1);
  });

  it('that the field refuses leaves the batch held', async () => {
    const bench = await collecting();
    await bench.command('Hold');
    await bench.until(({ state }) => state === 'Held', 10);
    bench.refuse = ({ action }) =>
      action.kind === 'release' ? { status: 'failed', message: 'Step 0 did not come.', readBack: 13 } : null;
    await bench.command('Restart');
    await bench.until(({ state }) => state === 'Held', 10);
    expect((await bench.view()).message).toContain('Step 0 did not come');
    bench.refuse = () => null;
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
  });

  it('that a Hold overtakes while it is being recorded lets nothing go', async () => {
    const bench = await collecting();
    await bench.command('Hold');
    await bench.until(({ state }) => state === 'Held', 10);
    const appendAll = bench.ledger.appendAll.bind(bench.ledger);
    let recorded: () => void = () => undefined;
    bench.ledger.appendAll = async (events) => {
      if (events.some(({ object }) => object === 'Restart')) await new Promise<void>((resolve) => (recorded = resolve));
      return appendAll(events);
    };
    const restart = bench.command('Restart');
    await settle();
    const hold = bench.command('Hold', null, 'not yet');
    await settle();
    expect(kinds(bench.commands).at(-1)).toBe('safe-state');
    recorded();
    expect((await hold).done).toBe(true);
    await restart;
    await bench.until(({ state }) => state === 'Held', 10);
    expect(kinds(bench.commands)).not.toContain('release');
    expect(bench.plant.field).toBe('H');
  });

  it('may be held again while it proves the line', async () => {
    const bench = await collecting();
    await bench.command('Hold');
    await bench.until(({ state }) => state === 'Held', 10);
    for (let i = 0; i < 40; i++) await bench.scan(2);
    await bench.command('Restart');
    await bench.until(
      (_, unit) => unit.state === 'Restarting' && stepOf({ units: [unit] }, 'heat-up')?.state === 'active',
      30,
    );
    await bench.scan();
    expect((await bench.command('Hold')).done).toBe(true);
    await bench.until(({ state }) => state === 'Held', 10);
    expect((await bench.view()).units[0]!.resumesAt).toEqual(['produce/collect']);
    await bench.command('Restart');
    await bench.until(({ state }) => state === 'Complete');
  });
});

describe('Stop and Abort', () => {
  it('end in HOT-HOLD, with what was collected in the record', async () => {
    const bench = await collecting();
    expect((await bench.command('Stop')).done).toBe(true);
    await bench.until(({ state }) => state === 'Stopped', 10);
    expect(bench.plant.field).toBe('H');
    const ended = bench.ledger.events.find(({ event }) => event.action === 'batch-ended')?.event;
    expect(Number.parseFloat(ended?.data?.collected as string)).toBeCloseTo(bench.plant.collected, 0);
    expect((await bench.command('Abort')).done).toBe(true);
    await bench.until(({ state }) => state === 'Aborted', 10);
  });

  it('refuse what no longer runs, and a refusal is one entry in the record', async () => {
    const bench = await collecting();
    await bench.command('Abort');
    await bench.until(({ state }) => state === 'Aborted', 10);
    const answer = await bench.command('Restart', null, 'try');
    expect(answer).toMatchObject({ done: false, reason: expect.stringContaining('was aborted') });
    await settle();
    expect(bench.ledger.events.at(-1)?.event).toMatchObject({ action: 'command-refused', object: 'Restart' });
  });

  it('leave the skid free: after Reset another batch may start once the field is released', async () => {
    const bench = await collecting();
    await bench.command('Stop');
    await bench.until(({ state }) => state === 'Stopped', 10);
    expect(await bench.start()).toMatchObject({ done: false, reason: expect.stringContaining('safe state') });
    expect((await bench.command('Reset')).done).toBe(true);
    expect((await bench.view()).state).toBe('Stopped');
    bench.plant.field = 'none';
    await bench.scan();
    expect(await bench.start()).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
  });

  it('ask nothing of a line any more once another batch runs there, however hot', async () => {
    const bench = await collecting();
    await bench.command('Stop');
    await bench.until(({ state }) => state === 'Stopped', 10);
    bench.plant.celsius = 25;
    bench.plant.field = 'none';
    await bench.scan();
    expect(await bench.start()).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
    await bench.until(({ collectedMl }) => collectedMl > 1);
    expect(
      bench.commands.filter(({ id, action }) => id.startsWith('B-2026-0001') && action.kind === 'safe-state'),
    ).toHaveLength(1);
  });

  it('stay as they ended after a Reset, and after the next start of the service: archived, and still to be signed', async () => {
    const bench = await collecting();
    await bench.command('Stop', null, 'enough');
    await bench.until(({ state }) => state === 'Stopped', 10);
    const ended = await bench.view();
    expect(ended).toMatchObject({ archived: false, endedAt: expect.any(Number) });
    expect((await bench.command('Reset')).done).toBe(true);
    const { id, scope, state, endedAt } = ended;
    const asItEnded = { id, state, endedAt, archived: true };
    expect(bench.told.at(-1)).toMatchObject(asItEnded);
    expect(bench.ledger.events.at(-1)?.event).toMatchObject({ action: 'state-changed', old: 'Stopped', new: 'Idle' });
    for (const service of ['the same', 'the next']) {
      if (service === 'the next') await bench.make().start();
      const view = await bench.view();
      expect(view, service).toMatchObject(asItEnded);
      expect(view.commands.every(({ legal, refusedBy }) => !legal && refusedBy?.includes('archived') === true)).toBe(
        true,
      );
      bench.now += 1;
      for (const command of ['Reset', 'Start', 'Abort'] as const)
        expect(await bench.command(command)).toMatchObject({
          done: false,
          reason: expect.stringContaining('archived'),
        });
      const credentials = signers[service === 'the same' ? 0 : 1]!;
      const meaning = service === 'the same' ? 'performed' : 'checked';
      expect(await bench.batches.desk.sign({ batch: id, meaning, credentials })).toMatchObject({ done: true });
      expect(await bench.view()).toMatchObject({ ...asItEnded, signed: true });
    }
    const signed = bench.ledger.events.filter(({ event }) => event.object === `record of batch ${id}`);
    expect(signed.map((one) => one.scope)).toEqual([scope, scope]);
  });
});

describe('Pause', () => {
  it('is refused while the reactor is hot or being heated, with the reason', async () => {
    const bench = await collecting();
    expect(await bench.command('Pause')).toMatchObject({
      done: false,
      reason: expect.stringMatching(/°C.*Hold instead/),
    });
  });

  it('keeps the set points of a cold line and lets no phase go on until Resume', async () => {
    const bench = new Bench();
    await bench.begin();
    await bench.reach('prime');
    await bench.scan(2);
    expect((await bench.command('Pause')).done).toBe(true);
    await bench.until(({ state }) => state === 'Paused', 5);
    const set = { ...bench.plant.set };
    for (let i = 0; i < 30; i++) await bench.scan(2);
    expect(phaseOn((await bench.view()).units[0]!)).toBe('prime');
    expect(bench.plant.set).toEqual(set);
    expect((await bench.command('Resume')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
  });
});

describe('a command', () => {
  it('that is asked twice is carried out once', async () => {
    const bench = await collecting();
    const { id } = await bench.view();
    const request = {
      commandId: 'same',
      batch: id,
      skid: null,
      command: 'Hold' as const,
      actor: { kind: 'batch' as const, batch: 'x' },
      reason: '',
    };
    const answers = await Promise.all([bench.batches.desk.command(request), bench.batches.desk.command(request)]);
    expect(answers.map(({ done }) => done)).toEqual([true, true]);
    expect(bench.ledger.events.filter(({ event }) => event.object === 'Hold')).toHaveLength(1);
    expect(id).toBe('B-2026-0001');
  });

  it('under the id of another is refused, but what goes to safety is carried out', async () => {
    const bench = await collecting();
    const { id } = await bench.view();
    const ask = (command: BatchCommand) =>
      bench.batches.desk.command({
        commandId: 'same',
        batch: id,
        skid: null,
        command,
        actor: operator,
        reason: 'a look',
      });
    await ask('Pause');
    expect(await ask('Resume')).toEqual({ done: false, reason: 'The command id same was used for another command.' });
    expect(await ask('Hold')).toMatchObject({ done: true });
    await bench.until(({ state }) => state === 'Held');
    expect(await bench.start({}, { commandId: 'same' })).toMatchObject({ done: false });
  });
});

describe('a set point that someone moves beside the batch', () => {
  it('is an exception in the record, and is set again', async () => {
    const bench = await collecting();
    const ours = bench.plant.set.ligand;
    bench.plant.set.ligand = ours - 3;
    for (let i = 0; i < 5; i++) await bench.scan();
    expect(bench.plant.set.ligand).toBe(ours);
    const { scope } = await bench.view();
    expect(scope).toBe('batch/B-2026-0001');
    expect(exceptions(bench)).toContain('ligand');
  });
});

afterEach(() => settle());
