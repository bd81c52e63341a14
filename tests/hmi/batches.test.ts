import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import type { RecipeOutlineAnswer } from '../../hmi/api/answers.ts';
import { batchOf, unitOf } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';

const id = 'B-2026-0001';
const hostile = '<img src=x onerror=alert(1)>';
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.batches.clear();
  server.rooms.batches.set(id, batchOf(id));
  server.rooms.asked.length = 0;
  server.rooms.denied.clear();
  server.rooms.state.refuseBatch = null;
  server.rooms.state.gates = [];
  server.rooms.state.sharedEquipment = [
    {
      name: 'NMR-1',
      title: hostile,
      is: 'nmr-31p',
      use: 'one',
      failure: 'hold',
      inDoubt: null,
      owner: null,
      queue: [],
    },
  ];
});

const rosa = { userName: 'rosa', password: 'secret' };
const order = {
  recipe: 'CdSe-3.6',
  version: 2,
  purpose: 'rehearsal',
  skids: ['QD-1'],
  spares: ['QD-2'],
  values: { temperature: '158 °C' },
};
const commandId = 'command-20';
const reason = 'as seen on the spot';
const skid = 'QD-1';
const blockedGate: GateCheck = {
  gate: 'calibration',
  object: 'QD-1/R201/PT-201A',
  verdict: 'blocked',
  found: 'It was due on 2026-09-01.',
  remedy: 'Have it calibrated.',
};

describe('the start of a batch', () => {
  it('carries the order and one signer for each role, and answers what was made', async () => {
    const answer = await server.ask('POST', '/api/batches', { commandId, order, signers: [rosa] });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ batch: { id } });
    expect(server.rooms.asked).toMatchObject([
      {
        what: 'start',
        with: { commandId, order, actor: { id: 'P-rosa' }, signers: [{ ...rosa, terminal: '127.0.0.1' }] },
      },
    ]);
  });

  it('shows what has to be in order before anybody signs, and again where it is refused for that', async () => {
    server.rooms.state.gates = [blockedGate];
    const preview = await server.ask('POST', '/api/batches/gates', { order });
    expect([preview.statusCode, preview.json()]).toEqual([200, { gates: [blockedGate] }]);
    expect(server.rooms.asked).toMatchObject([{ what: 'gates', with: { order, actor: { id: 'P-rosa' } } }]);
    server.rooms.state.refuseBatch = 'QD-1/R201/PT-201A: It was due on 2026-09-01.';
    const start = await server.ask('POST', '/api/batches', { commandId, order, signers: [rosa] });
    expect(start.statusCode).toBe(409);
    expect(start.json()).toMatchObject({ message: server.rooms.state.refuseBatch, gates: [blockedGate] });
  });

  it('on a skid that is not there names those that are, and asks no desk', async () => {
    for (const wrong of [
      { ...order, skids: ['QD-9'] },
      { ...order, spares: ['QD-9'] },
    ]) {
      const answer = await server.ask('POST', '/api/batches', { commandId, order: wrong, signers: [] });
      expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual([
        404,
        expect.stringContaining('QD-1, QD-2'),
      ]);
    }
    expect(server.rooms.asked).toEqual([]);
  });
});

describe('work on a batch', () => {
  const unitActs = [
    ['mode', 'mode', { skid, mode: 'manual', reason, signers: [rosa] }],
    ['proceed', 'proceed', { skid, path: 'produce/collect' }],
    ['answers', 'answer', { skid, prompt: 'P-1', value: '10.4', reason: '', signers: [rosa] }],
    ['reconcile', 'reconcile', { skid, reason, signers: [rosa] }],
    ['replace', 'replace', { skid, by: 'QD-2', reason, signers: [rosa] }],
  ] as const;

  it.each(unitActs)('%s is asked of the desk under the name of whoever is logged in', async (path, what, body) => {
    const answer = await server.ask('POST', `/api/batches/${id}/${path}`, { commandId, ...body });
    expect([answer.statusCode, answer.json()]).toEqual([200, { batch: expect.objectContaining({ id }) }]);
    const { signers, ...rest } = { signers: null, ...body };
    expect(server.rooms.asked).toMatchObject([
      { what, with: { ...rest, commandId, batch: id, actor: { id: 'P-rosa', terminal: '127.0.0.1' } } },
    ]);
    if (signers !== null) {
      expect(server.rooms.asked).toMatchObject([{ with: { signers: [{ ...rosa, terminal: '127.0.0.1' }] } }]);
    }
  });

  it.each(unitActs)('%s that is refused says why and where', async (path, _what, body) => {
    server.rooms.state.refuseBatch = 'The unit is Held.';
    const answer = await server.ask('POST', `/api/batches/${id}/${path}`, { commandId, ...body });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      code: 'refused',
      message: 'The unit is Held.',
      where: expect.stringContaining(`${id} on QD-1`),
      remedy: expect.any(String),
    });
  });

  it.each(unitActs)('%s finds no batch and no skid that is not there', async (path, _what, body) => {
    const ofNone = await server.ask('POST', `/api/batches/B-9/${path}`, { commandId, ...body });
    const onNone = await server.ask('POST', `/api/batches/${id}/${path}`, { commandId, ...body, skid: 'QD-9' });
    expect([ofNone.statusCode, onNone.statusCode]).toEqual([404, 404]);
    expect(server.rooms.asked).toEqual([]);
  });

  it('goes to one unit where it is named, else to all', async () => {
    const asked = { commandId, command: 'Pause', reason };
    for (const more of [{}, { skid: null }, { skid: 'QD-1' }]) {
      expect((await server.ask('POST', `/api/batches/${id}/commands`, { ...asked, ...more })).statusCode).toBe(200);
    }
    expect(server.rooms.asked.map((one) => (one.with as { skid: string | null }).skid)).toEqual([null, null, 'QD-1']);
  });

  it('is refused in words: command and signature', async () => {
    server.rooms.state.refuseBatch = 'The skid is in HOT-HOLD.';
    const answers = [
      await server.ask('POST', `/api/batches/${id}/commands`, { commandId, command: 'Restart', reason }),
      await server.ask('POST', `/api/batches/${id}/sign`, { meaning: 'reviewed', ...rosa }),
    ];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toMatchObject({ code: 'refused', message: 'The skid is in HOT-HOLD.' });
    }
  });
});

