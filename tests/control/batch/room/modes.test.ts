/** Modes of a unit at the desk: who may change them, what each does, and how a hot line comes out of manual. */
import { afterEach, describe, expect, it } from 'vitest';
import { looking, making } from './recipes.ts';
import { refused, RoomBench } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

/** In its first instruction, which nobody has answered. */
async function asking(): Promise<RoomBench> {
  bench = await RoomBench.open({ recipes: [looking()] });
  await bench.begin();
  await bench.scan();
  return bench;
}

it('a change of mode that is not signed by the two that the recipe asks would leave nobody answering for it', async () => {
  await asking();
  const [one] = bench.signers('operator');
  expect(await bench.mode('semi-automatic', [one!])).toEqual(refused(/operator and process engineer: 2 signatures/));
  expect(await bench.mode('semi-automatic', [one!, one!])).toEqual(refused(/Different people/));
  expect(await bench.mode('semi-automatic', bench.signers('operator', 'checker'))).toEqual(refused(/process engineer/));
  expect(await bench.mode('semi-automatic', bench.signers('engineer', 'operator'))).toEqual(refused(/operator/));
  expect((await bench.unit()).mode).toBe('automatic');
  expect(await bench.lines('mode-changed')).toEqual([]);
  expect(await bench.mode('semi-automatic')).toMatchObject({ done: true });
  expect((await bench.unit()).mode).toBe('semi-automatic');
  const signed = (await bench.lines('signed')).filter(({ object }) => object.startsWith('mode'));
  expect(signed.slice(-2).map((line) => line.new)).toEqual(['performed', 'checked']);
});

it('a step in semi-automatic that went on before its work is done, or by itself, would be a step skipped or nobody saw', async () => {
  await asking();
  await bench.mode('semi-automatic');
  const first = 'look/instruct';
  expect(await bench.proceed(first)).toEqual(refused(/has not done its work; it is not skipped/));
  expect(await bench.proceed('look/instruct.2')).toEqual(refused(/has not done its work/));
  expect(await bench.proceed('look/nowhere')).toEqual(refused(/has no step "look\/nowhere"/));
  await bench.answer(await bench.open(), bench.skids[0]!.name);
  for (let i = 0; i < 5; i++) await bench.scan();
  expect((await bench.unit()).proceed).toEqual({ path: first, refusedBy: null });
  expect((await bench.unit()).steps.slice(0, 2).map(({ state }) => state)).toEqual(['ended', 'waiting']);
  expect(await bench.proceed(first)).toMatchObject({ done: true });
  await bench.scan();
  expect((await bench.unit()).steps.slice(0, 2).map(({ state }) => state)).toEqual(['done', 'active']);
  expect(await bench.proceed(first)).toEqual(refused(/has not done its work/));
  const ended = (await bench.lines('step-ended')).filter(({ object }) => object === first);
  expect(ended).toHaveLength(1);
});

describe('what waits for a person in semi-automatic', () => {
  /** The first instruction has done its work, and the line is so warm. */
  async function finished(celsius: number): Promise<RoomBench> {
    await asking();
    await bench.mode('semi-automatic');
    await bench.answer(await bench.open(), bench.skids[0]!.name);
    await bench.scan();
    bench.plant.celsius = celsius;
    return bench;
  }

  it('for ever on a hot line would be a line left alone: the unit is held after 10 min, and not before', async () => {
    await finished(100);
    for (let s = 0; s < 595; s += 5) await bench.scan(5);
    expect(bench.states()).toEqual(['Running']);
    for (let s = 0; s < 15; s += 5) await bench.scan(5);
    expect(bench.states()).toEqual(['Held']);
    expect(bench.plant.field).toBe('H');
    expect((await bench.unit()).message).toContain('Nobody has let the recipe go on for 10 min, and the line is hot');
    expect((await bench.lines('exception-raised')).at(-1)?.reason).toContain('10 min');
  });

  it('is not held on a cold line, where nothing happens to it', async () => {
    await finished(25);
    for (let s = 0; s < 1200; s += 10) await bench.scan(10);
    expect(bench.states()).toEqual(['Running']);
    expect(await bench.proceed('look/instruct')).toMatchObject({ done: true });
  });
});

describe('manual', () => {
  async function collecting(): Promise<RoomBench> {
    bench = await RoomBench.open({ recipes: [making()] });
    await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 10);
    expect(await bench.mode('manual')).toMatchObject({ done: true });
    return bench;
  }

  it('that left no exception, or set anything but the diverter to waste, would hide or undo what people do', async () => {
    await collecting();
    expect((await bench.lines('exception-raised')).at(-1)).toMatchObject({
      object: 'manual',
      reason: 'Manual operation begins: to look at it',
    });
    const before = bench.commands.length;
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.plant.diverter).toBe(0);
    bench.plant.set = { ...bench.plant.set, ligand: bench.plant.set.ligand - 3, temperature: 100 };
    const set = { ...bench.plant.set };
    const { collectedMl } = await bench.view();
    for (let i = 0; i < 30; i++) await bench.scan();
    expect(bench.plant.set).toEqual(set);
    expect((await bench.view()).collectedMl).toBeCloseTo(collectedMl, 5);
    const written = bench.commands.slice(before).map(({ action }) => action);
    expect(written).toMatchObject([{ kind: 'write', writes: [{ tag: 'X300/XV-301.SP', value: 0 }] }]);
  });

  it('left by a change of mode on a hot line would go on by set points that nobody proved: only Hold and Restart lead out', async () => {
    await collecting();
    const hot = refused(/What was done by hand on a hot line is not known to the recipe/);
    for (const mode of ['automatic', 'semi-automatic'] as const) expect(await bench.mode(mode)).toEqual(hot);
    expect((await bench.unit()).mode).toBe('manual');
    await bench.command('Hold');
    await bench.until(() => bench.states()[0] === 'Held', 10);
    expect((await bench.unit()).mode).toBe('automatic');
    expect(await bench.command('Restart')).toMatchObject({ done: true });
    const proven = new Set<string>();
    await bench.until((_, unit) => {
      if (unit.state === 'Restarting')
        for (const { phase, state } of unit.steps) if (state === 'active') proven.add(phase);
      return unit.state === 'Running';
    });
    expect([...proven]).toEqual(expect.arrayContaining(['heat-up', 'stage-1', 'stage-2', 'steady-state']));
    await bench.until(({ state }) => state === 'Complete');
  });

  it('is left by a signed change on a cold line, and its end is an exception too', async () => {
    await asking();
    await bench.mode('manual');
    expect(await bench.mode('manual')).toEqual(refused(/is in manual already/));
    expect(await bench.mode('automatic')).toMatchObject({ done: true });
    const said = (await bench.lines('exception-raised')).map(({ reason }) => reason);
    expect(said).toEqual(['Manual operation begins: to look at it', 'Manual operation ends: to look at it']);
  });

  it('of a unit that is held is refused: what stands still is in no mode', async () => {
    await asking();
    await bench.command('Hold');
    await bench.until(() => bench.states()[0] === 'Held', 10);
    expect(await bench.mode('manual')).toEqual(refused(/while the unit runs or is paused; it is Held/));
  });
});
