/** A security key as second factor: Chromium with a virtual authenticator, the page of one's account, and logins with and without it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { unrecorded } from '../support/on-record.ts';
import { Service, temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder('security-keys');
let service!: Service;
let browser!: Browser;
let page: Page;
let devices: CDPSession;
let authenticatorId: string;
let password: string;

/** A key belongs to a name; the tests' pages are opened by a number elsewhere. */
const at = (path = ''): string => `http://localhost:${service.http}${path}`;

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  const skid = 'QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: keys\ntitle: Keys\nskids:\n  ${skid}\n`);
  service = await Service.start({ site, data: join(folder.path, 'data') });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(15_000);
  devices = await page.context().newCDPSession(page);
  await devices.send('WebAuthn.enable');
  const made = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: false },
  });
  authenticatorId = made.authenticatorId;
}, 90_000);

afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  const exit = await (service as Service | undefined)?.stop();
  expect(exit?.code, service.log()).toBe(0);
  folder.remove();
});

const logInAtPage = async (): Promise<void> => {
  await page.context().clearCookies();
  await page.goto(at());
  await page.getByTestId('login-user').fill('operator');
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
};

describe('a security key', () => {
  it('is enrolled at the page of one’s account', async () => {
    password = await firstLoginAtPage(page, service, 'operator', at());
    await page.goto(at('/account'));
    await page.getByTestId('security-key-name').fill('Key of the ring');
    await page.getByTestId('security-key-password').fill('guessed');
    await page.getByTestId('security-key-enrol').click();
    await page.getByTestId('security-key-problem').waitFor();
    await page.getByTestId('security-key-password').fill(password);
    await page.getByTestId('security-key-enrol').click();
    await page.getByTestId('security-key-added').waitFor();
    await page.getByTestId('second-factor-enrolled').waitFor();
  });

  it('is asked at a login, and lets its person in', async () => {
    await logInAtPage();
    await page.getByTestId('skid-card-QD-1').waitFor();
  });

  it('lets nobody in who has the password alone, or guesses a code', async () => {
    await expect(ApiPerson.knowing(service, 'operator', password)).rejects.toThrow(/second-factor-required/u);
    const answer = await fetch(`${service.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: service.url },
      body: JSON.stringify({ userName: 'operator', password, code: '000000' }),
    });
    expect(answer.status).toBe(401);
  });

  it('of another person, or none, does not', async () => {
    await devices.send('WebAuthn.clearCredentials', { authenticatorId });
    await logInAtPage();
    await page.getByTestId('login-code').waitFor();
    expect(await page.getByTestId('login-problem').innerText()).toMatch(/second factor is asked/u);
  });

  it('that is lost is taken away by an administrator, with a reason', async () => {
    const admin = await ApiPerson.firstLogin(service, 'admin');
    type People = Readonly<{ people: readonly Readonly<{ id: string; userName: string }>[] }>;
    const { people } = (await admin.get<People>('/api/people')).body;
    const { id } = people.find(({ userName }) => userName === 'operator')!;
    expect(await admin.post(`/api/people/${id}/remove-second-factor`, { reason: 'lost the ring' })).toMatchObject({
      status: 200,
    });
    await logInAtPage();
    await page.getByTestId('skid-card-QD-1').waitFor();
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/security-keys.test.ts')).toEqual([]);
  });
});
