import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { shareWithin, watchBatch, type Compared } from './support/watched-batch.ts';

/** How often the truth lies within the stated uncertainty is the campaign's to say (`spectra`): here there are too few. */
const farOff = ({ value, truth, uncertainty }: Compared): boolean => Math.abs(value - truth) > 2 * uncertainty;

let browser!: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Waits at the page of spectra until size and conversion are in domain there, each with a curve that is drawn. */
async function watchPage(url: string, password: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.goto(url);
  await page.getByTestId('login-user').fill('operator');
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
  await page.getByTestId('skid-card-QD-1').waitFor();
  await page.goto(`${url}/spectra/QD-1`);
  for (const analysis of ['A400/AY-403', 'A400/AY-404']) {
    const panel = page.getByTestId(`analysis-${analysis}`);
    await panel.getByTestId('verdict').filter({ hasText: 'in domain' }).waitFor({ timeout: 200_000 });
    await panel.locator('canvas').first().waitFor();
  }
  const size = await page.getByTestId('analysis-A400/AY-403').getByTestId('output-diameter').innerText();
  expect(size).toMatch(/^3\.\d+ ± 0\.\d+ nm$/u);
}

describe('a batch on a twin', () => {
  it('shows conversion and size as its spectra give them, on the page too, and these are what stood before the probes', async () => {
    const batch = await watchBatch({
      recipe: 'CdSe-short',
      recipes: join(process.cwd(), 'tests/e2e/recipes'),
      seed: 5,
      timeScale: 20,
      withinMs: 240_000,
      say: () => undefined,
      beside: watchPage,
    });
    expect(batch.errors).toEqual([]);
    expect(batch.state.toLowerCase()).toBe('complete');
    const figures = `${batch.conversions.length} conversions, ${batch.diameters.length} diameters, ${batch.emissions} emissions`;
    process.stdout.write(`${figures}\n`);
    expect(batch.conversions.length).toBeGreaterThanOrEqual(2);
    expect(batch.diameters.length).toBeGreaterThanOrEqual(8);
    expect(batch.emissions).toBeGreaterThanOrEqual(8);
    expect([...batch.conversions, ...batch.diameters].filter(farOff)).toEqual([]);
    expect(shareWithin(batch.diameters)).toBeGreaterThan(0.7);
  }, 300_000);
});
