/** Lots at a service that runs: taken in, decided of by QA alone, kept over a restart, and what they have to say before a start. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenealogyAnswer, GenealogyFindAnswer } from '../../hmi/api/genealogy-requests.ts';
import type { MaterialsAnswer } from '../../hmi/api/material-requests.ts';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import { ApiPerson } from '../support/api.ts';
import { Service, temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder('materials');
const site = join(folder.path, 'site.yaml');
let service!: Service;
let operator!: ApiPerson;

const begin = (): Promise<Service> => Service.start({ site, data: join(folder.path, 'data'), timeScale: 20 });
const refused = (words: RegExp) => ({ status: 409, body: { message: expect.stringMatching(words) as string } });
const lot = {
  commandId: 'lot-0001',
  reason: 'delivered',
  material: 'Se',
  supplier: 'Sigma',
  supplierLot: 'MKCD1234',
  received: '100.000001',
  unit: 'g',
  expires: '2099-06-30',
  containers: ['SE-1'],
};
const seen = async (): Promise<MaterialsAnswer> => (await operator.get<MaterialsAnswer>('/api/materials')).body;

beforeAll(async () => {
  const twin = '{ type: cdse-two-stage, title: Line, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: materials\ntitle: Materials\nskids:\n  QD-1: ${twin}\n`);
  service = await begin();
  operator = await ApiPerson.firstLogin(service, 'operator');
});
afterAll(async () => {
  expect((await service.stop()).code, service.log()).toBe(0);
  folder.remove();
});

describe('a lot', () => {
  it('is taken in once by an operator, and released by nobody but QA', async () => {
    expect(await operator.post('/api/materials/lots', lot)).toMatchObject({
      status: 200,
      body: { id: expect.stringMatching(/-0001$/) as string },
    });
    const [first] = (await seen()).lots;
    const id = first!.id;
    expect((await operator.post('/api/materials/lots', lot)).status).toBe(200);
    expect((await seen()).lots).toHaveLength(1);
    const decide = (who: ApiPerson, as: ApiPerson, commandId: string) =>
      who.post(`/api/materials/lots/${id}/decide`, {
        commandId,
        reason: '',
        status: 'released',
        signer: { userName: as.user, password: as.password },
      });
    expect(await decide(operator, operator, 'decide-01')).toMatchObject(refused(/release lots|role/));
    const reviewer = await ApiPerson.firstLogin(service, 'qa-reviewer');
    expect(await decide(operator, reviewer, 'decide-02')).toMatchObject(refused(/release lots|role/));
    expect(await decide(reviewer, reviewer, 'decide-03')).toMatchObject({ status: 200 });
    expect((await seen()).lots).toMatchObject([{ id, status: 'released', left: '100.000001' }]);
  });

  it('is where it was after a restart, with its history', async () => {
    const before = await seen();
    expect((await service.stop()).code).toBe(0);
    service = await begin();
    operator = await ApiPerson.returning(service, 'operator');
    expect(await seen()).toEqual(before);
    const { body } = await operator.get<{ entries: unknown[] }>(`/api/materials/history?of=${before.lots[0]!.id}`);
    expect(body.entries).toHaveLength(2);
  });

  it('is found in the genealogy by its supplier’s lot, with the line of the record that says so', async () => {
    const found = await operator.get<GenealogyFindAnswer>('/api/genealogy/find?text=sigma');
    expect(found.body.found.map(({ id }) => id)).toEqual(['Sigma MKCD1234']);
    const query = new URLSearchParams({ kind: 'supplier lot', id: 'Sigma MKCD1234', direction: 'forward' });
    const { body } = await operator.get<GenealogyAnswer>(`/api/genealogy?${query.toString()}`);
    const { id } = (await seen()).lots[0]!;
    expect(body.genealogy.steps).toMatchObject([
      { to: { kind: 'lot', id, state: 'Se, Sigma MKCD1234, released' }, event: { scope: 'materials/lots' } },
    ]);
  });
});

describe('a start', () => {
  it('is told what is not dispensed; a rehearsal is not kept from starting by it', async () => {
    const order = { recipe: 'CdSe-3.6', version: 0, purpose: 'rehearsal', skids: ['QD-1'], spares: [], values: {} };
    const { body } = await operator.post<{ gates: GateCheck[] }>('/api/batches/gates', { order });
    expect(
      body.gates.filter(({ gate }) => gate === 'dispensing').map(({ object, verdict }) => [object, verdict]),
    ).toEqual(['TCEP', 'Se', 'Cd(OAc)2', 'MPA'].map((name) => [name, 'not watched']));
  });

  it('finds what was opened for it; who was never trained weighs nothing', async () => {
    const opened = { commandId: 'open-0001', reason: '', recipe: 'CdSe-3.6', version: 0 };
    expect(await operator.post('/api/materials/dispensings', opened)).toMatchObject(refused(/"Work with cadmium/));
    expect((await seen()).kits).toEqual([]);
  });
});
