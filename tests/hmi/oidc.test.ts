import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
});

const origin = 'http://localhost:8443';
const ask = (url: string, payload: object, cookie = '') =>
  server.app.inject({ method: 'POST', url, headers: { origin, host: 'localhost:8443', cookie }, payload });

describe('a login by the identity provider of the house', () => {
  it('is offered by its name to whoever is not logged in', async () => {
    const answer = await server.app.inject({ method: 'GET', url: '/api/login/oidc' });
    expect(answer.json()).toEqual({ name: 'House ID' });
  });

  it('sends the browser there, with a cookie that no script reads and no other site sends', async () => {
    const answer = await ask('/api/login/oidc/begin', {});
    expect(answer.json()).toEqual({ url: `https://id.house/authorize?at=${origin}` });
    expect(answer.cookies).toMatchObject([
      { name: 'mesoline-oidc', value: 'b1', path: '/api/login/oidc', httpOnly: true, sameSite: 'Strict', maxAge: 600 },
    ]);
  });

  it('begins a session by what the browser brings back, and only with the cookie of where it began', async () => {
    const body = { query: 'code=1&state=2', code: '123456' };
    const answer = await ask('/api/login/oidc/end', body, 'mesoline-oidc=b1');
    expect(answer.json()).toMatchObject({ person: { userName: 'rosa' } });
    expect(answer.cookies).toMatchObject([
      { name: 'mesoline-oidc', value: '' },
      { name: 'mesoline-session', value: 'token-rosa', httpOnly: true, sameSite: 'Strict' },
    ]);
    await ask('/api/login/oidc/end', { query: 'code=1&state=2' });
    expect(server.rooms.asked).toEqual([
      { what: 'login by OIDC', with: { ...body, browser: 'b1', terminal: '127.0.0.1' } },
      { what: 'login by OIDC', with: { query: 'code=1&state=2', browser: '', code: undefined, terminal: '127.0.0.1' } },
    ]);
  });

  it('asks what a security key has to answer', async () => {
    const answer = await ask('/api/login/oidc/security-key', { query: 'code=1&state=2' }, 'mesoline-oidc=b1');
    expect(answer.json()).toEqual({ options: { challenge: 'abc' } });
    expect(server.rooms.asked).toEqual([
      { what: 'ask security key', with: { query: 'code=1&state=2', browser: 'b1', origin } },
    ]);
  });

  it('takes no query longer than an address', async () => {
    expect((await ask('/api/login/oidc/end', { query: 'x'.repeat(9000) })).statusCode).toBe(400);
  });

  it.each([
    ['/api/login/oidc/begin', { issuer: 'https://elsewhere' }],
    ['/api/login/oidc/end', {}],
    ['/api/login/oidc/end', { query: '' }],
    ['/api/login/oidc/end', { query: 'code=1', code: '12345' }],
    ['/api/login/oidc/security-key', { query: 'code=1', userName: 'rosa' }],
  ])('%s takes nothing else: %j', async (url, body) => {
    expect((await ask(url, body)).statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });
});
