/** Wrong files, wrong flags, wrong data and wrong answers: each is refused in words, and nothing is lost by it. */
import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isBad, type Quality } from '../../plant/quality.ts';
import { ApiPerson, type Answer } from '../support/api.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/waiting.ts';
import { GarbageDevice } from './support/garbage-device.ts';
import { Run } from './support/run.ts';
import { SmallDisk } from './support/small-disk.ts';
import { controllerAlone, controllerType, testTypes } from '../support/fitted.ts';

const folder = temporaryFolder('bad-input');
const file = (name: string): string => join(folder.path, name);
const skidHere = `{ type: ${controllerType}, title: CdSe, ${controllerAlone}, twin: { run: here, seed: 1 } }`;
const disk = new SmallDisk(file('disk'), 64);
const data = join(disk.path, 'data');
const site = file('site.yaml');
const garbage = new GarbageDevice();

beforeAll(async () => {
  const link = `modbus-tcp://127.0.0.1:${await garbage.start()}/1`;
  const strange = `{ type: ${controllerType}, title: Strange, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: '${link}' } }`;
  writeFileSync(site, `site: bad\n${testTypes}\ntitle: Bad input\nskids:\n  QD-1: ${skidHere}\n  QD-2: ${strange}\n`);
});

afterAll(async () => {
  await garbage.stop();
  disk.unmount();
  folder.remove();
});

type Refused = Readonly<{ code: number | null; faults: readonly string[]; log: string }>;

/** Runs the service with flags until it refuses to start. */
async function refusal(...flags: readonly string[]): Promise<Refused> {
  const ports = ['--http-port', String(await freePort()), '--opcua-port', String(await freePort())];
  const free = ports.filter((_, at) => !flags.includes(ports[at - (at % 2)] ?? ''));
  const run = new Run(process.execPath, ['deploy/main.ts', ...free, ...flags]);
  try {
    await until(() => !run.running, { withinMs: 60_000, what: () => `the start to be refused:\n${run.log()}` });
    const { code } = await run.ended();
    const said = run.lines.flatMap((line) =>
      line.startsWith('{') ? [JSON.parse(line) as { level: number; msg: string }] : [],
    );
    const faults = said.filter(({ level, msg }) => level === 50 && msg !== 'Start refused.').map(({ msg }) => msg);
    return { code, faults, log: run.log() };
  } finally {
    run.kill();
  }
}

/** The number of the first line of `text` that holds `words`. */
const lineOf = (text: string, words: string): number => text.split('\n').findIndex((line) => line.includes(words)) + 1;

