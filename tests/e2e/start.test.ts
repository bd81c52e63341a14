/** How the service begins and ends: its exit codes, its signals, and what it leaves behind, which is nothing. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiPerson } from '../support/api.ts';
import { Apart } from '../support/child.ts';
import { firstPasswordIn, temporaryFolder } from '../support/service.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/waiting.ts';
import { Run } from './support/run.ts';
import { controllerAlone, controllerType, testTypes } from '../support/fitted.ts';

const folder = temporaryFolder('start');
const site = join(folder.path, 'site.yaml');
/** Shared by the runs, one after the other: the keys and certificates of the first serve all. */
const data = join(folder.path, 'data');
const skidHere = `{ type: ${controllerType}, title: CdSe, ${controllerAlone}, twin: { run: here, seed: 1 } }`;
const stopWithinMs = 10_000;
let http = 0;
let opcua = 0;
const runs: Run[] = [];

beforeAll(async () => {
  [http, opcua] = [await freePort(), await freePort()];
  writeFileSync(site, `site: start\n${testTypes}\ntitle: Start\nskids:\n  QD-1: ${skidHere}\n`);
});
afterEach(() => {
  for (const run of runs.splice(0)) run.kill();
});
afterAll(() => folder.remove());

const flags = (siteFile: string): readonly string[] => [
  '--site',
  siteFile,
  '--data',
  data,
  '--http-port',
  String(http),
  '--opcua-port',
  String(opcua),
  '--time-scale',
  '20',
];

function launch(way: 'node' | 'npm', siteFile: string): Run {
  const run =
    way === 'node'
      ? new Run(process.execPath, ['deploy/main.ts', ...flags(siteFile)])
      : new Run('npm', ['start', '--', ...flags(siteFile)]);
  runs.push(run);
  return run;
}

const firstPassword = (user: string): string => firstPasswordIn(data, user);

/** 0 where nobody answers. */
const health = (): Promise<number> =>
  fetch(`http://127.0.0.1:${http}/api/health`).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    },
    () => 0,
  );

/** Asks until the answer is `wanted`. @returns every answer there was before it. */
async function healthUntil(wanted: number, run: Run): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  await until(
    async () => {
      const status = await health();
      if (status !== wanted) seen.add(status);
      return status === wanted || !run.running;
    },
    { withinMs: 60_000, everyMs: 10, what: () => `${wanted} of /api/health:\n${run.log()}` },
  );
  return seen;
}

async function ready(run: Run): Promise<void> {
  await healthUntil(200, run);
  const family = run
    .family()
    .map(({ command }) => command)
    .join('\n');
  expect(family, run.log()).toContain('twin/main.ts');
  expect(family, run.log()).toContain('influxd');
}

async function leavesNothing(run: Run, withinMs: number): Promise<void> {
  await until(() => run.left().length === 0, {
    withinMs,
    what: () => `the end of what it started: ${run.left().join(', ')}\n${run.log()}`,
  });
  expect(await health()).toBe(0);
}

describe('a service with a hot skid and a twin of its own', () => {
  it('answers 503 until it is ready and while it stops, hands the hot skid over in HOT-HOLD, and ends with 0 however often it is asked', async () => {
    const port = await freePort();
    const twin = new Apart('twin/main.ts', ['--port', String(port), '--time-scale', '20']);
    const two = join(folder.path, 'two.yaml');
    const hot = `{ type: ${controllerType}, title: Hot, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: modbus-tcp://127.0.0.1:${port}/1 } }`;
    writeFileSync(two, `site: hot\n${testTypes}\ntitle: Hot\nskids:\n  QD-1: ${hot}\n  QD-2: ${skidHere}\n`);
    try {
      const run = launch('node', two);
      const before = await healthUntil(200, run);
      expect(
        [...before].every((status) => status === 0 || status === 503),
        [...before].join(),
      ).toBe(true);
      await run.says('Mesoline is ready');
      await ready(run);
      const reached = { url: `http://127.0.0.1:${http}`, firstPassword };
      await heat(await ApiPerson.firstLogin(reached, 'operator'));

      run.signal('SIGINT');
      const ending = run.ended();
      const during = await healthUntil(503, run);
      expect(run.running, `503 was answered while it stopped:\n${run.log()}`).toBe(true);
      expect([...during].every((status) => status === 200)).toBe(true);
      for (const again of ['SIGINT', 'SIGTERM'] as const) if (run.running) run.signal(again);
      const { code, signal, afterMs } = await ending;
      expect({ code, signal }, run.log()).toEqual({ code: 0, signal: null });
      expect(afterMs).toBeLessThan(stopWithinMs);
      expect(run.lines.join('\n')).toMatch(/QD-1 was handed to its field controller in HOT-HOLD/u);

      const [step, firstOut] = await inputs(port, 1, 2);
      expect(step).toBeGreaterThanOrEqual(10);
      expect(step).toBeLessThanOrEqual(15);
      expect(firstOut, 'the service asked, and did not only fall silent').toBe(1);
      expect(twin.child.exitCode, 'the twin that is not ours lives on').toBe(null);
      await leavesNothing(run, 500);
    } finally {
      await twin.stop();
    }
  });
});

