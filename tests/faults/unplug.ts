/**
 * A twin is unplugged while the line is ready: its tags must be Bad everywhere within two seconds of wall time, the interlocks
 * must hold, and when it returns the trip must be asserted again and nothing but safe-state values and the heartbeat be
 * written until a person resets.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { isBad, isGood, type Quality } from '../../plant/quality.ts';
import { ApiPerson } from '../support/api.ts';
import { firstLoginAtPage, openBrowser } from '../support/browser.ts';
import { Apart } from '../support/child.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { OpcUaWatcher } from '../support/opcua-watcher.ts';
import { Proxy } from '../support/proxy.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/waiting.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { besideController, controllerAlone, controllerType, controllerTypeFile, testTypes } from '../support/fitted.ts';
import { asksEquipment, words } from './support/lone-line.ts';
import { writesIn, type RegisterWrite } from './support/modbus-frames.ts';

export type UnplugOutcome = Readonly<{
  badAtApiMs: number;
  badAtOpcUaMs: number;
  badAtPageMs: number;
  /** Status of a set point written by an OPC UA method, before and after the trip. */
  calledOverOpcUa: string;
  calledWhileTripped: string;
  demandUnplugged: string;
  reassertedMs: number;
  /** Writes after the return and before the reset that are neither safe-state values nor the heartbeat. */
  strayWrites: readonly RegisterWrite[];
  commandRefusedBy: string;
  resetDone: boolean;
  runsAfterReset: boolean;
}>;

type Values = Readonly<{
  demand: string;
  fieldDemand: string | null;
  samples: Readonly<Record<string, readonly [value: unknown, quality: number, sourceTime: number, serverTime: number]>>;
}>;

const hotHold = 10;
/** Figures that people gave the skid; they are as good without the field. */
const given = loadSkidType(controllerTypeFile, { without: besideController })
  .tags.filter(({ source }) => source.kind === 'given')
  .map(({ name }) => String(name));

export async function unplugRound(timeScale: number, say: (line: string) => void): Promise<UnplugOutcome> {
  const folder = temporaryFolder('unplug');
  const twinPort = await freePort();
  const twin = new Apart('twin/main.ts', ['--port', String(twinPort), '--time-scale', String(timeScale)]);
  const proxy = new Proxy(twinPort);
  const site = join(folder.path, 'site.yaml');
  writeFileSync(
    site,
    `site: unplug\n${testTypes}\ntitle: Unplug\nskids:\n  QD-1: { type: ${controllerType}, title: CdSe, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: modbus-tcp://127.0.0.1:${await proxy.start()}/1 } }\n`,
  );
  let service: Service | null = null;
  let browser: Browser | null = null;
  let client: OpcUaWatcher | null = null;
  try {
    const running = (service = await Service.start({ site, data: join(folder.path, 'data'), timeScale }));
    browser = await openBrowser();
    const page = await browser.newPage();
    await firstLoginAtPage(page, running, 'observer');
    await page.goto(`${running.url}/skids/QD-1`);
    const operator = await ApiPerson.firstLogin(running, 'operator');
    const values = async (): Promise<Values> => (await operator.get<Values>('/api/skids/QD-1/values')).body;
    const command = (
      action: object,
    ): Promise<{ status: number; body: { message?: string; where?: string; status?: string } }> =>
      operator.post('/api/skids/QD-1/commands', { id: crypto.randomUUID(), action });
    const reset = async (): Promise<boolean> => {
      let last = '';
      await until(
        async () => {
          const { status, body } = await command({ kind: 'reset', inspected: true });
          last = `${status} ${JSON.stringify(body)}`;
          return status < 300;
        },
        { withinMs: 120_000 / timeScale + 20_000, everyMs: 500, what: () => `a reset; the last answer: ${last}` },
      );
      return (await values()).demand === 'none';
    };
    await reset();
    client = await OpcUaWatcher.connect(running, operator.user, operator.password, 'QD-1/R201/TT-201A');
    await client.until(isGood);
    const calledOverOpcUa = await client.call('QD-1', 'Write', 'F100/FIC-104.SP', 20);
    await until(async () => Number((await values()).samples['F100/FT-104']?.[0]) > 15, { what: 'the flush to flow' });

    const began = performance.now();
    proxy.unplug();
    const [badAtApiMs, badAtOpcUaMs, badAtPageMs] = await Promise.all([
      until(async () => fieldQualities(await values()).every((quality) => isBad(quality as Quality)), {
        everyMs: 10,
      }).then(() => performance.now() - began),
      client.until(isBad).then(() => performance.now() - began),
      allBadAtPage(page).then(() => performance.now() - began),
    ]);
    say(
      `Bad at the API after ${badAtApiMs.toFixed(0)} ms, OPC UA ${badAtOpcUaMs.toFixed(0)} ms, page ${badAtPageMs.toFixed(0)} ms`,
    );
    await until(async () => (await values()).demand === 'H', { what: 'the interlocks to demand HOT-HOLD' });
    const demandUnplugged = (await values()).demand;

    const writes: RegisterWrite[] = [];
    proxy.onRequest = (bytes) => writes.push(...writesIn(bytes));
    const returned = performance.now();
    proxy.plug();
    await until(() => writes.some(({ address, value }) => address === words.request && value === hotHold), {
      what: 'the trip to be asserted again',
    });
    const reassertedMs = performance.now() - returned;
    await until(async () => (await values()).fieldDemand === 'H', { what: 'the field in HOT-HOLD' });
    const refused = await command({ kind: 'write', writes: [{ tag: 'F100/FIC-104.SP', value: 30 }] });
    const calledWhileTripped = await client.call('QD-1', 'Write', 'F100/FIC-104.SP', 30);
    const beforeReset = writes.length;
    const strayWrites = writes.slice(0, beforeReset).filter(isStray);
    const resetDone = await reset();
    const again = await command({ kind: 'write', writes: [{ tag: 'F100/FIC-104.SP', value: 20 }] });
    return {
      badAtApiMs,
      badAtOpcUaMs,
      badAtPageMs,
      calledOverOpcUa,
      calledWhileTripped,
      demandUnplugged,
      reassertedMs,
      strayWrites,
      commandRefusedBy: `${refused.status} ${refused.body.where ?? ''} ${refused.body.message ?? ''}`,
      resetDone,
      runsAfterReset: again.status < 300,
    };
  } finally {
    await client?.close();
    await browser?.close();
    await service?.stop();
    await proxy.stop();
    await twin.stop();
    folder.remove();
  }
}

