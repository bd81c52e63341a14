/** What nobody may at the API of a service that runs: make product by a draft, sign as another, skip a step, check their own work. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { BatchPeople, type Order } from '../support/batch-people.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';

const folder = temporaryFolder('authority');
const recipes = join(process.cwd(), 'tests/e2e/recipes');
const order: Order = {
  recipe: 'CdSe-short',
  version: 0,
  purpose: 'rehearsal',
  skids: ['QD-1'],
  spares: [],
  values: {},
};
let service!: Service;
let people!: BatchPeople;
let batch = '';

const refused = (words: RegExp) => ({ status: 409, body: { message: expect.stringMatching(words) as string } });

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  const twin = '{ type: cdse-two-stage, title: Line, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: authority\ntitle: Authority\nrecipes: ${recipes}\nskids:\n  QD-1: ${twin}\n`);
  service = await Service.start({ site, data: join(folder.path, 'data'), timeScale: 20 });
  people = await BatchPeople.firstLogin(service);
  await people.ready('QD-1');
});

afterAll(async () => {
  expect((await service.stop()).code, service.log()).toBe(0);
  folder.remove();
});

describe('a user of the API', () => {
  it('makes no product by what nobody has made effective', async () => {
    expect(await people.start({ ...order, purpose: 'production' })).toMatchObject(refused(/only an effective recipe/));
    expect(await people.start({ ...order, purpose: 'production', version: null })).toMatchObject(refused(/effective/));
    const engineer = await ApiPerson.firstLogin(service, 'engineer');
    const text = readFileSync(join(recipes, 'short.yaml'), 'utf8');
    const imported = { commandId: 'import-0001', text, basedOn: null, reason: 'a try' };
    expect(await engineer.post('/api/recipes/import', imported)).toMatchObject({ status: 201 });
    for (const version of [1, null])
      expect(await people.start({ ...order, purpose: 'production', version })).toMatchObject(refused(/effective/));
  });

  it('signs for nobody else, and not twice', async () => {
    const [operator, checker] = people.signers;
    const start = (signers: readonly unknown[]) =>
      people.operator.post('/api/batches', { commandId: people.id('start'), order, signers });
    expect(await start([operator, operator])).toMatchObject(refused(/Different people/));
    expect(await start([operator])).toMatchObject(refused(/2 signatures, not 1/));
    expect(await start([operator, { ...checker, password: operator!.password }])).toMatchObject(
      refused(/signature of the checker was refused/),
    );
    expect(await start([checker, operator])).toMatchObject(refused(/signature of the operator was refused/));
  });

  it('starts once, and goes past no step that has not done its work', async () => {
    batch = await people.begin(order);
    expect(await people.start(order)).toMatchObject(refused(/QD-1 is taken by/));
    const proceed = (path: string) =>
      people.operator.post(`/api/batches/${batch}/proceed`, { commandId: people.id('proceed'), skid: 'QD-1', path });
    expect(await proceed('prepare/line-clearance')).toMatchObject(refused(/has not done its work; it is not skipped/));
    expect(await proceed('produce/collect')).toMatchObject(refused(/has not done its work; it is not skipped/));
    expect(await proceed('produce/nothing')).toMatchObject(refused(/has no step/));
  });

  it('checks no work of their own', async () => {
    const promptsNow = async () => (await people.view(batch)).units[0]!.prompts;
    await until(async () => (await promptsNow()).length > 0, { what: 'line clearance to ask' });
    const [prompt] = await promptsNow();
    const [operator, checker] = people.signers;
    const answer = (signers: readonly unknown[]) =>
      people.operator.post(`/api/batches/${batch}/answers`, {
        commandId: people.id('answer'),
        skid: 'QD-1',
        prompt: prompt!.id,
        value: 'confirmed',
        reason: '',
        signers,
      });
    expect(await answer([operator, operator])).toMatchObject(refused(/Different people/));
    expect(await answer([])).toMatchObject(refused(/2 signatures, not 0/));
    expect(await answer([checker, operator])).toMatchObject(refused(/refused/));
    expect(await answer([operator, checker])).toMatchObject({ status: 200 });
  });

  it('leaves each refusal in the record', async () => {
    await people.command(batch, 'Abort');
    const record = await people.operator.text(`/api/batches/${batch}/record`);
    for (const words of ['it is not skipped', 'has no step', 'Different people', '2 signatures, not 0'])
      expect(record).toContain(words);
  });
});
