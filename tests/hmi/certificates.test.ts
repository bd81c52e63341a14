import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificate } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.denied.clear();
  server.rooms.asked.length = 0;
});

const { thumbprint } = certificate;
const trust = (state: string) => server.ask('POST', '/api/certificates/trust', { thumbprint, state });

describe('certificates of OPC UA clients', () => {
  it('are listed for whoever manages them, and for nobody else', async () => {
    expect((await server.ask('GET', '/api/certificates')).json()).toMatchObject({ certificates: [{ thumbprint }] });
    expect((await server.ask('GET', '/api/certificates', undefined, '')).statusCode).toBe(401);
    server.rooms.denied.add('manage certificates');
    expect((await server.ask('GET', '/api/certificates')).statusCode).toBe(403);
  });

  it('are trusted and rejected under the name of whoever does it', async () => {
    for (const [state, what] of [
      ['trusted', 'trust'],
      ['rejected', 'reject'],
    ] as const) {
      expect((await trust(state)).statusCode).toBe(200);
      expect(server.rooms.asked.at(-1)).toMatchObject({ what, with: { thumbprint, actor: { id: 'P-rosa' } } });
    }
  });

  it.each(['', 'zz', '../../etc', 'ab'.repeat(19)])('are not looked for by "%s"', async (text) => {
    const answer = await server.ask('POST', '/api/certificates/trust', { thumbprint: text, state: 'trusted' });
    expect(answer.statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });

  it('are given to a person by whoever manages people, with a reason', async () => {
    const gift = { thumbprint, userName: 'rosa', reason: 'works at the skid' };
    expect((await server.ask('POST', '/api/certificates/give', gift)).statusCode).toBe(200);
    expect(server.rooms.asked.at(-1)).toEqual({
      what: 'give',
      with: { id: 'P-rosa', pem: `PEM of ${thumbprint}`, reason: 'works at the skid' },
    });
    expect((await server.ask('POST', '/api/certificates/give', { ...gift, reason: ' ' })).statusCode).toBe(400);
    expect((await server.ask('POST', '/api/certificates/give', { ...gift, userName: 'no one' })).statusCode).toBe(404);
    expect((await server.ask('POST', '/api/certificates/take', { thumbprint, reason: 'lost' })).statusCode).toBe(200);
    server.rooms.denied.add('manage people');
    expect((await server.ask('POST', '/api/certificates/give', gift)).statusCode).toBe(403);
    expect((await server.ask('POST', '/api/certificates/take', { thumbprint, reason: 'lost' })).statusCode).toBe(403);
  });
});
