/** InfluxDB 2.x and 3 Core as their documentation has them: what they ask of whoever writes, makes and queries. */
import type { ServerResponse } from 'node:http';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { capabilitiesOf } from '../../historian/influx/generation.ts';
import { givenServer, InfluxStore } from '../../historian/influx/influx-store.ts';
import { batchOf } from '../../historian/point.ts';
import { utcMs } from '../../plant/clock.ts';
import { noNotes, point, reactor } from './world.ts';

type Asked = Readonly<{
  method: string;
  path: string;
  query: URLSearchParams;
  token: string | undefined;
  body: string;
}>;
type Answer = Readonly<{ status: number; body?: unknown; version?: string }>;

async function server(answer: (asked: Asked) => Answer): Promise<Readonly<{ url: string; asked: Asked[] }>> {
  const asked: Asked[] = [];
  const reply = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const url = new URL(request.url ?? '/', 'http://x');
    const one = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      token: request.headers.authorization,
      body,
    };
    asked.push(one);
    const { status, body: said, version } = answer(one);
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(version !== undefined && { 'X-Influxdb-Version': version }),
    });
    response.end(said === undefined ? '' : JSON.stringify(said));
  };
  const http = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => reply(request, response, Buffer.concat(parts).toString()));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://token:secret@127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

const signal = new AbortController().signal;
function storeAt(url: string, more: Readonly<{ organisation?: string; rawDays?: number | null }> = {}): InfluxStore {
  const store = new InfluxStore(givenServer(url), () => 0, { rawDays: 90, ...more });
  onTestFinished(() => store.stop());
  return store;
}

/** 2.7: a write finds its bucket by a mapping that must be there; every call but /ping asks for the token. */
async function second(orgs: readonly string[]) {
  const buckets: { id: string; name: string; retentionRules: { everySeconds: number }[] }[] = [];
  const mappings: { database: string; retention_policy: string; bucketID: string; default: boolean }[] = [];
  const stored: string[] = [];
  const made = await server(({ method, path, query, token, body }) => {
    if (path === '/ping') return { status: 204, version: 'v2.7.4' };
    if (token !== 'Token secret')
      return { status: 401, body: { code: 'unauthorized', message: 'unauthorized access' } };
    const given = body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {};
    if (path === '/api/v2/orgs')
      return { status: 200, body: { orgs: orgs.map((name, i) => ({ id: `org-${i}`, name })) } };
    if (path === '/api/v2/buckets' && method === 'GET') return { status: 200, body: { buckets } };
    if (path === '/api/v2/buckets') {
      const { name, orgID, retentionRules } = given as { name?: string; orgID?: string; retentionRules: [] };
      if (orgID === undefined || name === undefined)
        return { status: 400, body: { code: 'invalid', message: 'missing' } };
      if (buckets.some((one) => one.name === name))
        return { status: 422, body: { code: 'conflict', message: 'exists' } };
      buckets.push({ id: `bucket-${buckets.length}`, name, retentionRules });
      return { status: 201, body: buckets.at(-1) };
    }
    if (path === '/api/v2/dbrps' && method === 'GET') return { status: 200, body: { content: mappings } };
    if (path === '/api/v2/dbrps') {
      mappings.push(given as (typeof mappings)[0]);
      return { status: 201, body: given };
    }
    const mapped = mappings.find((one) => one.database === query.get('db') && one.retention_policy === query.get('rp'));
    if (path === '/write') {
      if (mapped === undefined) return { status: 404, body: { code: 'not found', message: 'unable to find DBRP' } };
      stored.push(body);
      return { status: 204 };
    }
    if (path === '/query')
      return { status: 200, body: { results: [{ statement_id: 0, series: [{ values: [[7, 1.5, 0, 9]] }] }] } };
    return { status: 404, body: { code: 'not found', message: 'path not found' } };
  });
  return { ...made, buckets, mappings, stored };
}

