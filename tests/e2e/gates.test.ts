/** What stands before a batch that makes product, at the API: each thing that is wrong by its name, until the house has put it right. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenealogyAnswer } from '../../hmi/api/genealogy-requests.ts';
import type { MaterialsAnswer } from '../../hmi/api/material-requests.ts';
import type { CalibrationsAnswer } from '../../hmi/api/equipment-requests.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { House, productRecipe, withSecondEngineer } from './support/house.ts';
import { unrecorded } from '../support/on-record.ts';

const folder = temporaryFolder('gates');
const short = readFileSync('tests/e2e/recipes/short.yaml', 'utf8');
const recipe = 'CdSe-gates';
const order = { recipe, version: null, purpose: 'production', skids: ['QD-1'], spares: [], values: {} };
let service!: Service;
let house!: House;
let people!: BatchPeople;
let draft!: Readonly<{ version: number; digest: string }>;
const lots = { se: '', tcep: '' };
let kit = '';
let made = '';
const dayMs = 86_400_000;

const refused = (words: RegExp) => ({ status: 409, body: { message: expect.stringMatching(words) as string } });
const blocked = async (): Promise<readonly GateCheck[]> => {
  const { status, body } = await house.person('operator').post<{ gates: GateCheck[] }>('/api/batches/gates', { order });
  if (status >= 300) throw new Error(JSON.stringify(body));
  return body.gates.filter(({ verdict }) => verdict === 'blocked');
};
/** What blocks the start, as `gate object`. */
const named = async (): Promise<readonly string[]> => (await blocked()).map(({ gate, object }) => `${gate} ${object}`);
const of = async (gate: string): Promise<readonly string[]> =>
  (await blocked()).filter((each) => each.gate === gate).map(({ found, remedy }) => `${found} ${remedy}`);
const start = () =>
  house.ask<{ batch?: BatchView; gates?: GateCheck[]; message?: string }>('operator', '/api/batches', {
    order,
    signers: house.signers('operator', 'checker'),
  });
const text = (pattern: RegExp): unknown => expect.stringMatching(pattern);

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  const data = join(folder.path, 'data');
  const twin = '{ type: cdse-two-stage, title: Line, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: gates\ntitle: Gates\nskids:\n  QD-1: ${twin}\n`);
  const firstPassword = await withSecondEngineer(data);
  service = await Service.start({ site, data, timeScale: 20 });
  house = await House.firstLogin(service, firstPassword);
  people = await BatchPeople.returning(service, 'gates');
}, 60_000);

afterAll(async () => {
  expect((await service.stop()).code, service.log()).toBe(0);
  folder.remove();
});

describe('a recipe', () => {
  it('makes no product before an engineer who did not write it and QA have signed it', async () => {
    // The first asks nobody to check what is weighed, the second a second person.
    const first = await house.imported(productRecipe(short, recipe, false), null);
    draft = await house.imported(productRecipe(short, recipe, true), first.digest);
    expect([first.version, draft.version]).toEqual([1, 2]);
    const { version, digest } = draft;
    expect(await start()).toMatchObject(refused(/No version of CdSe-gates is effective/));
    expect(await house.move('engineer', recipe, version, digest, 'submit')).toMatchObject({ status: 200 });
    expect(await house.move('engineer', recipe, version, digest, 'review')).toMatchObject(refused(/another person/));
    expect(await house.move('qa-releaser', recipe, version, digest, 'approve')).toMatchObject(
      refused(/process engineer has reviewed/),
    );
    expect(await start()).toMatchObject(refused(/effective/));
    expect(await house.move('engineer-2', recipe, version, digest, 'review')).toMatchObject({ status: 200 });
    expect(await house.move('engineer-2', recipe, version, digest, 'approve')).toMatchObject(
      refused(/role QA releaser/),
    );
    for (const move of ['approve', 'make effective'] as const)
      expect(await house.move('qa-releaser', recipe, version, digest, move)).toMatchObject({ status: 200 });
  });
});

