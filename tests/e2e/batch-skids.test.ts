/** One batch on several skids at the API: a Hold that stays, a mode that is signed, a spare for a skid that failed, one product line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchView } from '../../plant/batch-view.ts';
import type { SharedEquipmentView } from '../../plant/shared-equipment.ts';
import { ApiPerson } from '../support/api.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { unrecorded } from '../support/on-record.ts';

const folder = temporaryFolder('batch-skids');
const refused = (words: RegExp) => ({ status: 409, body: { message: expect.stringMatching(words) as string } });
let service!: Service;
let people!: BatchPeople;
let engineer!: ApiPerson;
let batch = '';

const unitsOf = ({ units }: BatchView): Readonly<Record<string, string>> =>
  Object.fromEntries(units.map(({ skid, state }) => [skid, state]));
const post = (path: string, what: string, body: object) =>
  people.operator.post(`/api/batches/${batch}/${path}`, { commandId: people.id(what), reason: 'a test', ...body });
const engineers = (): Readonly<{ userName: string; password: string }> => ({
  userName: engineer.user,
  password: engineer.password,
});
const shared = async (): Promise<SharedEquipmentView> =>
  (await people.operator.get<SharedEquipmentView[]>('/api/shared-equipment')).body[0]!;

beforeAll(async () => {
  const recipes = join(folder.path, 'recipes');
  mkdirSync(recipes);
  const text = readFileSync('tests/e2e/recipes/short.yaml', 'utf8');
  const rule = text
    .replace('when a skid fails: continue', 'when a skid fails: replace')
    .replace('CdSe-short', 'CdSe-replace');
  writeFileSync(join(recipes, 'replace.yaml'), rule);
  const site = join(folder.path, 'site.yaml');
  const skids = ['QD-1', 'QD-2', 'QD-3', 'QD-4'];
  writeFileSync(
    site,
    [
      'site: skids',
      'title: Four lines',
      `recipes: ${recipes}`,
      'skids:',
      ...skids.map(
        (skid, i) => `  ${skid}: { type: cdse-two-stage, title: Line, twin: { run: here, seed: ${i + 1} } }`,
      ),
      'shared:',
      '  PRODUCT-1: { title: Product line, is: product-line, serves: [QD-1, QD-2], order: 1 }',
      '',
    ].join('\n'),
  );
  service = await Service.start({ site, data: join(folder.path, 'data'), timeScale: 20 });
  people = await BatchPeople.firstLogin(service);
  engineer = await ApiPerson.firstLogin(service, 'engineer');
  for (const skid of skids) await people.ready(skid);
}, 180_000);

afterAll(async () => {
  expect((await service.stop()).code, service.log()).toBe(0);
  folder.remove();
});

describe('a batch on three skids with one that stands by', () => {
  it('changes the mode of one of them for those who sign it, and lets go on only what has done its work', async () => {
    batch = await people.begin({ recipe: 'CdSe-replace', skids: ['QD-1', 'QD-2', 'QD-3'] }, { spares: ['QD-4'] });
    const [operator, checker] = people.signers;
    const mode = (signers: readonly unknown[]) =>
      post('mode', 'mode', { skid: 'QD-1', mode: 'semi-automatic', signers });
    expect(await mode([operator])).toMatchObject(refused(/2 signatures, not 1/));
    expect(await mode([operator, checker])).toMatchObject(refused(/process engineer was refused/));
    expect(await mode([operator, engineers()])).toMatchObject({ status: 200 });
    const view = await people.until(batch, ({ units }) => units[0]!.proceed !== null, 60_000);
    expect(view.units.map((unit) => unit.mode)).toEqual(['semi-automatic', 'automatic', 'automatic']);
    const { path } = view.units[0]!.proceed!;
    expect(path).toBe('prepare/line-clearance');
    expect(
      await people.operator.post(`/api/batches/${batch}/proceed`, { commandId: people.id('go'), skid: 'QD-1', path }),
    ).toMatchObject({ status: 200 });
    const back = { skid: 'QD-1', mode: 'automatic', signers: [operator, engineers()] };
    expect(await post('mode', 'mode', back)).toMatchObject({ status: 200 });
  }, 120_000);

  it('holds one and not the others, and puts the spare in its place', async () => {
    await people.until(
      batch,
      ({ units }) =>
        units.every(({ prompts }) => prompts.length === 3 && prompts.every(({ answers }) => answers.length > 0)),
      60_000,
    );
    expect(await people.command(batch, 'Hold', 'QD-3')).toMatchObject({ status: 200 });
    const held = await people.until(batch, (view) => unitsOf(view)['QD-3'] === 'Held', 30_000);
    expect(unitsOf(held)).toEqual({ 'QD-1': 'Running', 'QD-2': 'Running', 'QD-3': 'Held' });
    const replace = (by: string, signers: readonly unknown[]) =>
      post('replace', 'replace', { skid: 'QD-3', by, signers });
    expect(await replace('QD-2', [engineers()])).toMatchObject(refused(/taken by/));
    expect(await replace('QD-4', [people.signers[0]])).toMatchObject(refused(/process engineer was refused/));
    expect(await replace('QD-4', [engineers()])).toMatchObject({ status: 200 });
    const view = await people.until(batch, (now) => unitsOf(now)['QD-3'] === 'Aborted', 30_000);
    expect(unitsOf(view)).toMatchObject({ 'QD-1': 'Running', 'QD-2': 'Running', 'QD-4': 'Running' });
    expect(view.spares).toEqual([]);
  }, 120_000);

  it('lets one of two skids into the product line, and shows who waits', async () => {
    let line!: SharedEquipmentView;
    await until(
      async () => {
        await people.answer(await people.view(batch));
        line = await shared();
        return line.owner !== null && line.queue.length === 1;
      },
      { withinMs: 120_000, everyMs: 500, what: () => `one to wait for the product line: ${JSON.stringify(line)}` },
    );
    const both = [line.owner!.skid, line.queue[0]!.skid].sort();
    expect(both).toEqual(['QD-1', 'QD-2']);
    expect(line.owner!.path).toBe('produce/collect');
    const { units } = await people.view(batch);
    const waiting = units.find(({ skid }) => skid === line.queue[0]!.skid)!;
    expect(waiting.equipment).toEqual([{ name: 'PRODUCT-1', title: 'Product line', place: 1 }]);
    expect(waiting.next).toMatchObject({
      path: 'produce/collect',
      waitsFor: expect.stringMatching(/product-line/) as string,
    });
  }, 150_000);

  it('takes a Stop of all to every one that runs, and gives the line back', async () => {
    expect(await people.command(batch, 'Stop')).toMatchObject({ status: 200 });
    const view = await people.until(batch, ({ state }) => state === 'Stopped', 60_000);
    expect(unitsOf(view)).toEqual({ 'QD-1': 'Stopped', 'QD-2': 'Stopped', 'QD-3': 'Aborted', 'QD-4': 'Stopped' });
    await until(async () => (await shared()).owner === null, { withinMs: 20_000, what: 'the product line to be free' });
  }, 90_000);
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/batch-skids.test.ts')).toEqual([]);
  });
});
