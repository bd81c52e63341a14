/**
 * Two Modbus masters that nobody here wrote, Debian's mbpoll and pymodbus, read the twin beside the gateway's own driver.
 * While the skid stands in a safe state its volumes and set points do not move, so that all three must say the same.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setInterval as everyWhile } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePoint, encodePoint } from '../../gateway/modbus/codec.ts';
import { Buses } from '../../gateway/modbus/buses.ts';
import { ModbusLink } from '../../gateway/modbus/link.ts';
import { systemTimers } from '../../gateway/timers.ts';
import { lengthOf, type RegisterPoint } from '../../plant/device-model.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { silentLog } from '../gateway/support/house.ts';
import { Apart } from '../support/child.ts';
import { freePort } from '../support/ports.ts';
import { loadRegisterModel } from '../support/register-model.ts';
import { until } from '../support/waiting.ts';

const run = promisify(execFile);
const python = '/usr/bin/python3';

const present = {
  mbpoll: spawnSync('mbpoll', ['-V']).error === undefined,
  pymodbus: spawnSync(python, ['-c', 'import pymodbus']).status === 0,
};
for (const [tool, there] of Object.entries(present)) {
  if (!there) console.warn(`skipped: ${tool} is not on this machine; deploy/install-test-services installs it`);
}

const model = loadRegisterModel('gateway/devices/generic-skid-plc.yaml');
function point(name: string): RegisterPoint {
  const found = model.points.find((one) => one.name === name);
  if (found === undefined) throw new Error(`The controller has no point ${name}.`);
  return found;
}

/** The gateway's own driver and codec, and the heartbeat that keeps the controller from HOT-HOLD. */
class Driver {
  readonly #link: ModbusLink;
  readonly #leave = new AbortController();
  #beating: Promise<void> = Promise.resolve();

