/** A serial line whose server loses the connection while an answer is owed. */
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../gateway/modbus/request.ts';
import { LineTrust } from '../../../gateway/modbus/line-trust.ts';
import { ModbusDevice } from '../../../gateway/modbus/modbus-device.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import { monotonic } from '../../../plant/clock.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { registerPoint } from '../../support/register-model.ts';
import { until } from '../../support/waiting.ts';
import { silentLog, Store } from '../support/house.ts';
import { ModbusServer } from '../support/modbus-server.ts';
import { cdse, plcModel, skidOf } from '../support/plc.ts';
import { busesOf, closeLater, failureOf, linked, rtuUnit } from './support/linked.ts';
import { RtuSlaves } from './support/rtu-slave.ts';

const checks: readonly Request[] = [
  ...[1, 2, 3].map((length) => ({ kind: 'read', area: 'input', address: 100, length }) as const),
  { kind: 'identify', object: 0 },
];

describe('an answer that is owed when the connection of a serial line is lost', () => {
  it('cannot be taken for the first look at the unit on the next', async () => {
    const slaves = new RtuSlaves();
    await slaves.start();
    closeLater(() => slaves.stop());
    const { link, reaches } = linked(busesOf(), rtuUnit(slaves.port, 1), { checks, timeoutMs: 100 });
    await reaches('connected');
    // Something of another kind was answered last.
    await link.readRegisters('holding', 0, 9);
    slaves.mangle = () => {
      slaves.mangle = (frame) => frame;
      slaves.drop();
      return null;
    };
    expect(await failureOf(link.readRegisters('input', 0, 1))).toBe('link-lost');
    const before = slaves.requests.length;
    await reaches('connected');
    expect([...slaves.requests[before]!.pdu], 'not of the kind of what is owed').not.toEqual([4, 0, 100, 0, 1]);
  });
});

describe('what was set in one frame', () => {
  it('is read back in reads that the device takes', async () => {
    const points = [0, 2, 4].map((address) =>
      registerPoint({ name: `sp${address}`, area: 'holding', address, type: 'float32', access: 'read-write' }),
    );
    const server = new ModbusServer();
    await server.listen();
    closeLater(() => server.close());
    server.onRead = ({ quantity }) => (quantity > 4 ? 3 : null);
    const base = skidOf(cdse, server.port);
    const model = { ...plcModel, controller: undefined!, identity: null, points, longestRead: 4, forbidden: [] };
    const skid = { ...base, type: { ...base.type, devices: [{ ...base.type.devices[0]!, model }], tags: [] } };
    const clock = systemClock();
    const tools = { clock, timers: systemTimers, random: () => 0, log: silentLog };
    const device = new ModbusDevice(model, {
      skid,
      device: 'PLC-1',
      link: base.links[0]!,
      image: new FieldImage(skid, clock.utc()),
      scan: { row: () => new Map() },
      samples: new Store(),
      buses: busesOf(),
      spectra: { take: () => undefined, lose: () => undefined },
      reader: null,
      pkiFolder: null,
      ...tools,
    });
    closeLater(() => device.stop());
    device.start([]);
    await until(() => device.state === 'connected', { everyMs: 2 });
    const [group, ...more] = device.plan(points.map((point, i) => ({ point, value: i + 1 })));
    expect(more).toEqual([]);
    await device.write(group!, () => null);
    expect([...(await device.read(points))]).toEqual([
      ['sp0', 1],
      ['sp2', 2],
      ['sp4', 3],
    ]);
  });
});

describe('a unit of one register that leaves 43/14 unanswered', () => {
  it('is lost for its sake once, and not every second', () => {
    const read: Request = { kind: 'read', area: 'input', address: 0, length: 1 };
    const identify: Request = { kind: 'identify', object: 0 };
    const trust = new LineTrust([read, identify]);
    trust.checked(read, false, monotonic(0));
    expect([trust.needsCheck(monotonic(1000)), trust.nextCheck()]).toEqual([true, identify]);
    trust.failed(identify);
    expect([trust.needsCheck(monotonic(1100)), trust.nextCheck()]).toEqual([true, null]);
    trust.forgive();
    expect(trust.nextCheck()).toEqual(read);
    trust.checked(read, false, monotonic(12_000));
    expect(trust.needsCheck(monotonic(20_000))).toBe(false);
    // What came unasked is looked into all the same.
    trust.doubt();
    expect([trust.needsCheck(monotonic(20_000)), trust.nextCheck()]).toEqual([true, identify]);
    trust.checked(identify, true, monotonic(20_100));
    trust.answered(read, monotonic(20_200));
    expect(trust.needsCheck(monotonic(21_200))).toBe(true);
  });
});
