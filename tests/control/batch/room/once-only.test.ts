/** What is asked twice, or by two at once: one start has a skid, one id has one effect, and whoever comes second is told. */
import { afterEach, describe, expect, it } from 'vitest';
import { looking } from './recipes.ts';
import { refused, RoomBench } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

const skid = (n = 1) => bench.skids[n - 1]!.name;

async function on(skids: number, recipe = looking('replace')): Promise<RoomBench> {
  bench = await RoomBench.open({ skids, recipes: [recipe] });
  return bench;
}

const starts = async (): Promise<number> => {
  const scopes = await bench.keeper.scopes('batch/');
  const records = await Promise.all(scopes.map(({ scope }) => bench.record(scope)));
  return records.flat().filter(({ event }) => event.action === 'batch-started').length;
};

describe('two starts of one skid at once', () => {
  it('that both began would command one line twice: one wins, the other is told by whom it is taken', async () => {
    await on(1);
    const both = await Promise.all([bench.start(), bench.start()]);
    expect(both).toMatchObject([{ done: true }, refused(/QD-1 is taken by/)]);
    expect(await starts()).toBe(1);
    expect(await bench.lines('signed')).toHaveLength(2);
    expect(await bench.start()).toEqual(refused(/QD-1 is taken by B-2026-0001/));
  });

  it('and that share but one of their skids, or a spare, are no less two', async () => {
    await on(3);
    const both = await Promise.all([
      bench.start({ skids: [skid(1)], spares: [skid(2)] }),
      bench.start({ skids: [skid(2), skid(3)] }),
    ]);
    expect(both).toMatchObject([{ done: true }, refused(/QD-2 is taken by/)]);
    expect(await starts()).toBe(1);
    expect(bench.room.isOn(skid(3))).toBe(false);
  });

  it('of which the first is refused leave the skid free for a third', async () => {
    await on(1);
    const [operator, checker] = bench.signers('operator', 'checker');
    const wrong = [operator!, { ...checker!, password: 'guessed' }];
    const both = await Promise.all([bench.start({}, { signers: wrong }), bench.start()]);
    expect(both.map(({ done }) => done)).toEqual([false, false]);
    expect(bench.room.isOn(skid())).toBe(false);
    expect(await bench.start()).toMatchObject({ done: true });
    expect(await starts()).toBe(1);
  });

  it('on skids of their own are two batches, each with a number of its own', async () => {
    await on(2);
    const both = await Promise.all([bench.start({ skids: [skid(1)] }), bench.start({ skids: [skid(2)] })]);
    const ids = both.map((answer) => (answer.done ? answer.batch.id : answer.reason));
    expect(ids).toEqual(['B-2026-0001', 'B-2026-0002']);
    expect(await starts()).toBe(2);
  });
});

describe('one command under one id', () => {
  it('asked again, a start that began anew would be a second batch: the same answer, also after a restart of the service', async () => {
    await on(2);
    const order = { skids: [skid(1)] };
    const more = { commandId: 'same' };
    const [one, other] = await Promise.all([bench.start(order, more), bench.start(order, more)]);
    expect(one).toMatchObject({ done: true });
    expect(other).toEqual(one);
    expect(await bench.start({ skids: [skid(2)] }, more)).toEqual(refused(/id same was used for another command/));
    await bench.restart();
    expect(await bench.start(order, more)).toMatchObject({ done: true, batch: { id: 'B-2026-0001' } });
    expect(await starts()).toBe(1);
  });

  it('of another person is another command', async () => {
    await on(1);
    await bench.begin();
    const by = (who: 'operator' | 'checker' | 'engineer') =>
      bench.command('Hold', null, 'a look', { commandId: 'same', actor: bench.actors.get(who)! });
    expect(await by('operator')).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    await bench.command('Restart');
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Running']);
    expect(await by('engineer')).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Held']);
  });

  it('asked again, an answer, a mode, a Restart or a replacement that was carried out twice would be in the record twice', async () => {
    await on(2);
    await bench.begin({ skids: [skid(1)], spares: [skid(2)] });
    await bench.scan();
    const prompt = await bench.open();
    const asked = { commandId: 'a', actor: bench.actors.get('operator')!, batch: bench.newest, skid: skid(1) };
    const signers = bench.signers('operator', 'engineer');
    const acts = [
      () => bench.answer(prompt, skid(1), { commandId: 'answer' }),
      () =>
        bench.batches.desk.setMode({ ...asked, commandId: 'mode', mode: 'semi-automatic', reason: 'a look', signers }),
      () => bench.command('Hold', null, 'a look', { commandId: 'hold' }),
      () => bench.command('Restart', null, 'on', { commandId: 'restart' }),
      () => bench.command('Hold', null, 'it leaks', { commandId: 'hold again' }),
      () => bench.replace(skid(1), skid(2), bench.signers('engineer'), 'replace'),
    ];
    for (const act of acts) {
      const first = await act();
      expect(first).toMatchObject({ done: true });
      for (let i = 0; i < 3; i++) await bench.scan();
      const signed = (await bench.lines('signed')).length;
      const before = (await bench.record()).length;
      expect(await act()).toEqual(first);
      for (let i = 0; i < 2; i++) await bench.scan();
      expect((await bench.lines('signed')).length).toBe(signed);
      expect((await bench.record()).length).toBe(before);
    }
    const commanded = (await bench.lines('batch-commanded')).map(({ object }) => object);
    expect(commanded).toEqual([
      `Answer ${prompt.id}`, 'Mode semi-automatic', 'Hold', 'Restart', 'Hold', `Replace ${skid(1)} by ${skid(2)}`,
    ]); // prettier-ignore
  });

  it('for something else is refused, but nothing stands in the way of what makes the line safer', async () => {
    await on(1);
    await bench.begin();
    await bench.scan();
    await bench.answer(await bench.open(), skid(), { commandId: 'same' });
    const mode = { ...bench.asked('mode'), commandId: 'same', batch: bench.newest, skid: skid(), reason: '' };
    const signers = bench.signers('operator', 'engineer');
    expect(await bench.batches.desk.setMode({ ...mode, mode: 'manual', signers })).toEqual(refused(/id same was used/));
    expect((await bench.unit()).mode).toBe('automatic');
    expect(await bench.command('Hold', null, 'smoke', { commandId: 'same' })).toMatchObject({ done: true });
    expect(bench.plant.field).toBe('H');
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Held']);
  });
});
