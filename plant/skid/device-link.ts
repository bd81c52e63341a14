/** How a site file says that a device is reached, and what of it devices may share. */
import { resolve } from 'node:path';
import type { DeviceModel } from '../device-model.ts';
import { mesolineError } from '../errors.ts';
import type { DeviceLink, SerialLine } from './definition.ts';

type LinkProtocol = DeviceLink['protocol'];

/** An example of each, for remedies. */
export const linkForms: Readonly<Record<LinkProtocol, string>> = {
  'modbus-tcp': 'modbus-tcp://10.20.1.2:502/1',
  'modbus-rtu-tcp': 'modbus-rtu-tcp://10.20.1.9:4001/1',
  'modbus-rtu': 'modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=1',
  tcp: 'tcp://10.20.1.11:10001',
  serial: 'serial:/dev/ttyS0?line=9600-8N1',
  'opc.tcp': 'opc.tcp://10.20.1.30:4840/',
  folder: 'folder:/srv/raman/spectra',
};

/** Which links lead to a device of each protocol; the usual one first. */
export const linksOf: Readonly<Record<DeviceModel['protocol'], readonly LinkProtocol[]>> = {
  modbus: ['modbus-tcp', 'modbus-rtu-tcp', 'modbus-rtu'],
  line: ['tcp', 'serial'],
  spinsolve: ['tcp'],
  opcua: ['opc.tcp'],
  'spectra-folder': ['folder'],
};

/**
 * @param folder where relative folders begin
 * @throws MesolineError `link-unreadable` at `where`
 */
export function parseLink(
  { device, text, where }: Readonly<{ device: string; text: string; where: string }>,
  folder: string,
): DeviceLink {
  const link = readLink(device, text, folder);
  if (link !== null) return link;
  throw mesolineError(
    'link-unreadable',
    where,
    `The link "${text}" cannot be read.`,
    `Write it as one of ${Object.values(linkForms).join(', ')}; a unit is 0 to 255, on a serial line 1 to 247, a port 1 to 65535.`,
  );
}

function readLink(device: string, text: string, folder: string): DeviceLink | null {
  const network = /^([a-z.-]+):\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})(\/[^\s]*)?$/u.exec(text);
  if (network !== null) return readNetwork(device, network);
  const serial = /^(modbus-rtu|serial):(\/[^?\s]+)\?([^\s]+)$/u.exec(text);
  if (serial !== null) return readSerial(device, serial);
  const path = /^folder:(.+)$/u.exec(text)?.[1];
  return path === undefined ? null : { device, protocol: 'folder', path: resolve(folder, path) };
}

function readNetwork(device: string, [, protocol, name = '', portText, rest = '']: RegExpExecArray): DeviceLink | null {
  const [host, port] = [name.replace(/^\[|\]$/gu, ''), Number(portText)];
  if (port < 1 || port > 65_535) return null;
  switch (protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu-tcp': {
      const unitId = unitOf(rest.slice(1));
      return unitId === null || (protocol === 'modbus-rtu-tcp' && !onLine(unitId))
        ? null
        : { device, protocol, host, port, unitId };
    }
    case 'tcp':
      return rest === '' || rest === '/' ? { device, protocol, host, port } : null;
    case 'opc.tcp':
      return { device, protocol, host, port, path: rest };
    default:
      return null;
  }
}

function readSerial(device: string, [, protocol, path = '', query = '']: RegExpExecArray): DeviceLink | null {
  const asked = new URLSearchParams(query);
  const line = lineOf(asked.get('line') ?? '');
  const known = [...asked.keys()].every((key) => key === 'line' || (key === 'unit' && protocol === 'modbus-rtu'));
  if (line === null || !known) return null;
  if (protocol === 'serial') return { device, protocol, path, line };
  const unitId = unitOf(asked.get('unit') ?? '');
  if (unitId === null || !onLine(unitId)) return null;
  return { device, protocol: 'modbus-rtu', path, line, unitId };
}

/** 0 is the broadcast of a serial line, 248 to 255 are reserved (MODBUS over Serial Line V1.02, 2.2). */
const onLine = (unitId: number): boolean => unitId >= 1 && unitId <= 247;

function unitOf(text: string): number | null {
  return /^\d{1,3}$/u.test(text) && Number(text) <= 255 ? Number(text) : null;
}

const parities = { N: 'none', E: 'even', O: 'odd' } as const;

function lineOf(text: string): SerialLine | null {
  const match = /^(\d{3,7})-([78])([NEO])([12])$/u.exec(text);
  if (match === null) return null;
  return {
    baud: Number(match[1]),
    dataBits: match[2] === '7' ? 7 : 8,
    parity: parities[match[3] as keyof typeof parities],
    stopBits: match[4] === '2' ? 2 : 1,
  };
}

/** What devices of one bus share; null where the device has its connection to itself. */
export function busOf(link: DeviceLink): string | null {
  switch (link.protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu-tcp':
    case 'modbus-rtu':
      return wireOf(link);
    default:
      return null;
  }
}

/** The wire a device is reached over, whatever is spoken there and however it was written; null for a folder. */
export function wireOf(link: DeviceLink): string | null {
  switch (link.protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu-tcp':
    case 'tcp':
    case 'opc.tcp':
      return `${link.host.toLowerCase()}:${link.port}`;
    case 'modbus-rtu':
    case 'serial':
      return resolve(link.path);
    case 'folder':
      return null;
  }
}

/** In which way a wire is spoken on: whatever shares it has the same. */
export const wayOf = (link: DeviceLink): string =>
  'line' in link ? `${link.protocol} at ${Object.values(link.line).join('-')}` : link.protocol;

/** Where exactly a device is: two devices cannot be at one place. */
export function placeOf(link: DeviceLink): string {
  switch (link.protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu-tcp':
      return `${wireOf(link) ?? ''}/${link.unitId}`;
    case 'modbus-rtu':
      return `${wireOf(link) ?? ''}, unit ${link.unitId}`;
    case 'tcp':
    case 'opc.tcp':
    case 'serial':
      return wireOf(link) ?? '';
    case 'folder':
      return link.path;
  }
}

/** As the site file wrote it. */
export function endpointOf(link: DeviceLink): string {
  switch (link.protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu-tcp':
      return `${link.protocol}://${link.host}:${link.port}/${link.unitId}`;
    case 'tcp':
      return `tcp://${link.host}:${link.port}`;
    case 'opc.tcp':
      return `opc.tcp://${link.host}:${link.port}${link.path}`;
    case 'modbus-rtu':
    case 'serial':
      return `${link.protocol}:${link.path}`;
    case 'folder':
      return `folder:${link.path}`;
  }
}
