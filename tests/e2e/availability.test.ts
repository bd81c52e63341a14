import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SkidNow } from '../../hmi/api/answers.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import { smallProcess, twinArguments, twinProgram, type FaultAnswer, type TwinReady } from '../../twin/index.ts';
import { ApiPerson } from '../support/api.ts';
import { openBrowser } from '../support/browser.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { controllerAlone, controllerType, testTypes } from '../support/fitted.ts';

const folder = temporaryFolder('availability');
const site = join(folder.path, 'site.yaml');
const data = join(folder.path, 'data');
let twin!: ChildProcess;
let service!: Service;
let browser!: Browser;
let page!: Page;
let operator!: ApiPerson;
let maintenance!: ApiPerson;

const serve = (): Promise<Service> => Service.start({ site, data, timeScale: 20 });

const atTheSkid = async (message: object): Promise<void> => {
  const answered = once(twin, 'message') as Promise<[FaultAnswer]>;
  twin.send(message);
  expect((await answered)[0]).toMatchObject({ accepted: true });
};
const now = async (): Promise<SkidNow> => (await operator.get<SkidNow>('/api/skids/QD-1/values')).body;
const blocks = async (): Promise<readonly string[]> => (await now()).blocks.map(({ kind }) => kind);
const batch = async (): Promise<BatchView> => (await operator.get<readonly BatchView[]>('/api/batches')).body[0]!;
const give = (action: object): Promise<{ status: number; body: unknown }> =>
  operator.post('/api/skids/QD-1/commands', { id: `command-${Math.random()}`, action });
const release = { kind: 'release' };
const reset = { kind: 'reset', inspected: true };
const flow = { kind: 'write', writes: [{ tag: 'F100/FIC-104.SP', value: 5 }] };
const refusedByBlock = (words: string) => ({
  status: 409,
  body: { code: 'refused-by-block', message: expect.stringContaining(words) as string },
});

/** As soon as the skid may be reset. */
const ready = (): Promise<void> =>
  until(async () => (await give(reset)).status === 200 && (await now()).fieldDemand === 'none', {
    withinMs: 40_000,
    everyMs: 500,
    what: () => 'the skid to be reset',
  });

beforeAll(async () => {
  twin = fork(twinProgram, twinArguments({ timeScale: 20, seed: 1 }), { execArgv: [...smallProcess], silent: true });
  const [{ port }] = (await once(twin, 'message')) as [TwinReady];
  writeFileSync(
    site,
    [
      'site: availability',
      testTypes,
      'title: Maintenance at a skid',
      `recipes: ${join(process.cwd(), 'tests/e2e/recipes')}`,
      'skids:',
      '  QD-1:',
      `    type: ${controllerType}`,
      '    title: CdSe line 1',
      '    twin: { run: apart }',
      `    ${controllerAlone}`,
      `    links: { PLC-1: modbus-tcp://127.0.0.1:${port}/1 }`,
      '',
    ].join('\n'),
  );
  service = await serve();
  operator = await ApiPerson.firstLogin(service, 'operator');
  maintenance = await ApiPerson.firstLogin(service, 'maintenance');
  await ApiPerson.firstLogin(service, 'checker');
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(20_000);
  await page.goto(service.url);
  await page.getByTestId('login-user').fill('maintenance');
  await page.getByTestId('login-password').fill(maintenance.password);
  await page.getByTestId('login-submit').click();
  await page.getByTestId('skid-card-QD-1').waitFor();
});

afterAll(async () => {
  await browser.close();
  const exit = await service.stop();
  twin.disconnect();
  expect(exit.code, service.log()).toBe(0);
  folder.remove();
});

describe('a device that is locked out while a batch runs', () => {
  it('holds the batch in HOT-HOLD, with who and why', async () => {
    await ready();
    const signers = ['operator', 'checker'].map((userName) => ({
      userName,
      password: `a new password of ${userName} 7`,
    }));
    const order = { recipe: 'Rinse', version: 0, purpose: 'rehearsal', skids: ['QD-1'], spares: [], values: {} };
    const started = await operator.post('/api/batches', { commandId: 'start-0001', order, signers });
    expect(started).toMatchObject({ status: 201 });
    await page.goto(`${service.url}/maintenance`);
    await page.getByTestId('lock-QD-1-PLC-1').click();
    await page.getByTestId('reason').fill('Pump head changed');
    await page.getByTestId('lock-confirm').click();
    await page.getByTestId('device-QD-1-PLC-1').filter({ hasText: 'Pump head changed' }).waitFor();
    await until(async () => (await batch()).state === 'Held', { withinMs: 20_000, what: () => 'the batch to be held' });
    expect((await batch()).message).toMatch(/locked out for maintenance by .*: Pump head changed/);
    expect((await now()).fieldDemand).toBe('H');
    await page.goto(`${service.url}/skids/QD-1`);
    await page.getByTestId('blocks-QD-1').filter({ hasText: 'LOCKED OUT' }).waitFor();
  });

  it('refuses a restart, a release, a reset and a write; an operator cannot give it back', async () => {
    const { id } = await batch();
    const restart = { commandId: 'restart-001', command: 'Restart', reason: 'go on' };
    expect(await operator.post(`/api/batches/${id}/commands`, restart)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('locked out') as string },
    });
    for (const action of [release, reset, flow]) expect(await give(action)).toMatchObject(refusedByBlock('Pump head'));
    expect(await give({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 200 });
    const back = { device: 'PLC-1', reason: 'I want to go on' };
    expect(await operator.post('/api/skids/QD-1/give-back', back)).toMatchObject({ status: 409 });
    expect(await blocks()).toEqual(['locked out']);
  });

  it('is locked out still after a start of the service, and free once it was given back', async () => {
    expect((await service.stop()).code).toBe(0);
    service = await serve();
    operator = await ApiPerson.returning(service, 'operator');
    maintenance = await ApiPerson.returning(service, 'maintenance');
    await until(async () => (await blocks()).join() === 'locked out', { withinMs: 10_000, what: () => 'the lock-out' });
    expect(await give(reset)).toMatchObject(refusedByBlock('Pump head changed'));
    const back = await maintenance.post('/api/skids/QD-1/give-back', { device: 'PLC-1', reason: 'Done' });
    expect(back).toEqual({ status: 200, body: { blocks: [] } });
    await ready();
  }, 120_000);
});

describe('the key switch in Local', () => {
  it('blocks writes and starts and says so, and lets a safe state be asked for and left', async () => {
    const { id } = await batch();
    await operator.post(`/api/batches/${id}/commands`, { commandId: 'stop-00001', command: 'Stop', reason: 'over' });
    await ready();
    await atTheSkid({ fault: 'key-switch', to: 'local' });
    await until(async () => (await blocks()).join() === 'local', { withinMs: 5000, what: () => 'Local to be seen' });
    expect(await give(flow)).toMatchObject(refusedByBlock('Local'));
    expect(await give({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 200 });
    expect(await give(release)).toMatchObject({ status: 200 });
    await atTheSkid({ fault: 'key-switch', to: 'remote' });
    await until(async () => (await blocks()).length === 0, { withinMs: 5000, what: () => 'Remote to be seen' });
    expect(await give(flow)).toMatchObject({ status: 200 });
  });
});
