import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceLink } from '../../../plant/skid/definition.ts';
import { busOf, endpointOf, linkForms, parseLink, placeOf } from '../../../plant/skid/device-link.ts';
import { faultsOf } from './files.ts';

const link = (text: string): DeviceLink => parseLink({ device: 'D-1', text, where: 'site.yaml:7' }, '/site');
const line = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const;

describe('a link', () => {
  it.each<[string, object]>([
    ['modbus-tcp://10.20.1.2:502/1', { protocol: 'modbus-tcp', host: '10.20.1.2', port: 502, unitId: 1 }],
    ['modbus-tcp://plc-1.site:502/255', { protocol: 'modbus-tcp', host: 'plc-1.site', port: 502, unitId: 255 }],
    ['modbus-rtu-tcp://[fd00::2]:4001/9', { protocol: 'modbus-rtu-tcp', host: 'fd00::2', port: 4001, unitId: 9 }],
    [
      'modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=247',
      { protocol: 'modbus-rtu', path: '/dev/ttyUSB0', line, unitId: 247 },
    ],
    ['tcp://10.20.1.11:10001', { protocol: 'tcp', host: '10.20.1.11', port: 10_001 }],
    [
      'serial:/dev/ttyS0?line=9600-7O2',
      { protocol: 'serial', path: '/dev/ttyS0', line: { baud: 9600, dataBits: 7, parity: 'odd', stopBits: 2 } },
    ],
    ['opc.tcp://10.20.1.30:4840/UA/Raman', { protocol: 'opc.tcp', host: '10.20.1.30', port: 4840, path: '/UA/Raman' }],
    ['folder:/srv/raman', { protocol: 'folder', path: '/srv/raman' }],
    ['folder:raman/spectra', { protocol: 'folder', path: '/site/raman/spectra' }],
  ])('written %s says how the device is reached', (text, wanted) => {
    expect(link(text)).toEqual({ device: 'D-1', ...wanted });
  });

  it.each([
    'modbus-tcp://10.20.1.2:502',
    'modbus-tcp://10.20.1.2:502/256',
    'modbus-tcp://10.20.1.2:0/1',
    'modbus-tcp://10.20.1.2:65536/1',
    'modbus-tcp://10.20.1.2/1',
    'modbus-rtu:/dev/ttyUSB0?line=19200-8E1',
    'modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=0',
    'modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=248',
    'modbus-rtu:/dev/ttyUSB0?unit=1',
    'modbus-rtu:/dev/ttyUSB0?line=19200-9E1&unit=1',
    'serial:/dev/ttyS0?line=9600-8N1&unit=1',
    'serial:ttyS0?line=9600-8N1',
    'tcp://10.20.1.11:10001/1',
    'http://10.20.1.11:80/',
    'folder:',
    '',
  ])('written "%s" is refused with the forms that are known', (text) => {
    const [fault] = faultsOf(() => link(text));
    expect(fault).toMatchObject({ where: 'site.yaml:7', problem: `The link "${text}" cannot be read.` });
    for (const form of Object.values(linkForms)) expect(fault?.remedy).toContain(form);
  });

  it('of every form in the remedy can be read', () => {
    for (const [protocol, form] of Object.entries(linkForms)) expect(link(form).protocol).toBe(protocol);
  });

  it('never crashes on what somebody has typed', () => {
    const typed = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom(...Object.values(linkForms)), fc.nat(40), fc.string({ maxLength: 3 }))
        .map(([form, at, text]) => form.slice(0, at) + text + form.slice(at + 1)),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const faults = faultsOf(() => link(text));
        expect(faults.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['modbus-tcp://10.0.0.1:502/1', 'modbus-tcp://10.0.0.1:502/1'],
    ['tcp://10.0.0.1:10001/', 'tcp://10.0.0.1:10001'],
    ['opc.tcp://10.0.0.1:4840/', 'opc.tcp://10.0.0.1:4840/'],
    ['modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=3', 'modbus-rtu:/dev/ttyUSB0'],
    ['folder:/srv/raman', 'folder:/srv/raman'],
  ])('%s is shown as %s', (text, shown) => {
    expect(endpointOf(link(text))).toBe(shown);
  });
});

describe('a bus', () => {
  const rtu = (unit: number): DeviceLink => link(`modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=${unit}`);

  it('is shared by the Modbus devices at one endpoint, each at a place of its own', () => {
    const [one, other] = [link('modbus-rtu-tcp://10.0.0.1:4001/1'), link('modbus-rtu-tcp://10.0.0.1:4001/2')];
    expect(busOf(one)).toBe(busOf(other));
    expect(placeOf(one)).not.toBe(placeOf(other));
    expect(busOf(rtu(1))).toBe(busOf(rtu(2)));
    expect(placeOf(rtu(1))).not.toBe(placeOf(rtu(2)));
    expect(busOf(one)).not.toBe(busOf(link('modbus-rtu-tcp://10.0.0.1:4002/1')));
  });

  it.each(['tcp://10.0.0.1:10001', 'serial:/dev/ttyS0?line=9600-8N1', 'opc.tcp://10.0.0.1:4840/', 'folder:/srv/raman'])(
    'is nothing that %s shares',
    (text) => expect(busOf(link(text))).toBeNull(),
  );
});
