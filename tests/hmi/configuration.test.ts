import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await testServer()));
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
});

const rosa = { userName: 'rosa', password: 'secret' };
const request = {
  commandId: 'command-1',
  changeNumber: 'CC-2026-012',
  reason: 'the probe was changed',
  steps: [{ file: 'plant/skids/cdse.yaml', old: 'd'.repeat(64), new: 'b'.repeat(64) }],
  signers: [rosa, { userName: 'quinn', password: 'other' }],
};
const approve = (body: object) => server.ask('POST', '/api/configuration/approve', body);

describe('the page of configuration', () => {
  it('is told what changed, what of it is open and what was approved', async () => {
    const answer = await server.ask('GET', '/api/configuration');
    expect(answer.json()).toMatchObject({
      open: [{ file: 'plant/skids/cdse.yaml' }, { file: 'site/demo.yaml' }],
      approvals: [{ changeNumber: 'CC-2026-011', by: 'Paul Peters', checkedBy: 'Quinn Adler' }],
    });
  });

  it('is told the difference of two texts by their digests, and that a text was never kept', async () => {
    const asked = (old: string) => server.ask('GET', `/api/configuration/difference?old=${old}&new=${'b'.repeat(64)}`);
    expect((await asked('d'.repeat(64))).json()).toMatchObject({ lines: expect.arrayContaining([expect.objectContaining({ kind: 'added' })]) as object }); // prettier-ignore
    expect((await asked('none')).statusCode).toBe(200);
    expect((await asked('0'.repeat(64))).statusCode).toBe(404);
    for (const wrong of ['', 'x', '..%2Fservice-key', 'D'.repeat(64)])
      expect((await asked(wrong)).statusCode).toBe(400);
  });

  it('has two sign with whoever asks and from where they sit, and what refuses it is told', async () => {
    expect((await approve(request)).json()).toEqual({});
    expect(server.rooms.asked.at(-1)).toMatchObject({
      what: 'approve configuration',
      with: {
        actor: { userName: 'rosa' },
        changeNumber: 'CC-2026-012',
        steps: request.steps,
        signers: [
          { ...rosa, terminal: '127.0.0.1' },
          { userName: 'quinn', terminal: '127.0.0.1' },
        ],
      },
    });
    const refused = await approve({ ...request, changeNumber: 'CC-0' });
    expect([refused.statusCode, refused.json()]).toMatchObject([409, { faults: [{ problem: 'CC-0 is no change.' }] }]);
  });

  it.each([
    ['one signer', { signers: [rosa] }],
    ['nothing that changed', { steps: [] }],
    ['a digest that is none', { steps: [{ file: 'a', old: 'x', new: null }] }],
    ['somebody it says acts', { actor: { kind: 'person', id: 'P-9' } }],
  ])('asks nothing of the desk with %s', async (_, more) => {
    expect((await approve({ ...request, ...more })).statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });
});
