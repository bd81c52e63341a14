/**
 * Debian's pymodbus as a device, over Modbus TCP and over RTU: its own code lays every data type in every word order, and the
 * gateway reads what it meant. Written values are read back through the same.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Buses } from '../../gateway/modbus/buses.ts';
import { checksOf } from '../../gateway/modbus/checks.ts';
import { decodeFrom, encodePoint } from '../../gateway/modbus/codec.ts';
import { ModbusLink } from '../../gateway/modbus/link.ts';
import { planReads } from '../../gateway/modbus/read-plan.ts';
import { systemTimers } from '../../gateway/timers.ts';
import { pointTypes, wordOrders, type PointType, type WordOrder } from '../../plant/device-model.ts';
import { good } from '../../plant/quality.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { silentLog } from '../gateway/support/house.ts';
import { freePort } from '../support/ports.ts';
import { registerPoint } from '../support/register-model.ts';
import { until } from '../support/waiting.ts';

const python = '/usr/bin/python3';
const present = spawnSync(python, ['-c', 'import pymodbus']).status === 0;
if (!present) console.warn('skipped: pymodbus is not on this machine; deploy/install-test-services installs it');

type Said = Readonly<{
  points: readonly Readonly<{
    name: string;
    type: PointType;
    order: WordOrder;
    at: number;
    value: number | string;
    length: number;
  }>[];
  bits: readonly boolean[];
  /** The first register that nothing lies in. */
  free: number;
}>;

describe.skipIf(!present).each(['tcp', 'rtu'] as const)('a device made with pymodbus, over %s', (framing) => {
  let child: ChildProcess;
  let said: Said;
  let link: ModbusLink;

  beforeAll(async () => {
    const port = await freePort();
    const python3 = spawn(python, ['tests/interop/modbus-pymodbus-device.py', framing, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = python3;
    const { value } = await createInterface({ input: python3.stdout })[Symbol.asyncIterator]().next();
    said = JSON.parse(String(value)) as Said;
    link = linkTo(port, 1);
    link.start();
    await until(() => link.state === 'connected', { everyMs: 10, what: 'the link to connect' });
  });

  afterAll(async () => {
    link.stop();
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });

  const pointsOf = (area: 'holding' | 'input') =>
    said.points.map(({ name, type, order, at: address, length }) =>
      registerPoint({ name, type, order, address, area, ...(type === 'string' ? { length } : {}) }),
    );
  const limits = { model: 'pymodbus', longestRead: 125, largestHole: 0, forbidden: [] };

  const linkTo = (port: number, unitId: number): ModbusLink =>
    new ModbusLink({
      name: `pymodbus-${unitId}`,
      address: {
        device: 'PM',
        protocol: framing === 'rtu' ? 'modbus-rtu-tcp' : 'modbus-tcp',
        host: '127.0.0.1',
        port,
        unitId,
      },
      buses: new Buses({ clock: systemClock(), timers: systemTimers, random: () => 0, log: silentLog }),
      timeoutMs: 2000,
      checks: checksOf(planReads(limits, pointsOf('input'))),
      onState: () => undefined,
    });

  it.each(['holding', 'input'] as const)('says every type in every order in its %s registers', async (area) => {
    const points = pointsOf(area);
    const seen = new Set<string>();
    for (const request of planReads(limits, points)) {
      const data = await link.readRegisters(area, request.address, request.length);
      for (const point of request.points) {
        const meant = said.points.find(({ name }) => name === point.name)?.value;
        expect(decodeFrom(point, data, point.address - request.address), point.name).toEqual({
          value: meant,
          quality: good,
        });
        seen.add(`${point.type} ${point.order}`);
      }
    }
    const every = pointTypes
      .filter((type) => type !== 'bool')
      .flatMap((type) => wordOrders.map((order) => `${type} ${order}`));
    expect([...seen].sort()).toEqual(every.sort());
  });

  it('says its bits', async () => {
    expect(await link.readBits('coil', 0, 10)).toEqual(said.bits);
    expect(await link.readBits('discrete', 3, 7)).toEqual(said.bits.slice(3));
  });

  it('takes what is written by each function, and says it back', async () => {
    const { free } = said;
    await link.writeRegisters(free, [1, 2, 3]);
    await link.writeRegisters(free + 3, [4], {}, true);
    expect(await link.writeAndRead(free + 4, [5, 6])).toEqual([5, 6]);
    await link.writeBits(free, 0b1111_0000, 0b1010_0000);
    expect(await link.readRegisters('holding', free, 6)).toEqual([0b1010_0001, 2, 3, 4, 5, 6]);
    await link.writeCoils(20, [true, false, true]);
    await link.writeCoil(21, true);
    expect(await link.readBits('coil', 20, 3)).toEqual([true, true, true]);
    for (const point of pointsOf('holding')) {
      const meant = said.points.find(({ name }) => name === point.name)?.value;
      if (typeof meant !== 'number') continue;
      await link.writeRegisters(free, encodePoint(point, meant));
      const words = await link.readRegisters('holding', point.address, encodePoint(point, meant).length);
      expect(await link.readRegisters('holding', free, words.length), `${point.name} as pymodbus lays it`).toEqual(
        words,
      );
    }
  });

  it('says who it is', async () => {
    expect(Object.fromEntries(await link.identify())).toEqual({ 0: 'pymodbus', 1: 'PM', 2: '3.0' });
  });

  it('refuses what it has not', async () => {
    await expect(link.readRegisters('holding', 60_000, 1)).rejects.toMatchObject({ code: 'modbus-exception' });
    expect(link.figures).toMatchObject({ malformed: 0, timeouts: 0 });
  });
});
