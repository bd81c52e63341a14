import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MatrixSite, type MatrixLine } from '../faults/support/matrix-site.ts';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { until } from '../support/waiting.ts';
import { unrecorded } from '../support/on-record.ts';

/**
 * Work on the interlocks as people do it, at the page, before a cold line with every device of its type. Process time goes at twenty
 * times the wall: the 60 s before a reset are 3 s, and a row's delay is shorter than a look at the page.
 */
const timeScale = 20;
const engineer = { userName: 'engineer', password: '' };
const maintenance = { userName: 'maintenance', password: '' };
const skid = '/api/skids/QD-1/interlocks';
let site!: MatrixSite;
let line!: MatrixLine;
let second!: ApiPerson;
let browser!: Browser;
let page: Page;

const see = async (testId: string, text: RegExp | string): Promise<void> => {
  await page.getByTestId(testId).filter({ hasText: text }).first().waitFor();
};
const gone = (testId: string): Promise<void> => page.getByTestId(testId).waitFor({ state: 'detached' });
const open = (path: string): Promise<unknown> => page.goto(`${site.service.url}${path}`);
const fill = async (fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [testId, text] of Object.entries(fields)) await page.getByTestId(testId).fill(text);
};
const sign = (first: typeof engineer, other: typeof engineer): Promise<void> =>
  fill({
    'signer-0-user': first.userName,
    'signer-0-password': first.password,
    'signer-1-user': other.userName,
    'signer-1-password': other.password,
  });
/** Resets at the page as soon as the cause has been away long enough. */
const resetAtPage = async (): Promise<void> => {
  await page.getByTestId('reset-open').click();
  await page.getByTestId('reset-inspected').check();
  await page.getByTestId('reset-confirm').click();
  await gone('reset-confirm');
  await until(async () => (await line.values()).fieldDemand === 'none', { what: 'the line to be free' });
};
const pages = ['/', '/alarms', '/batches', '/exposure', '/system'] as const;
const onEveryPage = async (text: RegExp): Promise<void> => {
  for (const path of pages) {
    await open(path);
    await see('guard-marks', text);
  }
  await open('/interlocks/QD-1');
};

beforeAll(async () => {
  site = await MatrixSite.start('work', 1, timeScale, [
    'timeZone: UTC',
    'jurisdictions: [OSHA, EU]',
    `shifts: [${String(new Date(Date.now() - 4 * 3_600_000).getUTCHours()).padStart(2, '0')}:00]`,
    'zones:',
    '  hall-1:',
    '    title: Hall of line 1',
    '    skids: [QD-1]',
    '    readings:',
    '      Cd: { tag: QD-1/G900/AT-905A, surrogate: true, cdShare: 5 % }',
    '      H2S: { tag: QD-1/G900/AT-901A }',
  ]);
  const [only] = site.lines;
  if (only === undefined) throw new Error('There is no line.');
  line = only;
  second = await ApiPerson.firstLogin(site.service, 'maintenance');
  maintenance.password = second.password;
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(15_000);
  engineer.password = await firstLoginAtPage(page, site.service, 'engineer');
  await line.resetWhenTaken();
}, 120_000);

afterAll(async () => {
  await (browser as Browser | undefined)?.close();
  await (site as MatrixSite | undefined)?.stop();
});

