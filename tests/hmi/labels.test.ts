/** Labels, orders and samples at the API: what is asked reaches the desk as it was asked, and refusals come back in words. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await testServer()));
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
  server.rooms.state.refuseMaterial = null;
});

const asked = { commandId: 'command-1', reason: 'as planned' };
const signers = [
  { userName: 'rosa', password: 'secret' },
  { userName: 'carl', password: 'other' },
];
const acts: readonly (readonly [string, string, object])[] = [
  ['printKnown', '/api/labels/known', { ...asked, containers: ['SE-1'] }],
  [
    'printProduct',
    '/api/labels/product',
    { ...asked, batch: 'B-1', containers: [{ container: 'V-1', content: '20 mL' }], hazards: [] },
  ],
  ['reprint', '/api/labels/of/26000001/reprint', asked],
  ['mark', '/api/labels/mark', { ...asked, codes: ['2600000101'], as: 'used' }],
  ['reconcile', '/api/labels/reconcile', { ...asked, subject: 'B-1', left: [], signers }],
  ['assign', '/api/exchange/orders/R-1/assign', { ...asked, batch: 'B-1' }],
  ['requestAnalyses', '/api/exchange/samples', { ...asked, batch: 'B-1', sample: 'V-1', analyses: ['size'] }],
];

describe('the API of labels and orders', () => {
  it.each(acts)('hands "%s" to its desk with whoever asks, and says why it was refused', async (what, url, body) => {
    expect((await server.ask('POST', url, body)).statusCode).toBe(200);
    expect(server.rooms.asked).toMatchObject([{ what, with: { commandId: 'command-1', actor: { id: 'P-rosa' } } }]);
    server.rooms.state.refuseMaterial = 'Nobody has found it.';
    const answer = await server.ask('POST', url, body);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'refused', message: 'Nobody has found it. Look again.' });
  });

  it.each(acts)('takes no actor from whoever asks for "%s"', async (_what, url, body) => {
    expect((await server.ask('POST', url, { ...body, actor: { kind: 'service' } })).statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });

  it('shows what there is to people who are logged in only', async () => {
    for (const url of ['/api/labels', '/api/labels?of=B-1', '/api/exchange', '/api/labels/copies/2600000101']) {
      expect((await server.ask('GET', url)).statusCode, url).toBe(200);
      expect((await server.app.inject({ method: 'GET', url })).statusCode, url).toBe(401);
    }
  });

  it('gives a label as a drawing, and none that was never printed', async () => {
    const drawn = await server.ask('GET', '/api/labels/copies/2600000101');
    expect(drawn.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect((await server.ask('GET', '/api/labels/copies/9')).statusCode).toBe(404);
  });
});
