/** Debian's Chromium, driven as a person would use it. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { noteRequests } from './on-record.ts';
import type { Service } from './service.ts';

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Logs in at the page with the first password, changes it and certifies the signature, as the page asks. @returns the new password. */
export async function firstLoginAtPage(
  page: Page,
  service: Service,
  user: string,
  address = service.url,
): Promise<string> {
  const password = `a new password of ${user} 7`;
  noteRequests(page, service.url);
  await page.goto(address);
  await page.getByTestId('login-user').fill(user);
  await page.getByTestId('login-password').fill(service.firstPassword(user));
  await page.getByTestId('login-submit').click();
  await page.getByTestId('new-password').fill(password);
  await page.getByTestId('new-password-again').fill(password);
  await page.getByTestId('change-password').click();
  await page.getByTestId('change-password').waitFor({ state: 'detached' });
  const certify = page.getByTestId('certify-password');
  await certify.or(page.getByTestId('logout')).first().waitFor();
  if (await certify.isVisible()) {
    await certify.fill(password);
    await page.getByTestId('certify').click();
    await certify.waitFor({ state: 'detached' });
  }
  return password;
}
