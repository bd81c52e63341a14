import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessions } from '../../hmi/server/sessions.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());

describe('a login', () => {
  it('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/login',
      payload: { userName: 'rosa', password: 'secret' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
    expect(answer.json()).toMatchObject({ person: { printedName: 'ROSA' }, may: { view: { allowed: true } } });
    expect(answer.body).not.toContain('token-rosa');
  });

  it('with a wrong password is refused in words that do not say which of the two was wrong', async () => {
    const answers = await Promise.all(
      [
        { userName: 'rosa', password: 'wrong' },
        { userName: 'nobody', password: 'wrong' },
      ].map((payload) => server.app.inject({ method: 'POST', url: '/api/login', payload })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(answers[0]!.body).toBe(answers[1]!.body);
  });

  it('names the field that is missing or too much', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/login',
      payload: { userName: 'rosa', pass: 'x' },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'bad-request',
      faults: expect.arrayContaining([
        expect.objectContaining({ where: 'password' }),
        expect.objectContaining({ where: 'pass' }),
      ]),
    });
  });

  it('is limited in its rate, and nothing else is', async () => {
    const own = await testServer();
    const codes = new Set<number>();
    for (let i = 0; i < 70; i += 1) {
      const answer = await own.app.inject({
        method: 'POST',
        url: '/api/login',
        payload: { userName: 'x', password: 'y' },
      });
      codes.add(answer.statusCode);
    }
    expect(codes).toEqual(new Set([401, 429]));
    for (let i = 0; i < 70; i += 1) expect((await own.ask('GET', '/api/session')).statusCode).toBe(200);
    await own.app.close();
  });
});

describe('a session', () => {
  it('ends with the logout', async () => {
    const cookie = await server.login('rosa', 'secret');
    expect((await server.ask('POST', '/api/logout', {}, cookie)).statusCode).toBe(200);
    expect((await server.ask('GET', '/api/session', undefined, cookie)).statusCode).toBe(401);
    server.rooms.sessions.clear();
    await server.login('rosa', 'secret');
  });

  it('that must change its password may do that, and nothing before', async () => {
    const cookie = await server.login('new', 'first');
    const early = await server.ask('GET', '/api/skids', undefined, cookie);
    expect(early.statusCode).toBe(403);
    expect(early.json()).toMatchObject({ code: 'password-change-required' });
    expect((await server.ask('GET', '/api/session', undefined, cookie)).json()).toMatchObject({
      mustChangePassword: true,
    });

    const wrong = await server.ask('POST', '/api/password', { oldPassword: 'no', newPassword: 'better one' }, cookie);
    expect(wrong.statusCode).toBe(409);
    const changed = await server.ask(
      'POST',
      '/api/password',
      { oldPassword: 'first', newPassword: 'better one' },
      cookie,
    );
    expect(changed.json()).toMatchObject({ mustChangePassword: false });
    const fresh = changed.cookies
      .filter(({ value }) => value !== '')
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    expect((await server.ask('GET', '/api/skids', undefined, fresh)).statusCode).toBe(200);
  });
});

it('a changed password ends every session of the person, also for what a page asks by itself', async () => {
  const own = await testServer();
  const { access } = own.rooms.ports;
  const credentials = { userName: 'rosa', password: 'secret', terminal: 'page' };
  const first = await access.login(credentials);
  const sessions = createSessions({ ...access, session: () => Promise.resolve(null) }, own.rooms.clock);
  const reply = { setCookie: () => undefined } as unknown as Parameters<typeof sessions.open>[2];
  const request = { protocol: 'http' } as Parameters<typeof sessions.open>[1];
  for (const token of ['here', 'elsewhere']) sessions.open({ ...first, token }, request, reply);
  expect(await sessions.standing('elsewhere')).not.toBeNull();
  expect(sessions.forgetPerson(first.person.id)).toEqual(['here', 'elsewhere']);
  expect(await sessions.standing('elsewhere')).toBeNull();
  await own.app.close();
});

describe('health', () => {
  it('answers 200 with each room once all are ready, and 503 before and during the stop', async () => {
    const rooms = { gateway: { state: 'ready', detail: 'Two links.' } } as const;
    const asked: number[] = [];
    for (const [ready, stopping] of [
      [false, false],
      [true, false],
      [true, true],
    ] as const) {
      server.rooms.state.health = { ready, stopping, rooms };
      const answer = await server.app.inject('/api/health');
      asked.push(answer.statusCode);
      expect(answer.json()).toMatchObject({ rooms });
    }
    expect(asked).toEqual([503, 200, 503]);
  });
});

