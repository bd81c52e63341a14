import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Events, OAuth2Server } from 'oauth2-mock-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  Gate,
  identityProvider,
  loadOidcSettings,
  OidcLogins,
  People,
  PeopleStore,
} from '../../../control/access/index.ts';
import { milliseconds } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { later, quickHasher, stamp, temporaryFolder } from '../records/support.ts';
import { auditInto } from './support.ts';

const root: Actor = { kind: 'service', part: 'test' };
const origin = 'https://line.house';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const issuer = new OAuth2Server();
beforeAll(async () => {
  await issuer.issuer.keys.generate('RS256');
  await issuer.start(0, '127.0.0.1');
  issuer.issuer.url = `http://127.0.0.1:${issuer.address().port}`;
});
afterAll(() => issuer.stop());
afterEach(() => issuer.service.removeAllListeners());

const settings = (more: object = {}) => ({
  issuer: issuer.issuer.url ?? '',
  client: 'mesoline',
  secret: null,
  name: 'House ID',
  authorities: null,
  answersWithin: milliseconds(2000),
  ...more,
});

let drawn = 0;
const draw = (): string => `drawn-${String((drawn += 1)).padStart(40, '0')}`;
const loginsAt = (more: object = {}) => new OidcLogins(identityProvider(settings(more)), draw);

/** What a browser is sent back with, after the issuer has let it in. */
async function back(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const location = new URL(answer.headers.get('location') ?? '');
  expect(location.href.startsWith(`${origin}/login/oidc?`)).toBe(true);
  return location.search.slice(1);
}
const tokensSay = (payload: object): void => {
  issuer.service.on(Events.BeforeTokenSigning, (token: { payload: object }) => Object.assign(token.payload, payload));
};

describe('the settings of an identity provider', () => {
  const load = (text: string) => {
    const file = join(folder.path, 'oidc.yaml');
    writeFileSync(file, text);
    return loadOidcSettings(file, join(folder.path, 'keys'));
  };

  it('are none where there is no file', () => {
    expect(loadOidcSettings(join(folder.path, 'oidc.yaml'), folder.path)).toBeNull();
  });

  it('name the issuer, the client and what they are known by', () => {
    mkdirSync(join(folder.path, 'keys'));
    writeFileSync(join(folder.path, 'keys', 'oidc-secret'), 's3cret\n');
    const text = 'issuer: https://id.house/realms/x\nclient: mesoline\nsecret file: oidc-secret\nname: House ID';
    expect(load(text)).toEqual({
      issuer: 'https://id.house/realms/x',
      client: 'mesoline',
      secret: 's3cret',
      name: 'House ID',
      authorities: null,
      answersWithin: 5000,
    });
    expect(load('issuer: http://127.0.0.1:9\nclient: x')?.secret).toBeNull();
  });

  it.each([
    ['no YAML', '{', /flow/i],
    ['nothing', '', /object/],
    ['no client', 'issuer: https://id.house', /client/],
    ['an issuer in the clear', 'issuer: http://id.house\nclient: x', /anybody on the way.*https/],
    ['an issuer that is no address', 'issuer: house\nclient: x', /no address/],
    ['an issuer with a query', 'issuer: https://id.house?x=1\nclient: x', /query/],
    ['a key it does not know', 'issuer: https://id.house\nclient: x\nscope: all', /scope|additional/],
    ['a file outside the folder', 'issuer: https://id.house\nclient: x\nauthorities: ../x.pem', /authorities/],
    ['a file that is not there', 'issuer: https://id.house\nclient: x\nsecret file: gone', /into .*keys/],
  ])('are refused with %s', (_, text, words) => {
    expect(() => load(text)).toThrow(expect.objectContaining({ code: 'oidc-settings-invalid' }));
    expect(() => load(text)).toThrow(words);
  });

  it('are refused with an empty secret', () => {
    mkdirSync(join(folder.path, 'keys'));
    writeFileSync(join(folder.path, 'keys', 'empty'), '\n');
    expect(() => load('issuer: https://id.house\nclient: x\nsecret file: empty')).toThrow(/empty/);
  });
});

