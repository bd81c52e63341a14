/** Lots and dispensing at the API: what is asked reaches the desk as it was asked, and refusals come back in words. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MaterialsAnswer } from '../../hmi/api/material-requests.ts';
import { utcMs } from '../../plant/clock.ts';
import type { KitView } from '../../plant/material-view.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await testServer()));
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
  server.rooms.state.refuseMaterial = null;
});

const lot = {
  commandId: 'command-1',
  reason: 'delivered',
  material: 'Se',
  supplier: 'Sigma',
  supplierLot: 'MKCD1234',
  received: '100.000000000000001',
  unit: 'g',
  expires: '2027-06-30',
  containers: ['SE-1'],
};
const weighing = {
  commandId: 'command-2',
  reason: '',
  material: 'Se',
  lot: 'L-1',
  amount: '0.95',
  tare: '12.1',
  scale: 'W-1',
  container: 'C-1',
  signers: [
    { userName: 'rosa', password: 'secret' },
    { userName: 'carl', password: 'other' },
  ],
};

describe('the API of materials', () => {
  it('hands amounts on as they were written, without a digit lost', async () => {
    const answer = await server.ask('POST', '/api/materials/lots', lot);
    expect([answer.statusCode, answer.json()]).toEqual([200, { id: 'L-2026-0001' }]);
    expect(server.rooms.asked[0]).toMatchObject({ what: 'receive', with: { ...lot, actor: { id: 'P-rosa' } } });
  });

  it('shows every open dispensing, and of the closed ones the newest', async () => {
    const kit = (id: number, status: 'open' | 'taken'): KitView => {
      const opened = { openedBy: 'P-rosa', openedAt: utcMs(0), materials: [], lines: [], weighings: [], struck: [] };
      return { id: `D-${id}`, recipe: 'CdSe', version: 1, status, batch: null, ...opened };
    };
    const { kits } = server.rooms.state;
    // The newest first, as the desk has them.
    for (let id = 200; id > 0; id -= 1) kits.push(kit(id, id % 100 === 1 ? 'open' : 'taken'));
    const { body } = await server.ask('GET', '/api/materials');
    kits.length = 0;
    const shown = (JSON.parse(body) as MaterialsAnswer).kits.map(({ id }) => id);
    expect(shown).toHaveLength(52);
    expect(shown).toEqual(expect.arrayContaining(['D-200', 'D-151', 'D-101', 'D-1']));
    expect(shown).not.toContain('D-150');
  });

  it('says from where whoever signs a weighing has signed', async () => {
    expect((await server.ask('POST', '/api/materials/dispensings/D-7/weighings', weighing)).statusCode).toBe(200);
    expect(server.rooms.asked[0]).toMatchObject({
      what: 'weigh',
      with: { kit: 'D-7', signers: weighing.signers.map((each) => ({ ...each, terminal: '127.0.0.1' })) },
    });
  });

  it('says why something was refused, and what to do', async () => {
    server.rooms.state.refuseMaterial = 'Lot L-1 is rejected.';
    const answer = await server.ask('POST', '/api/materials/dispensings/D-7/weighings', weighing);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'refused', message: 'Lot L-1 is rejected. Look again.' });
  });

  it.each([
    ['a number for an amount', '/api/materials/lots', { ...lot, received: 100 }],
    ['a unit of its own', '/api/materials/lots', { ...lot, unit: 'lb' }],
    ['an actor', '/api/materials/lots', { ...lot, actor: { kind: 'service' } }],
    [
      'three signers',
      '/api/materials/dispensings/D-7/weighings',
      { ...weighing, signers: [1, 2, 3].map(() => weighing.signers[0]) },
    ],
    ['nobody who signs', '/api/materials/dispensings/D-7/weighings', { ...weighing, signers: [] }],
    [
      'a status that no person gives',
      '/api/materials/lots/L-1/decide',
      { commandId: 'command-3', reason: '', status: 'used up', signer: weighing.signers[0] },
    ],
    ['a scan without end', '/api/materials/scan', { text: 'x'.repeat(1001) }],
  ])('takes no %s', async (_what, url, body) => {
    expect((await server.ask('POST', url, body)).statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });

  it('answers what a scan means', async () => {
    server.rooms.state.scans.set(']C191L-1', { kind: 'lot', lot: 'L-1' });
    const scan = async (text: string): Promise<unknown> =>
      (await server.ask('POST', '/api/materials/scan', { text })).json();
    expect(await scan(']C191L-1')).toEqual({ meaning: { kind: 'lot', lot: 'L-1' } });
    expect(await scan('?')).toMatchObject({ meaning: { kind: 'unknown' } });
  });
});
