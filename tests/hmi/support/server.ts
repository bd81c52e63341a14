/** The pages' application over fakes: asked without a socket by `inject`, or served on a free port. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { buildApp } from '../../../hmi/server/app.ts';
import type { PagesOptions } from '../../../hmi/server/index.ts';
import { createSessions } from '../../../hmi/server/sessions.ts';
import { createStreamHub } from '../../../hmi/server/stream/hub.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { fakeRooms, person } from './fakes.ts';
import { smallSkid } from './skid.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Gone with the last test of the file. */
export function pagesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-pages-'));
  folders.push(folder);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Mesoline</title>');
  return folder;
}

export async function testServer(skids: readonly Skid[] = [smallSkid('QD-1'), smallSkid('QD-2')]) {
  const rooms = fakeRooms(skids);
  rooms.people.set('rosa', { person: person('rosa', ['operator']), password: 'secret' });
  rooms.people.set('new', { person: person('new', ['operator'], { mustChangePassword: true }), password: 'first' });
  const options: PagesOptions = { ...rooms.ports, port: 0 };
  const hub = createStreamHub(options);
  const app = await buildApp(options, createSessions(options.access, options.clock), hub, pagesFolder());

  const login = async (userName: string, password: string): Promise<string> => {
    const answer = await app.inject({ method: 'POST', url: '/api/login', payload: { userName, password } });
    return answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  };
  const ask = async (method: 'GET' | 'POST', url: string, payload?: object, cookie = rosa) =>
    app.inject({ method, url, headers: { cookie }, ...(payload === undefined ? {} : { payload }) });
  const rosa = await login('rosa', 'secret');
  return { app, hub, rooms, options, login, ask, rosa };
}

export type TestServer = Awaited<ReturnType<typeof testServer>>;