describe('a login at the identity provider', () => {
  it('proves an issuer and a subject, by the code flow with PKCE, a state and a nonce', async () => {
    const logins = loginsAt();
    const { url, browser } = await logins.begin(origin, stamp);
    const asked = new URL(url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: 'mesoline',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${origin}/login/oidc`,
      code_challenge_method: 'S256',
    });
    expect(new Set([asked.get('state'), asked.get('nonce'), asked.get('code_challenge'), browser]).size).toBe(4);
    tokensSay({ sub: 'ada-0a1b' });
    const identity = await logins.prove({ query: await back(url), browser }, stamp);
    expect(identity).toEqual({ issuer: issuer.issuer.url, subject: 'ada-0a1b' });
  });

  it('shows the client’s secret to the issuer where it has one', async () => {
    const logins = loginsAt({ secret: 's3cret' });
    let shown = '';
    issuer.service.once(Events.BeforeResponse, (_: object, request: { headers: { authorization?: string } }) => {
      shown = request.headers.authorization ?? '';
    });
    const { url, browser } = await logins.begin(origin, stamp);
    await logins.prove({ query: await back(url), browser }, stamp);
    expect(shown).toBe(`Basic ${Buffer.from('mesoline:s3cret').toString('base64')}`);
  });

  it.each([
    ['of another nonce', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['of another issuer', { iss: 'http://127.0.0.1:1' }],
    ['for another client', { aud: 'another' }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['without a subject', { sub: undefined }],
  ])('is refused by a token %s', async (_, payload) => {
    const logins = loginsAt();
    const { url, browser } = await logins.begin(origin, stamp);
    tokensSay(payload);
    await expect(logins.prove({ query: await back(url), browser }, stamp)).rejects.toMatchObject({
      code: 'login-refused',
      message: expect.stringContaining('does not hold') as string,
    });
  });

  it('is refused by a token whose signature does not hold', async () => {
    const logins = loginsAt();
    const { url, browser } = await logins.begin(origin, stamp);
    const query = await back(url);
    issuer.service.once(Events.BeforeResponse, (answer: { body: Record<string, unknown> | '' | null }) => {
      if (answer.body === null || answer.body === '') return;
      const [head, payload, signature] = String(answer.body['id_token']).split('.');
      const forged = Buffer.from(signature ?? '', 'base64url');
      forged[0] = (forged[0] ?? 0) ^ 1;
      answer.body['id_token'] = `${head}.${payload}.${forged.toString('base64url')}`;
    });
    await expect(logins.prove({ query, browser }, stamp)).rejects.toMatchObject({ code: 'login-refused' });
  });

  it('is ended once, in the browser that began it, within ten minutes', async () => {
    const logins = loginsAt();
    const { url, browser } = await logins.begin(origin, stamp);
    const query = await back(url);
    const refused = { code: 'login-refused' };
    await expect(logins.prove({ query: 'code=1&state=guessed', browser }, stamp)).rejects.toMatchObject(refused);
    await expect(logins.prove({ query, browser: 'another' }, stamp)).rejects.toThrow(/another browser/);
    await expect(logins.prove({ query, browser: '' }, stamp)).rejects.toThrow(/another browser/);
    await logins.prove({ query, browser }, stamp);
    logins.end({ query, browser });
    await expect(logins.prove({ query, browser }, stamp)).rejects.toThrow(/was ended, or was never begun/);

    const slow = await logins.begin(origin, stamp);
    const late = { query: await back(slow.url), browser: slow.browser };
    await expect(logins.prove(late, later(601))).rejects.toThrow(/too long ago/);
    await expect(loginsAt().begin('', stamp)).rejects.toMatchObject(refused);
  });

  it('stands for two minutes for whoever has to give a second factor, and asks the issuer no more', async () => {
    const logins = loginsAt();
    const { url, browser } = await logins.begin(origin, stamp);
    const said = { query: await back(url), browser };
    tokensSay({ sub: 'ada' });
    const first = await logins.prove(said, stamp);
    tokensSay({ sub: 'eve' });
    expect(await logins.prove(said, later(120))).toEqual(first);
    await expect(logins.prove(said, later(121))).rejects.toThrow(/too long ago/);
  });

  it('is refused where the issuer says no', async () => {
    const logins = loginsAt();
    const denied = await logins.begin(origin, stamp);
    const state = new URL(denied.url).searchParams.get('state') ?? '';
    const iss = encodeURIComponent(issuer.issuer.url ?? '');
    const said = { query: `error=access_denied&state=${state}&iss=${iss}`, browser: denied.browser };
    await expect(logins.prove(said, stamp)).rejects.toThrow(/says no \(access_denied\)/);

    const odd = await logins.begin(origin, stamp);
    const its = new URL(odd.url).searchParams.get('state') ?? '';
    const text = { query: `error=${'x%0A'.repeat(500)}&state=${its}&iss=${iss}`, browser: odd.browser };
    await expect(logins.prove(text, stamp)).rejects.toThrow(/says no \(without a code\)/);

    const { url, browser } = await logins.begin(origin, stamp);
    issuer.service.once(Events.BeforeResponse, (answer: { body: unknown; statusCode: number }) => {
      Object.assign(answer, { body: { error: 'invalid_grant' }, statusCode: 400 });
    });
    const again = { query: await back(url), browser };
    await expect(logins.prove(again, stamp)).rejects.toThrow(/says no \(invalid_grant\)/);
  });

  it('says plainly where there is no answer, and asks anew the next time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as Readonly<{ port: number }>;
    const unreachable = { code: 'oidc-unreachable' };
    const slow = loginsAt({ issuer: `http://127.0.0.1:${port}`, answersWithin: milliseconds(300) });
    await expect(slow.begin(origin, stamp)).rejects.toMatchObject(unreachable);
    silent.close();

    let away = true;
    const logins = loginsAt();
    issuer.service.on(Events.BeforeWellKnownOpenIdConfiguration, (answer: { statusCode: number }) => {
      if (away) answer.statusCode = 502;
    });
    await expect(logins.begin(origin, stamp)).rejects.toMatchObject(unreachable);
    away = false;
    const { url, browser } = await logins.begin(origin, stamp);
    issuer.service.once(Events.BeforeResponse, (answer: { statusCode: number }) => {
      answer.statusCode = 502;
    });
    await expect(logins.prove({ query: await back(url), browser }, stamp)).rejects.toMatchObject(unreachable);
  });

  it('is begun only with the issuer that the settings name', async () => {
    issuer.service.once(Events.BeforeWellKnownOpenIdConfiguration, (answer: { body: unknown }) => {
      Object.assign(answer.body as object, { issuer: 'http://127.0.0.1:1' });
    });
    await expect(loginsAt().begin(origin, stamp)).rejects.toMatchObject({ code: 'oidc-unreachable' });
  });
});

describe('a person bound to a subject', () => {
  const ofHouse = { issuer: 'https://id.house', subject: 'ada-0a1b' };

  async function house() {
    const store = new PeopleStore(join(folder.path, 'people.db'));
    const events: RecordEvent[] = [];
    const audit = auditInto(events);
    const hasher = quickHasher();
    const gate = new Gate(store, hasher, audit);
    await gate.start('nobody has this', stamp.monotonic);
    let picked = 0;
    const pick = (choices: number): number => (picked += 7) % choices;
    const parts = { store, hasher, audit, gate, pick, breached: () => false };
    const people = new People({ ...parts, oidcIssuer: ofHouse.issuer });
    const add = async (userName: string) =>
      (
        await people.add(
          { userName, printedName: userName, roles: ['operator'], identityProof: 'passport' },
          root,
          stamp,
        )
      ).person.id;
    const ada = await add('ada');
    await people.setOidcSubject(ada, ` ${ofHouse.subject} `, 'the house keeps logins there', root, stamp);
    const admit = (verdict: 'right' | 'missing' | 'wrong' = 'right', who = ofHouse) =>
      gate.admit(who, 'page 1', stamp, () => verdict);
    const withoutProvider = new People(parts);
    return { store, events, gate, people, withoutProvider, add, ada, admit };
  }

  it('is let in, and the binding is on record with its reason', async () => {
    const { ada, admit, events, store } = await house();
    expect(await admit()).toMatchObject({ id: ada, oidc: ofHouse });
    expect(events.at(-1)).toMatchObject({
      action: 'oidc-subject-set',
      object: 'ada',
      old: null,
      new: ofHouse,
      reason: 'the house keeps logins there',
      data: { person: ada },
    });
    expect(store.people()).toMatchObject([{ oidc: ofHouse }]);
  });

  it.each([
    ['another subject', { ...ofHouse, subject: 'ADA-0A1B' }],
    ['the same subject of another issuer', { ...ofHouse, issuer: 'https://id.house/' }],
  ])('is not whoever has %s; who that is stands in the record', async (_, who) => {
    const { admit, events } = await house();
    await expect(admit('right', who)).rejects.toMatchObject({ code: 'login-refused' });
    expect(events.at(-1)).toMatchObject({
      action: 'login-refused',
      object: 'unknown user name',
      reason: `proven by ${who.issuer} as ${who.subject}, to whom nobody here is bound`,
      data: { terminal: 'page 1' },
    });
  });

  it('is not let in once they have left, and not while the name is shut', async () => {
    const { admit, events, gate, people, ada } = await house();
    for (let time = 0; time < 5; time += 1)
      await gate.prove({ userName: 'ada', password: 'guessed', terminal: 'page 1' }, 'login', stamp).catch(() => null);
    await expect(admit()).rejects.toMatchObject({ code: 'login-locked' });
    expect(events.at(-1)).toMatchObject({ action: 'login-refused', object: 'ada', reason: 'locked' });
    gate.forgive('ada');
    await admit();
    await people.setRoles(ada, ['checker'], 'x', root, stamp);
    await people.deactivate(ada, 'has left', root, stamp);
    await expect(admit()).rejects.toMatchObject({ code: 'login-refused' });
    expect(events.at(-1)).toMatchObject({ object: 'ada', reason: expect.stringContaining('who has left') as string });
  });

  it('gives their second factor too; wrong codes shut the name', async () => {
    const { admit } = await house();
    await expect(admit('missing')).rejects.toMatchObject({ code: 'second-factor-required' });
    for (let time = 1; time < 5; time += 1)
      await expect(admit('wrong')).rejects.toMatchObject({ code: 'login-refused' });
    await expect(admit('wrong')).rejects.toMatchObject({ code: 'login-locked' });
    await expect(admit('right')).rejects.toMatchObject({ code: 'login-locked' });
  });

  it('is nobody there once the binding is taken away; the subject may then be given again', async () => {
    const { admit, people, ada, add, events } = await house();
    await people.setOidcSubject(ada, null, 'the login there is given up', root, stamp);
    expect(events.at(-1)).toMatchObject({ old: ofHouse, new: null });
    await expect(admit()).rejects.toMatchObject({ code: 'login-refused' });
    const grace = await add('grace');
    await people.setOidcSubject(grace, ofHouse.subject, 'hers', root, stamp);
    expect(await admit()).toMatchObject({ id: grace });
  });

  it.each([
    ['the subject of another', 'ada-0a1b', /is ada/],
    ['a subject with a space in it', 'a b', /no subject/],
    ['an empty subject', ' ', /no subject/],
    ['a subject of 256 characters', 'x'.repeat(256), /no subject/],
    ['none, where there is none', null, /is so already/],
  ])('is not given %s', async (_, subject, words) => {
    const { people, add } = await house();
    await expect(people.setOidcSubject(await add('grace'), subject, 'x', root, stamp)).rejects.toThrow(words);
  });

  it('is not made where the service is told of no identity provider', async () => {
    const { withoutProvider, add } = await house();
    const grace = await add('grace');
    await expect(withoutProvider.setOidcSubject(grace, 'g', 'x', root, stamp)).rejects.toThrow(/oidc\.yaml/);
  });
});
