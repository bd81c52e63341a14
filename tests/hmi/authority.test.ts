import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, scanOf } from './support/fakes.ts';
import { permissions } from '../../plant/ports/access.ts';
import { routesOf } from './support/routes.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  server.rooms.batches.set('B-2026-0001', batchOf('B-2026-0001'));
  server.rooms.state.sharedEquipment = [
    { name: 'NMR-1', title: 'NMR', is: 'nmr-31p', use: 'one', failure: 'hold', inDoubt: null, owner: null, queue: [] },
  ];
  server.rooms.scans.set('QD-1', scanOf('QD-1', 1, { 'R201/TT-201A': 160 }));
});
afterAll(() => server.app.close());
beforeEach(() => server.rooms.denied.clear());

const credentials = { userName: 'rosa', password: 'secret' };
const order = { recipe: 'CdSe-3.6', version: 2, purpose: 'rehearsal', skids: ['QD-1'], spares: [], values: {} };
const unit = { commandId: 'command-4', skid: 'QD-1' };
const material = { commandId: 'command-6', reason: 'as planned' };
const lot = { ...material, supplier: 'S', supplierLot: 'X', received: '5', expires: '2027-06-30', containers: [] };
const weighing = { material: 'Se', lot: 'L-1', amount: '1', tare: '0', scale: 'W-1', container: 'C-1' };
const calibration = {
  ...material,
  instrument: 'R201/PT-201A',
  at: 0,
  due: null,
  certificate: 'C-1',
  tolerance: '0.1',
  asFound: [{ reference: '1', reading: '1' }],
  asLeft: [{ reference: '1', reading: '1' }],
  signers: [credentials],
};
const count = { subject: 'B-2026-0001', left: ['2600000102'], signers: [credentials, credentials] };
const read = { commandId: 'command-7', readHash: 'a'.repeat(64), signer: credentials };
const product = { batch: 'B-2026-0001', containers: [{ container: 'P-1', content: '20 mL' }], hazards: [] };
const analyses = { batch: 'B-2026-0001', sample: 'P-1', analyses: ['Cd'] };
const reads = [
  '/api/skids',
  '/api/skids/QD-1/values',
  '/api/skids/QD-1/interlocks',
  '/api/skids/QD-1/blocks',
  '/api/batches/B-2026-0001/sections',
  '/api/equipment',
  '/api/equipment/QD-1/calibrations?instrument=R201/PT-201A',
  '/api/materials',
  '/api/materials/history?of=L-2026-0001',
  '/api/labels',
  '/api/labels/copies/2600000101',
  '/api/genealogy?kind=lot&id=L-2026-0001&direction=forward',
  '/api/genealogy/find?text=L-2026',
  '/api/exchange',
  '/api/alarms',
  '/api/alarms/journal',
  '/api/recipe-outline?recipe=CdSe-3.6&version=2',
  '/api/shared-equipment',
  '/api/batches',
  '/api/batches/B-2026-0001',
  '/api/history/export?tags=QD-1/R201/TT-201A&from=0&to=1000&format=csv',
  '/api/trends?tags=QD-1/R201/TT-201A&from=0&to=1000&buckets=10',
  '/api/system',
  '/api/sessions',
];
const instrument = { device: 'NMR-1', said: { serial: 'S-2', firmware: null } };
const change = {
  commandId: 'command-9',
  changeNumber: 'CC-1',
  reason: 'look',
  steps: [{ file: 'plant/skids/cdse.yaml', old: 'a'.repeat(64), new: null }],
  signers: [credentials, credentials],
};
const changes: readonly (readonly [string, object])[] = [
  ['/api/skids/QD-1/commands', { id: 'command-1', action: { kind: 'safe-state', action: 'H' } }],
  ['/api/alarms/acknowledge', { ids: ['QD-1/a.high'] }],
  ['/api/alarms/confirm', { ids: ['QD-1/a.high'] }],
  ['/api/skids/QD-1/lock-out', { device: null, reason: 'Pump head changed' }],
  ['/api/skids/QD-1/give-back', { device: null, reason: 'Done' }],
  ['/api/materials/lots', { ...lot, material: 'Se', unit: 'g' }],
  ['/api/materials/lots/L-1/correct', lot],
  ['/api/materials/lots/L-1/decide', { ...material, status: 'released', signer: credentials }],
  ['/api/materials/dispensings', { ...material, recipe: 'CdSe-3.6', version: 2 }],
  ['/api/materials/dispensings/D-1/weighings', { ...material, ...weighing, signers: [credentials] }],
  ['/api/materials/dispensings/D-1/strike', { ...material, number: 1, gone: false, signers: [credentials] }],
  ['/api/materials/dispensings/D-1/give-up', material],
  ['/api/materials/dispensings/D-1/give-back', material],
  ['/api/labels/known', { ...material, containers: ['SE-1'] }],
  ['/api/labels/product', { ...material, ...product }],
  ['/api/labels/of/26000001/reprint', material],
  ['/api/labels/mark', { ...material, codes: ['2600000101'], as: 'used' }],
  ['/api/labels/reconcile', { ...material, ...count }],
  ['/api/exchange/orders/O-1/assign', { ...material, batch: 'B-2026-0001' }],
  ['/api/exchange/samples', { ...material, ...analyses }],
  ['/api/equipment/QD-1/calibrations', calibration],
  ['/api/equipment/QD-1/instruments', { ...material, ...instrument, signers: [credentials] }],
  ['/api/equipment/QD-1/cleaning', { ...material, state: 'clean', signers: [credentials] }],
  ['/api/configuration/approve', change],
  ['/api/equipment/trainings', { ...material, personId: 'P-2', training: 'x', given: 0, signers: [credentials] }],
  ['/api/batches', { commandId: 'command-2', order, signers: [credentials] }],
  ['/api/batches/B-2026-0001/mode', { ...unit, mode: 'manual', reason: 'look', signers: [credentials] }],
  ['/api/batches/B-2026-0001/proceed', { ...unit, path: 'produce/collect' }],
  ['/api/batches/B-2026-0001/answers', { ...unit, prompt: 'P-1', value: '10.4', reason: '', signers: [credentials] }],
  ['/api/batches/B-2026-0001/reconcile', { ...unit, reason: 'look', signers: [credentials] }],
  ['/api/batches/B-2026-0001/replace', { ...unit, by: 'QD-2', reason: 'look', signers: [credentials] }],
  ['/api/shared-equipment/NMR-1/failed', { commandId: 'command-6', reason: 'look' }],
  ['/api/shared-equipment/NMR-1/release', { commandId: 'command-5', reason: 'look', signers: [credentials] }],
  ['/api/batches/B-2026-0001/commands', { commandId: 'command-3', command: 'Hold', reason: 'look' }],
  ['/api/batches/B-2026-0001/review/judge', { ...read, exceptions: ['E-1'], reason: 'looked' }],
  [
    '/api/batches/B-2026-0001/review/deviations',
    { ...read, exceptions: ['E-1'], title: 'x', classification: 'minor', description: 'x' },
  ],
  ['/api/batches/B-2026-0001/review/investigate', { ...read, deviation: 'D-1', cause: 'x', impact: 'x' }],
  [
    '/api/batches/B-2026-0001/review/decide',
    { ...read, deviation: 'D-1', decision: 'product not affected', reason: 'x', action: '' },
  ],
  [
    '/api/batches/B-2026-0001/review/late-entries',
    { ...read, what: 'x', value: '1', unit: null, happenedAt: 1, reason: 'x' },
  ],
  ['/api/batches/B-2026-0001/review/sign', read],
  ['/api/batches/B-2026-0001/disposition', { ...read, decision: 'quarantined', reason: 'x' }],
  ['/api/batches/B-2026-0001/sign', { meaning: 'reviewed', ...credentials }],
];

