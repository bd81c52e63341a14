/** People who log in by the identity provider of the house: a real issuer on another site, the whole service, and Chromium. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Events, OAuth2Server } from 'oauth2-mock-server';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { noteRequests, unrecorded } from '../support/on-record.ts';
import { Service, temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder('oidc');
const issuer = new OAuth2Server();
let service!: Service;
let browser!: Browser;
let admin: Page;
let page: Page;
let operator: ApiPerson;
const subject = '7f3a-ada';

/** The issuer is at 127.0.0.1: for a browser, another site than these pages. */
const at = (path = ''): string => `http://localhost:${service.http}${path}`;

beforeAll(async () => {
  await issuer.issuer.keys.generate('RS256');
  await issuer.start(0, '127.0.0.1');
  issuer.issuer.url = `http://127.0.0.1:${issuer.address().port}`;
  issuer.service.on(Events.BeforeTokenSigning, (token: { payload: object }) =>
    Object.assign(token.payload, { sub: subject }),
  );
  const data = join(folder.path, 'data');
  mkdirSync(join(data, 'access'), { recursive: true });
  writeFileSync(join(data, 'access', 'oidc.yaml'), `issuer: ${issuer.issuer.url}\nclient: mesoline\nname: House ID\n`);
  const site = join(folder.path, 'site.yaml');
  const skid = 'QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: oidc\ntitle: OIDC\nskids:\n  ${skid}\n`);
  service = await Service.start({ site, data });
  browser = await openBrowser();
  [admin, page] = [await freshPage(), await freshPage()];
  operator = await ApiPerson.firstLogin(service, 'operator');
}, 120_000);

afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  const exit = await (service as Service | undefined)?.stop();
  expect(exit?.code, service.log()).toBe(0);
  await issuer.stop();
  folder.remove();
});

async function freshPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const fresh = await context.newPage();
  fresh.setDefaultTimeout(20_000);
  return fresh;
}

async function logInByHouse(): Promise<void> {
  await page.context().clearCookies();
  await page.goto(at());
  await page.getByTestId('house-login').click();
}

async function bind(text: string, reason: string): Promise<void> {
  await admin.getByTestId('person-operator').getByTestId('oidc-subject').click();
  await admin.getByTestId('oidc-subject-text').fill(text);
  await admin.getByTestId('reason').fill(reason);
  await admin.getByTestId('oidc-subject-confirm').click();
  await admin.getByTestId('oidc-subject-confirm').waitFor({ state: 'detached' });
}

describe('the login of the house', () => {
  it('lets nobody in who is not bound to it, and says by what an administrator can bind them', async () => {
    noteRequests(page, service.url);
    await logInByHouse();
    await page.getByText(`The login of the house knows you as ${subject}`).waitFor();
    expect(page.url()).toBe(at('/login/oidc'));
    await page.getByTestId('login-anew').click();
    await page.getByTestId('login-user').waitFor();
  });

  it('lets in whom an administrator has bound, with a reason; signing asks the password as before', async () => {
    await firstLoginAtPage(admin, service, 'admin');
    await admin.goto(`${service.url}/people`);
    await bind(subject, 'the house keeps logins there');
    await admin.getByTestId('person-operator').getByText(`OIDC: ${subject}`).waitFor();
    await logInByHouse();
    await page.getByTestId('logout').waitFor();
    expect(page.url()).toBe(at('/'));
    const me = await page.evaluate(async () => (await fetch('/api/session')).json() as Promise<object>);
    expect(me).toMatchObject({ person: { userName: 'operator' }, mustChangePassword: false });
    const certify = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/certify', { method: 'POST', headers, body: '{"password":"guessed"}' })).status;
    });
    expect(certify).toBe(409);
  });

  it('asks the second factor of whoever has one here', async () => {
    operator = await ApiPerson.knowing(service, 'operator', operator.password);
    const begun = await operator.post('/api/second-factor/begin', { password: operator.password });
    const { uri } = begun.body as Readonly<{ uri: string }>;
    const totp = new TOTP({ secret: Secret.fromBase32(new URL(uri).searchParams.get('secret') ?? '') });
    expect((await operator.post('/api/second-factor/confirm', { code: totp.generate() })).status).toBe(200);
    await logInByHouse();
    await page.getByTestId('login-code').fill('000000');
    await page.getByTestId('login-submit').click();
    await page.getByText('The code is wrong, or was used before.').waitFor();
    // The code of now was used up by the enrolment; that of the next period is taken half a minute early.
    await page.getByTestId('login-code').fill(totp.generate({ timestamp: Date.now() + 30_000 }));
    await page.getByTestId('login-submit').click();
    await page.getByTestId('logout').waitFor();
  });

  it('says so where it does not answer, and leaves the way by password', async () => {
    issuer.service.once(Events.BeforeResponse, (answer: { statusCode: number }) => {
      answer.statusCode = 503;
    });
    await logInByHouse();
    await page.getByText(/The login of the house does not answer/u).waitFor();
    await page.getByTestId('login-anew').click();
    await page.getByTestId('login-user').waitFor();
    await ApiPerson.firstLogin(service, 'checker');
  });

  it('is no way in once the binding is taken away, and ends what was begun by it', async () => {
    await page.getByTestId('login-user').waitFor();
    await bind('', 'the login there is given up');
    await logInByHouse();
    await page.getByText(/nobody who may act here is bound/u).waitFor();
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/oidc.test.ts')).toEqual([]);
  });
});
