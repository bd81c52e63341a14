import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tagName, localTag, skidName } from '../../plant/sample.ts';
import { batchOf, start } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  server.rooms.batches.set('B-2026-0001', batchOf('B-2026-0001'));
});
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.commands.length = 0;
  server.rooms.state.outcome = { status: 'done', message: 'Written.', readBack: 150 };
  server.rooms.state.refuseBatch = null;
  server.rooms.state.accessHangs = null;
});

const write = { kind: 'write', writes: [{ tag: 'R201/TIC-201.SP', value: 150 }] };
const send = (body: object) => server.ask('POST', '/api/skids/QD-1/commands', body);

describe('a command', () => {
  it('keeps its id and its reason, and expires 5 s after it was issued', async () => {
    server.rooms.clock.pass(10_000);
    const now = start + 10_000;
    const answer = await send({ id: 'command-1', action: write, issuedAt: now - 4000, reason: 'trim' });
    expect(answer.json()).toEqual({ status: 'done', message: 'Written.', readBack: 150 });
    expect(server.rooms.commands).toMatchObject([
      { id: 'command-1', skid: 'QD-1', action: write, issuedAt: now - 4000, expiresAt: now + 1000, reason: 'trim' },
    ]);
  });

  it('from a clock ahead of ours lives no longer for it', async () => {
    const now = server.rooms.clock.utc();
    await send({ id: 'command-2', action: write, issuedAt: now + 3_600_000, expiresInMs: 1000 });
    expect(server.rooms.commands).toMatchObject([{ issuedAt: now, expiresAt: now + 1000 }]);
  });

  it('that is refused says by what, where, what to do, and what the value is', async () => {
    const live = { tag: tagName(skidName('QD-1'), localTag('R201/TT-201A')), value: 196.2 };
    server.rooms.state.outcome = { status: 'refused', by: 'interlock', message: 'Row 12 holds S.', live };
    const answer = await send({ id: 'command-3', action: write });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      code: 'refused-by-interlock',
      message: 'Row 12 holds S.',
      where: 'QD-1/R201/TIC-201.SP',
      remedy: expect.stringContaining('reset'),
      live,
    });
  });

  it('that the field did not confirm is no success', async () => {
    server.rooms.state.outcome = { status: 'failed', message: 'It reads 80.', readBack: 80 };
    const answer = await send({ id: 'command-4', action: write });
    expect(answer.statusCode).toBe(502);
    expect(answer.json()).toMatchObject({ code: 'not-confirmed', live: { value: 80 } });
  });

  it.each([
    [{}, 'id'],
    [{ id: 'command-5' }, 'action'],
    [{ id: 'short', action: write }, 'id'],
    [{ id: 'command-5', action: { kind: 'explode' } }, 'action.kind'],
    [{ id: 'command-5', action: { kind: 'write', writes: [] } }, 'action.writes'],
    [{ id: 'command-5', action: { kind: 'write', writes: [{ tag: 'a', value: '1' }] } }, 'action.writes.0.value'],
    [{ id: 'command-5', action: { kind: 'reset', inspected: false } }, 'action.inspected'],
    [{ id: 'command-5', action: { kind: 'safe-state', action: 'B' } }, 'action.action'],
    [{ id: 'command-5', action: write, expiresInMs: 1e9 }, 'expiresInMs'],
    [{ id: 'command-5', action: write, more: 1 }, 'more'],
  ])('with bad input %j is refused, naming %s', async (body, field) => {
    const answer = await send(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ where: field })]),
    });
    expect(server.rooms.commands).toEqual([]);
  });

  it('to a skid or a tag that is not there names those that are', async () => {
    const skid = await server.ask('POST', '/api/skids/QD-9/commands', { id: 'command-6', action: write });
    expect([skid.statusCode, skid.json<{ message: string }>().message]).toEqual([
      404,
      expect.stringContaining('QD-1, QD-2'),
    ]);
    const tag = await send({ id: 'command-7', action: { kind: 'write', writes: [{ tag: 'R201/TT-999', value: 1 }] } });
    expect([tag.statusCode, tag.json<{ message: string }>().message]).toEqual([
      404,
      expect.stringContaining('R201/TT-999'),
    ]);
  });

  it('that is no JSON, or too long, is a mistake of its sender', async () => {
    const broken = await server.app.inject({
      method: 'POST',
      url: '/api/skids/QD-1/commands',
      headers: { cookie: server.rosa, 'content-type': 'application/json' },
      payload: '{"id":',
    });
    expect(broken.statusCode).toBe(400);
    const long = await send({ id: 'command-8', action: write, reason: 'x'.repeat(100_000) });
    expect(long.statusCode).toBeGreaterThanOrEqual(400);
    expect(long.statusCode).toBeLessThan(500);
  });
});

describe('what goes in the safe direction', () => {
  it('waits for no access room that hangs', async () => {
    await server.ask('GET', '/api/session');
    let free: () => void = () => undefined;
    server.rooms.state.accessHangs = new Promise((resolve) => (free = resolve));
    const hold = await send({ id: 'command-10', action: { kind: 'safe-state', action: 'H' } });
    const batchHold = await server.ask('POST', '/api/batches/B-2026-0001/commands', {
      commandId: 'command-11',
      command: 'Hold',
      reason: 'look',
    });
    expect([hold.statusCode, batchHold.statusCode]).toEqual([200, 200]);

    let answered = false;
    const other = send({ id: 'command-12', action: write }).then(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    free();
    await other;
  });

  it('does not grow old on the way', async () => {
    await send({ id: 'command-13', action: { kind: 'safe-state', action: 'S' }, issuedAt: start - 3_600_000 });
    expect(server.rooms.commands).toMatchObject([{ issuedAt: server.rooms.clock.utc() }]);
  });

  it('is not open to a session that has ended', async () => {
    const cookie = await server.login('rosa', 'secret');
    await server.ask('POST', '/api/logout', {}, cookie);
    const answer = await server.ask(
      'POST',
      '/api/skids/QD-1/commands',
      { id: 'command-14', action: { kind: 'safe-state', action: 'H' } },
      cookie,
    );
    expect(answer.statusCode).toBe(401);
    await server.login('rosa', 'secret');
  });
});

describe('alarms that are acknowledged', () => {
  it.each([
    [{ ids: [] }, 'ids'],
    [{ ids: [1] }, 'ids.0'],
  ])('by %j are refused, naming %s', async (body, field) => {
    const answer = await server.ask('POST', '/api/alarms/acknowledge', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ where: field })]),
    });
  });
});
