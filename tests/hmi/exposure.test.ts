import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../hmi/server/app.ts';
import { createSessions } from '../../hmi/server/sessions.ts';
import type { ExposureDesk } from '../../plant/ports/exposure-desk.ts';
import { pagesFolder, testServer, type TestServer } from './support/server.ts';

let server: TestServer;
let app: Awaited<ReturnType<typeof buildApp>>;
const asked: unknown[] = [];
const desk: ExposureDesk = {
  zones: () => Promise.resolve([]),
  people: () => Promise.resolve([]),
  limits: () => Promise.resolve([]),
  filterResults: () => Promise.resolve([]),
  presence: (request, actor) => {
    asked.push({ request, actor });
    return Promise.resolve(
      request.zone === 'closed' ? { done: false, reason: 'Nobody may go in: H2S.' } : { done: true },
    );
  },
  giveBadge: () => Promise.resolve({ done: true }),
  addFilterResult: () => Promise.resolve({ done: true }),
  report: (_, format) =>
    Promise.resolve({ fileName: `exposure.${format}`, mediaType: 'text/csv', bytes: new TextEncoder().encode('µ') }),
};
beforeAll(async () => {
  server = await testServer();
  const options = { ...server.options, exposure: desk };
  app = await buildApp(options, createSessions(options.access, options.clock), server.hub, pagesFolder());
});
afterAll(async () => {
  await app.close();
  await server.app.close();
});
const post = async (payload: object) => {
  asked.length = 0;
  return app.inject({ method: 'POST', url: '/api/exposure/presence', headers: { cookie: server.rosa }, payload });
};

describe('the log of presence', () => {
  it('goes to the desk with who asked', async () => {
    expect((await post({ personId: 'P-rosa', zone: 'hall' })).statusCode).toBe(200);
    expect(asked).toMatchObject([{ request: { personId: 'P-rosa', zone: 'hall' }, actor: { id: 'P-rosa' } }]);
  });
  it('that is refused says why', async () => {
    const answer = await post({ badge: '17', zone: 'closed' });
    expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual([
      409,
      'Nobody may go in: H2S. Nothing was recorded.',
    ]);
  });
  it.each([[{ personId: 'P-rosa' }], [{ zone: 'hall', at: 'now' }], [{ zone: 'hall', by: 'me' }]])(
    'that is malformed asks nobody: %j',
    async (body) => {
      expect((await post(body)).statusCode).toBe(400);
      expect(asked).toEqual([]);
    },
  );
});

describe('a shift report', () => {
  it('comes as a file with its bytes as they are', async () => {
    const answer = await app.inject({ url: '/api/exposure/report?at=1&format=csv', headers: { cookie: server.rosa } });
    expect(answer.headers['content-disposition']).toBe('attachment; filename="exposure.csv"');
    expect(answer.rawPayload).toEqual(Buffer.from('µ'));
  });
  it('is not there on a site without zones', async () => {
    expect((await server.ask('GET', '/api/exposure/report?at=1&format=csv')).statusCode).toBe(404);
  });
});
