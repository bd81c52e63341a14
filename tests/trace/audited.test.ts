import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usage } from '../../deploy/options.ts';
import { routesOf } from '../hmi/support/routes.ts';
import { testServer, type TestServer } from '../hmi/support/server.ts';
import { houseAudited, lost } from '../support/on-record.ts';
import { lackingOf, readAudited, type AuditedRow, type Product } from './audited-list.ts';
import { houseTests } from './house.ts';

const root = new URL('../../', import.meta.url);
const sourceOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');

type Schema = Readonly<{
  properties?: Readonly<Record<string, Schema>>;
  anyOf?: readonly Schema[];
  items?: Schema;
}>;

function fieldsIn(schema: Schema, path = ''): readonly string[] {
  if (schema.properties !== undefined)
    return Object.entries(schema.properties).flatMap(([name, of]) =>
      fieldsIn(of, path === '' ? name : `${path}.${name}`),
    );
  const forms = schema.anyOf?.filter(({ properties }) => properties !== undefined) ?? [];
  if (forms.length > 0) return forms.flatMap((form) => fieldsIn(form, path));
  if (schema.items?.properties !== undefined) return fieldsIn(schema.items, `${path}[]`);
  return path === '' ? [] : [path];
}

/** By the name of the schema; where two files have one of a name, by `file/name` alone. */
async function requestSchemas(): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = new URL('hmi/api/', root);
  const files = readdirSync(folder).filter((name) => name.endsWith('requests.ts'));
  const all = await Promise.all(
    files.map(async (name) => {
      const module = (await import(new URL(name, folder).href)) as Readonly<Record<string, Schema>>;
      return Object.entries(module).map(([schema, of]) => ({ file: name.replace('.ts', ''), schema, of }));
    }),
  );
  const schemas = all.flat().filter(({ of }) => typeof of === 'object');
  const isAlone = (name: string): boolean => schemas.filter(({ schema }) => schema === name).length === 1;
  return new Map(
    schemas.map(({ file, schema, of }) => [isAlone(schema) ? schema : `${file}/${schema}`, [...new Set(fieldsIn(of))]]),
  );
}

const filesOf = (rooms: readonly string[]): readonly string[] =>
  rooms.flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${room}/${name}`),
  );

/** Every word in quotes of the rooms: an action is written by one of them, whole or with a word put in. */
function wordsOfRooms(): (action: string) => boolean {
  const text = filesOf(['control', 'gateway', 'alarms']).map(sourceOf).join('\n');
  return (action) =>
    [`'${action}'`, ...[...action.matchAll(/-/gu)].map(({ index }) => `\`${action.slice(0, index + 1)}\${`)].some(
      (written) => text.includes(written),
    );
}

let server: TestServer;
let product: Product;
beforeAll(async () => {
  server = await testServer();
  const schemas = await requestSchemas();
  product = {
    routes: routesOf(server).flatMap(({ method, url }) => (method === 'POST' ? [url] : [])),
    fieldsOf: (request) => schemas.get(request) ?? null,
    isWritten: wordsOfRooms(),
    testsOf: houseTests(),
  };
});
afterAll(() => server.app.close());