describe('a service started with node', () => {
  it('ends with 0 when SIGTERM comes during the start, to it alone or to its group', async () => {
    for (const [moment, whom] of [
      ['twins is ready', 'signalGroup'],
      ['historian is ready', 'signal'],
    ] as const) {
      const run = launch('node', site);
      await run.says(moment);
      run.family();
      run[whom]('SIGTERM');
      const { code, afterMs } = await run.ended();
      expect(code, `${moment}:\n${run.log()}`).toBe(0);
      expect(afterMs).toBeLessThan(stopWithinMs);
      expect(run.lines.join('\n')).not.toContain('Mesoline is ready');
      await leavesNothing(run, 500);
    }
  });

  it('leaves no child 3 s after it was killed', async () => {
    const run = launch('node', site);
    await ready(run);
    run.signal('SIGKILL');
    expect(await run.ended()).toMatchObject({ code: null, signal: 'SIGKILL' });
    await leavesNothing(run, 3000);
  });
});

describe('a service started with npm start', () => {
  it.each(['npm alone', 'the group'])('ends with 0 and leaves no process when SIGTERM goes to %s', async (whom) => {
    const run = launch('npm', site);
    await ready(run);
    const service = run.family().find(({ command }) => command.includes('deploy/main.ts'));
    expect(service).toBeDefined();
    if (whom === 'npm alone') run.signal('SIGTERM');
    else run.signalGroup('SIGTERM');
    const { code, signal, afterMs } = await run.ended();
    expect(afterMs).toBeLessThan(stopWithinMs);
    expect(
      run.lines.some((line) => line.includes('"code":0,"msg":"Mesoline has stopped"')),
      run.log(),
    ).toBe(true);
    expect(run.lines.join('\n'), 'no twin goes before the service').not.toContain('ended by itself');
    expect(code === 0 || code === 143 || signal === 'SIGTERM', `npm ended with ${code ?? signal}`).toBe(true);
    await leavesNothing(run, 500);
  });
});

type Answer = Readonly<{ status: number; body: Readonly<{ message?: string }> }>;

/** Resets the skid and brings its reactor over 90 °C under pressure, with the flush pump alone. */
async function heat(operator: ApiPerson): Promise<void> {
  const command = async (action: object, withinMs: number): Promise<void> => {
    let last: Answer | null = null;
    await until(
      async () => {
        last = await operator.post('/api/skids/QD-1/commands', { id: crypto.randomUUID(), action });
        return last.status === 200;
      },
      { withinMs, everyMs: 200, what: () => `${JSON.stringify(action)}: ${JSON.stringify(last)}` },
    );
  };
  const write = (tag: string, value: number): Promise<void> =>
    command({ kind: 'write', writes: [{ tag, value }] }, 2000);
  await command({ kind: 'reset', inspected: true }, 30_000);
  await write('R201/PIC-203.SP', 12);
  await write('F100/FIC-104.SP', 40);
  const value = async (tag: string): Promise<number> => {
    const answer = await operator.get<{ samples: Record<string, [number, number]> }>('/api/skids/QD-1/values');
    return answer.body.samples[tag]?.[0] ?? Number.NaN;
  };
  await until(async () => (await value('R201/PT-201A')) > 10, { what: 'pressure' });
  await write('R201/TIC-201.ramp', 30);
  await write('R201/TIC-201.SP', 130);
  await until(async () => (await value('R201/TT-201A')) > 95, { withinMs: 40_000, what: 'a hot reactor' });
}

/** Input registers, asked with bytes of our own. */
function inputs(port: number, at: number, count: number): Promise<readonly number[]> {
  return new Promise((settle, fail) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(Uint8Array.from([0, 1, 0, 0, 0, 6, 1, 4, 0, at, 0, count])),
    );
    socket.once('error', fail);
    socket.once('data', (answer: Buffer) => {
      socket.destroy();
      settle(Array.from({ length: count }, (_, index) => answer.readUInt16BE(9 + 2 * index)));
    });
  });
}
