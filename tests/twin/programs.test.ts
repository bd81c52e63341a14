import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSpectrum } from '../../pat/read/forms.ts';
import type { TwinReady } from '../../twin/index.ts';
import { until } from '../support/waiting.ts';
import { writeFullSkid } from './full-skid.ts';
import { Peer } from './modbus-peer.ts';
import { repository } from './skid-in-hand.ts';

const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'twin-programs-'));
const soon = { everyMs: 20, withinMs: 15_000 };
afterAll(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(program: string, args: readonly string[]) {
  // The test runner's own node may be another one than the product's.
  const execPath = repository('node_modules/.bin/node');
  const child = fork(repository(program), [...args], {
    execPath,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  const exited = once(child, 'exit').then(([code]: unknown[]) => code as number);
  return { child, exited, errors: () => errors };
}

describe.concurrent('the twin as a program', () => {
  it('says its port, answers there, takes faults, says what it will not take, and ends with its parent alone', async () => {
    const { child, exited } = start('twin/main.ts', ['--seed', '3', '--time-scale', '20']);
    const [{ ready, port }] = (await once(child, 'message')) as [{ ready: boolean; port: number }];
    expect(ready).toBe(true);
    const peer = await Peer.connect(port);
    expect(await peer.ask([4, 0, 1, 0, 1])).toEqual([4, 2, 0, 1]);

    child.send({ fault: 'sensor-nan', point: 'reactorTemperatureA' });
    expect((await once(child, 'message'))[0]).toMatchObject({ accepted: true });
    child.send({ fault: 'gremlin' });
    expect((await once(child, 'message'))[0]).toMatchObject({ accepted: false });

    // The process runs: the controller's own counter goes on, and the broken sensor shows.
    const counter = await peer.ask([4, 0, 0, 0, 1]);
    for (;;) {
      const next = await peer.ask([4, 0, 0, 0, 1]);
      const [, , ...bytes] = await peer.ask([4, 0, 10, 0, 2]);
      if (String(next) !== String(counter) && Number.isNaN(Buffer.from(bytes).readFloatBE())) break;
    }
    // A signal to the group does not take it away before its parent has let go.
    child.kill('SIGTERM');
    expect(await peer.ask([4, 0, 1, 0, 1])).toHaveLength(4);
    child.disconnect();
    expect(await exited).toBe(0);
    peer.close();
  });

  it('says in one line that its port is in use, and ends with 2', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { exited, errors } = start('twin/main.ts', ['--port', String(port), '--devices', 'PLC-1']);
    expect(await exited).toBe(2);
    expect(errors()).toBe(`127.0.0.1:${port}: Another program listens here. Stop it or choose another --port.\n`);
    holder.close();
  });
});

describe('the twin of a skid with instruments', () => {
  const spectra = join(folder, 'spectra');

  it('serves every device, writes what they measure, and comes back on the ports that it is given', async () => {
    const skid = writeFullSkid(folder);
    const first = start('twin/main.ts', ['--skid-type', skid, '--folder', spectra, '--time-scale', '100']);
    const [{ links }] = (await once(first.child, 'message')) as [TwinReady];
    expect(Object.keys(links).sort()).toEqual(['GD-9', 'NMR-9', 'PH-91', 'PH-92', 'PL-9', 'PLC-1', 'RA-9', 'UV-9']);
    expect(links['RA-9']).toBe(`folder:${join(spectra, 'RA-9')}`);
    expect(links['PH-91']).toMatch(/^modbus-rtu-tcp:/u);
    const ports = Object.fromEntries(
      Object.entries(links).flatMap(([device, link]) => {
        const port = /:(\d+)(?:\/|$)/u.exec(link)?.[1];
        return port === undefined ? [] : [[device, Number(port)]];
      }),
    );
    const panel = await Peer.connect(ports['GD-9'] ?? 0);
    expect((await panel.ask([4, 0, 1, 0, 1]))[0]).toBe(4);
    panel.close();
    // None is there of a liquid without dots but what the instruments see of water.
    const written = (device: string): string | undefined =>
      readdirSync(join(spectra, device)).find((each) => !each.endsWith('.tmp'));
    await until(() => ['RA-9', 'UV-9', 'PL-9'].every((device) => written(device) !== undefined), soon);
    for (const device of ['RA-9', 'UV-9', 'PL-9']) {
      const name = written(device) ?? '';
      expect(readSpectrum(name, readFileSync(join(spectra, device, name))).kind).toBe('spectrum');
    }
    await until(() => readdirSync(join(spectra, 'NMR-9')).length > 0, soon);
    first.child.kill('SIGKILL');
    await first.exited;

    const again = start('twin/main.ts', ['--skid-type', skid, '--folder', spectra, '--ports', JSON.stringify(ports)]);
    const [ready] = (await once(again.child, 'message')) as [TwinReady];
    expect(ready.links).toEqual(links);
    again.child.disconnect();
    expect(await again.exited).toBe(0);
  });
});

describe('the replay as a program', () => {
  const file = join(folder, 'rig.csv');
  const rows = ['01', '02', '03'].map((second) => `2020-03-09 10:14:${second};1;2;3;4;5;6;7;8;0;0`);

  it('holds until somebody reads, plays, says that it is done, keeps serving and ends with its parent', async () => {
    writeFileSync(file, ['datetime;a;b;c;d;e;f;g;h;anomaly;changepoint', ...rows].join('\r\n'));
    const { child, exited } = start('twin/replay/main.ts', ['--csv', file, '--speed', '1000', '--hold']);
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const done = once(child, 'message');
    const peer = await Peer.connect(port);
    expect(await peer.ask([4, 0, 0, 0, 2])).toEqual([4, 4, 0, 0, 0, 0]);
    expect((await done)[0]).toEqual({ done: true, rows: 3 });
    expect(await peer.ask([4, 0, 0, 0, 2])).toEqual([4, 4, 0, 0, 0, 3]);
    child.disconnect();
    expect(await exited).toBe(0);
    peer.close();
  });

  it('refuses a recording with a fault in its last line before it serves', async () => {
    writeFileSync(file, ['datetime;a;b;c;d;e;f;g;h', ...rows, 'x'].join('\n'));
    const { exited, errors } = start('twin/replay/main.ts', ['--csv', file]);
    expect(await exited).toBe(2);
    expect(errors()).toMatch(/rig.csv:5:/u);
    rmSync(folder, { recursive: true });
  });
});
