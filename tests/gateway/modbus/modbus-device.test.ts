/** A device of Modbus as the field uses it, against a strict server that has every function. */
import { describe, expect, it } from 'vitest';
import { ModbusDevice } from '../../../gateway/modbus/modbus-device.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import type { RegisterModel, RegisterPoint } from '../../../plant/device-model.ts';
import { good } from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { createPointBank } from '../../../twin/modbus/point-bank.ts';
import { createModbusServer } from '../../../twin/modbus/server.ts';
import { registerPoint } from '../../support/register-model.ts';
import { until } from '../../support/waiting.ts';
import { silentLog, Store } from '../support/house.ts';
import { cdse, plcModel, skidOf } from '../support/plc.ts';
import { busesOf, closeLater } from './support/linked.ts';

const writable = { access: 'read-write' } as const;
const points: readonly RegisterPoint[] = [
  registerPoint({
    name: 'setpoint',
    address: 0,
    type: 'float32',
    order: 'CDAB',
    range: { low: 0, high: 300 },
    ...writable,
  }),
  registerPoint({ name: 'ramp', address: 2, type: 'uint16', ...writable }),
  registerPoint({ name: 'old', address: 3, type: 'uint16', function: 6, ...writable }),
  registerPoint({ name: 'fan', address: 4, type: 'bool', bit: 2, ...writable }),
  registerPoint({ name: 'valve', address: 4, type: 'bool', bit: 9, ...writable }),
  registerPoint({ name: 'lampA', area: 'coil', address: 0, type: 'bool', ...writable }),
  registerPoint({ name: 'lampB', area: 'coil', address: 1, type: 'bool', ...writable }),
  registerPoint({ name: 'serial', area: 'input', address: 50, type: 'string', length: 4 }),
  registerPoint({ name: 'weight', area: 'input', address: 60, type: 'bcd32' }),
];

async function device(more: Partial<RegisterModel> = {}) {
  const model: RegisterModel = {
    ...plcModel,
    controller: undefined!,
    model: 'furnace',
    largestHole: 0,
    forbidden: [],
    points,
    identity: { manufacturer: 'Acme', product: 'F1', serial: 'serial', deviceIdentification: true },
    ...more,
  };
  const values = new Map<string, number>([['weight', 12_345_678]]);
  const masks: (readonly number[])[] = [];
  const bank = createPointBank(
    { ...model, maskWrite: undefined! },
    {
      read: (name) => values.get(name) ?? 0,
      text: () => 'SN-0042',
      write: (changes) => {
        for (const [name, value] of changes) values.set(name, value);
        return null;
      },
    },
    new Map([
      [0, 'Acme'],
      [1, 'F1'],
      [2, '2.7'],
    ]),
  );
  const server = createModbusServer({
    host: '127.0.0.1',
    port: 0,
    unitId: 1,
    bank: {
      ...bank,
      maskWord: (...asked) => {
        masks.push(asked);
        return bank.maskWord!(...asked);
      },
    },
  });
  const port = await server.start();
  closeLater(() => server.stop());
  const base = skidOf(cdse, port);
  const skid = {
    ...base,
    type: { ...cdse, devices: [{ ...cdse.devices[0]!, name: 'TC-1', model }], tags: [], spectra: [] },
  };
  const clock = systemClock();
  const image = new FieldImage(skid, clock.utc());
  const driver = new ModbusDevice(model, {
    skid,
    device: 'TC-1',
    link: { ...base.links[0]!, device: 'TC-1' },
    image,
    scan: { row: () => new Map() },
    samples: new Store(),
    spectra: { take: () => undefined, lose: () => undefined },
    buses: busesOf(),
    reader: null,
    pkiFolder: null,
    clock,
    timers: systemTimers,
    random: () => 0,
    log: silentLog,
  });
  closeLater(() => driver.stop());
  driver.start([]);
  await until(() => image.reading('TC-1', 'weight')?.quality === good, { everyMs: 2, what: 'the first reading' });
  const of = (name: string): RegisterPoint => points.find((point) => point.name === name)!;
  const write = async (...asked: readonly (readonly [string, number | boolean])[]) => {
    const groups = driver.plan(asked.map(([name, value]) => ({ point: of(name), value })));
    for (const group of groups) await driver.write(group, () => null);
    const read = new Map<string, unknown>();
    for (const group of groups)
      for (const entry of await driver.read(group.map(({ point }) => point))) read.set(...entry);
    return { groups: groups.length, read };
  };
  return { driver, image, values, write, masks };
}

describe('a Modbus device', () => {
  it('says who it is, once a connection, by its points and by 43/14', async () => {
    const { driver, image } = await device();
    await until(() => driver.identity !== null, { everyMs: 2 });
    expect(driver.identity).toEqual({ manufacturer: 'Acme', product: 'F1', serial: 'SN-0042', firmware: '2.7' });
    expect(image.reading('TC-1', 'serial')?.at, 'what no tag needs is not read again and again').toBe(null);
  });

  it('that is asked nothing is who its model says it is', async () => {
    const { driver } = await device({ identity: { manufacturer: 'Acme', product: 'MX5' } });
    await until(() => driver.identity !== null, { everyMs: 2 });
    expect(driver.identity).toEqual({ manufacturer: 'Acme', product: 'MX5', serial: null, firmware: null });
  });

  it('that says nothing of its maker has the one of its model on its nameplate', async () => {
    const { driver } = await device({ identity: { manufacturer: 'Works', product: 'MX5', serial: 'serial' } });
    await until(() => driver.identity !== null, { everyMs: 2 });
    expect(driver.identity).toEqual({ manufacturer: 'Works', product: 'MX5', serial: 'SN-0042', firmware: null });
  });

  it('reads BCD and takes what it is set to, in one frame a run', async () => {
    const { image, write, values } = await device();
    expect(image.reading('TC-1', 'weight')?.value).toBe(12_345_678);
    const { groups, read } = await write(['setpoint', 151.5], ['ramp', 7]);
    expect(groups).toBe(1);
    expect(read).toEqual(
      new Map<string, unknown>([
        ['setpoint', 151.5],
        ['ramp', 7],
      ]),
    );
    expect(values.get('setpoint')).toBe(151.5);
    expect((await write(['old', 3], ['ramp', 8])).groups).toBe(2);
    expect(values.get('old')).toBe(3);
  });

  it('writes the bits of one register by one mask, and coils in one frame', async () => {
    const { write, values, masks } = await device();
    expect((await write(['fan', true], ['valve', true])).groups).toBe(1);
    expect(masks).toEqual([[4, 0xffff & ~0x0204, 0x0204]]);
    expect([values.get('fan'), values.get('valve')]).toEqual([1, 1]);
    const { read } = await write(['fan', false]);
    expect(read.get('fan')).toBe(false);
    expect(values.get('valve'), 'the other bit stays').toBe(1);
    expect((await write(['lampA', true], ['lampB', true])).groups).toBe(1);
    expect([values.get('lampA'), values.get('lampB')]).toEqual([1, 1]);
  });

  it('writes no single bit where the device has no FC22', async () => {
    const { write, values } = await device({ maskWrite: false });
    await expect(write(['fan', true])).rejects.toMatchObject({ code: 'withdrawn' });
    expect(values.has('fan')).toBe(false);
  });

  it('reads back in the transaction of the write where the device can', async () => {
    const { driver, write } = await device({ readWrite: true, period: 60_000 as RegisterModel['period'] });
    const before = driver.figures.requests;
    const { read } = await write(['setpoint', 99.5]);
    expect(read.get('setpoint')).toBe(99.5);
    expect(driver.figures.requests - before).toBe(1);
  });
});
