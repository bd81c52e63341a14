import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { unrecorded } from '../support/on-record.ts';

const folder = temporaryFolder('recipes-page');
const text = readFileSync('control/recipes/shipped/cdse.yaml', 'utf8');
const hostile = '<img src=x onerror=alert(1)>';
let service!: Service;
let browser!: Browser;
let page: Page;
let password = '';
const surprises: string[] = [];

const shows = async (testId: string, words: RegExp): Promise<void> => {
  await page.getByTestId(testId).filter({ hasText: words }).first().waitFor();
};

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  writeFileSync(
    site,
    'site: e2e\ntitle: Recipes\nskids:\n  QD-1: { type: cdse-two-stage, title: Line 1, twin: { run: here, seed: 1 } }\n',
  );
  service = await Service.start({ site, data: join(folder.path, 'data') });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => surprises.push(error.message));
  page.on('dialog', (dialog) => {
    surprises.push(`markup ran: ${dialog.message()}`);
    void dialog.dismiss();
  });
  password = await firstLoginAtPage(page, service, 'engineer');
});

afterAll(async () => {
  await browser.close();
  const exit = await service.stop();
  expect(exit.code, service.log()).toBe(0);
  folder.remove();
});

describe('a process engineer at the page', () => {
  it('imports a shipped recipe as it stands', async () => {
    await page.goto(`${service.url}/recipes`);
    await page.getByTestId('import-shipped-CdSe-3.6').click();
    await page.getByTestId('import-reason').fill('The recipe of the method');
    await page.getByTestId('import-confirm').click();
    await shows('status-1', /DRAFT/);
    expect(new URL(page.url()).pathname).toBe('/recipes/CdSe-3.6');
  });

  it('is led to the line of a fault, and imports nothing before it is mended', async () => {
    await page.getByTestId('import-next').click();
    await page.getByTestId('import-text').fill(text.replace('value: 160 °C', 'value: 160 mL'));
    await page.getByTestId('import-reason').fill('A lower temperature');
    await shows('import-checked', /found against it/);
    expect(await page.getByTestId('import-confirm').isDisabled()).toBe(true);
    await page.getByTestId('findings').last().getByRole('button').first().click();
    const selected = await page
      .getByTestId('import-text')
      .evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd));
    expect(selected).toContain('160 mL');
  });

  it('makes the next version of a file, and reads what differs, critical first, as text whatever it holds', async () => {
    const file = join(folder.path, 'next.yaml');
    writeFileSync(
      file,
      text.replace('value: 160 °C', 'value: 158 °C').replace('title: CdSe quantum dots, 3.6 nm', `title: "${hostile}"`),
    );
    await page.getByTestId('import-file').setInputFiles(file);
    await page.getByTestId('import-confirm').click();
    await shows('status-2', /DRAFT/);
    await shows('differences', /158 °C/);
    const sentences = await page.getByTestId('differences').locator('li').allInnerTexts();
    expect(sentences[0]).toMatch(/CRITICAL .*temperature .*160 °C to 158 °C/s);
    expect(sentences.join('\n')).toContain(hostile);
  });

  it('is told why a review cannot begin, and keeps what was typed where a signature is refused', async () => {
    expect(await page.getByTestId('submit-2').isDisabled()).toBe(true);
    await page.getByTestId('retire-1').click();
    await page.getByTestId('move-reason').fill('v2 takes its place');
    await page.getByTestId('signer-0-user').fill('engineer');
    await page.getByTestId('signer-0-password').fill('not the password');
    await page.getByTestId('move-confirm').click();
    await page.getByTestId('move-problem').waitFor();
    expect(await page.getByTestId('move-reason').inputValue()).toBe('v2 takes its place');
    expect(await page.getByTestId('signer-0-password').inputValue()).toBe('');
    await page.getByTestId('signer-0-password').fill(password);
    await page.getByTestId('move-confirm').click();
    await shows('status-1', /RETIRED/);
  });

  it('meets no script that a text has planted, and no fault of the page', () => {
    expect(surprises).toEqual([]);
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/recipes.test.ts')).toEqual([]);
  });
});