describe('the page of the interlocks', () => {
  it('shows what tripped first and what to do, refuses a reset by naming the cause, and resets once it has gone', async () => {
    await open('/interlocks/QD-1');
    await page.locator('[data-testid=row-2][data-state=healthy]').waitFor();
    await line.fault({ fault: 'sensor-offset', point: 'enclosurePressure.B', by: 24 });
    await page.locator('[data-testid=row-2][data-state=tripped]').waitFor();
    await see('first-out', /row 2, Enclosure pressure lost/);
    await see('row-2', /FIRST OUT[^]*votes trip/);
    await see('to-do', /leaks into it\. Remove the cause/);
    await see('refuses-reset', /Enclosure pressure lost: the cause is present\. Now: /);
    await page.getByTestId('reset-open').click();
    await page.getByTestId('reset-inspected').check();
    await see('reset-refused', /Enclosure pressure lost: the cause is present/);
    expect(await page.getByTestId('reset-confirm').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');

    await line.fault({ fault: 'clear' });
    await page.locator('[data-testid=row-2][data-state=latched]').waitFor();
    await resetAtPage();
    await page.locator('[data-testid=row-2][data-state=healthy]').waitFor();
    await gone('first-out');
    await see('kpis', /1 trip in 30 days/);
    await see('responses', /2 Enclosure pressure lost/);
  });

  it('takes a bypass of two people only, marks it on every page, counts it, and says when it has run out', async () => {
    await page.getByTestId('bypass-2').click();
    await page.getByTestId('bypass-channel').selectOption({ index: 1 });
    await fill({ 'bypass-minutes': '0.25', 'bypass-reason': 'The gauge is changed.' });
    const meanwhile = await page.getByTestId('bypass-meanwhile').inputValue();
    expect(meanwhile).toContain('The other gauge');
    await sign(engineer, engineer);
    expect(await page.getByTestId('bypass-confirm').isDisabled()).toBe(true);
    // A name in capitals is still that person's.
    await sign(engineer, { ...engineer, userName: 'ENGINEER' });
    await page.getByTestId('bypass-confirm').click();
    await see('bypass-problem', /Both are the same person/);
    await sign(engineer, { ...maintenance, password: 'not this' });
    await page.getByTestId('bypass-confirm').click();
    await see('bypass-problem', /User name or password is wrong/);
    expect((await line.interlocks()).bypasses).toEqual([]);

    await sign(engineer, maintenance);
    await page.getByTestId('bypass-confirm').click();
    await gone('bypass-confirm');
    await see('standing-bypass-2', /PDT-907B[^]*The gauge is changed\.[^]*Process engineer[^]*with Maintenance/);
    await see('row-2', /BYPASSED/);
    await see('kpis', /1 bypassed now/);
    await onEveryPage(/QD-1 BYPASS[^]*PDT-907B[^]*Meanwhile: The other gauge[^]*ends in/);

    await gone('guard-marks');
    await see('kpis', /0 bypassed now/);
    await see('kpis', /1 bypass,/);
    await open('/alarms');
    await page
      .getByText(/Bypass of interlock 2: Enclosure pressure lost has run out/)
      .first()
      .waitFor();
    const ended = line.recorded().find(({ action }) => action === 'interlock-bypass-ended');
    expect(ended?.reason).toContain('has run out');
  });

  it('has no bypass of a row that is never bypassed, whoever asks past the page', async () => {
    await open('/interlocks/QD-1');
    await see('row-5', /never bypassed/);
    expect(await page.getByTestId('bypass-5').count()).toBe(0);
    const asked = { row: 5, channel: 0, minutes: 1, reason: 'r', meanwhile: 'm' };
    const said = await second.post<{ message: string }>(`${skid}/bypass`, {
      ...asked,
      first: maintenance,
      second: engineer,
    });
    expect(said.status).toBe(409);
    expect(said.body.message).toContain('H2S is never bypassed.');
  });

  it('shows a forced input everywhere, until somebody ends it', async () => {
    await page.getByTestId('force-open').click();
    await page.getByTestId('force-tag').selectOption('F100/FT-101');
    await fill({ 'force-value': '3', 'force-minutes': '5', 'force-reason': 'The loop is checked.' });
    await sign(engineer, maintenance);
    await page.getByTestId('force-confirm').click();
    await see('force-problem', /never bypassed|is what row/);
    await page.getByTestId('force-tag').selectOption('G900/AT-905B');
    await fill({ 'force-value': '0.5' });
    await sign(engineer, maintenance);
    await page.getByTestId('force-confirm').click();
    await gone('force-confirm');
    await see('standing-force-G900/AT-905B', /0\.5[^]*The loop is checked\./);
    await see('row-4', /AT-905B 0\.5 mg\/m³[^]*FORCED/);
    await open('/skids/QD-1');
    await see('value-QD-1/G900/AT-905B', /0\.5[^]*FORCED/i);
    await onEveryPage(/QD-1 FORCE[^]*AT-905B is held at 0\.5/);
    await page.getByTestId('end-force-G900/AT-905B').click();
    await gone('guard-marks');
  });

  it('proves a row with tester and witness: trip value and response time measured, in the list and the chart', async () => {
    await page.getByTestId('proof-2').click();
    await page.getByTestId('proof-channel').selectOption({ index: 0 });
    await fill({ 'proof-found': '2 Pa off at -10 Pa', 'proof-left': 'adjusted to 0.1 Pa' });
    await sign(engineer, maintenance);
    await page.getByTestId('proof-confirm').click();
    await gone('proof-confirm');
    await see('first-out', /row 2/);
    await see(
      'proof-tests',
      /✓ passed[^]*2 Pa off at -10 Pa[^]*adjusted to 0\.1 Pa[^]*Process engineer[^]*Maintenance/,
    );
    const [test] = (await second.get<readonly { tripValue: number; responseMs: number }[]>(`${skid}/proof-tests`)).body;
    expect(test?.tripValue).toBeGreaterThan(-5);
    expect(test?.responseMs).toBeGreaterThan(0);
    await page.getByTestId('responses').locator('circle.ring').first().waitFor();
    await resetAtPage();
  });

  it('enters changeover on a cold line and leaves it, for everybody to see', async () => {
    await page.getByTestId('changeover-open').click();
    await page.getByTestId('changeover-confirm').click();
    await gone('changeover-confirm');
    await see('changeover-open', 'Leave changeover');
    await onEveryPage(/QD-1 CHANGEOVER/);
    await page.getByTestId('changeover-open').click();
    await page.getByTestId('changeover-confirm').click();
    await gone('guard-marks');
    await see('changeover-open', /^Changeover/);
  });
});

describe('every field of what was asked', () => {
  it('is on record', () => {
    const { service } = site;
    expect(unrecorded(service, 'tests/e2e/interlocks.test.ts')).toEqual([]);
  });
});
