/**
 * Debian's mbpoll reads what the twin's server serves: every data type in every word order, over Modbus TCP and over RTU on a
 * serial line; and the gateway reads the same by its own.
 *
 * mbpoll knows bits, 16-bit values, and 32-bit integers and floats in the orders ABCD (-B) and CDAB. It cannot say 64-bit
 * values, BCD, texts, fields of bits, nor registers whose bytes are swapped (BADC, DCBA): of those it reads the bare
 * registers, and they are put together here.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Buses } from '../../gateway/modbus/buses.ts';
import { decodeFrom } from '../../gateway/modbus/codec.ts';
import { ModbusLink } from '../../gateway/modbus/link.ts';
import { planReads } from '../../gateway/modbus/read-plan.ts';
import { systemTimers } from '../../gateway/timers.ts';
import {
  lengthOf,
  wordOrders,
  type PointType,
  type RegisterModel,
  type RegisterPoint,
} from '../../plant/device-model.ts';
import type { DeviceLink } from '../../plant/skid/definition.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { createPointBank } from '../../twin/modbus/point-bank.ts';
import { createModbusServer } from '../../twin/modbus/server.ts';
import { silentLog } from '../gateway/support/house.ts';
import { loadRegisterModel, registerPoint } from '../support/register-model.ts';
import { until } from '../support/waiting.ts';

const run = promisify(execFile);
const python = '/usr/bin/python3';
const present = spawnSync('mbpoll', ['-V']).error === undefined;
if (!present) console.warn('skipped: mbpoll is not on this machine; deploy/install-test-services installs it');

const values: Readonly<Record<Exclude<PointType, 'bool' | 'string'>, number>> = {
  uint16: 54_321,
  int16: -1234,
  uint32: 3_000_000_000,
  int32: -123_456_789,
  uint64: 0x0001_0203_0405_06,
  int64: -5,
  float32: 158.25,
  float64: 0.1,
  bcd16: 1234,
  bcd32: 12_345_678,
};
const text = 'Cd-Se';
const bits = [true, false, true, true, false];

const points: RegisterPoint[] = [];
let free = 0;
for (const order of wordOrders) {
  for (const type of [...Object.keys(values), 'string'] as PointType[]) {
    const shape = { type, order, ...(type === 'string' ? { length: 3 } : {}) };
    points.push(registerPoint({ name: `${type}.${order}`, address: free, ...shape }));
    free += lengthOf(registerPoint(shape));
  }
}
bits.forEach((_, i) => points.push(registerPoint({ name: `bit${i}`, area: 'coil', address: i, type: 'bool' })));
points.push(registerPoint({ name: 'field', address: free, bits: { from: 4, to: 7 } }));

const model: RegisterModel = {
  ...loadRegisterModel('gateway/devices/generic-skid-plc.yaml'),
  controller: undefined!,
  largestHole: 0,
  forbidden: [],
  points,
};
const valueOf = (name: string): number => {
  if (name.startsWith('bit')) return bits[Number(name.slice(3))] === true ? 1 : 0;
  if (name === 'field') return 9;
  return values[name.split('.')[0] as keyof typeof values];
};
const bank = createPointBank(model, { read: valueOf, text: () => text, write: () => null });

/** How mbpoll is told to read a point as a number, or null where it cannot. */
function optionsFor({ type, order, address }: RegisterPoint): readonly string[] | null {
  const at = ['-r', String(address)];
  const highFirst = order === 'ABCD' ? ['-B'] : order === 'CDAB' ? [] : null;
  if (highFirst === null) return null;
  if (type === 'uint16' || type === 'int16') return ['-t', '4', ...at];
  if (type === 'int32' || type === 'uint32') return ['-t', '4:int', ...highFirst, ...at];
  return type === 'float32' ? ['-t', '4:float', ...highFirst, ...at] : null;
}

/** The bytes of a value, put in order by hand from bare registers. */
function bytesOf({ order }: RegisterPoint, words: readonly number[]): Buffer {
  const swaps = order === 'BADC' || order === 'DCBA';
  const registers = words.map((word) => (swaps ? Buffer.of(word & 255, word >> 8) : Buffer.of(word >> 8, word & 255)));
  return Buffer.concat(order === 'CDAB' || order === 'DCBA' ? registers.reverse() : registers);
}

function meantBy({ type }: RegisterPoint, bytes: Buffer): number {
  switch (type) {
    case 'uint16':
      return bytes.readUInt16BE();
    case 'int16':
      return bytes.readInt16BE();
    case 'uint32':
      return bytes.readUInt32BE();
    case 'int32':
      return bytes.readInt32BE();
    case 'uint64':
      return Number(bytes.readBigUInt64BE());
    case 'int64':
      return Number(bytes.readBigInt64BE());
    case 'float32':
      return bytes.readFloatBE();
    case 'float64':
      return bytes.readDoubleBE();
    default:
      return Number(bytes.toString('hex'));
  }
}