describe('a start for product', () => {
  it('is blocked by everything that nobody has recorded yet', async () => {
    await until(async () => (await of('permissive')).every((found) => !/has not been seen/.test(found)), {
      what: 'QD-1 to be seen',
    });
    const all = await named();
    expect(all).toEqual(
      expect.arrayContaining([
        'permissive QD-1',
        'dispensing Se',
        'dispensing TCEP',
        'cleaning QD-1',
        'calibration QD-1/R201/PT-201A',
        'calibration QD-1/AE-105A',
        'training Operator (first start)',
      ]),
    );
    expect(await of('dispensing')).toEqual([
      text(/^No dispensing is open for CdSe-gates: 0 of 12 mmol Se .* Open a dispensing/),
      text(/^No dispensing is open for CdSe-gates: 0 of 10 mmol TCEP/),
    ]);
    expect(await of('cleaning')).toEqual([text(/Nothing was ever stated/)]);
    expect(await of('calibration')).toHaveLength(22);
    expect(await of('training')).toHaveLength(3);
    expect(await start()).toMatchObject(refused(/./));
  });

  it('is blocked by a training that has lapsed, until QA records a new one', async () => {
    await house.train('operator', 'skid-operation', 366);
    await house.train('operator', 'cadmium-and-chalcogenides');
    await house.train('operator', 'batch-records');
    expect(await of('training')).toEqual([text(/had "Operation of the flow skids.* valid until .* QA record it/)]);
    const own = { personId: 'P-1', training: 'calibration', given: 0, signers: house.signers('operator') };
    expect(await house.ask('operator', '/api/equipment/trainings', own)).toMatchObject({ status: 409 });
    await house.trainAll();
    expect(await of('training')).toEqual([]);
  });

  it('is blocked by an instrument that is overdue, and by one that was left out of tolerance', async () => {
    await house.calibrate('QD-1', 'AE-105A', { at: Date.now() - 31 * dayMs });
    await house.calibrate('QD-1', 'AE-105B', { at: Date.now() - dayMs, reading: '10.2' });
    const ph = async () => (await of('calibration')).filter((found) => found.includes('AE-105'));
    expect(await ph()).toEqual([
      text(/calibration was due on .* Have QD-1\/AE-105A calibrated/),
      text(/was left out of tolerance on .* Have QD-1\/AE-105B calibrated/),
    ]);
    await house.calibrateAll('QD-1');
    expect(await of('calibration')).toEqual([]);
  }, 60_000);

  it('is blocked by a skid that nobody has cleaned, or somebody found unclean', async () => {
    await house.clean('QD-1');
    expect(await of('cleaning')).toEqual([]);
    const found = { state: 'to be cleaned', reason: 'A stain at the outlet', signers: house.signers('operator') };
    await house.must('operator', '/api/equipment/QD-1/cleaning', found);
    expect(await of('cleaning')).toEqual([text(/A stain at the outlet/)]);
    await house.clean('QD-1');
    expect(await of('cleaning')).toEqual([]);
  });

  it('is blocked by a lock-out for maintenance, until it is given back', async () => {
    const work = { device: null, reason: 'Pump head changed' };
    await house.person('maintenance').post('/api/skids/QD-1/lock-out', work);
    await until(async () => (await of('permissive')).some((found) => /lock/i.test(found)), { what: 'the lock-out' });
    expect(await start()).toMatchObject(refused(/QD-1/));
    await house.person('maintenance').post('/api/skids/QD-1/give-back', { ...work, reason: 'Done' });
    await people.ready('QD-1');
    expect(await of('permissive')).toEqual([]);
  }, 120_000);

  it('is blocked by what is weighed too little, or by nobody checked where the recipe asks for it', async () => {
    lots.se = await house.released('Se', 'SE-1');
    lots.tcep = await house.released('TCEP·HCl', 'TC-1');
    // Of the version that asks for no second person.
    const unchecked = await house.open(recipe, 1);
    expect(await house.weigh(unchecked, lots.se, 'Se', '0.9', 'operator')).toMatchObject({ status: 200 });
    expect(await of('dispensing')).toEqual([
      text(/^11\.\d+ of 12 mmol Se is dispensed \(D-.*, lots L-.*\)\. Weigh what is missing for D-/),
      text(/^0 of 10 mmol TCEP/),
    ]);
    expect(await house.weigh(unchecked, lots.se, 'Se', '0.06', 'operator')).toMatchObject({ status: 200 });
    expect(await house.weigh(unchecked, lots.tcep, 'TCEP', '2.87', 'operator')).toMatchObject({ status: 200 });
    expect(await of('dispensing')).toEqual([]);
    expect(await of('weighing')).toEqual([
      text(/^Nobody has checked the 0\.9 g of lot L-.*Strike weighing 1 out of D-/),
      text(/^Nobody has checked the 0\.06 g/),
      text(/^Nobody has checked the 2\.87 g/),
    ]);
    await house.must('operator', `/api/materials/dispensings/${unchecked}/give-up`, {});
  });

  it('is blocked by a lot that went to quarantine, was rejected, or of which the last day has passed', async () => {
    kit = await house.open(recipe, 2);
    expect(await house.weigh(kit, lots.se, 'Se', '0.95', 'operator')).toMatchObject(refused(/checked by another/));
    expect(await house.weigh(kit, lots.se, 'Se', '0.95', 'operator', 'operator')).toMatchObject(refused(/person/));
    expect(await house.weigh(kit, lots.se, 'Se', '0.95', 'operator', 'checker')).toMatchObject({ status: 200 });
    expect(await house.weigh(kit, lots.tcep, 'TCEP', '2.87', 'operator', 'checker')).toMatchObject({ status: 200 });
    expect(await named()).toEqual([]);
    await house.decide(lots.se, 'quarantine');
    expect(await named()).toEqual([`lot ${lots.se}`]);
    expect(await of('lot')).toEqual([text(/is in quarantine\. Have QA release lot/)]);
    expect(await start()).toMatchObject(refused(/is in quarantine/));
    const label = {
      supplier: 'Sigma',
      supplierLot: 'X1',
      received: '100',
      expires: '2025-12-31',
      containers: ['SE-1'],
    };
    await house.must('operator', `/api/materials/lots/${lots.se}/correct`, label);
    const [signer] = house.signers('qa-reviewer');
    const release = { status: 'released', signer };
    expect(await house.ask('qa-reviewer', `/api/materials/lots/${lots.se}/decide`, release)).toMatchObject(
      refused(/expired on 2025-12-31/),
    );
    await house.decide(lots.se, 'rejected');
    expect(await of('lot')).toEqual([text(/is rejected\. Strike weighing 1 out of D-/)]);
  });

  it('is open again when what was weighed of a bad lot is struck out by two, and weighed of a good one', async () => {
    const strike = { number: 1, gone: true, signers: house.signers('operator', 'checker') };
    await house.must('operator', `/api/materials/dispensings/${kit}/strike`, strike);
    expect(await named()).toEqual(['dispensing Se']);
    const good = await house.released('Se', 'SE-2');
    expect(await house.weigh(kit, good, 'Se', '0.95', 'operator', 'checker')).toMatchObject({ status: 200 });
    expect(await named()).toEqual([]);
  });

  it('goes, and its record has what it stood on', async () => {
    const { status, body } = await start();
    expect(status, JSON.stringify(body)).toBe(201);
    const { id } = body.batch!;
    made = id;
    await people.until(id, ({ units }) => units.some(({ state }) => state === 'Running'), 30_000);
    const record = await house.person('operator').text(`/api/batches/${id}/record`);
    for (const words of [kit, lots.tcep, '"struck"', 'skid-operation', 'SPA-0815']) expect(record).toContain(words);
    const { body: seen } = await house.person('operator').get<MaterialsAnswer>('/api/materials');
    expect(seen.kits.find((each) => each.id === kit)).toMatchObject({ status: 'taken', batch: id });
    expect(await named()).toEqual(expect.arrayContaining(['dispensing Se', 'dispensing TCEP']));
    await people.command(id, 'Abort');
    await people.until(id, ({ state }) => state === 'Aborted', 60_000);
  }, 120_000);

  it('is found by the genealogy of its lots, and leads back to them, its skid and the calibrations that held', async () => {
    const traced = async (query: Readonly<Record<string, string>>) => {
      const url = `/api/genealogy?${new URLSearchParams(query).toString()}`;
      return (await house.person('operator').get<GenealogyAnswer>(url)).body.genealogy.steps;
    };
    const forward = await traced({ kind: 'lot', id: lots.tcep, direction: 'forward' });
    const [batch] = forward.filter(({ to }) => to.kind === 'batch' && to.state.includes('Aborted'));
    expect(batch).toMatchObject({ from: { kind: 'dispensing', id: kit }, event: { scope: 'materials/lots' } });
    const backward = await traced({ kind: 'batch', id: batch!.to.id, direction: 'backward' });
    const from = (kind: string): string[] =>
      backward.filter((step) => step.from.kind === kind).map((step) => step.from.id);
    expect(from('lot')).toContain(lots.tcep);
    expect(from('lot')).not.toContain(lots.se);
    expect(from('skid')).toEqual(['QD-1']);
    expect(from('recipe')).toEqual([`${recipe} v${draft.version}`]);
    expect(from('instrument').length).toBeGreaterThan(5);
  });

  it('is looked at again when an instrument of its skid is found out of tolerance, and nobody has to open it', async () => {
    const record = () => house.person('qa-reviewer').text(`/api/batches/${made}/record`);
    await until(async () => (await record()).includes('"rules-executed"'), {
      withinMs: 90_000,
      what: 'its rules to run',
    });
    const found = async () => (await record()).includes('AE-105A was found out of tolerance');
    expect(await found()).toBe(false);
    await house.calibrate('QD-1', 'AE-105A', { reading: '10.3' });
    const url = '/api/equipment/QD-1/calibrations?instrument=AE-105A';
    const { body } = await house.person('qa-reviewer').get<CalibrationsAnswer>(url);
    expect(body.calibrations.map(({ asFoundWithin, batches }) => [asFoundWithin, batches])[0]).toEqual([false, [made]]);
    await until(found, { withinMs: 30_000, what: 'the exception' });
  }, 180_000);
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/gates.test.ts')).toEqual([]);
  });
});