  constructor(port: number) {
    this.#link = new ModbusLink({
      name: 'QD-1/PLC-1',
      address: { device: 'PLC-1', protocol: 'modbus-tcp', host: '127.0.0.1', port, unitId: 1 },
      buses: new Buses({ clock: systemClock(), timers: systemTimers, random: () => 0, log: silentLog }),
      timeoutMs: 2000,
      onState: () => undefined,
    });
  }

  async start(): Promise<void> {
    this.#link.start();
    await until(() => this.#link.state === 'connected', { what: 'the driver to connect', everyMs: 5 });
  }

  async stop(): Promise<void> {
    this.#leave.abort();
    await this.#beating;
    this.#link.stop();
  }

  beat(): void {
    this.#beating = (async () => {
      let beat = 0;
      for await (const step of everyWhile(100, 1, { signal: this.#leave.signal })) {
        await this.write('serviceHeartbeat', (beat += step));
      }
    })().catch(() => undefined);
  }

  async read(name: string): Promise<number> {
    const { area, address } = point(name);
    if (area !== 'holding' && area !== 'input') throw new Error(`${name} is no register.`);
    const { value } = decodePoint(point(name), await this.#link.readRegisters(area, address, lengthOf(point(name))));
    return Number(value);
  }

  async write(name: string, value: number): Promise<void> {
    await this.#link.writeRegisters(point(name).address, encodePoint(point(name), value));
  }
}

type PythonAnswer = Readonly<{ value?: number; written?: true; exception?: number }>;

class Pymodbus {
  readonly #child;
  readonly #lines;

  constructor(port: number) {
    this.#child = spawn(python, ['tests/interop/twin-pymodbus.py', String(port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(request: object): Promise<PythonAnswer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('pymodbus has ended.');
    return JSON.parse(value) as PythonAnswer;
  }

  /** The engineering value, scaled here by what the map says. */
  async read(name: string): Promise<number> {
    const { area, address, type, order, scale } = point(name);
    const { value, exception } = await this.ask({ area, at: address, type, order });
    if (value === undefined) throw new Error(`${name}: exception ${exception}`);
    return scale === 1 ? value : value / Math.round(1 / scale);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.stdin.end();
    await once(this.#child, 'exit');
  }
}

let port = 0;
let twin: Apart | undefined;
let driver: Driver;
let pymodbus: Pymodbus;

/** What mbpoll prints, an item a register or pair; `words` are its own options. @throws with what it says on a refusal. */
async function mbpoll(...words: readonly string[]): Promise<string> {
  const at = words.indexOf('--');
  const [options, values] = at < 0 ? [words, []] : [words.slice(0, at), words.slice(at)];
  const target = ['-m', 'tcp', '-a', '1', '-p', String(port), '-0', '-1', ...options, '127.0.0.1', ...values];
  try {
    return (await run('mbpoll', target)).stdout;
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`, { cause: thrown });
  }
}

/** `[10]: \t25.0123` of mbpoll's lines; a 16-bit value above 32767 has its signed reading behind it. */
async function polled(...words: readonly string[]): Promise<number> {
  const printed = await mbpoll(...words);
  const value = /^\[\d+\]:\s+(\S+)/mu.exec(printed)?.[1];
  if (value === undefined) throw new Error(`mbpoll printed no value:\n${printed}`);
  return Number(value);
}

const read16 = (at: number): Promise<number> => polled('-t', '3', '-r', String(at));

beforeAll(async () => {
  port = await freePort();
  const started = (twin = new Apart('twin/main.ts', ['--port', String(port), '--time-scale', '20']));
  await until(() => started.lines.some((line) => line.startsWith('Twin of')), { what: () => started.lines.join('\n') });
  driver = new Driver(port);
  await driver.start();
});

afterAll(async () => {
  await driver.stop();
  await twin?.stop();
});

/** Runs the line hot for a moment, with the flush pump and the heater on, and leaves it de-energised. */
async function runAndStop(whileRunning: () => Promise<void>): Promise<void> {
  driver.beat();
  await until(() => driver.read('serviceHeartbeat').then((beat) => beat > 1));
  await driver.write('resetPulse', 1);
  await until(() => driver.read('safeStateStep').then((step) => step === 0), { what: 'the reset' });
  await driver.write('backPressureSetpoint', 12.5);
  await driver.write('flushFlowSetpoint', 40);
  await driver.write('reactorRampRate', 60);
  await driver.write('reactorSetpoint', 140);
  await whileRunning();
  await driver.write('safeStateRequest', 20);
  await until(() => driver.read('safeStateStep').then((step) => step === 20), { what: 'the safe state' });
  let before = Number.NaN;
  await until(
    async () => {
      const now = await driver.read('wasteVolume');
      const stands = now === before;
      before = now;
      return stands;
    },
    { everyMs: 200, what: 'the waste to stand still' },
  );
}

describe.skipIf(!present.pymodbus || !present.mbpoll)('a twin, read by masters that are not ours', () => {
  afterAll(() => pymodbus.stop());

  beforeAll(async () => {
    pymodbus = new Pymodbus(port);
    await runAndStop(async () => {
      await until(() => driver.read('heaterOutput').then((percent) => percent > 10), { what: 'the heater' });
      const [before, python, after] = [
        await driver.read('heaterOutput'),
        await pymodbus.read('heaterOutput'),
        await driver.read('heaterOutput'),
      ];
      expect(python).toBeGreaterThan(0);
      expect(Math.abs(python - before)).toBeLessThanOrEqual(Math.abs(after - before) + 20);
      expect(Number.isInteger(Math.round(python * 1e6) / 1e5)).toBe(true);
      await until(() => driver.read('wasteVolume').then((ml) => ml > 5), { what: 'the waste to grow' });
      const running = await read16(4);
      expect(running & 0b1111, 'only the flush pump runs').toBe(0b1000);
      expect(running & 0b1_0000, 'the heater is enabled').toBe(0b1_0000);
      expect((await pymodbus.ask({ area: 'input', at: 4, type: 'uint16' })).value).toBe(running);
    });
  });

  it('says its step and its bits alike to all three', async () => {
    for (const name of ['safeStateStep', 'firstOut', 'diverterPosition']) {
      const ours = await driver.read(name);
      expect(await pymodbus.read(name), name).toBe(ours);
      expect(await read16(point(name).address), name).toBe(ours);
    }
    expect(await read16(1)).toBe(20);
    const bits = await read16(4);
    expect(bits & 0b1_1111, 'nothing runs in the safe state').toBe(0);
    expect(await driver.read('coolingOn')).toBe((bits >> 5) & 1);
  });

  it('says a float32 alike, the high word first', async () => {
    const words = ['-t', '4:float', '-B', '-r', '14'];
    expect(await driver.read('backPressureSetpoint')).toBe(12.5);
    expect(await pymodbus.read('backPressureSetpoint')).toBe(12.5);
    expect(await polled(...words)).toBe(12.5);
    expect(await polled('-t', '4:float', '-r', '14'), 'read the other way round').not.toBe(12.5);
    const temperature = await driver.read('reactorTemperatureIndependent');
    expect(temperature).toBeGreaterThan(20);
    expect(Math.abs((await polled('-t', '3:float', '-B', '-r', '14')) - temperature)).toBeLessThan(5);
    expect(Math.abs((await pymodbus.read('reactorTemperatureIndependent')) - temperature)).toBeLessThan(5);
  });

  it('says a float64 to the last bit', async () => {
    const ours = await driver.read('wasteVolume');
    expect(ours).toBeGreaterThan(5);
    expect(await pymodbus.read('wasteVolume')).toBe(ours);
    const words: number[] = [];
    for (let at = 58; at < 62; at += 1) words.push(await read16(at));
    expect(Buffer.from(Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]))).readDoubleBE()).toBe(ours);
  });

  it('says scaled integers alike', async () => {
    expect(await pymodbus.read('heaterOutput')).toBe(0);
    expect(await driver.read('heaterOutput')).toBe(0);
    // The radar's level wavers from one reading to the next; that the scale is the same shows all the same.
    const level = await driver.read('wasteLevel');
    expect(level).toBeGreaterThan(5);
    expect(Math.abs((await pymodbus.read('wasteLevel')) - level)).toBeLessThan(1);
    expect(Math.abs((await read16(62)) / 100 - level)).toBeLessThan(1);
  });

  it('counts its cycles in a uint32 with the low word first, and never backwards', async () => {
    const reads = [
      await driver.read('sampleCounter'),
      await pymodbus.read('sampleCounter'),
      // mbpoll has the low word first where -B does not ask otherwise.
      await polled('-t', '3:int', '-r', '63'),
      await driver.read('sampleCounter'),
    ];
    expect(reads).toEqual(reads.toSorted((one, other) => one - other));
    expect(reads[3]! - reads[0]!).toBeLessThan(20 * 20 * 10);
    expect(reads[0]).toBeGreaterThan(20);
  });

  it('takes a register from each and shows it to the others', async () => {
    expect(await pymodbus.ask({ at: 14, type: 'float32', value: 13.25 })).toEqual({ written: true });
    expect(await driver.read('backPressureSetpoint')).toBe(13.25);
    await mbpoll('-t', '4:float', '-B', '-r', '14', '--', '14.75');
    expect(await driver.read('backPressureSetpoint')).toBe(14.75);
    expect(await pymodbus.read('backPressureSetpoint')).toBe(14.75);
    await mbpoll('-t', '4', '-r', '1', '--', '30');
    await until(() => pymodbus.read('safeStateStep').then((step) => step === 30), { what: 'the higher safe state' });
    expect(await pymodbus.ask({ at: 1, type: 'uint16', value: 20 })).toEqual({ written: true });
    expect(await read16(1), 'a lower one steps nothing down').toBe(30);
  });

  it('refuses each an address without a register, one that is read only, a value it cannot take and what would run it', async () => {
    for (const at of [120, 105, 9999]) {
      expect(await pymodbus.ask({ area: 'input', at, type: 'uint16' }), `input ${at}`).toEqual({ exception: 2 });
      await expect(read16(at), `input ${at}`).rejects.toThrow(/[Ii]llegal data address/);
    }
    expect(await pymodbus.ask({ at: 15, type: 'uint16', value: 1 }), 'half a float').toEqual({ exception: 2 });
    expect(await pymodbus.ask({ at: 40, type: 'uint16', value: 1 })).toEqual({ exception: 2 });
    await expect(mbpoll('-t', '4', '-r', '40', '--', '1')).rejects.toThrow(/[Ii]llegal data address/);
    expect(await pymodbus.ask({ at: 14, type: 'float32', value: 19 })).toEqual({ exception: 3 });
    await expect(mbpoll('-t', '4:float', '-B', '-r', '14', '--', '19')).rejects.toThrow(/[Ii]llegal data value/);
    expect(await pymodbus.ask({ at: 26, type: 'float32', value: 20 })).toEqual({ exception: 4 });
    await expect(driver.read('backPressureSetpoint')).resolves.toBe(14.75);
  });
});
