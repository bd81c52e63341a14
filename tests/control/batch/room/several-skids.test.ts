/** A batch on several skids at the desk: what becomes of the others when one fails, who takes its place, and where commands go. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SkidName } from '../../../../plant/sample.ts';
import { demanded, noDemand } from '../fake-skid.ts';
import { looking, making } from './recipes.ts';
import { refused, RoomBench } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

const skid = (n: number): SkidName => bench.skids[n - 1]!.name;

/** On the first `running` of the skids, the rest stands by; at its first instruction. */
async function batchOn(text: string, running: number, standBy = 0): Promise<RoomBench> {
  bench = await RoomBench.open({ skids: running + standBy, recipes: [text] });
  const names = bench.skids.map(({ name }) => name);
  await bench.begin({ skids: names.slice(0, running), spares: names.slice(running) });
  await bench.scan();
  return bench;
}

async function fails(n: number): Promise<void> {
  bench.verdicts.set(skid(n), demanded('H', 'The pressure is too high.'));
  bench.plants.get(skid(n))!.field = 'H';
  for (let i = 0; i < 3; i++) await bench.scan();
  bench.verdicts.set(skid(n), noDemand);
}

describe('when one of three skids fails', () => {
  it('and `continue` held the others, product would be lost that nothing is wrong with', async () => {
    await batchOn(looking('continue'), 3);
    await fails(1);
    expect(bench.states()).toEqual(['Held', 'Running', 'Running']);
    for (const n of [2, 3]) expect(bench.plants.get(skid(n))!.field).toBe('none');
  });

  it('and `hold all` let one run, the batch would go on in parts', async () => {
    await batchOn(looking('hold all'), 3);
    await fails(1);
    expect(bench.states()).toEqual(['Held', 'Held', 'Held']);
    for (const { name } of bench.skids) expect(bench.plants.get(name)!.field).toBe('H');
    const held = (await bench.lines('exception-raised')).filter(({ object }) => object === 'another skid');
    expect(held.map(({ data }) => data?.skid)).toEqual([skid(2), skid(3)]);
    for (const { reason } of held) expect(reason).toContain(`${skid(1)} is held: The pressure is too high.`);
  });

  it('and a Hold by a person on one skid held the others without `a hold reaches: batch`, nobody could look at one alone', async () => {
    await batchOn(looking('hold all'), 3);
    await bench.command('Hold', skid(2));
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Running', 'Held', 'Running']);
  });

  it.each(['a person', 'an interlock'])(
    'and `a hold reaches: batch` let one run that %s has held another of, the recipe would be broken',
    async (whose) => {
      await batchOn(looking('continue', 'a hold reaches: batch\n'), 3);
      if (whose === 'a person') await bench.command('Hold', skid(2));
      else await fails(2);
      for (let i = 0; i < 3; i++) await bench.scan();
      expect(bench.states()).toEqual(['Held', 'Held', 'Held']);
      for (const { name } of bench.skids) expect(bench.plants.get(name)!.field).toBe('H');
    },
  );
});

describe('a spare', () => {
  it('that took a place unsigned, of a skid that runs, or that the order does not name, would be nobody’s decision', async () => {
    await batchOn(looking('replace'), 1, 1);
    expect(await bench.replace(skid(1), skid(2))).toEqual(refused(/is Running; only a skid that has failed/));
    await fails(1);
    expect(await bench.replace(skid(1), skid(2), [])).toEqual(refused(/process engineer: 1 signatures, not 0/));
    expect(await bench.replace(skid(1), skid(2), bench.signers('operator'))).toEqual(refused(/process engineer/));
    expect(await bench.replace(skid(1), 'QD-9' as SkidName)).toEqual(refused(/no skid "QD-9"/));
    expect(await bench.replace(skid(1), skid(1))).toEqual(refused(/is taken by B-2026-0001/));
    expect(bench.states()).toEqual(['Held']);
    expect(await bench.lines('unit-joined')).toEqual([]);
  });

  it('that began before its own gates are in order would run where nobody may start', async () => {
    await batchOn(looking('replace'), 1, 1);
    await fails(1);
    bench.verdicts.set(skid(2), demanded('B', 'PT-201A is not Good.'));
    await bench.scan();
    expect(await bench.replace(skid(1), skid(2))).toEqual(refused(/PT-201A is not Good/));
    bench.verdicts.set(skid(2), noDemand);
    bench.plants.get(skid(2))!.field = 'H';
    await bench.scan();
    expect(await bench.replace(skid(1), skid(2))).toEqual(refused(/safe state \(H\)/));
    expect(await bench.lines('signed')).toHaveLength(2);
    bench.plants.get(skid(2))!.field = 'none';
    await bench.scan();
    expect(await bench.replace(skid(1), skid(2))).toMatchObject({ done: true });
  });

  it('takes the place from the first step on, the failed one is aborted for good, and a restart of the service knows it', async () => {
    await batchOn(looking('replace'), 1, 1);
    await bench.answer(await bench.open(), skid(1));
    for (let i = 0; i < 3; i++) await bench.scan();
    await fails(1);
    expect(await bench.replace(skid(1), skid(2))).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    const [failed, spare] = (await bench.view()).units;
    expect(failed).toMatchObject({ state: 'Aborted', givenUp: true });
    expect(spare).toMatchObject({ state: 'Running', givenUp: false });
    expect(spare!.steps.slice(0, 2).map(({ state }) => state)).toEqual(['active', 'waiting']);
    expect(bench.plants.get(skid(1))!.field).toBe('H');
    expect((await bench.view()).spares).toEqual([]);
    expect(await bench.lines('unit-joined')).toMatchObject([{ data: { joined: skid(2), inPlaceOf: skid(1) } }]);
    expect(await bench.command('Restart', skid(1))).toMatchObject({ done: false });
    await bench.restart();
    expect((await bench.view()).units.map(({ state, givenUp }) => [state, givenUp])).toEqual([
      ['Aborted', true],
      ['Held', false],
    ]);
  });

  it('is asked to take one place by two at once: one of them is told that it is gone', async () => {
    await batchOn(looking('replace'), 2, 1);
    await fails(1);
    await fails(2);
    const both = await Promise.all([bench.replace(skid(1), skid(3)), bench.replace(skid(2), skid(3))]);
    expect(both).toMatchObject([{ done: true }, refused(/QD-3 is taken by/)]);
    expect(bench.states()).toEqual(['Aborting', 'Held', 'Running']);
  });

  it('that joined a batch that is over would heat a line for nothing', async () => {
    await batchOn(looking('replace'), 1, 1);
    await fails(1);
    await bench.command('Stop');
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Stopped']);
    expect(await bench.replace(skid(1), skid(2))).toEqual(refused(/has ended; nobody takes a place/));
    expect(bench.room.isOn(skid(2))).toBe(false);
  });

  it('of a recipe that lets nobody be replaced stays where it is', async () => {
    await batchOn(looking('continue'), 1, 1);
    await fails(1);
    expect(await bench.replace(skid(1), skid(2))).toEqual(refused(/does not let a skid be replaced/));
  });

  it('makes what the failed one had not: the volume of both counts, and no drop twice', async () => {
    await batchOn(making('replace'), 1, 1);
    await bench.until(({ collectedMl }) => collectedMl > 25);
    await fails(1);
    for (let i = 0; i < 15; i++) await bench.scan();
    const { collectedMl } = await bench.view();
    expect(await bench.replace(skid(1), skid(2))).toMatchObject({ done: true });
    await bench.until(({ state }) => state === 'Complete');
    const { units, collectedMl: whole } = await bench.view();
    expect(units.map(({ state }) => state)).toEqual(['Aborted', 'Complete']);
    expect(units[0]!.collectedMl).toBeCloseTo(collectedMl, 3);
    expect(whole).toBeGreaterThanOrEqual(60);
    expect(whole).toBeLessThan(70);
    for (const [i, { name }] of bench.skids.entries())
      expect(units[i]!.collectedMl).toBeCloseTo(bench.plants.get(name)!.collected, 3);
    const [ended] = await bench.lines('batch-ended');
    expect(ended).toMatchObject({ new: 'Complete', data: { units: [{ state: 'Aborted' }, { state: 'Complete' }] } });
  });
});

