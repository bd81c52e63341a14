import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Block } from '../../plant/block.ts';
import { utcMs } from '../../plant/clock.ts';
import type { DeviceDefinition } from '../../plant/skid/definition.ts';
import { loadDeviceModel } from '../../plant/skid/device-model-loader.ts';
import { shippedDeviceModelFolder } from '../../plant/skid/folders.ts';
import { start } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';
import { smallSkid, smallType } from './support/skid.ts';

let server: TestServer;
const plc: DeviceDefinition = {
  name: 'PLC-1',
  title: 'Field controller',
  model: loadDeviceModel(`${shippedDeviceModelFolder}/generic-skid-plc.yaml`),
  watchdog: null,
  local: null,
};
beforeAll(async () => (server = await testServer([smallSkid('QD-1', { type: { ...smallType, devices: [plc] } })])));
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
  server.rooms.state.refuseMaintenance = null;
  server.rooms.state.blocks.clear();
});

const block: Block = {
  device: 'PLC-1',
  kind: 'locked out',
  message: 'QD-1/PLC-1 is locked out for maintenance by Mara Mill: Pump head changed.',
  by: 'Mara Mill',
  since: utcMs(start),
};
const device = 'PLC-1';

describe('locking out', () => {
  it('goes to the desk with the device, the reason and the person, and answers what is blocked now', async () => {
    server.rooms.state.blocks.set('QD-1', [block]);
    const answer = await server.ask('POST', '/api/skids/QD-1/lock-out', { device, reason: 'Pump head changed' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ blocks: [block] });
    expect(server.rooms.asked).toMatchObject([
      { what: 'lock out', with: { skid: 'QD-1', device, reason: 'Pump head changed', actor: { id: 'P-rosa' } } },
    ]);
    expect((await server.ask('GET', '/api/skids/QD-1/blocks')).json()).toEqual({ blocks: [block] });
  });

  it.each(['lock-out', 'give-back'])('that is refused says why: %s', async (what) => {
    server.rooms.state.refuseMaintenance = 'Rosa may not lock out for maintenance here.';
    const answer = await server.ask('POST', `/api/skids/QD-1/${what}`, { device: null, reason: 'Service' });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('may not lock out'),
      faults: [{ where: 'QD-1' }],
    });
  });

  it.each([
    ['without a reason', { device, reason: ' ' }, 400],
    ['without a device or the word that it is the skid', { reason: 'Service' }, 400],
    ['with something else in it', { device, reason: 'Service', by: 'somebody' }, 400],
    ['of a device that is not there', { device: 'PLC-9', reason: 'Service' }, 404],
  ])('%s asks nobody', async (_, body, status) => {
    expect((await server.ask('POST', '/api/skids/QD-1/lock-out', body)).statusCode).toBe(status);
    expect((await server.ask('POST', '/api/skids/QD-9/lock-out', { device: null, reason: 'x' })).statusCode).toBe(404);
    expect(server.rooms.asked).toEqual([]);
  });
});
