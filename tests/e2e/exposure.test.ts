import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExposurePageAnswer, ExposureZonesAnswer } from '../../hmi/api/answers.ts';
import { MatrixSite, type MatrixLine } from '../faults/support/matrix-site.ts';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/service.ts';
import { unrecorded } from '../support/on-record.ts';

/** A hall with a line in it, whose photometer and gas panel are what people there breathe; a shift that began some hours ago. */
const hour = 3_600_000;
const shiftFrom = new Date(Date.now() - 5 * hour).getUTCHours();
const zones = [
  'timeZone: UTC',
  'jurisdictions: [OSHA, EU]',
  `shifts: [${String(shiftFrom).padStart(2, '0')}:00]`,
  'zones:',
  '  hall-1:',
  '    title: Hall of line 1',
  '    skids: [QD-1]',
  '    readings:',
  '      Cd: { tag: QD-1/G900/AT-905A, surrogate: true, cdShare: 5 % }',
  '      H2S: { tag: QD-1/G900/AT-901A }',
];
const folder = temporaryFolder('breathed');
let site!: MatrixSite;
let line!: MatrixLine;
let engineer!: ApiPerson;
let browser!: Browser;
let page: Page;
let persons: ExposureZonesAnswer['persons'] = [];

const idOf = (role: RegExp): string => persons.find(({ printedName }) => role.test(printedName))?.id ?? '';
const see = async (testId: string, text: RegExp): Promise<void> => {
  await page.getByTestId(testId).filter({ hasText: text }).first().waitFor({ timeout: 30_000 });
};
const fill = async (fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [testId, text] of Object.entries(fields)) await page.getByTestId(testId).fill(text);
};
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * hour).toISOString().slice(0, 16);
const download = async (testId: string, name: string): Promise<string> => {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(testId).click()]);
  expect(file.suggestedFilename()).toMatch(/^exposure-\d{4}-\d\d-\d\dT\d{4}\.(pdf|csv)$/);
  const path = join(folder.path, name);
  await file.saveAs(path);
  return path;
};

beforeAll(async () => {
  site = await MatrixSite.start('breathed', 1, 20, zones);
  const [only] = site.lines;
  if (only === undefined) throw new Error('There is no line.');
  line = only;
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(15_000);
  await firstLoginAtPage(page, site.service, 'engineer');
  engineer = await ApiPerson.returning(site.service, 'engineer');
  persons = (await engineer.get<ExposureZonesAnswer>('/api/exposure/zones')).body.persons;
  await line.resetWhenTaken();
}, 120_000);

afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  await (site as MatrixSite | undefined)?.stop();
  folder.remove();
});

describe('the page of exposure', () => {
  it('lets a person in by badge, and shows what the air of the zone reads and what it comes to', async () => {
    await page.goto(`${site.service.url}/exposure`);
    await see('zone-hall-1', /Cd[^]*µg\/m³[^]*surrogate, indicative[^]*H2S[^]*nobody[^]*open/);
    await page.getByText('Give a badge …').click();
    await page.getByTestId('badge-person').selectOption(idOf(/^Maintenance/));
    await fill({ 'badge-number': 'B-4711' });
    await page.getByTestId('badge-give').click();
    await see('notice', /B-4711 is Maintenance/);
    await fill({ 'presence-badge': 'B-4712' });
    await page.getByTestId('presence-enter').click();
    await see('notice', /Nobody has the badge B-4712/);
    await fill({ 'presence-badge': 'B-4711' });
    await page.getByTestId('presence-enter').click();
    await see('zone-hall-1', /Maintenance/);

    await line.fault({ fault: 'sensor-offset', point: 'aerosol.1', by: 0.9 });
    await line.fault({ fault: 'sensor-offset', point: 'h2s.1', by: 3 });
    const exposed = `exposure-${idOf(/^Maintenance/)}`;
    await see(exposed, /Cd total\s*OSHA TWA 5 µg\/m³[^]*indicative/);
    await see(exposed, /H2S\s*OSHA ceiling 20 ppm\s*○ below\s*[23]/);
    await see(exposed, /\d+ h \d+ min/);
    const { people } = (await engineer.get<ExposurePageAnswer>('/api/exposure')).body;
    const cadmium = people[0]?.lines.find(({ agent, jurisdiction }) => agent === 'Cd' && jurisdiction === 'OSHA');
    expect(cadmium?.soFar.upper).toBeGreaterThan(0);
    expect(cadmium?.minutesLeft).toBeLessThan(24 * 60);
    await line.fault({ fault: 'clear' });
  });

  it('stops entry for a person whose personal sample is at the action level, and says why', async () => {
    await page.getByText('UTC', { exact: true }).click();
    await page.getByTestId('filter-person').selectOption(idOf(/^Maintenance/));
    await page.getByTestId('filter-fraction').selectOption('total');
    // 10 µg/m³ over 3 h are 3.75 over 8 h: above 2.5, below 5.
    await fill({ 'filter-from': hoursAgo(4), 'filter-to': hoursAgo(1), 'filter-mean': '10' });
    await fill({ 'filter-laboratory': 'Laboratory of the works', 'filter-method': 'OSHA ID-189' });
    await page.getByTestId('filter-send').click();
    await see('notice', /recorded and counts/);
    await see(`exposure-${idOf(/^Maintenance/)}`, /Cd total\s*OSHA TWA 5 µg\/m³\s*▲ action level\s*3\.[78]/);
    await see('zone-hall-1', /NO ENTRY[^]*Maintenance[^]*action level of Cd \(OSHA/);
    await page.getByTestId('presence-person').selectOption(idOf(/^Operator/));
    await page.getByTestId('presence-enter').click();
    await see('notice', /Nobody may go in: Maintenance[^]*action level of Cd/);
    expect(await page.getByTestId('evacuate').count()).toBe(0);
  });

  it('calls for leaving on every page while the air is above a ceiling', async () => {
    await line.fault({ fault: 'sensor-offset', point: 'h2s.1', by: 25 });
    await page.goto(`${site.service.url}/alarms`);
    await see('evacuate', /Leave Hall of line 1: H2S[^]*ceiling 20 ppm \(OSHA\)/);
    await page.getByTestId('evacuate').getByText('To exposure').first().click();
    await see('zone-hall-1', /LEAVE THIS ZONE\.[^]*H2S ceiling 20 ppm/);
    await fill({ 'presence-badge': 'B-4711' });
    await page.getByTestId('presence-leave').click();
    await see('zone-hall-1', /nobody/);
    await line.fault({ fault: 'clear' });
  });

  it('gives the report of the shift as PDF and as CSV', async () => {
    const csv = readFileSync(await download('report-csv-0', 'shift.csv'), 'utf8');
    expect(csv).toMatch(/Maintenance \(first start\)[^\n]*Cd/);
    expect(csv).toMatch(/Cd,total,OSHA,TWA,5,µg\/m³,3\.[78][^\n]*,action level,/);
    expect(csv).toMatch(/H2S,gas,OSHA,ceiling,20,ppm,[^\n]*,limit,/);
    const pdf = readFileSync(await download('report-pdf-0', 'shift.pdf'));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(5000);
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    const { service } = site;
    expect(unrecorded(service, 'tests/e2e/exposure.test.ts')).toEqual([]);
  });
});