describe('the list of what is on record', () => {
  it('has every route that changes something, every field of it, the events it leaves and the tests that see it', () => {
    expect(lackingOf(houseAudited(), product)).toEqual([]);
  });

  it('names tests that look at the route they are named for', () => {
    const blind = Object.entries(houseAudited().changes).flatMap(([route, { tests }]) =>
      Object.keys(tests).filter((file) => {
        const source = sourceOf(file);
        return !source.includes(`unrecorded(service, '${file}')`) && !source.includes(`'${route}'`);
      }),
    );
    expect(blind).toEqual([]);
  });

  it('has every flag and variable by which the service is started: none of them turns recording off', () => {
    const rooms = ['deploy', 'control', 'gateway', 'historian', 'alarms', 'hmi/server', 'plant', 'pat'];
    const named = filesOf(rooms).flatMap((file) => sourceOf(file).match(/MESOLINE_[A-Z_]*[A-Z]/gu) ?? []);
    const flags = (usage.match(/--[a-z-]+/gu) ?? []).filter((flag) => flag !== '--');
    const ours = [...flags, ...named].map((name) => name.replace('MESOLINE_', '--').toLowerCase().replaceAll('_', '-'));
    expect(Object.keys(houseAudited().options).toSorted()).toEqual([...new Set(ours)].toSorted());
  });

  const row: AuditedRow = {
    request: 'doorRequest',
    leaves: ['door-opened'],
    kept: { ':id': 'object', reason: 'reason' },
    notKept: { password: 'Whoever reads it must not learn it.' },
    tests: { 'tests/door.test.ts': ['a door > opens'] },
  };
  const made: Product = {
    routes: ['/api/doors/x/open'],
    fieldsOf: (request) => (request === 'doorRequest' ? ['reason', 'password'] : null),
    isWritten: (action) => action === 'door-opened',
    testsOf: (file) =>
      file === 'tests/door.test.ts' ? [{ name: 'a door > opens', runs: true }, { name: 'a door > shuts', runs: false }] : null, // prettier-ignore
  };
  const listed = (more: Partial<AuditedRow>, route = '/api/doors/:id/open') =>
    lackingOf({ changes: { [route]: { ...row, ...more } }, changesNothing: {} }, made);

  it('lacks nothing where everything is in it', () => {
    expect(listed({})).toEqual([]);
  });

  const lacks: readonly (readonly [what: string, of: Product, more: Partial<AuditedRow>, words: string])[] = [
    [
      'a route that nobody listed',
      { ...made, routes: [...made.routes, '/api/doors/x/shut'] },
      {},
      '/api/doors/x/shut: it has no row.',
    ],
    ['a route that is gone', { ...made, routes: [] }, {}, 'there is no such route'],
    [
      'a field that is new',
      { ...made, fieldsOf: () => ['reason', 'password', 'colour'] },
      {},
      'colour has no place on record',
    ],
    ['a field that is gone', { ...made, fieldsOf: () => ['reason'] }, {}, 'has no field password'],
    ['a parameter that is forgotten', made, { kept: { reason: 'reason' } }, ':id has no place on record'],
    [
      'a field that is kept and not kept',
      made,
      { kept: { ...row.kept, password: 'data.password' } },
      'kept and not kept',
    ],
    ['a request that is gone', made, { request: 'gateRequest' }, 'there is no request gateRequest'],
    ['an event that no room writes', made, { leaves: ['door-broken'] }, 'no room writes door-broken'],
    [
      'a test that is gone',
      made,
      { tests: { 'tests/door.test.ts': ['a door > sings'] } },
      'has no test "a door > sings"',
    ],
    ['a test that is skipped', made, { tests: { 'tests/door.test.ts': ['a door > shuts'] } }, 'is skipped'],
    ['a file that is gone', made, { tests: { 'tests/gate.test.ts': ['x'] } }, 'there is no file tests/gate.test.ts'],
  ];
  it.each(lacks)('says that it lacks %s', (_, of, more, words) => {
    const faults = lackingOf({ changes: { '/api/doors/:id/open': { ...row, ...more } }, changesNothing: {} }, of);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(words);
  });

  it.each([
    [
      'a row without tests',
      'changes: { /a: { request: a, leaves: [b], kept: {}, tests: {} } }\nchangesNothing: {}\noptions: {}',
    ],
    [
      'no reason for what is not kept',
      'changes: { /a: { request: a, leaves: [b], kept: {}, notKept: { c: x }, tests: { d: [e] } } }\nchangesNothing: {}\noptions: {}',
    ],
    ['what is no YAML', '{'],
  ])('is refused with %s', (_, text) => {
    expect(() => readAudited('docs/audited.yaml', text)).toThrow('docs/audited.yaml');
  });
});

describe('a request that was done', () => {
  const row: AuditedRow = {
    request: 'doorRequest',
    leaves: ['door-opened'],
    kept: { ':id': 'object', 'people[].name': 'data.people', wide: 'new.wide', at: 'happenedAt', reason: 'reason' },
    tests: { 'tests/door.test.ts': ['x'] },
  };
  const request = {
    ':id': 'D-1',
    people: [{ name: 'ada' }, { name: 'grace' }],
    wide: 0.8,
    at: Date.UTC(2026, 0, 2),
    reason: '',
  };
  const event = {
    action: 'door-opened',
    object: 'D-1',
    data: { people: [{ by: 'ada' }, { by: 'grace' }] },
    new: { wide: '0.8' },
    happenedAt: '2026-01-02T00:00:00.000+00:00',
  };

  it('has lost nothing where every field stands at its place', () => {
    expect(lost('/api/doors/:id/open', row, request, [event])).toEqual([]);
  });

  it.each([
    ['an event', { ...event, action: 'door-shut' }, 'none of door-opened'],
    ['a parameter', { ...event, object: 'D-2' }, ':id "D-1"'],
    ['one of several', { ...event, data: { people: [{ by: 'ada' }] } }, 'people[].name "grace"'],
    ['a number', { ...event, new: { wide: '0.85' } }, 'wide "0.8"'],
    ['a value that stands elsewhere', { ...event, new: {}, old: { wide: '0.8' } }, 'wide "0.8"'],
    ['a moment', { ...event, happenedAt: '2026-01-02T00:00:01.000+00:00' }, 'at "1767312000000"'],
  ])('is said to have lost %s', (_, left, words) => {
    const faults = lost('/api/doors/:id/open', row, request, [left]);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(words);
  });
});
