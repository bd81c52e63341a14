import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../plant/clock.ts';
import { isGood } from '../../plant/quality.ts';
import type { DeviceLink } from '../../plant/skid/definition.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { HuberThermostat } from '../../twin/instruments/huber.ts';
import { LineServer } from '../../twin/instruments/line-server.ts';
import { Bench, shipped } from '../gateway/line/support/bench.ts';

const bridge = fileURLToPath(new URL('serial-bridge.py', import.meta.url));
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A serial port of this machine with a thermostat at its other end. */
async function serialPort(port: number): Promise<Readonly<{ path: string; unplug: () => Promise<unknown> }>> {
  const child: ChildProcess = spawn('python3', [bridge, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const unplug = async (): Promise<unknown> => {
    if (child.exitCode !== null || child.signalCode !== null) return null;
    child.kill();
    return once(child, 'exit');
  };
  open.push(unplug);
  const [path] = (await once(child.stdout!, 'data')) as [Buffer];
  return { path: path.toString().trim(), unplug };
}

describe('a thermostat on a serial port', () => {
  it('is read, set, and lost when the port goes', async () => {
    const instrument = new HuberThermostat(systemClock());
    const server = new LineServer({ host: '127.0.0.1', port: 0, instrument });
    open.push(() => server.stop());
    const { path, unplug } = await serialPort(await server.start());
    const link: DeviceLink = {
      device: 'D-1',
      protocol: 'serial',
      path,
      line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    };
    const bench = new Bench(shipped('huber-pb', { timeout: milliseconds(500) }), 0, { link });
    open.push(() => bench.device.stop());
    bench.device.start();
    await bench.until(() => isGood(bench.reading('internalTemperature').quality), 'the first round', 10_000);
    await bench.set('setpoint', 12.34);
    expect((await bench.device.read([bench.point('setpoint')])).get('setpoint')).toBe(12.34);
    expect(bench.device.figures).toMatchObject({ malformed: 0, timeouts: 0 });
    await unplug();
    await bench.until(() => bench.device.state === 'lost', 'the loss', 10_000);
    expect(isGood(bench.reading('internalTemperature').quality)).toBe(false);
  });
});
