/** The audit trail as QA uses it: a reviewer filters, prints and takes it away, and a second one sees that the first has read it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { Service, temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder('audit');
let service: Service | null = null;
let browser: Browser | null = null;
let reviewer!: Page;

const opened = async (user: string): Promise<Page> => {
  const context = await browser!.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await firstLoginAtPage(page, service!, user);
  await page.getByTestId('nav-audit').click();
  await rows(page).first().waitFor();
  return page;
};
const rows = (page: Page) => page.getByTestId('audit-entries').locator('tbody tr');
async function ask(page: Page, fields: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [field, text] of Object.entries(fields)) await page.getByTestId(`audit-${field}`).fill(text);
  const answered = page.waitForResponse((response) => response.url().includes('/api/audit?'));
  await page.getByTestId('audit-ask').click();
  const { entries } = (await (await answered).json()) as { entries: readonly unknown[] };
  await expect.poll(() => rows(page).count()).toBe(entries.length);
  return rows(page).allInnerTexts();
}

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  const skid = '  QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }';
  writeFileSync(site, ['site: e2e', 'title: Audit', 'skids:', skid, ''].join('\n'));
  service = await Service.start({ site, data: join(folder.path, 'data') });
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  const exit = await service?.stop();
  folder.remove();
  expect(exit?.code, service?.log()).toBe(0);
}, 60_000);

describe('a QA reviewer', () => {
  it('opens the audit trail and filters it to a person', async () => {
    reviewer = await opened('qa-reviewer');
    const everybody = await rows(reviewer).allInnerTexts();
    const own = await ask(reviewer, { person: 'qa-reviewer' });
    expect(own.length).toBeGreaterThan(2);
    expect(own.length).toBeLessThan(everybody.length);
    expect(own.every((row) => row.includes('QA reviewer'))).toBe(true);
    expect(await ask(reviewer, { person: '', action: 'no-such-action' })).toEqual([]);
    await ask(reviewer, { person: 'qa-reviewer', action: '' });
  }, 60_000);

  it('prints what is shown, without the form, and with what was asked above it', async () => {
    await reviewer.emulateMedia({ media: 'print' });
    expect(await reviewer.getByTestId('audit-person').isVisible()).toBe(false);
    expect(await reviewer.getByTestId('logout').isVisible()).toBe(false);
    expect(await reviewer.getByTestId('audit-said').innerText()).toContain('person qa-reviewer');
    expect(await rows(reviewer).first().isVisible()).toBe(true);
    const paper = await reviewer.pdf({ preferCSSPageSize: true });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    await reviewer.emulateMedia({ media: 'screen' });
  }, 60_000);

  it('takes all that fits away as CSV', async () => {
    const [download] = await Promise.all([
      reviewer.waitForEvent('download'),
      reviewer.getByTestId('audit-csv').click(),
    ]);
    expect(download.suggestedFilename()).toBe('audit-trail.csv');
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines[0]).toMatch(/^scope,number,recorded_utc,/u);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.slice(1).every((line) => line.includes(',qa-reviewer,'))).toBe(true);
  }, 60_000);
});

describe('a second reviewer', () => {
  it('sees that the first has read the audit trail, what was asked of it, and that it was taken away', async () => {
    const releaser = await opened('qa-releaser');
    const read = await ask(releaser, { action: 'record-read', person: 'qa-reviewer' });
    expect(read.length).toBeGreaterThanOrEqual(3);
    expect(read.every((row) => row.includes('audit trail') && row.includes('127.0.0.1'))).toBe(true);
    expect(read.filter((row) => row.includes('as: csv'))).toHaveLength(1);
    expect(read.some((row) => row.includes('as: page') && row.includes('person: qa-reviewer'))).toBe(true);
  }, 60_000);
});