const isStray = (write: RegisterWrite): boolean =>
  asksEquipment(write) ||
  (write.address === words.request && write.value < hotHold) ||
  (write.address === words.pulse && write.value !== 0);

const fieldQualities = ({ samples }: Values): readonly number[] =>
  Object.entries(samples)
    .filter(([tag]) => !given.includes(tag))
    .map(([, [, quality]]) => quality);

/** Every value cell of the page that comes from the field says Bad by its quality. */
async function allBadAtPage(page: Page): Promise<void> {
  const cells = page.locator('[data-testid^="value-"]');
  const notGiven = given.map((tag) => `:not([data-testid$="/${tag}"])`).join('');
  const notBad = page.locator(`[data-testid^="value-"]:not([data-quality^="Bad"])${notGiven}`);
  let left: readonly string[] = [];
  await until(
    async () => {
      left = await notBad.allInnerTexts();
      return left.length === 0 && (await cells.count()) > 20;
    },
    { everyMs: 10, what: () => `every value of the page to be Bad; left: ${left.join(' | ')}` },
  );
}

export const run: Run = async ({ rounds, say }) => {
  const outcomes: UnplugOutcome[] = [];
  for (let round = 0; round < rounds; round += 1) outcomes.push(await unplugRound(1, say));
  const worst = (pick: (outcome: UnplugOutcome) => number): number => Math.round(Math.max(...outcomes.map(pick)));
  return [
    atLeast('rounds', outcomes.length, ''),
    atMost(
      'Bad at the API, worst',
      worst(({ badAtApiMs }) => badAtApiMs),
      'ms',
      2000,
    ),
    atMost(
      'Bad at an OPC UA client, worst',
      worst(({ badAtOpcUaMs }) => badAtOpcUaMs),
      'ms',
      2000,
    ),
    atMost(
      'Bad at the page, worst',
      worst(({ badAtPageMs }) => badAtPageMs),
      'ms',
      2000,
    ),
    atMost(
      'trip asserted again after the return, worst',
      worst(({ reassertedMs }) => reassertedMs),
      'ms',
    ),
    atMost('stray writes before the reset', outcomes.flatMap(({ strayWrites }) => strayWrites).length, '', 0),
    atLeast('resets done', outcomes.filter(({ resetDone }) => resetDone).length, '', outcomes.length),
  ];
};