describe('a start is refused with exit code 2', () => {
  it.concurrent('by a broken site file, every fault named with its line', async () => {
    const broken = file('broken.yaml');
    writeFileSync(
      broken,
      [
        'site: broken',
        'titel: Wrong key',
        'skids:',
        '  QD-1: { type: cdse-two-stag, title: No such type, twin: { run: here, seed: 1 } }',
        '  QD-2: { type: cdse-two-stage, title: No such device, twin: { run: apart }, links: { PLC-9: modbus-tcp://127.0.0.1:1502/1 } }',
        '  QD-3: { type: cdse-two-stage, title: Not a link, twin: { run: apart }, links: { PLC-1: ftp://plc } }',
        '',
      ].join('\n'),
    );
    const { code, faults, log } = await refusal('--site', broken, '--data', file('never-1'));
    expect(code, log).toBe(2);
    const all = faults.join('\n');
    expect(all).toMatch(/broken\.yaml:2: .*titel.*title/u);
    expect(all).toMatch(/broken\.yaml:4: .*cdse-two-stag.*cdse-two-stage/u);
    expect(all).toMatch(/broken\.yaml:5: .*PLC-9/u);
    expect(all).toMatch(/broken\.yaml:6: .*ftp:\/\/plc/u);
    expect(log).toContain('Start refused.');
  });

  it.concurrent('by a broken skid file of its own folder, every fault named with its line', async () => {
    mkdirSync(file('types'));
    const broken = readFileSync('plant/skids/cdse.yaml', 'utf8')
      .replace('type: cdse-two-stage', 'type: broken')
      .replace('from: PLC-1.cadmiumFlow,', 'from: PLC-1.cadmiumFlux,')
      .replace('title: Feed pressure, unit: bar(g)', 'title: Feed pressure, unit: °C')
      .replace('title: Waste tank level, unit:', 'title: Waste tank level, units:');
    writeFileSync(file('types/broken.yaml'), broken);
    const own = file('own-type.yaml');
    writeFileSync(
      own,
      'site: own\ntitle: Own\nskidTypes: types\nskids:\n  QD-1: { type: broken, title: CdSe, twin: { run: here, seed: 1 } }\n',
    );
    const { code, faults, log } = await refusal('--site', own, '--data', file('never-2'));
    expect(code, log).toBe(2);
    for (const [words, problem] of [
      ['cadmiumFlux', /cadmiumFlux.*cadmiumFlow/u],
      ['Feed pressure', /bar\(g\)/u],
      ['Waste tank level', /units.*unit/u],
    ] as const) {
      const place = `broken.yaml:${lineOf(broken, words)}:`;
      const fault = faults.find((one) => one.includes(place));
      expect(fault, `${place} in\n${faults.join('\n')}`).toMatch(problem);
    }
  });

  it.concurrent('by an unknown flag, and by flags out of range, all of them', async () => {
    const unknown = await refusal('--sight', site);
    expect(unknown.code).toBe(2);
    expect(unknown.faults.join('\n')).toMatch(/--sight[\s\S]*--site FILE/u);
    const outside = await refusal('--time-scale', '21', '--http-port', '65536');
    expect(outside.code).toBe(2);
    expect(outside.faults).toHaveLength(2);
    expect(outside.faults.join('\n')).toMatch(/--http-port: "65536"[\s\S]*--time-scale: "21".*1 to 20/u);
  });

  it.concurrent('by a time scale where a skid is real', async () => {
    const real = file('real.yaml');
    const links = '{ PLC-1: modbus-tcp://127.0.0.1:1502/1 }';
    writeFileSync(
      real,
      `site: real\n${testTypes}\ntitle: Real\nskids:\n  QD-7: { type: ${controllerType}, title: Real, ${controllerAlone}, links: ${links} }\n`,
    );
    const { code, faults } = await refusal('--site', real, '--data', file('never-3'), '--time-scale', '2');
    expect(code).toBe(2);
    expect(faults.join('\n')).toMatch(/--time-scale.*QD-7 is not a twin/u);
  });

  it.concurrent('by a file where the data folder should be', async () => {
    writeFileSync(file('no-folder'), 'precious');
    const { code, faults } = await refusal('--site', site, '--data', file('no-folder'));
    expect(code).toBe(2);
    expect(faults.join('\n')).toMatch(/no-folder: The data folder cannot be used/u);
    expect(readFileSync(file('no-folder'), 'utf8')).toBe('precious');
  });
});

type Refusal = Answer<Readonly<{ code?: string; message?: string; where?: string }>>;
type Values = Readonly<{
  demand: string;
  fieldDemand: string;
  samples: Readonly<Record<string, readonly [unknown, number]>>;
}>;
type Health = Readonly<{
  status: string;
  rooms: Readonly<
    Record<string, Readonly<{ state: string; detail: string; figures?: Readonly<Record<string, number>> }>>
  >;
}>;

let service: Service | null = null;
/** Commands that were answered as done; each must be in the ledger, whatever came after. */
const acknowledged: string[] = [];

const running = (): Service => {
  if (service === null) throw new Error('The service does not run.');
  return service;
};
const health = async (): Promise<Health> => (await fetch(`${running().url}/api/health`)).json() as Promise<Health>;

afterAll(async () => {
  await service?.stop('SIGKILL');
});

/** Events of the ledger, read beside the service. */
function events(like: string): readonly Readonly<Record<string, unknown>>[] {
  const ledger = new Database(join(data, 'ledger/ledger.db'), { readonly: true });
  try {
    const bodies = ledger
      .prepare<[string], string>('SELECT body FROM event WHERE body LIKE ?')
      .pluck()
      .all(`%${like}%`);
    return bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
  } finally {
    ledger.close();
  }
}