/** Asks and changes nothing, so whoever may view may ask it. */
const asks: readonly (readonly [string, object])[] = [
  ['/api/materials/scan', { text: '{"91":"L-1"}' }],
  ['/api/batches/gates', { order }],
];
/** Rooms whose changes have rows in the test file of that name. */
const elsewhere: Readonly<Record<string, RegExp>> = {
  certificates: /^POST \/api\/certificates\/(trust|take|give)$/,
  exposure: /^POST \/api\/exposure\//,
  people:
    /^POST \/api\/(people(\/x\/(roles|deactivate|reset-password|remove-second-factor|ldap-name|oidc-subject))?|sessions\/x\/end)$/,
  interlocks: /^POST \/api\/skids\/x\/(interlocks|baselines)\//,
  recipes: /^POST \/api\/recipes\//,
};
const beforeLogin = [
  'GET /api/health',
  'POST /api/login',
  'POST /api/login/security-key',
  'GET /api/login/oidc',
  'POST /api/login/oidc/begin',
  'POST /api/login/oidc/end',
  'POST /api/login/oidc/security-key',
];
/** What concerns whoever asks alone. */
const ownSession = [
  'GET /api/session',
  'POST /api/logout',
  'POST /api/password',
  'POST /api/unlock',
  'POST /api/certify',
  'POST /api/second-factor/begin',
  'POST /api/second-factor/confirm',
  'POST /api/security-keys/begin',
  'POST /api/security-keys/confirm',
];

