/** What may share a wire with what: a safe state waits for nobody, and a wire carries one language. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { busOf, parseLink, placeOf } from '../../../plant/skid/device-link.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';
import { loadSite } from '../../../plant/skid/site.ts';
import { change, faultsOf, folder, soundDevice, soundSkid } from './files.ts';

const link = (text: string) => parseLink({ device: 'D-1', text, where: 'site.yaml:7' }, '/site');

describe('a unit behind a serial server', () => {
  it.each([0, 248, 255])('is never %i: all units of the line would carry out what is written to it', (unit) => {
    expect(faultsOf(() => link(`modbus-rtu-tcp://10.0.0.1:4001/${unit}`))).toHaveLength(1);
  });

  it('may be 1 to 247', () => {
    expect(link('modbus-rtu-tcp://10.0.0.1:4001/247')).toMatchObject({ unitId: 247 });
    expect(link('modbus-tcp://10.0.0.1:502/0'), 'a server of its own').toMatchObject({ unitId: 0 });
  });
});

describe('one place, written in two ways', () => {
  it.each([
    ['modbus-tcp://PLC-1.site:502/1', 'modbus-tcp://plc-1.site:502/1'],
    ['modbus-tcp://10.0.0.1:502/1', 'modbus-tcp://10.0.0.1:0502/01'],
    ['modbus-rtu:/dev/ttyS0?line=9600-8N1&unit=3', 'modbus-rtu:/dev/./ttyS0?line=9600-8N1&unit=3'],
  ])('is one: %s and %s', (one, other) => {
    expect(placeOf(link(one))).toBe(placeOf(link(other)));
    expect(busOf(link(one))).toBe(busOf(link(other)));
  });
});

describe('a wire', () => {
  const thermostat = readFileSync(join(shippedDeviceModelFolder, 'julabo.yaml'), 'utf8');
  const name = /^model: (\S+)/mu.exec(thermostat)![1]!;
  const faults = (plc: string, bath: string) => {
    const made = folder({
      'site.yaml': `site: a\ntitle: A\nskids:\n  QD-1:\n    type: small\n    title: Line\n    links:\n      PLC-1: ${plc}\n      BATH: ${bath}\n`,
      'skids/s.yaml': change(soundSkid, 'watchdog: 3 s }', `watchdog: 3 s }\n  BATH: { model: ${name} }`),
      'devices/small-plc.yaml': soundDevice,
      [`devices/${name}.yaml`]: thermostat,
    });
    const folders = { skidFolder: join(made, 'skids'), deviceModelFolder: join(made, 'devices') };
    return faultsOf(() => loadSite(join(made, 'site.yaml'), folders)).map(({ problem }) => problem);
  };

  it.each([
    [
      'modbus-rtu-tcp://10.0.0.1:4001/1',
      'tcp://10.0.0.1:4001',
      '10.0.0.1:4001 is reached by tcp, and by modbus-rtu-tcp for QD-1 > PLC-1.',
    ],
    [
      'modbus-rtu:/dev/ttyS0?line=9600-8N1&unit=1',
      'serial:/dev/ttyS0?line=9600-7E1',
      '/dev/ttyS0 is reached by serial at 9600-7-even-1, and by modbus-rtu at 9600-8-none-1 for QD-1 > PLC-1.',
    ],
  ])('that carries %s carries no %s', (plc, bath, problem) => {
    const silent = expect.stringMatching(/^PLC-1 holds the run-enables and is reached by modbus-rtu/u) as string;
    expect(faults(plc, bath)).toEqual([silent, problem]);
  });

  it.each(['modbus-rtu-tcp://10.0.0.1:4001/1', 'modbus-rtu:/dev/ttyS0?line=9600-8N1&unit=1'])(
    'by which a controller is reached is Modbus TCP, not %s',
    (plc) => {
      expect(faults(plc, 'tcp://10.0.0.1:4002')).toEqual([expect.stringMatching(/silent for a while after a lost/u)]);
    },
  );

  it('of its own is no fault', () => {
    expect(faults('modbus-tcp://10.0.0.1:4001/1', 'tcp://10.0.0.1:4002')).toEqual([]);
  });
});

describe('unit 0 of Modbus TCP', () => {
  const faults = (...links: readonly string[]) => {
    const meter = change(
      change(soundDevice, 'small-plc', 'meter'),
      /controller:[^]*?(?=registers:)/u.exec(soundDevice)![0],
      '',
    );
    const devices = links.map((_, i) => `\n  METER-${i}: { model: meter }`).join('');
    const lines = links.map((link, i) => `\n      METER-${i}: ${link}`).join('');
    const made = folder({
      'site.yaml': `site: a\ntitle: A\nskids:\n  QD-1:\n    type: small\n    title: Line\n    links:\n      PLC-1: modbus-tcp://10.0.0.1:502/1${lines}\n`,
      'skids/s.yaml': change(soundSkid, 'watchdog: 3 s }', `watchdog: 3 s }${devices}`),
      'devices/small-plc.yaml': soundDevice,
      'devices/meter.yaml': meter,
    });
    const folders = { skidFolder: join(made, 'skids'), deviceModelFolder: join(made, 'devices') };
    return faultsOf(() => loadSite(join(made, 'site.yaml'), folders)).map(({ problem }) => problem);
  };

  it('is a device that is alone there, and never one of several', () => {
    expect(faults('modbus-tcp://10.0.0.2:502/0')).toEqual([]);
    expect(faults('modbus-tcp://10.0.0.2:502/3', 'modbus-tcp://10.0.0.2:502/0')).toEqual([
      expect.stringMatching(/^METER-1 is unit 0 of 10.0.0.2:502, which has other units/u),
    ]);
  });
});
