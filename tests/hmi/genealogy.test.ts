import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenealogyAnswer, GenealogyFindAnswer } from '../../hmi/api/genealogy-requests.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());

describe('the API of genealogy', () => {
  it('hands on every step with its line of the record', async () => {
    const answer = await server.ask('GET', '/api/genealogy?kind=lot&id=L-2026-0001&direction=forward&from=0');
    const { genealogy } = answer.json<GenealogyAnswer>();
    expect(genealogy.steps.map(({ to, event }) => `${to.id} by ${event.scope} #${event.seq}`)).toEqual([
      'D-2026-0001 by materials/lots #5',
      'B-2026-0001 by materials/lots #7',
      'D-2026-0001 by materials/lots #6',
      'P-1 by materials/labels #1',
      'B-2026-0001 by batch/B-2026-0001 #4',
    ]);
    const found = await server.ask('GET', '/api/genealogy/find?text=L-2026-0002');
    expect(found.json<GenealogyFindAnswer>().found.map(({ id }) => id)).toEqual(['L-2026-0002']);
  });

  it('says that the record knows nothing of it', async () => {
    const answer = await server.ask('GET', '/api/genealogy?kind=batch&id=B-9&direction=backward');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ message: expect.stringContaining('no batch "B-9"') as string });
  });

  it.each([
    ['a kind that there is not', 'kind=cat&id=x&direction=forward', 'kind'],
    ['no direction', 'kind=lot&id=x', 'direction'],
    ['a step that is no number', 'kind=lot&id=x&direction=forward&from=first', 'from'],
    ['a step before the first', 'kind=lot&id=x&direction=forward&from=-1', 'from'],
    ['nothing named', 'kind=lot&id=&direction=forward', 'id'],
  ])('refuses %s, naming it', async (_, query, field) => {
    const answer = await server.ask('GET', `/api/genealogy?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ faults: { where: string }[] }>().faults.map(({ where }) => where)).toContain(field);
  });
});
