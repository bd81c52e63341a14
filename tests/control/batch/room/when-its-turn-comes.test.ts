/** What people ask for is judged when its turn comes and done when it is on record: not as it was when somebody began to sign. */
import { afterEach, expect, it } from 'vitest';
import { demanded } from '../fake-skid.ts';
import { looking, making } from './recipes.ts';
import { refused, RoomBench } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

it('a spare whose interlock trips while people sign does not begin', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [looking('replace')] });
  const [one, other] = bench.skids.map(({ name }) => name);
  await bench.begin({ skids: [one!], spares: [other!] });
  await bench.command('Hold');
  for (let i = 0; i < 3; i++) await bench.scan();
  bench.whileSigning = async () => {
    bench.verdicts.set(other!, demanded('B', 'PT-201A is not Good.'));
    await bench.scan();
  };
  const answer = await bench.replace(one!, other!);
  expect(answer.done).toBe(false);
});

it('a line that gets hot while people sign a Pause is not paused', async () => {
  bench = await RoomBench.open({ recipes: [looking()] });
  await bench.begin();
  await bench.scan();
  bench.whileSigning = async () => {
    bench.plant.celsius = 120;
    await bench.scan();
  };
  const answer = await bench.command('Pause', null, 'x', { signers: bench.signers('operator') });
  for (let i = 0; i < 3; i++) await bench.scan();
  expect(answer.done).toBe(false);
});

it('a line that gets hot while people sign its way out of manual stays in manual', async () => {
  bench = await RoomBench.open({ recipes: [looking()] });
  await bench.begin();
  await bench.scan();
  await bench.mode('manual');
  bench.whileSigning = async () => {
    bench.plant.celsius = 120;
    await bench.scan();
  };
  const answer = await bench.mode('automatic');
  expect(answer.done).toBe(false);
});

it('a spare that another batch could take while people sign would be taken twice', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [looking('replace')] });
  const [one, other] = bench.skids.map(({ name }) => name);
  await bench.begin({ skids: [one!], spares: [other!] });
  await bench.command('Hold');
  for (let i = 0; i < 3; i++) await bench.scan();
  const taking: Promise<unknown>[] = [];
  bench.whileSigning = async () => {
    if (taking.length > 0) return;
    taking.push(bench.start({ skids: [other!] }));
    await taking[0];
  };
  expect(await bench.replace(one!, other!)).toMatchObject({ done: true });
  expect(await taking[0]).toEqual(refused(/QD-2 is taken by B-2026-0001/));
});

it('a replacement that the ledger refuses is no replacement, and the spare does nothing', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [making('replace')] });
  const [one, other] = bench.skids.map(({ name }) => name);
  await bench.begin({ skids: [one!], spares: [other!] });
  await bench.reach('leak-test');
  await bench.command('Hold');
  for (let i = 0; i < 3; i++) await bench.scan();
  bench.keeper.fate = (events) => (events.some(({ action }) => action === 'unit-joined') ? 'refused' : 'written');
  const answer = await bench.replace(one!, other!);
  expect(answer.done).toBe(false);
  expect(bench.room.isOn(other!)).toBe(false);
});

it('a replacement is answered when it is on disk', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [looking('replace')] });
  const [one, other] = bench.skids.map(({ name }) => name);
  await bench.begin({ skids: [one!], spares: [other!] });
  await bench.command('Hold');
  for (let i = 0; i < 3; i++) await bench.scan();
  const answer = await bench.replace(one!, other!);
  expect(answer).toMatchObject({ done: true });
  expect(await bench.lines('unit-joined')).toHaveLength(1);
});

it('two first answers at once: one of them is the second, and has to say why', async () => {
  bench = await RoomBench.open({ recipes: [looking()] });
  await bench.begin();
  await bench.scan();
  const open = await bench.open();
  const skid = bench.skids[0]!.name;
  const given = await Promise.all([
    bench.answer(open, skid, { value: 'yes' }),
    bench.answer(open, skid, { value: 'no, it leaks' }),
  ]);
  expect(given.map(({ done }) => done)).toEqual([true, false]);
  expect((await bench.unit()).prompts[0]!.answers).toHaveLength(1);
});
