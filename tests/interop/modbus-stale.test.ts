/**
 * What modbus-serial by itself makes of an answer that comes too late. Its ids wrap at 256, so that the answer to a request
 * that timed out is taken for that of the 256th after it, and of every multiple: the reason for a transaction layer of ours.
 */
import modbusSerial from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Buses } from '../../gateway/modbus/buses.ts';
import { ModbusLink } from '../../gateway/modbus/link.ts';
import { systemTimers } from '../../gateway/timers.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { silentLog } from '../gateway/support/house.ts';
import { ModbusServer } from '../gateway/support/modbus-server.ts';
import { until } from '../support/waiting.ts';

const old = 1111;
const fresh = 2222;

describe('an answer that comes after its time', () => {
  const server = new ModbusServer();
  let held: (() => void) | null = null;
  let beforeNext = false;

  beforeAll(() => server.listen());
  afterAll(() => server.close());

  const begin = (): void => {
    server.input[0] = old;
    held = null;
    beforeNext = false;
    server.mangle = (answer, { unit }, socket) => {
      if (held === null && unit === 1) {
        held = () => socket.write(answer);
        server.input[0] = fresh;
        return null;
      }
      if (beforeNext) held?.();
      beforeNext = false;
      return answer;
    };
  };

  it.each([256, 65_536])('is taken for another’s by bare modbus-serial, %i requests later', async (distance) => {
    const client = new modbusSerial.default();
    await client.connectTCP('127.0.0.1', { port: server.port });
    client.setID(1);
    client.setTimeout(500);
    begin();
    await expect(client.readInputRegisters(0, 1)).rejects.toBeDefined();
    for (let i = 1; i < distance; i += 1) await client.readInputRegisters(0, 1);
    beforeNext = true;
    expect((await client.readInputRegisters(0, 1)).data, 'the old value').toEqual([old]);
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });

  it.each([
    [256, 1],
    [256, 2],
    [65_536, 1],
    [65_536, 2],
  ])('is not by ours, %i requests later, with %i devices on the endpoint', async (distance, devices) => {
    const buses = new Buses({ clock: systemClock(), timers: systemTimers, random: () => 0, log: silentLog });
    const links = Array.from(
      { length: devices },
      (_, i) =>
        new ModbusLink({
          name: `unit ${i + 1}`,
          address: { device: 'X', protocol: 'modbus-tcp', host: '127.0.0.1', port: server.port, unitId: i + 1 },
          buses,
          timeoutMs: 500,
          onState: () => undefined,
        }),
    );
    server.mangle = (answer) => answer;
    for (const link of links) link.start();
    const connected = (): Promise<void> =>
      until(() => links.every(({ state }) => state === 'connected'), {
        everyMs: 5,
        what: 'every unit to be connected',
      });
    await connected();
    begin();
    const [link] = links;
    await expect(link!.readRegisters('input', 0, 1)).rejects.toMatchObject({ code: 'link-timeout' });
    await connected();
    for (let i = 1; i < distance; i += 1) {
      // Where the ids are used up around one that was never answered, the connection is made anew.
      const value = await link!.readRegisters('input', 0, 1).catch(() => null);
      if (value === null) await connected();
      else if (value[0] !== fresh) expect.fail(`request ${i} was answered with ${String(value[0])}`);
    }
    beforeNext = true;
    expect(await link!.readRegisters('input', 0, 1).catch(() => [fresh])).toEqual([fresh]);
    for (const each of links) each.stop();
  });
});