describe('a command to all', () => {
  it.each(['Hold', 'Stop', 'Abort'] as const)(
    '%s that one cannot take, and so nobody got, would leave skids running that people wanted at rest',
    async (command) => {
      await batchOn(looking('continue'), 3);
      await bench.command(command === 'Hold' ? 'Stop' : command, skid(2));
      for (let i = 0; i < 3; i++) await bench.scan();
      const before = bench.states();
      expect(await bench.command(command)).toMatchObject({ done: true });
      for (const n of [1, 3]) expect(bench.plants.get(skid(n))!.field).toBe('H');
      for (let i = 0; i < 3; i++) await bench.scan();
      const end = { Hold: 'Held', Stop: 'Stopped', Abort: 'Aborted' }[command];
      expect(bench.states()).toEqual([end, before[1], end]);
    },
  );

  it('Stop of Stopped units is told to nobody: the refusal names why', async () => {
    await batchOn(looking('continue'), 2);
    await bench.command('Stop');
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(await bench.command('Stop')).toEqual(refused(/was stopped; Stop is for one that is/));
    expect(await bench.command('Abort')).toMatchObject({ done: true });
  });

  it('Pause that was taken by the cold skid alone would part the batch: all of them, or none', async () => {
    await batchOn(looking('continue'), 2);
    bench.plants.get(skid(2))!.celsius = 120;
    await bench.scan();
    const signers = bench.signers('operator');
    expect(await bench.command('Pause', null, 'a look', { signers })).toEqual(refused(/a hot line cannot stand still/));
    expect(bench.states()).toEqual(['Running', 'Running']);
    bench.plants.get(skid(2))!.celsius = 25;
    await bench.scan();
    expect(await bench.command('Pause', null, 'a look')).toEqual(refused(/operator: 1 signatures, not 0/));
    expect(await bench.command('Pause', null, 'a look', { signers })).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Paused', 'Paused']);
  });

  it('Restart while one of them runs is taken by none, and each alone by whom it fits', async () => {
    await batchOn(looking('continue'), 2);
    await bench.command('Hold', skid(1));
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(await bench.command('Restart')).toEqual(refused(/is running; Restart is for one that is/));
    expect(bench.states()).toEqual(['Held', 'Running']);
    expect(bench.plants.get(skid(1))!.field).toBe('H');
    expect(await bench.command('Restart', skid(2))).toMatchObject({ done: false });
    expect(await bench.command('Restart', skid(1))).toMatchObject({ done: true });
    expect(await bench.command('Hold', 'QD-9' as SkidName)).toEqual(refused(/QD-9 is none of B-2026-0001/));
  });

  it('Reset while one of them still runs would free a skid under its batch', async () => {
    await batchOn(looking('continue'), 2);
    await bench.command('Stop', skid(1));
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(await bench.command('Reset')).toEqual(refused(/Reset is for one that is/));
    expect(await bench.command('Reset', skid(1))).toMatchObject({ done: true });
    expect(bench.states()).toEqual(['Idle', 'Running']);
    expect([bench.room.isOn(skid(1)), bench.room.isOn(skid(2))]).toEqual([false, true]);
  });
});