describe('shared equipment', () => {
  const url = '/api/shared-equipment/NMR-1/release';

  it('is listed, and released by whoever signs for it', async () => {
    expect((await server.ask('GET', '/api/shared-equipment')).json()).toEqual(server.rooms.state.sharedEquipment);
    const answer = await server.ask('POST', url, { commandId, reason, signers: [rosa] });
    expect([answer.statusCode, answer.json()]).toEqual([200, server.rooms.state.sharedEquipment]);
    expect(server.rooms.asked).toMatchObject([
      { what: 'release equipment', with: { equipment: 'NMR-1', reason, actor: { id: 'P-rosa' } } },
    ]);
  });

  it('is not released against the desk, nor where there is none of that name', async () => {
    server.rooms.state.refuseBatch = 'QD-1 of B-2026-0001 is Running; hold it first.';
    const refused = await server.ask('POST', url, { commandId, reason, signers: [] });
    expect([refused.statusCode, refused.json<{ where: string }>().where]).toEqual([409, 'NMR-1']);
    const unknown = await server.ask('POST', '/api/shared-equipment/NMR-9/release', { commandId, reason, signers: [] });
    expect([unknown.statusCode, unknown.json<{ message: string }>().message]).toEqual([
      404,
      expect.stringContaining('NMR-1'),
    ]);
  });
});

describe('an odd body', () => {
  it.each([
    ['', { commandId, order }, 'signers'],
    ['', { commandId, signers: [] }, 'order'],
    ['', { commandId, order: { ...order, skids: [] }, signers: [] }, 'order.skids'],
    ['', { commandId, order: { ...order, skids: ['QD-1', 'QD-1'] }, signers: [] }, 'order.skids'],
    ['', { commandId, order: { ...order, version: 1.5 }, signers: [] }, 'order.version'],
    ['', { commandId, order: { ...order, purpose: 'test' }, signers: [] }, 'order.purpose'],
    ['', { commandId, order: { ...order, values: { temperature: 158 } }, signers: [] }, 'order.values.temperature'],
    ['/gates', { order: { ...order, more: 1 } }, 'order.more'],
    [`/${id}/commands`, { commandId, command: 'Explode', reason }, 'command'],
    [`/${id}/commands`, { commandId, command: 'Hold', reason: ' ' }, 'reason'],
    [`/${id}/mode`, { commandId, skid, mode: 'free', reason, signers: [] }, 'mode'],
    [`/${id}/mode`, { commandId, skid, mode: 'manual', reason: '', signers: [] }, 'reason'],
    [`/${id}/proceed`, { commandId, skid }, 'path'],
    [`/${id}/answers`, { commandId, skid, prompt: 'P-1', value: '', reason: '', signers: [] }, 'value'],
    [`/${id}/reconcile`, { commandId, skid, reason: '\t', signers: [] }, 'reason'],
    [`/${id}/replace`, { commandId, skid, reason, signers: [] }, 'by'],
    [`/${id}/sign`, { meaning: 'reviewed', userName: 'a' }, 'password'],
  ])('to /api/batches%s, %j, is refused, naming %s', async (path, body, field) => {
    const answer = await server.ask('POST', `/api/batches${path}`, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ where: expect.stringMatching(`^${field}`) })]),
    });
    expect(server.rooms.asked).toEqual([]);
  });
});

describe('a batch that is read', () => {
  it('that is not there is not found', async () => {
    for (const url of ['/api/batches/B-9', '/api/batches/B-9/record']) {
      expect((await server.ask('GET', url)).statusCode).toBe(404);
    }
  });

  it('keeps markup that somebody planted as text', async () => {
    server.rooms.batches.set(id, batchOf(id, { message: hostile, units: [unitOf('QD-1', { message: hostile })] }));
    const answer = await server.ask('GET', `/api/batches/${id}`);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toMatchObject({ batch: { message: hostile, units: [{ message: hostile }] } });
  });
});

describe('the outline of a recipe', () => {
  const ask = (query: string) => server.ask('GET', `/api/recipe-outline?${query}`);

  it('says what a start has to choose, and who signs', async () => {
    const answer = await ask('recipe=CdSe-3.6&version=2');
    expect(answer.statusCode).toBe(200);
    const outline = answer.json<RecipeOutlineAnswer>();
    expect(outline).toMatchObject({
      name: 'CdSe-3.6',
      version: 2,
      status: 'draft',
      needs: expect.arrayContaining(['selenium']),
      signatures: { 'start batch': ['operator', 'checker'] },
    });
    expect(outline.formula).toContainEqual(
      expect.objectContaining({ kind: 'value', name: 'temperature', unit: '°C', range: { low: 150, high: 170 } }),
    );
    expect(outline.operations[0]).toEqual({ name: 'prepare', phases: ['line-clearance', 'leak-test', 'prime'] });
  });

  it('of a version or a recipe that is not there is not found', async () => {
    expect((await ask('recipe=CdSe-3.6&version=3')).json()).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('CdSe-3.6'),
    });
    expect((await ask('recipe=other')).statusCode).toBe(404);
    expect((await ask('recipe=CdSe-3.6&version=x')).statusCode).toBe(400);
  });
});