describe.skipIf(!present).each(['tcp', 'rtu'] as const)('the twin, read by mbpoll over %s', (framing) => {
  const server = createModbusServer({ host: '127.0.0.1', port: 0, unitId: 1, bank, framing });
  const children: ChildProcess[] = [];
  let link: ModbusLink;
  let target: readonly string[];

  /** A serial line of its own that leads to the twin. */
  const serialLine = async (port: number): Promise<string> => {
    const child = spawn(python, ['tests/interop/modbus-pty.py', String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    return String(value);
  };

  beforeAll(async () => {
    const port = await server.start();
    const serial = framing === 'rtu';
    target = serial
      ? ['-m', 'rtu', '-b', '19200', '-P', 'even', await serialLine(port)]
      : ['-m', 'tcp', '-p', String(port), '127.0.0.1'];
    const address: Extract<DeviceLink, { unitId: number }> = serial
      ? {
          device: 'TWIN',
          protocol: 'modbus-rtu',
          path: await serialLine(port),
          line: { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
          unitId: 1,
        }
      : { device: 'TWIN', protocol: 'modbus-tcp', host: '127.0.0.1', port, unitId: 1 };
    link = new ModbusLink({
      name: 'TWIN',
      address,
      buses: new Buses({ clock: systemClock(), timers: systemTimers, random: () => 0, log: silentLog }),
      timeoutMs: 1000,
      checks: [{ kind: 'read', area: 'holding', address: 0, length: 1 }],
      onState: () => undefined,
    });
    link.start();
    await until(() => link.state === 'connected', { everyMs: 10, what: 'the link to connect' });
  });

  afterAll(async () => {
    link.stop();
    for (const child of children) {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await server.stop();
  });

  /** The values mbpoll prints, one a line: `[10]: \t25.01`; a 16-bit value above 32767 has its signed reading behind it. */
  async function polled(...options: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await run('mbpoll', ['-a', '1', '-0', '-1', ...options, ...target]);
    return [...stdout.matchAll(/^\[\d+\]:\s+(.+)$/gmu)].map((match) => match[1]!.trim());
  }

  const registers = async (at: number, count: number): Promise<readonly number[]> =>
    (await polled('-t', '4:hex', '-r', String(at), '-c', String(count))).map((word) => Number(word));

  it('says every type in every order alike to mbpoll and to the gateway', async () => {
    const plain: string[] = [];
    const words = await registers(0, free);
    for (const request of planReads(
      model,
      points.filter(({ area }) => area === 'holding'),
    )) {
      const data = await link.readRegisters('holding', request.address, request.length);
      for (const point of request.points) {
        const ours = decodeFrom(point, data, point.address - request.address).value;
        if (point.name === 'field') {
          expect(ours).toBe(9);
          expect((await registers(point.address, 1)).map((word) => (word >> 4) & 15)).toEqual([9]);
          continue;
        }
        const own = words.slice(point.address, point.address + lengthOf(point));
        if (point.type === 'string') {
          expect(ours, point.name).toBe(text);
          const swaps = point.order === 'BADC' || point.order === 'DCBA';
          const said = own.flatMap((word) => (swaps ? [word & 255, word >> 8] : [word >> 8, word & 255]));
          expect(Buffer.from(said).toString(), point.name).toBe(`${text}\0`);
          continue;
        }
        expect(ours, point.name).toBe(valueOf(point.name));
        expect(meantBy(point, bytesOf(point, own)), `${point.name} of bare registers`).toBe(valueOf(point.name));
        const options = optionsFor(point);
        if (options === null) continue;
        plain.push(`${point.type} ${point.order}`);
        const printed = Number((await polled(...options))[0]?.split(/\s/u)[0]);
        const asSaid =
          point.type === 'uint32' ? printed >>> 0 : point.type === 'int16' ? (printed << 16) >> 16 : printed;
        expect(asSaid, `${point.name} as mbpoll says it`).toBe(valueOf(point.name));
      }
    }
    expect(plain.sort()).toEqual(
      ['uint16', 'int16', 'uint32', 'int32', 'float32'].flatMap((type) => [`${type} ABCD`, `${type} CDAB`]).sort(),
    );
  });

  it('says its coils alike', async () => {
    expect((await polled('-t', '0', '-r', '0', '-c', '5')).map((bit) => bit === '1')).toEqual(bits);
    expect(await link.readBits('coil', 0, 5)).toEqual(bits);
  });
});