describe('a route', () => {
  const named = () => routesOf(server).map(({ method, url }) => ({ method, url, name: `${method} ${url}` }));

  it('that changes something has a row here, or in the test file of its room', () => {
    const rows = [...changes, ...asks].map(([url]) => url.split('/'));
    const hasRow = (url: string): boolean => {
      const parts = url.split('/');
      const isOf = (row: readonly string[]): boolean => parts.every((part, i) => part === 'x' || part === row[i]);
      return rows.some((row) => row.length === parts.length && isOf(row));
    };
    const known = [...beforeLogin, ...ownSession];
    const missing = named().filter(({ method, url, name }) => {
      const isElsewhere = Object.values(elsewhere).some((one) => one.test(name));
      return method === 'POST' && !hasRow(url) && !isElsewhere && !known.includes(name);
    });
    expect(missing).toEqual([]);
    for (const one of Object.values(elsewhere)) expect(named().some(({ name }) => one.test(name))).toBe(true);
  });

  it('that says something says nothing to whoever may nothing', async () => {
    for (const permission of permissions) server.rooms.denied.add(permission);
    for (const { method, url, name } of named()) {
      if (method === 'POST' || beforeLogin.includes(name) || ownSession.includes(name)) continue;
      expect([name, (await server.ask(method, url)).statusCode]).toEqual([name, 403]);
    }
  });
});

describe('without a login', () => {
  it.each([...reads, '/api/batches/B-2026-0001/record', '/api/stream', '/api/session'])(
    '%s says nothing',
    async (url) => {
      const answer = await server.ask('GET', url, undefined, '');
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'not-logged-in' });
    },
  );

  it.each([
    ...changes,
    ...asks,
    ['/api/password', {}] as const,
    ['/api/logout', {}] as const,
    ['/api/unlock', {}] as const,
    ['/api/certify', {}] as const,
  ])('%s does nothing', async (url, body) => {
    const before = server.rooms.asked.length + server.rooms.commands.length;
    expect((await server.ask('POST', url, body, 'mesoline-session=guessed')).statusCode).toBe(401);
    expect(server.rooms.asked.length + server.rooms.commands.length).toBe(before);
  });
});

