import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utcMs } from '../../plant/clock.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.app.close());
beforeEach(async () => {
  server.rooms.denied.clear();
  server.rooms.asked.length = 0;
  await server.login('rosa', 'secret');
});

const grace = {
  userName: 'grace',
  printedName: 'Grace Hopper',
  roles: ['operator'],
  identityProof: 'Passport seen by R. Held',
};
const reason = 'as agreed';
const changes: readonly (readonly [string, object, string])[] = [
  ['/api/people', grace, 'add person'],
  ['/api/people/P-new/roles', { roles: ['checker'], reason }, 'set roles'],
  ['/api/people/P-new/deactivate', { reason }, 'deactivate'],
  ['/api/people/P-new/reset-password', { reason }, 'reset password'],
  ['/api/people/P-new/ldap-name', { ldapName: 'uid=new,dc=house', reason }, 'set LDAP name'],
  ['/api/people/P-new/oidc-subject', { oidcSubject: '0a1b', reason }, 'set OIDC subject'],
  ['/api/people/P-new/remove-second-factor', { reason }, 'remove second factor'],
];
const open = (id: string, personId: string) => ({
  id,
  personId,
  terminal: '10.0.0.7',
  begun: utcMs(0),
  lastUsed: utcMs(1),
  ends: utcMs(2),
  locked: false,
});

describe('people', () => {
  it('are listed with what they may, for whoever manages them and nobody else', async () => {
    server.rooms.state.openSessions = [open('a', 'P-rosa'), open('b', 'P-new')];
    const answer = (await server.ask('GET', '/api/people')).json<{ people: object[]; sessions: object[] }>();
    expect(answer.people).toContainEqual({
      id: 'P-new',
      userName: 'new',
      printedName: 'NEW',
      roles: ['operator'],
      mustChangePassword: true,
      certified: false,
      secondFactor: false,
      ldapName: null,
      oidc: null,
      certificates: 0,
    });
    expect(answer.sessions).toHaveLength(2);
    expect(JSON.stringify(answer)).not.toMatch(/token|hash/i);
    server.rooms.denied.add('manage people');
    expect((await server.ask('GET', '/api/people')).statusCode).toBe(403);
  });

  it.each(changes)('%s is done under the name of whoever asks, and by nobody who may not', async (url, body, what) => {
    expect((await server.ask('POST', url, body)).statusCode).toBe(200);
    expect(server.rooms.asked.at(-1)).toMatchObject({ what, with: { actor: { id: 'P-rosa' } } });
    server.rooms.denied.add('manage people');
    expect((await server.ask('POST', url, body)).statusCode).toBe(403);
    expect((await server.ask('POST', url, body, '')).statusCode).toBe(401);
    expect(server.rooms.asked).toHaveLength(1);
  });

  it.each([
    ['/api/people', { ...grace, identityProof: ' ' }],
    ['/api/people', { ...grace, roles: [] }],
    ['/api/people', { ...grace, roles: ['owner'] }],
    ['/api/people', { ...grace, password: 'chosen by another' }],
    ['/api/people/P-new/roles', { roles: ['checker'], reason: ' ' }],
    ['/api/people/P-new/deactivate', {}],
    ['/api/people/P-new/ldap-name', { ldapName: '', reason }],
    ['/api/people/P-new/ldap-name', { reason }],
    ['/api/people/P-new/oidc-subject', { reason }],
    ['/api/people/P-new/oidc-subject', { oidcSubject: '', reason }],
    ['/api/people/P-new/reset-password', { reason: '' }],
    ['/api/sessions/a/end', {}],
  ])('%s takes nothing that says too little: %j', async (url, body) => {
    expect((await server.ask('POST', url, body)).statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });

  it('a first password is said to whoever asked for it, and kept by no cache', async () => {
    const answer = await server.ask('POST', '/api/people', grace);
    expect(answer.json()).toEqual({ firstPassword: 'said once' });
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('sessions', () => {
  it("are one's own, for an administrator too, where the page is one's own", async () => {
    server.rooms.state.openSessions = [open('a', 'P-rosa'), open('b', 'P-new')];
    expect((await server.ask('GET', '/api/sessions')).json()).toEqual([open('a', 'P-rosa')]);
  });

  it('that were ended are remembered nowhere: nothing goes on by them, not even in the safe direction', async () => {
    expect((await server.ask('GET', '/api/skids')).statusCode).toBe(200);
    const safe = (id: string) =>
      server.ask('POST', '/api/skids/QD-1/commands', { id, action: { kind: 'safe-state', action: 'H' } });
    // Whatever goes in the safe direction does not wait for the access room: it goes by what is remembered.
    server.rooms.sessions.clear();
    expect((await safe('command-1')).statusCode).toBe(200);
    await server.login('rosa', 'secret');
    expect((await server.ask('POST', '/api/sessions/token-rosa/end', { reason })).statusCode).toBe(200);
    expect(server.rooms.asked.at(-1)).toMatchObject({ what: 'end session', with: { id: 'token-rosa', reason } });
    expect((await safe('command-2')).statusCode).toBe(401);
  });
});

describe('a second factor', () => {
  const begin = (password: string) => server.ask('POST', '/api/second-factor/begin', { password });
  const confirm = (code: string) => server.ask('POST', '/api/second-factor/confirm', { code });

  it('begins with the password, counts from the first code on, and a wrong one ends nothing', async () => {
    const wrong = await begin('guessed');
    expect([wrong.statusCode, wrong.json()]).toMatchObject([409, { code: 'password-refused' }]);
    expect((await begin('secret')).json()).toEqual({ secret: 'ABCD EFGH', uri: 'otpauth://totp/x' });
    expect((await confirm('12345')).statusCode).toBe(400);
    expect((await confirm('000000')).json()).toMatchObject({ code: 'code-refused' });
    expect((await server.ask('GET', '/api/session')).json()).toMatchObject({ secondFactor: false });
    expect((await confirm('123456')).statusCode).toBe(200);
    expect((await server.ask('GET', '/api/session')).json()).toMatchObject({ secondFactor: true });
  });

  it('makes a person whose password was changed log in anew', async () => {
    await confirm('123456');
    const change = { oldPassword: 'secret', newPassword: 'a password of my own' };
    const answer = await server.ask('POST', '/api/password', change);
    expect([answer.statusCode, answer.json()]).toMatchObject([401, { code: 'session-ended' }]);
    expect((await server.ask('GET', '/api/session')).statusCode).toBe(401);
  });
});
