/** Every route there is, whoever added it: nobody gets anything by it without a login, and nothing is done from another site. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routesOf } from './support/routes.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());

/** What anybody may ask: to log in, and whether the service lives. */
const open: ReadonlySet<string> = new Set([
  'POST /api/login',
  'POST /api/login/security-key',
  'GET /api/login/oidc',
  'POST /api/login/oidc/begin',
  'POST /api/login/oidc/end',
  'POST /api/login/oidc/security-key',
  'GET /api/health',
]);

describe('every route', () => {
  it('is found', () => {
    const found = routesOf(server).map(({ method, url }) => `${method} ${url}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'POST /api/login',
        'POST /api/batches/x/commands',
        'POST /api/shared-equipment/x/failed',
        'POST /api/labels/product',
        'POST /api/exchange/samples',
        'POST /api/materials/dispensings/x/weighings',
        'GET /api/equipment/x/calibrations',
        'GET /api/audit',
        'GET /api/audit/csv',
      ]),
    );
    expect(found.length).toBeGreaterThan(60);
  });

  it('answers nobody who is not logged in', async () => {
    for (const { method, url } of routesOf(server)) {
      if (open.has(`${method} ${url}`)) continue;
      const answer = await server.app.inject({
        method: method as 'GET',
        url,
        headers: { cookie: 'mesoline-session=x' },
        ...(method === 'POST' ? { payload: {} } : {}),
      });
      expect([`${method} ${url}`, answer.statusCode]).toEqual([`${method} ${url}`, 401]);
    }
    expect([server.rooms.commands, server.rooms.asked]).toEqual([[], []]);
  });

  it('that changes something takes nothing from another site, and nothing before the first password was changed', async () => {
    const fresh = await server.login('new', 'first');
    const may = new Set([
      '/api/login',
      '/api/login/security-key',
      '/api/login/oidc/begin',
      '/api/login/oidc/end',
      '/api/login/oidc/security-key',
      '/api/logout',
      '/api/password',
      '/api/unlock',
      '/api/certify',
    ]);
    for (const { method, url } of routesOf(server)) {
      if (method !== 'POST') continue;
      const elsewhere = { cookie: server.rosa, origin: 'https://elsewhere.example' };
      const answer = await server.app.inject({ method: 'POST', url, headers: elsewhere, payload: {} });
      expect([url, answer.statusCode]).toEqual([url, 403]);
      if (may.has(url)) continue;
      const early = await server.app.inject({ method: 'POST', url, headers: { cookie: fresh }, payload: {} });
      expect([url, early.statusCode]).toEqual([url, 403]);
    }
    expect([server.rooms.commands, server.rooms.asked]).toEqual([[], []]);
  });
});
