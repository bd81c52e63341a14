/** Change control from end to end: a file that changed between two starts lets no product be made before two have approved it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigurationView } from '../../plant/configuration-view.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { House, productRecipe, withSecondEngineer } from './support/house.ts';
import { unrecorded } from '../support/on-record.ts';

const folder = temporaryFolder('configuration');
const site = join(folder.path, 'site.yaml');
const data = join(folder.path, 'data');
const recipe = 'CdSe-change';
const order = { recipe, version: null, purpose: 'production', skids: ['QD-1'], spares: [], values: {} };
const titled = (title: string): string =>
  `site: house\ntitle: ${title}\nskids:\n  QD-1: { type: cdse-two-stage, title: Line, twin: { run: here, seed: 1 } }\n`;
let service!: Service;
let house!: House;
let people!: BatchPeople;

const blocked = async (purpose = 'production'): Promise<readonly string[]> => {
  const { body } = await house
    .person('operator')
    .post<{ gates: GateCheck[] }>('/api/batches/gates', { order: { ...order, purpose } });
  return body.gates.filter(({ verdict }) => verdict === 'blocked').map(({ gate, object }) => `${gate} ${object}`);
};
const start = () =>
  house.ask<{ batch?: BatchView; message?: string }>('operator', '/api/batches', {
    order,
    signers: house.signers('operator', 'checker'),
  });
const view = async () => (await house.person('engineer').get<ConfigurationView>('/api/configuration')).body;
const approve = async (...who: readonly ('engineer' | 'engineer-2' | 'qa-reviewer' | 'qa-releaser')[]) => {
  const steps = (await view()).open.map(({ file, old, new: now }) => ({ file, old, new: now }));
  const body = { changeNumber: 'CC-2026-012', steps, signers: house.signers(...who) };
  return house.ask('engineer', '/api/configuration/approve', body);
};

beforeAll(async () => {
  writeFileSync(site, titled('Before'));
  const firstPassword = await withSecondEngineer(data);
  service = await Service.start({ site, data, timeScale: 20 });
  house = await House.firstLogin(service, firstPassword);
  people = await BatchPeople.returning(service, 'configuration');
  const text = productRecipe(readFileSync('tests/e2e/recipes/short.yaml', 'utf8'), recipe, false);
  const { version, digest } = await house.imported(text, null);
  await house.makeEffective(recipe, version, digest);
  await house.trainAll();
  await house.calibrateAll('QD-1');
  await house.clean('QD-1');
  const kit = await house.open(recipe, version);
  for (const [material, container, amount] of [['Se', 'SE-1', '0.95'], ['TCEP', 'TC-1', '2.87']] as const) {
    const lot = await house.released(material === 'Se' ? 'Se' : 'TCEP·HCl', container);
    await house.weigh(kit, lot, material, amount, 'operator');
  } // prettier-ignore
  await people.ready('QD-1');
}, 180_000);

afterAll(async () => {
  expect((await service.stop()).code, service.log()).toBe(0);
  folder.remove();
});

describe('a file that is changed between two starts', () => {
  it('was taken as installed at the first start, and product may be made by it', async () => {
    expect(await blocked()).toEqual([]);
    expect(await view()).toMatchObject({ open: [], approvals: [] });
  });

  it('blocks product and no rehearsal, with its old and new text on the page', async () => {
    expect((await service.stop()).code, service.log()).toBe(0);
    writeFileSync(site, titled('After'));
    service = await Service.start({ site, data, timeScale: 20, httpPort: service.http });
    await people.ready('QD-1');
    expect(await blocked()).toEqual(['configuration site/site.yaml']);
    expect(await blocked('rehearsal')).toEqual([]);
    const refused = await start();
    expect([refused.status, refused.body.message]).toEqual([
      409,
      expect.stringMatching(
        /site\/site\.yaml: It changed from .* nobody has approved that\. Have a process engineer and QA/,
      ),
    ]);
    const [step] = (await view()).open;
    const url = `/api/configuration/difference?old=${step!.old!}&new=${step!.new!}`;
    const { body } = await house.person('operator').get<{ lines: { kind: string; text: string }[] }>(url);
    expect(body.lines.filter(({ kind }) => kind === 'removed' || kind === 'added').map(({ text }) => text)).toEqual([
      'title: Before',
      'title: After',
    ]);
  }, 120_000);

  it('is approved by a process engineer and one of QA, by nobody alone, and product may be made again', async () => {
    for (const who of [['engineer', 'engineer'], ['engineer', 'qa-releaser'], ['engineer', 'engineer-2']] as const)
      expect(await approve(...who)).toMatchObject({ status: 409 }); // prettier-ignore
    expect(await blocked()).toEqual(['configuration site/site.yaml']);
    expect(await approve('engineer', 'qa-reviewer')).toMatchObject({ status: 200 });
    expect(await blocked()).toEqual([]);
    expect(await view()).toMatchObject({
      open: [],
      approvals: [{ changeNumber: 'CC-2026-012', steps: [{ file: 'site/site.yaml' }] }],
    });
    const { status, body } = await start();
    expect(status, JSON.stringify(body)).toBe(201);
    const { id } = body.batch!;
    const record = await house.person('operator').text(`/api/batches/${id}/record`);
    expect(record).toContain('"changeNumber":"CC-2026-012"');
    await people.command(id, 'Abort');
    await people.until(id, ({ state }) => state === 'Aborted', 60_000);
  }, 120_000);
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/configuration.test.ts')).toEqual([]);
  });
});
