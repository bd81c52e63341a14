/** What people say and who says it. */
import { expect, it } from 'vitest';
import type { StartQuestion } from '../../../../plant/ports/start-gate.ts';
import type { SharedEquipment } from '../../../../plant/shared-equipment.ts';
import { skidName } from '../../../../plant/sample.ts';
import { fieldsLost } from '../../../support/on-record.ts';
import { Bench, signers } from '../fake-skid.ts';

it('a "no" confirms nothing', async () => {
  const bench = new Bench();
  await bench.begin();
  await bench.scan();
  const { id, units } = await bench.view();
  const [prompt] = units[0]!.prompts;
  const say = (value: string) =>
    bench.batches.desk.answer({
      ...bench.asked('answer'),
      batch: id,
      skid: units[0]!.skid,
      prompt: prompt!.id,
      value,
      reason: '',
      signers,
    });
  expect(prompt).toMatchObject({ kind: 'confirm', answers: [] });
  for (const value of ['no', 'not yet', 'yes, but'])
    expect(await say(value)).toMatchObject({ done: false, reason: expect.stringContaining('confirms nothing') });
  expect((await bench.view()).units[0]!.prompts[0]!.answers).toEqual([]);
  expect(await say('Confirmed')).toMatchObject({ done: true });
});

it('whoever signs a start beside the one who asks is looked at like them', async () => {
  const asked: StartQuestion[] = [];
  const bench = new Bench();
  bench.gates.push({
    name: 'training',
    check: (question) => {
      asked.push(question);
      const lapsed = question.people.find((one) => one.kind === 'person' && one.id === 'P-checker');
      const found = lapsed === undefined ? 'trained' : 'Carl had it long ago.';
      return Promise.resolve([
        { gate: 'training', object: 'Carl', verdict: lapsed === undefined ? 'ok' : 'blocked', found, remedy: '' },
      ]);
    },
    facts: () => Promise.resolve({}),
  });
  bench.make();
  await bench.batches.start();
  await bench.scan();
  expect(await bench.start()).toMatchObject({ done: false, reason: expect.stringContaining('had it long ago') });
  expect(asked.map(({ people }) => people.length)).toEqual([1, 3]);
  expect(bench.batches.isOn(bench.skids[0]!.name)).toBe(false);
});

it.each(['hold', 'wait'] as const)('shared equipment that has failed: %s', async (failure) => {
  const skids = ['QD-1', 'QD-2'].map(skidName);
  const feed: SharedEquipment = {
    name: 'FEED-1',
    title: 'Feed header',
    is: 'feed-header',
    serves: skids,
    use: 'all',
    order: 1,
    failure,
  };
  const bench = new Bench({ skids: 3, shared: [feed] });
  const { id } = await bench.begin();
  await bench.scan();
  const held = failure === 'hold' ? skids : [];
  const request = { ...bench.asked('failed'), equipment: 'FEED-1', reason: 'its pump stands' };
  expect(await bench.batches.desk.equipmentFailed(request)).toEqual({ done: true, held });
  const said = bench.ledger.events.map(({ event }) => event);
  expect(fieldsLost('/api/shared-equipment/:name/failed', { ...request, ':name': 'FEED-1' }, said)).toEqual([]);
  await bench.scan();
  bench.ledger.full = true;
  expect(await bench.batches.desk.equipmentFailed({ ...request, ...bench.asked('failed') })).toMatchObject({
    done: false,
    reason: expect.stringMatching(/disk is full/u) as string,
  });
  bench.ledger.full = false;
  const { units } = (await bench.batches.desk.batch(id))!;
  expect(units.filter(({ state }) => state === 'Held').map(({ skid }) => skid)).toEqual(held);
  if (failure === 'hold') expect(units[0]!.message).toContain('FEED-1 has failed: its pump stands');
  bench.forbidden = new Set(['command batch', 'ask safe state']);
  expect(await bench.batches.desk.equipmentFailed({ ...request, ...bench.asked('failed') })).toMatchObject({
    done: false,
  });
});