describe('a person', () => {
  it.each(reads)('who may view is answered at %s', async (url) => {
    expect((await server.ask('GET', url)).statusCode).toBe(200);
  });

  it.each([...reads, '/api/stream'])('who may not view is refused at %s', async (url) => {
    server.rooms.denied.add('view');
    const answer = await server.ask('GET', url);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'not-allowed', message: expect.stringContaining('view') });
  });

  it.each(asks)('who may view is answered at %s, who may not is refused', async (url, body) => {
    expect((await server.ask('POST', url, body)).statusCode).toBe(200);
    server.rooms.denied.add('view');
    expect((await server.ask('POST', url, body)).statusCode).toBe(403);
  });

  it('takes a record away only where that is allowed', async () => {
    const url = '/api/batches/B-2026-0001/record';
    const taken = await server.ask('GET', url);
    expect(taken.headers['content-disposition']).toBe('attachment; filename="batch-B-2026-0001.json"');
    expect(taken.body).toBe('{"é":1}');
    server.rooms.denied.add('export record');
    expect((await server.ask('GET', url)).statusCode).toBe(403);
  });

  it.each(['/api/audit', '/api/audit/scopes', '/api/audit/csv'])('reads %s only where that is allowed', async (url) => {
    expect((await server.ask('GET', url)).statusCode).toBe(200);
    server.rooms.denied.add('read audit trail');
    expect((await server.ask('GET', url)).statusCode).toBe(403);
  });

  it('acts under its own name, whatever it sends', async () => {
    server.rooms.asked.length = 0;
    for (const [url, body] of changes) expect((await server.ask('POST', url, body)).statusCode).toBeLessThan(300);
    expect(server.rooms.commands.at(-1)).toMatchObject({
      actor: { kind: 'person', id: 'P-rosa', terminal: '127.0.0.1' },
    });
    expect(server.rooms.asked.filter(({ what }) => what !== 'sign')).toEqual(
      Array(40).fill({
        what: expect.any(String),
        with: expect.objectContaining({ actor: expect.objectContaining({ id: 'P-rosa' }) }),
      }),
    );
    const sender = await server.ask('POST', changes[0]![0], { ...changes[0]![1], actor: { kind: 'service' } });
    expect(sender.statusCode).toBe(400);
  });

  it('is told what it may do, with the reason where not', async () => {
    server.rooms.denied.add('start batch');
    expect((await server.ask('GET', '/api/session')).json()).toMatchObject({
      may: {
        view: { allowed: true },
        'start batch': { allowed: false, reason: expect.stringContaining('start batch') },
      },
    });
  });
});

describe('a refusal', () => {
  it('is put on record with who asked, for what, and why; nothing else is', async () => {
    server.rooms.refused.length = 0;
    await server.ask('GET', '/api/skids');
    await server.ask('GET', '/api/skids', undefined, '');
    await server.ask('POST', '/api/skids/QD-1/commands', {});
    expect(server.rooms.refused).toEqual([]);
    server.rooms.denied.add('manage people');
    await server.ask('POST', '/api/people/P-2/roles', { roles: ['operator'], reason: 'x' });
    expect(server.rooms.refused).toMatchObject([
      {
        actor: { id: 'P-rosa', terminal: '127.0.0.1' },
        what: 'POST /api/people/:id/roles',
        why: expect.stringContaining('manage people'),
      },
    ]);
  });

  it('of two who are one person is put on record too', async () => {
    server.rooms.refused.length = 0;
    const asked = {
      row: 1,
      channel: 0,
      reason: 'look',
      meanwhile: 'watch',
      minutes: 10,
      first: credentials,
      second: credentials,
    };
    const answer = await server.ask('POST', '/api/skids/QD-1/interlocks/bypass', asked);
    expect([answer.statusCode, answer.json()]).toMatchObject([403, { code: 'not-permitted' }]);
    expect(server.rooms.refused).toMatchObject([{ why: expect.stringContaining('same person') }]);
  });
});

describe('a request from another site', () => {
  const body = { id: 'command-9', action: { kind: 'release' } };
  const send = (headers: Record<string, string>, payload: string | object = body) =>
    server.app.inject({
      method: 'POST',
      url: '/api/skids/QD-1/commands',
      headers: { cookie: server.rosa, host: 'localhost:8080', ...headers },
      payload,
    });

  it('is refused by its origin, also where it has the cookie', async () => {
    const before = server.rooms.commands.length;
    for (const origin of ['https://elsewhere.example', 'http://localhost:8081', 'null', '']) {
      expect((await send({ origin })).statusCode).toBe(403);
    }
    expect((await send({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect(server.rooms.commands.length).toBe(before);
    expect((await send({ origin: 'http://localhost:8080' })).statusCode).toBe(200);
  });

  it('is refused where its body is what a form can send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await send({ 'content-type': type }, JSON.stringify(body));
      expect(answer.statusCode).toBe(415);
      expect(answer.json()).toMatchObject({ code: 'media-type' });
    }
  });
});
