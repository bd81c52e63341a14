/** The same command asked again after a restart of the service: same answer, no second effect; another under its id: refused. */
import { afterEach, expect, it } from 'vitest';
import { looking } from './recipes.ts';
import { RoomBench } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

it('replace, asked again after a restart, is answered as it was', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [looking('replace')] });
  const [one, other] = bench.skids.map(({ name }) => name);
  await bench.begin({ skids: [one!], spares: [other!] });
  await bench.command('Hold');
  for (let i = 0; i < 3; i++) await bench.scan();
  expect(await bench.replace(one!, other!, bench.signers('engineer'), 'same')).toMatchObject({ done: true });
  await bench.quiet();
  await bench.restart();
  const again = await bench.replace(one!, other!, bench.signers('engineer'), 'same');
  expect(again).toMatchObject({ done: true });
});

it('another order under the id of a start is refused after a restart as before it', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [looking()] });
  const [one, other] = bench.skids.map(({ name }) => name);
  expect(await bench.start({ skids: [one!] }, { commandId: 'same' })).toMatchObject({ done: true });
  expect(await bench.start({ skids: [other!] }, { commandId: 'same' })).toMatchObject({ done: false });
  await bench.restart();
  const again = await bench.start({ skids: [other!] }, { commandId: 'same' });
  expect(again).toMatchObject({ done: false });
});

it('another value or skid under the id of an earlier command is refused after a restart as before it', async () => {
  bench = await RoomBench.open({ skids: 2, recipes: [looking()] });
  const [one, other] = bench.skids.map(({ name }) => name);
  await bench.begin();
  await bench.scan();
  const prompt = await bench.open();
  const { actor } = bench.asked('x');
  const answer = (value: string) => bench.answer(prompt, one!, { commandId: 'a', value });
  expect(await answer('yes')).toMatchObject({ done: true });
  expect(await answer('no')).toMatchObject({ done: false });
  const mode = (skid: typeof one) =>
    bench.batches.desk.setMode({
      commandId: 'm', actor, batch: bench.newest, skid: skid!, mode: 'semi-automatic', reason: 'r',
      signers: bench.signers('operator', 'engineer'),
    }); // prettier-ignore
  expect(await mode(one)).toMatchObject({ done: true });
  expect(await mode(other)).toMatchObject({ done: false });
  await bench.restart();
  const after = [await answer('no'), await mode(other)].map(({ done }) => done);
  expect(after).toEqual([false, false]);
});
