import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createPages, type Pages } from '../../hmi/server/index.ts';
import { utcMs } from '../../plant/clock.ts';
import { streamClient } from '../../hmi/server/stream/client.ts';
import type { ServerResponse } from 'node:http';
import { alarmOf, batchOf, fakeRooms, person, scanOf } from './support/fakes.ts';
import { pagesFolder } from './support/server.ts';
import { smallSkid } from './support/skid.ts';

const open: Pages[] = [];
afterEach(async () => {
  for (const pages of open.splice(0)) await pages.stop();
});

function site(port = 0) {
  const rooms = fakeRooms([smallSkid('QD-1')]);
  rooms.people.set('rosa', { person: person('rosa', ['operator']), password: 'secret' });
  const pages = createPages({ ...rooms.ports, port, pagesFolder: pagesFolder() });
  open.push(pages);
  return { rooms, pages };
}

async function login(pages: Pages): Promise<string> {
  const answer = await fetch(`${pages.address()}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName: 'rosa', password: 'secret' }),
  });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

const stream = (pages: Pages, cookie: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(`${pages.address()}/api/stream`, { headers: { cookie } }, resolve).on('error', reject).end();
  });

/** Reads events until `enough` of what was read. */
const readUntil = (incoming: IncomingMessage, enough: (text: string) => boolean): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (enough(text)) resolve(text);
    });
    incoming.on('close', () => reject(new Error(`the stream ended after: ${text}`)));
  });

describe('the pages’ server', () => {
  it('listens on loopback only, and says where', async () => {
    const { pages } = site();
    await pages.start();
    expect(pages.address()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${pages.address()}/api/health`)).status).toBe(200);
    expect(pages.health()).toMatchObject({ state: 'ready', figures: { streams: 0 } });
  });

  it('names a port that is in use, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { pages } = site(port);
    await expect(pages.start()).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringMatching(new RegExp(`${port}.*--http-port`)),
    });
    expect(pages.health().state).toBe('failed');
    await pages.stop();
    other.close();
  });

  it('says that pages which were not built are missing', async () => {
    const rooms = fakeRooms([]);
    const pages = createPages({ ...rooms.ports, port: 0, pagesFolder: '/nowhere' });
    await expect(pages.start()).rejects.toMatchObject({ code: 'pages-not-built' });
    await pages.stop();
  });

  it('may be stopped before its start, twice, and started again', async () => {
    const { pages } = site();
    await pages.stop();
    await pages.start();
    await pages.stop();
    await pages.stop();
    await pages.start();
    expect((await fetch(`${pages.address()}/api/health`)).status).toBe(200);
  });

  it('streams what the rooms tell it, with heartbeats, and ends the stream at its stop within a second', async () => {
    const { rooms, pages } = site();
    await pages.start();
    const incoming = await stream(pages, await login(pages));
    expect(incoming.headers['content-type']).toContain('text/event-stream');
    expect(incoming.headers['content-security-policy']).toContain("default-src 'none'");
    const heard = readUntil(
      incoming,
      (text) => text.includes('event: heartbeat') && text.includes('event: values') && text.includes('event: batches'),
    );
    pages.accept(scanOf('QD-1', 1, { 'R201/TT-201A': 161.5 }));
    pages.changed(alarmOf('QD-1/a.high'), utcMs(0));
    pages.changed(batchOf('B-1', { state: 'Held' }));
    const text = await heard;
    expect(text).toMatch(/^retry: \d+\n\nevent: snapshot\n/);
    expect(text).toContain('161.5');
    expect(text).toContain('event: alarms\ndata: [{"id":"QD-1/a.high"');

    const closed = new Promise((resolve) => incoming.once('close', resolve));
    const before = performance.now();
    await pages.stop();
    await closed;
    expect(performance.now() - before).toBeLessThan(1000);
    expect(rooms.sessions.size).toBe(1);
  });

  it('ends the stream of whoever logs out', async () => {
    const { pages } = site();
    await pages.start();
    const cookie = await login(pages);
    const incoming = await stream(pages, cookie);
    incoming.resume();
    const closed = new Promise((resolve) => incoming.once('close', resolve));
    await fetch(`${pages.address()}/api/logout`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: '{}',
    });
    await closed;
  });
});

describe('a client that owes more than it may', () => {
  it('is cut rather than kept waiting in memory', () => {
    const response = { writableLength: 0, destroyed: false, written: [] as string[] };
    const client = streamClient(
      'token',
      {
        ...response,
        get writableLength() {
          return response.writableLength;
        },
        write: (text: string) => response.written.push(text),
        destroy: () => (response.destroyed = true),
      } as unknown as ServerResponse,
      100,
    );
    expect(client.send('one')).toBe(true);
    response.writableLength = 101;
    expect(client.send('two')).toBe(false);
    expect(response).toMatchObject({ written: ['one'], destroyed: true });
  });
});