describe('a service that runs', () => {
  let operator: ApiPerson;

  const command = async (skid: string, action: object, more: object = {}): Promise<Refusal> => {
    const id = crypto.randomUUID();
    const answer: Refusal = await operator.post(`/api/skids/${skid}/commands`, { id, action, ...more });
    if (answer.status === 200) acknowledged.push(id);
    return answer;
  };
  const flush = (flow: number): object => ({ kind: 'write', writes: [{ tag: 'F100/FIC-104.SP', value: flow }] });
  const done = async (action: object, withinMs = 20_000): Promise<void> => {
    let last: Refusal | null = null;
    await until(async () => (last = await command('QD-1', action)).status === 200, {
      withinMs,
      everyMs: 200,
      what: () => `${JSON.stringify(action)}: ${JSON.stringify(last)}`,
    });
  };
  const values = async (skid: string): Promise<Values> =>
    (await operator.get<Values>(`/api/skids/${skid}/values`)).body;

  beforeAll(async () => {
    service = await Service.start({ site, data, timeScale: 20 });
    operator = await ApiPerson.firstLogin(service, 'operator');
  });

  it('refuses a command against an interlock, naming it', async () => {
    await until(async () => (await operator.get('/api/skids/QD-1/values')).status === 200, { what: 'the first scan' });
    const { status, body } = await command('QD-1', flush(20));
    expect(status).toBe(409);
    expect(body.code).toBe('refused-by-interlock');
    expect(body.message).toMatch(/The service started; someone has to inspect the skid and reset/u);
  });

  it('refuses a command that has grown old on its way', async () => {
    const { status, body } = await command('QD-1', flush(20), { issuedAt: Date.now() - 60_000, expiresInMs: 1000 });
    expect(status).toBe(409);
    expect(body.code).toBe('refused-by-expiry');
  });

  it('refuses a wrong password, tells nothing by it, and has it in the record', async () => {
    const login = (userName: string): Promise<Refusal> =>
      operator.post('/api/login', { userName, password: 'not the one' });
    const [known, unknown] = [await login('checker'), await login('nobody-here')];
    expect(known.status).toBe(401);
    expect(unknown).toEqual(known);
    const refusals = events('login-refused');
    expect(JSON.stringify(refusals)).toContain('checker');
    expect(JSON.stringify(refusals)).not.toContain('not the one');
  });

  it('refuses a second service on its data folder', async () => {
    const { code, faults } = await refusal('--site', site, '--data', data, '--time-scale', '20');
    expect(code).toBe(2);
    expect(faults.join('\n')).toMatch(/Another Mesoline service holds this data folder/u);
    expect(await running().status()).toBe(200);
  });

  it('has Bad values of a device that answers nonsense, counts it, and goes on with the others', async () => {
    const malformed = async (): Promise<number> =>
      (await health()).rooms['gateway']?.figures?.['QD-2/PLC-1.malformed'] ?? 0;
    await until(async () => (await malformed()) >= 3, { what: 'malformed answers to be counted' });
    // The clean resistance is no device's: a twin goes by the figure of its file.
    const { 'R201/R0': clean, ...samples } = (await values('QD-2')).samples;
    expect(isBad(clean?.[1] as Quality)).toBe(false);
    expect(Object.keys(samples).length).toBeGreaterThan(20);
    for (const [tag, [, quality]] of Object.entries(samples)) expect(isBad(quality as Quality), tag).toBe(true);
    expect(isBad((await values('QD-1')).samples['R201/TT-201A']?.[1] as Quality)).toBe(false);
    expect((await health()).status).toBe('ready');
  });

  it.skipIf(!disk.mounted)(
    'with a full disk refuses what it cannot record, still goes to HOT-HOLD, and goes on when there is room',
    async () => {
      await done({ kind: 'reset', inspected: true });
      await done(flush(20));
      disk.fill();
      let refused: Refusal | null = null;
      await until(async () => (refused = await command('QD-1', flush(25))).status !== 200, {
        what: 'the disk to be full',
      });
      expect(refused).toMatchObject({ status: 409, body: { code: 'refused-by-record' } });
      expect((await values('QD-1')).samples['F100/FIC-104.SP']?.[0]).not.toBe(25);

      await done({ kind: 'safe-state', action: 'H' }, 3000);
      await until(async () => (await values('QD-1')).fieldDemand === 'H', { what: 'HOT-HOLD in the field' });
      await until(async () => (await health()).rooms['historian']?.state === 'degraded', {
        what: 'the historian to say so',
      });
      const { records, historian } = (await health()).rooms;
      expect(records).toMatchObject({ state: 'degraded', detail: expect.stringMatching(/full|ENOSPC/iu) as string });
      expect(historian?.detail).toMatch(/ENOSPC|full|no space/iu);

      disk.free();
      await done({ kind: 'release' });
      await done(flush(30));
      let rooms: Health['rooms'] = {};
      await until(
        async () => {
          ({ rooms } = await health());
          return rooms['records']?.state === 'ready' && rooms['historian']?.state === 'ready';
        },
        {
          withinMs: 30_000,
          what: () => `health after the room was freed: ${JSON.stringify(rooms)}\n${running().log()}`,
        },
      );
    },
  );

  it('stops with 0, and everything it acknowledged is in its ledger', async () => {
    expect((await running().stop()).code, running().log()).toBe(0);
    service = null;
    const recorded = JSON.stringify(events('command-'));
    for (const id of acknowledged) expect(recorded).toContain(id);
    const trust = readFileSync(join(data, 'keys/trust.txt'), 'utf8').trim();
    const verifier = ['control/records/verify/cli.ts', data, '--trust', trust];
    const { status, stdout } = spawnSync(process.execPath, verifier, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});

describe('a data folder that was not left as it was', () => {
  afterEach(async () => {
    await service?.stop();
    service = null;
  });

  it('with a corrupt end of the spool: the bytes are put aside, health says so, and the service runs', async () => {
    const spool = join(data, 'spool');
    const newest = readdirSync(spool)
      .filter((name) => name.startsWith('segment-'))
      .sort()
      .at(-1);
    const garbageBytes = Buffer.from('these bytes are of nobody; '.repeat(20));
    appendFileSync(join(spool, newest ?? ''), garbageBytes);
    service = await Service.start({ site, data, timeScale: 20 });
    await until(async () => /spool\/aside/u.test((await health()).rooms['historian']?.detail ?? ''), {
      what: 'health to say so',
    });
    expect(service.lines.join('\n')).toMatch(/"level":50.*a damaged part of the spool was put aside/u);
    const aside = readdirSync(join(spool, 'aside'));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(spool, 'aside', aside[0] ?? ''))).toEqual(garbageBytes);
    expect(await service.stop()).toMatchObject({ code: 0 });
  });

  it.each([
    ['pages', '--http-port'],
    ['OPC UA', '--opcua-port'],
  ])('with the port of the %s taken by another: the start is refused, naming it', async (_, flag) => {
    const other: Server = createServer();
    const port = await freePort();
    await new Promise<void>((settle) => other.listen(port, '127.0.0.1', settle));
    try {
      const { code, faults, log } = await refusal(
        '--site',
        'deploy/sites/rig.yaml',
        '--data',
        data,
        flag,
        String(port),
      );
      expect(code, log).toBe(2);
      expect(faults.join('\n')).toContain(String(port));
      expect(faults.join('\n')).toContain(flag);
    } finally {
      await new Promise((settle) => other.close(settle));
    }
  });

  it('with one byte of an event changed: the start is refused, naming the event', async () => {
    const ledger = new Database(join(data, 'ledger/ledger.db'));
    const rules = ledger
      .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      .all();
    for (const { name } of rules) ledger.exec(`DROP TRIGGER ${name}`);
    const { scope, seq } = ledger
      .prepare<[], { scope: string; seq: number }>('SELECT scope, event_seq AS seq FROM site ORDER BY seq DESC LIMIT 1')
      .get() ?? { scope: '', seq: 0 };
    const bodyOf = ledger
      .prepare<[string, number], string>('SELECT body FROM event WHERE scope = ? AND seq = ?')
      .pluck();
    const body = bodyOf.get(scope, seq) ?? '';
    const changed = body.replace(/"utc":"(\d)/u, (_, digit: string) => `"utc":"${(Number(digit) + 1) % 10}`);
    expect(changed).not.toBe(body);
    ledger.prepare('UPDATE event SET body = ? WHERE scope = ? AND seq = ?').run(changed, scope, seq);
    for (const { sql } of rules) ledger.exec(sql);
    ledger.close();
    const { code, faults, log } = await refusal('--site', site, '--data', data, '--time-scale', '20');
    expect(code, log).toBe(2);
    expect(faults.join('\n')).toContain(`event ${scope} #${seq} (`);
  });
});
