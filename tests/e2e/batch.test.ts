import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { unrecorded } from '../support/on-record.ts';

const folder = temporaryFolder('e2e');
let service!: Service;
let browser!: Browser;
let page: Page;
const passwords: Record<string, string> = {};
let record = '';

const state = (): Promise<string> => page.getByTestId('batch-state').innerText();
const shows = async (testId: string, text: RegExp, timeout = 60_000): Promise<void> => {
  await page.getByTestId(testId).filter({ hasText: text }).first().waitFor({ timeout });
};
const sign = async (): Promise<void> => {
  for (const [index, user] of ['operator', 'checker'].entries()) {
    await page.getByTestId(`signer-${index}-user`).fill(user);
    await page.getByTestId(`signer-${index}-password`).fill(passwords[user]!);
  }
};
const command = async (button: string, reason: string): Promise<void> => {
  await page.getByTestId(button).click();
  await page.getByTestId('reason').fill(reason);
  await page.getByTestId('command-confirm').click();
};

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  writeFileSync(
    site,
    [
      'site: e2e',
      'title: A rehearsal',
      `recipes: ${join(process.cwd(), 'tests/e2e/recipes')}`,
      'skids:',
      '  QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }',
      '  QD-2: { type: cdse-two-stage, title: CdSe line 2, twin: { run: here, seed: 2 } }',
      '',
    ].join('\n'),
  );
  service = await Service.start({ site, data: join(folder.path, 'data'), timeScale: 20 });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(20_000);
});

afterAll(async () => {
  await browser.close();
  const exit = await service.stop();
  expect(exit.code, service.log()).toBe(0);
  folder.remove();
});

describe('an operator at the page', () => {
  it('logs in with the first password, which has to be changed', async () => {
    passwords['operator'] = await firstLoginAtPage(page, service, 'operator');
    const checker = await ApiPerson.firstLogin(service, 'checker');
    passwords['checker'] = checker.password;
    await page.getByTestId('skid-card-QD-1').waitFor();
    await page.getByTestId('skid-card-QD-2').waitFor();
  });

  it('finds the skid tripped and resets it', async () => {
    await page.goto(`${service.url}/skids/QD-1`);
    await page.getByTestId('reset-open').click();
    await page.getByTestId('reset-inspected').check();
    await page.getByTestId('reset-confirm').click({ timeout: 30_000 });
    await page.waitForFunction(
      async () => {
        const answer = await fetch('/api/skids/QD-1/values');
        return ((await answer.json()) as { demand: string; fieldDemand: string }).fieldDemand === 'none';
      },
      null,
      { timeout: 20_000 },
    );
  });

  it('starts a batch, with the checker signing beside, after seeing what has to be in order', async () => {
    await page.goto(`${service.url}/batches`);
    await page.getByTestId('start-open').click();
    await page.getByTestId('start-recipe').selectOption('CdSe-short');
    await page.getByTestId('start-version').selectOption('0');
    await page.getByTestId('start-purpose').selectOption('rehearsal');
    await page.getByTestId('start-skid-QD-1').check();
    await page.getByTestId('value-temperature').fill('90');
    await shows('value-temperature-problem', /outside 100 to 160 °C/);
    await page.getByTestId('value-temperature').fill('106');
    await shows('gates-summary', /None of the/);
    await sign();
    await page.getByTestId('start-confirm').click();
    await shows('batch-state', /Running/);
    expect(await page.getByText(/rehearsal/i).count()).toBeGreaterThan(0);
  }, 90_000);

  it('clears the line with the checker, item by item, and watches it collect', async () => {
    for (let item = 0; item < 3; item += 1) {
      await page.locator('[data-testid^="answer-"]').first().click();
      await sign();
      await page.getByTestId('answer-confirm').click();
      await page.getByTestId('answer-confirm').waitFor({ state: 'detached' });
    }
    await shows('batch-phase', /collect/i, 110_000);
  }, 150_000);

  it('holds it, and HOT-HOLD runs in the field', async () => {
    await command('batch-hold', 'a look at the outlet');
    await shows('batch-state', /Held/);
    const values = await page.evaluate(
      async () => (await (await fetch('/api/skids/QD-1/values')).json()) as { fieldDemand: string },
    );
    expect(values.fieldDemand).toBe('H');
  });

  it('restarts it, and it completes', async () => {
    await command('batch-restart', 'the outlet is clear');
    await shows('batch-state', /Running|Restarting/);
    await shows('batch-state', /Complete/, 200_000);
    expect(await state()).toMatch(/Complete/);
  }, 220_000);

  it('signs it, and downloads its record', async () => {
    await page.getByTestId('sign-open').click();
    await page.getByTestId('sign-meaning').selectOption('performed');
    await page.getByTestId('sign-user').fill('operator');
    await page.getByTestId('sign-password').fill(passwords['operator']!);
    await page.getByTestId('sign-confirm').click();
    await page.getByTestId('signed').waitFor();
    const download = page.waitForEvent('download');
    await page.getByTestId('record-download').click();
    record = join(folder.path, 'record.json');
    await (await download).saveAs(record);
    expect(readFileSync(record, 'utf8')).toContain('batch-started');
  });
});

describe('the verifier', () => {
  const fingerprint = (): string => readFileSync(join(service.data, 'keys/trust.txt'), 'utf8').trim();
  const verify = (...args: string[]): { status: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['control/records/verify/cli.ts', ...args], {
      encoding: 'utf8',
    });
    return { status, text: stdout + stderr };
  };

  it('passes on the record and on the ledger while the service runs', () => {
    const kept = join(folder.path, 'kept.jsonl');
    copyFileSync(join(service.data, 'checkpoints', 'checkpoints.jsonl'), kept);
    expect(verify(record, '--trust', fingerprint(), '--checkpoint', kept)).toMatchObject({ status: 0 });
    expect(verify(record, '--trust', fingerprint())).toMatchObject({ status: 1 });
    expect(verify(service.data, '--trust', fingerprint())).toMatchObject({ status: 0 });
  });

  it('passes nothing without a trusted fingerprint', () => {
    expect(verify(record).status).not.toBe(0);
  });

  it('fails on a record of which one byte was changed, and names the event', () => {
    const text = readFileSync(record, 'utf8');
    const at = text.indexOf('batch-started');
    writeFileSync(`${record}.changed`, `${text.slice(0, at)}C${text.slice(at + 1)}`);
    const { status, text: said } = verify(`${record}.changed`, '--trust', fingerprint());
    expect(status).not.toBe(0);
    expect(said).toMatch(/batch\/B-/);
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    expect(unrecorded(service, 'tests/e2e/batch.test.ts')).toEqual([]);
  });
});
