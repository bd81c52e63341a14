/** People whose password an LDAP server keeps: Debian's slapd, the whole service, and the page of people. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { unrecorded } from '../support/on-record.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { Slapd } from '../support/slapd.ts';

const folder = temporaryFolder('ldap');
const slapd = new Slapd();
let service!: Service;
let browser!: Browser;
let page: Page;

beforeAll(async () => {
  await slapd.start({ ada: 'of the directory', grace: 'of the directory too' });
  const data = join(folder.path, 'data');
  mkdirSync(join(data, 'access'), { recursive: true });
  copyFileSync(slapd.authorities, join(data, 'access', 'house.pem'));
  writeFileSync(join(data, 'access', 'ldap.yaml'), `server: ${slapd.url}\nauthorities: house.pem\n`);
  const site = join(folder.path, 'site.yaml');
  const skid = 'QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: ldap\ntitle: LDAP\nskids:\n  ${skid}\n`);
  service = await Service.start({ site, data });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(20_000);
}, 120_000);

afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  const exit = await (service as Service | undefined)?.stop();
  expect(exit?.code, service.log()).toBe(0);
  await slapd.stop();
  folder.remove();
});

const login = async (userName: string, password: string): Promise<readonly [number, string]> => {
  const answer = await fetch(`${service.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: service.url },
    body: JSON.stringify({ userName, password }),
  });
  return [answer.status, ((await answer.json()) as { code?: string }).code ?? ''];
};

const setLdapName = async (user: string, ldapName: string, reason: string): Promise<void> => {
  await page.getByTestId(`person-${user}`).getByTestId('ldap-name').click();
  await page.getByTestId('ldap-name-text').fill(ldapName);
  await page.getByTestId('reason').fill(reason);
  await page.getByTestId('ldap-name-confirm').click();
  await page.getByTestId('ldap-name-confirm').waitFor({ state: 'detached' });
};

describe('a person whose password an LDAP server keeps', () => {
  it('logs in by it once an administrator has said so, and by no other', async () => {
    const before = await ApiPerson.firstLogin(service, 'operator');
    await firstLoginAtPage(page, service, 'admin');
    await page.goto(`${service.url}/people`);
    await setLdapName('operator', slapd.nameOf('ada'), 'the house keeps passwords there');
    await page.getByTestId('person-operator').getByText('LDAP: uid=ada,dc=house').waitFor();
    expect(await login('operator', 'of the directory')).toEqual([200, '']);
    expect(await login('operator', before.password)).toEqual([401, 'login-refused']);
    expect(await login('operator', 'of the directory too')).toEqual([401, 'login-refused']);
    expect(await login('operator', '')).not.toEqual([200, '']);
  });

  it('changes it there, not here', async () => {
    const ada = await ApiPerson.knowing(service, 'operator', 'of the directory');
    const asked = { oldPassword: 'of the directory', newPassword: 'another long password' };
    expect(await ada.post('/api/password', asked)).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/kept by an LDAP server.*Change it there/u) as string },
    });
  });

  it('is one person here: a name of the server is nobody else’s', async () => {
    await page.getByTestId('person-checker').getByTestId('ldap-name').click();
    await page.getByTestId('ldap-name-text').fill(slapd.nameOf('ADA'));
    await page.getByTestId('reason').fill('x');
    await page.getByTestId('ldap-name-confirm').click();
    await page.getByText(/That name is Operator \(first start\)'s/u).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is told plainly where the server does not answer, and is not shut out by it; others log in', async () => {
    await slapd.away();
    for (let time = 0; time < 6; time += 1)
      expect(await login('operator', 'of the directory')).toEqual([503, 'ldap-unreachable']);
    await ApiPerson.firstLogin(service, 'checker');
    await slapd.again();
    expect(await login('operator', 'of the directory')).toEqual([200, '']);
  });

  it('has a first password again where an administrator takes the name away', async () => {
    await setLdapName('operator', '', 'the directory is given up');
    const first = await page.getByTestId('first-password').innerText();
    await page.getByTestId('first-password-close').click();
    expect(await login('operator', 'of the directory')).toEqual([401, 'login-refused']);
    expect(await login('operator', first)).toEqual([200, '']);
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/ldap.test.ts')).toEqual([]);
  });
});