describe('a session that nobody uses', () => {
  it('is not kept alive by what a page asks by itself, nor by its stream', async () => {
    const own = await testServer();
    let asked = 0;
    const { session } = own.rooms.ports.access;
    own.rooms.ports.access.session = (token) => {
      asked += 1;
      return session(token);
    };
    const sessions = createSessions(own.rooms.ports.access, own.rooms.clock);
    const watch = () =>
      own.app.inject({ url: '/api/alarms', headers: { cookie: own.rosa, 'x-mesoline-watching': 'yes' } });
    expect((await watch()).statusCode).toBe(200);
    expect(asked).toBe(0);
    expect((await own.ask('GET', '/api/alarms')).statusCode).toBe(200);
    expect(asked).toBe(1);

    expect(await sessions.standing('token-rosa')).not.toBeNull();
    expect(await sessions.standing('token-rosa')).not.toBeNull();
    expect(asked).toBe(2);

    own.rooms.clock.pass(31 * 60_000);
    own.rooms.sessions.clear();
    expect((await watch()).statusCode).toBe(401);
    expect(await sessions.standing('token-rosa')).toBeNull();
    await own.app.close();
  });

  it('ends at its own end, whatever was remembered of it', async () => {
    const own = await testServer();
    const sessions = createSessions(own.rooms.ports.access, own.rooms.clock);
    expect(await sessions.find('token-rosa')).not.toBeNull();
    own.rooms.sessions.clear();
    expect(await sessions.standing('token-rosa')).not.toBeNull();
    own.rooms.clock.pass(3.6e6);
    expect(await sessions.standing('token-rosa')).toBeNull();
    await own.app.close();
  });
});

describe('a session that nobody has used for ten minutes', () => {
  const command = (action: object) => ({ id: `locked-${JSON.stringify(action).length}`, action });
  const send = (url: string, body: object) => server.ask('POST', url, body);

  it('shows, holds and makes safe, and does nothing else until its person is there again', async () => {
    server.rooms.state.locked = true;
    expect((await server.ask('GET', '/api/skids')).statusCode).toBe(200);
    expect((await server.ask('GET', '/api/session')).json()).toMatchObject({ locked: true });
    const safe = await send('/api/skids/QD-1/commands', command({ kind: 'safe-state', action: 'H' }));
    expect(safe.statusCode).toBe(200);
    const hold = await send('/api/batches/B-2026-0001/commands', {
      commandId: 'locked-1',
      command: 'Hold',
      reason: 'look',
    });
    expect(hold.statusCode).not.toBe(423);

    const before = [server.rooms.asked.length, server.rooms.commands.length];
    const write = command({ kind: 'write', writes: [{ tag: 'R201/TIC-201.SP', value: 60 }] });
    for (const [url, body] of [
      ['/api/skids/QD-1/commands', write],
      ['/api/alarms/acknowledge', { ids: ['x'] }],
      ['/api/batches/B-2026-0001/commands', { commandId: 'locked-2', command: 'Restart', reason: 'look' }],
    ] as const) {
      const answer = await send(url, body);
      expect([url, answer.statusCode, answer.json<{ code: string }>().code]).toEqual([url, 423, 'session-locked']);
    }
    expect((await server.ask('GET', '/api/batches/B-2026-0001/record')).statusCode).toBe(423);
    expect([server.rooms.asked.length, server.rooms.commands.length]).toEqual(before);

    expect((await send('/api/unlock', { password: 'wrong' })).json()).toMatchObject({ code: 'password-refused' });
    expect((await send('/api/unlock', { password: 'secret' })).json()).toMatchObject({ locked: false });
    expect((await send('/api/skids/QD-1/commands', write)).statusCode).toBe(200);
  });
});

describe('the first use of a signature', () => {
  it('is certified by the person once', async () => {
    expect((await server.ask('GET', '/api/session')).json()).toMatchObject({ mustCertify: true });
    expect((await server.ask('POST', '/api/certify', { password: 'wrong' })).statusCode).toBe(409);
    expect((await server.ask('POST', '/api/certify', { password: 'secret' })).json()).toMatchObject({
      mustCertify: false,
    });
    expect((await server.ask('GET', '/api/session')).json()).toMatchObject({ mustCertify: false });
  });
});