describe('InfluxDB 2.x', () => {
  it('is given a bucket and a mapping for each tier, with the retention of the site, and the lines again', async () => {
    const { url, buckets, mappings, stored } = await second(['house']);
    const store = storeAt(url);
    expect(await store.write(batchOf([point(1.5, 7)]), noNotes, signal)).toEqual([]);
    expect(stored).toHaveLength(1);
    expect(buckets.map(({ name }) => name)).toEqual(
      ['raw', '10s', '1m', '1h', 'events'].map((tier) => `mesoline/${tier}`),
    );
    expect(buckets[0]?.retentionRules).toEqual([{ type: 'expire', everySeconds: 90 * 86_400 }]);
    expect(buckets[3]?.retentionRules).toEqual([]);
    expect(
      mappings.filter(({ default: isDefault }) => isDefault).map(({ retention_policy }) => retention_policy),
    ).toEqual(['raw']);
    await store.write(batchOf([point(2, 8)]), noNotes, signal);
    expect([stored.length, buckets.length]).toEqual([2, 5]);
  });

  it('is asked by the same questions, with the token', async () => {
    const { url, asked } = await second(['house']);
    expect(await storeAt(url).raw(reactor, utcMs(0), utcMs(10), 5, 'oldest first')).toEqual([
      { time: 7, value: 1.5, quality: 0, serverTime: 9 },
    ]);
    expect(asked.at(-1)).toMatchObject({ path: '/query', token: 'Token secret' });
    expect(Object.fromEntries(asked.at(-1)!.query)).toEqual({ db: 'mesoline', rp: 'raw', epoch: 'ms' });
  });

  it('is written to only where it is clear whose it is', async () => {
    const { url, buckets } = await second(['house', 'other']);
    await expect(storeAt(url).write(batchOf([point(1, 1)]), noNotes, signal)).rejects.toThrow(
      /organisation.*house, other/u,
    );
    expect(buckets).toEqual([]);
    await storeAt(url, { organisation: 'other' }).write(batchOf([point(1, 1)]), noNotes, signal);
    expect(buckets).toHaveLength(5);
  });

  it('that refuses the token says so, and what to do; nothing is lost of it', async () => {
    const { url } = await second(['house']);
    const wrong = url.replace('secret', 'wrong');
    await expect(storeAt(wrong).write(batchOf([point(1, 1)]), noNotes, signal)).rejects.toMatchObject({
      code: 'history-unavailable',
      faults: [{ problem: 'It answers 401: unauthorized access.', remedy: expect.stringContaining('INFLUX_URL') }],
    });
  });
});

describe('InfluxDB 3 Core', () => {
  it('has a database for each tier, five in all, and no retention policy', async () => {
    const databases = new Set<string>();
    const { url, asked } = await server(({ path, query, token }) => {
      if (path === '/ping') return { status: 200, body: { version: '3.0.1', revision: 'x' } };
      if (token !== 'Token secret') return { status: 401, body: { error: 'unauthorized' } };
      // It makes a database that is written to.
      if (path === '/write') databases.add(query.get('db') ?? '');
      if (path === '/write') return { status: query.has('rp') ? 400 : 204 };
      if (path === '/query') return { status: 200, body: { results: [{ statement_id: 0 }] } };
      return { status: 404 };
    });
    const store = storeAt(url);
    const event = {
      kind: 'batch' as const,
      skid: reactor.skid,
      object: 'batch',
      id: 'B',
      from: utcMs(1),
      to: null,
      title: 'B',
      text: '',
      batch: 'B',
      severity: 100,
    };
    await store.write(batchOf([point(1, 1)]), { gaps: [], events: [event] }, signal);
    expect([...databases].sort()).toEqual(['mesoline_events', 'mesoline_raw']);
    expect(await store.events({ from: utcMs(0), to: utcMs(9), skid: null, kind: null, limit: 1 })).toEqual([]);
    expect(asked.at(-1)?.query.get('db')).toBe('mesoline_events');
  });
});

describe('the generation of a server', () => {
  it.each([
    ['1.6.7', 1],
    ['1.8.10', 1],
    ['v2.7.4', 2],
    ['2.0.9', 2],
    ['3.0.1', 3],
    ['InfluxDB 3 Core 3.1.0', 3],
  ])('%s is %i', (version, generation) => {
    expect(capabilitiesOf(version, 'it').generation).toBe(generation);
  });

  it.each([null, '', 'VictoriaMetrics', '0.9'])('%s is refused, with what to do', (version) => {
    expect(() => capabilitiesOf(version, 'it')).toThrow(/1\.x, 2\.x or 3 Core/u);
  });
});
