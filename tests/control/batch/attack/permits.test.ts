/** What stood against nothing when a person asked may stand against it when the last signature is there. */
import { describe, expect, it } from 'vitest';
import { Bench, demanded, settle, type BenchOptions } from '../fake-skid.ts';

async function held(options: BenchOptions = {}): Promise<Bench> {
  const bench = new Bench(options);
  await bench.begin();
  await bench.until(({ collectedMl }) => collectedMl > 20);
  await bench.command('Hold');
  await bench.until(({ state }) => state === 'Held', 20);
  return bench;
}

describe('a Restart', () => {
  it('is refused where an interlock has come since it was asked', async () => {
    const bench = await held({ skids: 2 });
    const [first, second] = bench.skids.map(({ name }) => name);
    const appendAll = bench.ledger.appendAll.bind(bench.ledger);
    const written = Promise.withResolvers<undefined>();
    bench.ledger.appendAll = async (events) => {
      await written.promise;
      return appendAll(events);
    };
    const answers = [bench.command('Restart', first), bench.command('Restart', second)];
    await settle();
    bench.verdicts.set(second!, demanded('H', 'The cause came back.'));
    bench.batches.accept(bench.news(second!));
    written.resolve(undefined);
    const [one, other] = await Promise.all(answers);
    expect(one).toMatchObject({ done: true });
    expect(other).toMatchObject({ done: false, reason: expect.stringContaining('The cause came back.') });
    expect((await bench.view()).units.map(({ state }) => state)).toEqual(['Restarting', 'Held']);
  });

  it('is refused where the skid has not been seen for a while', async () => {
    const bench = await held();
    bench.now += 6000;
    expect(await bench.command('Restart')).toMatchObject({
      done: false,
      reason: expect.stringContaining('has not been seen for a while'),
    });
    await bench.scan();
    expect((await bench.command('Restart')).done).toBe(true);
  });
});

describe('an Abort of what is Stopped', () => {
  it('takes no skid from the batch that has it now', async () => {
    const bench = new Bench();
    const first = await bench.begin();
    await bench.command('Stop');
    await bench.until(({ state }) => state === 'Stopped', 60);
    bench.plant.field = 'none';
    await bench.scan();
    expect(await bench.start()).toMatchObject({ done: true });
    const answer = await bench.batches.desk.command({
      ...bench.asked('Abort'),
      batch: first.id,
      skid: null,
      command: 'Abort',
      reason: 'by mistake',
    });
    expect(answer).toMatchObject({
      done: false,
      reason: expect.stringContaining('is over on QD-1, which B-2026-0002'),
    });
    expect(bench.plant.field).toBe('none');
  });

  it('comes to nothing after the record is signed', async () => {
    const bench = new Bench();
    const { id } = await bench.begin();
    await bench.command('Stop');
    await bench.until(({ state }) => state === 'Stopped', 60);
    const credentials = { userName: 'checker', password: 'right', terminal: 't' };
    const signed = await bench.batches.desk.sign({ batch: id, meaning: 'checked', credentials });
    expect(signed.done, signed.done ? '' : signed.reason).toBe(true);
    expect(await bench.command('Abort')).toMatchObject({ done: false, reason: expect.stringContaining('is signed') });
    expect((await bench.view()).state).toBe('Stopped');
  });
});

describe('a Restart of all', () => {
  it('passes over a skid that is through', async () => {
    const bench = new Bench({ skids: 2 });
    await bench.begin();
    await bench.until(({ collectedMl }) => collectedMl > 5);
    await bench.command('Hold');
    await bench.until(({ state }) => state === 'Held', 60);
    await bench.command('Stop', bench.skids[1]!.name);
    await bench.until(({ units }) => units[1]!.state === 'Stopped', 60);
    expect(await bench.command('Restart')).toMatchObject({ done: true });
    expect((await bench.view()).units.map(({ state }) => state)).toEqual(['Restarting', 'Stopped']);
  });
});
