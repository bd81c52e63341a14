import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { createControl } from '../../twin/runs/control.ts';
import { createSkidLine } from '../../twin/line/skid-line.ts';
import { model, parameters } from './skid-in-hand.ts';

const skid = createSkidLine({ model, parameters, watchdog: milliseconds(3000), seed: 1 });
const now = () => monotonic(skid.state().cycle * 50);
const control = createControl(0, parameters, {
  line: () => skid.state(),
  fault: (message) => skid.fault(message),
  script: (entries) => skid.script(entries),
  save: () => skid.save(now()),
  load: (text) => skid.load(text, now()),
});
let port = 0;

beforeAll(async () => {
  port = await control.start();
});
afterAll(() => control.stop());

type Said = Readonly<{ status: number; text: string }>;

const ask = (
  method: string,
  path: string,
  body: string | null = null,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<Said> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });

describe('the control of a twin', () => {
  it('puts faults on and says which stand', async () => {
    expect((await ask('POST', '/faults', '{"fault":"air-loss"}')).status).toBe(200);
    expect(skid.state().faults.airLost).toBe(true);
    expect(JSON.parse((await ask('GET', '/faults')).text)).toEqual({ standing: [{ fault: 'air-loss' }] });
    await ask('POST', '/faults', '{"fault":"clear"}');
    expect(skid.state().faults.airLost).toBe(false);
  });

  it('begins a fault script', async () => {
    const script = { faults: [{ at: '1 s', until: '2 s', fault: { fault: 'emergency-stop' } }] };
    expect((await ask('POST', '/script', JSON.stringify(script))).status).toBe(200);
    for (let cycle = 0; cycle < 25; cycle += 1) skid.step(now());
    expect(skid.state().faults.emergencyStop).toBe(true);
    for (let cycle = 0; cycle < 25; cycle += 1) skid.step(now());
    expect(skid.state().faults.emergencyStop).toBe(false);
  });

  it('gives its state, and goes on from one', async () => {
    const { text } = await ask('GET', '/state');
    const { cycle } = skid.state();
    for (let more = 0; more < 10; more += 1) skid.step(now());
    expect((await ask('PUT', '/state', text)).status).toBe(200);
    expect(skid.state().cycle).toBe(cycle);
    expect(await ask('PUT', '/state', text.slice(10))).toMatchObject({ status: 400 });
    expect(skid.state().cycle).toBe(cycle);
  });

  it('tells the truth', async () => {
    const truth = JSON.parse((await ask('GET', '/truth')).text) as Record<string, Record<string, unknown>>;
    expect(truth['process']).toHaveProperty('heat');
    expect(truth['process']).not.toHaveProperty('liquid');
    expect(Object.keys(truth['probes'] ?? {})).toEqual(expect.arrayContaining(['stage1', 'stage2', 'shell']));
  });

  it('refuses what is wrong with it by name', async () => {
    const { status, text } = await ask('POST', '/faults', '{"fault":"gremlins"}');
    expect(status).toBe(400);
    expect(text).toMatch(/gremlins/u);
    expect((await ask('POST', '/faults', '{"fault":')).text).toMatch(/no JSON/u);
    expect((await ask('POST', '/script', '{"faults":[{"at":"soon","fault":{"fault":"air-loss"}}]}')).text).toMatch(
      /soon/u,
    );
    expect((await ask('GET', '/anything')).status).toBe(404);
    expect((await ask('DELETE', '/state')).status).toBe(404);
  });

  it('is not steered by a page in a browser: neither by a form, nor under another name', async () => {
    const form = await ask('POST', '/faults', '{"fault":"air-loss"}', { 'content-type': 'text/plain' });
    expect(form.status).toBe(415);
    const rebound = await ask('POST', '/faults', '{"fault":"air-loss"}', {
      'content-type': 'application/json',
      host: 'evil.example:80',
    });
    expect(rebound.status).toBe(403);
    expect(skid.state().faults.airLost).toBe(false);
  });

  it('takes no body without end', async () => {
    const before = skid.state();
    // The answer may be lost when the connection is ended under a writer.
    const said = await ask('PUT', '/state', 'x'.repeat(5 * 1024 * 1024)).catch(() => null);
    expect([413, null]).toContain(said?.status ?? null);
    expect(skid.state()).toBe(before);
    expect((await ask('GET', '/faults')).status).toBe(200);
  });
});
