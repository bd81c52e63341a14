/**
 * What a Spinsolve says and is told by its remote control: XML messages over TCP 13000 (Spinsolve Remote Control). Names and
 * attributes as the drivers flowchem and AnalyticalLabware use them with instruments; what neither uses is marked.
 */
import { escapeXml, parseXml, type XmlElement } from './xml.ts';

export type SpinsolveMessage =
  | Readonly<{ kind: 'hardware'; connected: boolean; software: string; type: string | null; serial: string | null }>
  | Readonly<{ kind: 'protocols'; protocols: ProtocolList }>
  | Readonly<{ kind: 'state'; protocol: string; status: string; dataFolder: string | null; error: string | null }>
  | Readonly<{ kind: 'progress'; protocol: string; percent: number; secondsRemaining: number | null }>
  | Readonly<{
      kind: 'completed';
      protocol: string;
      successful: boolean;
      dataFolder: string | null;
      error: string | null;
    }>
  | Readonly<{ kind: 'error'; protocol: string; error: string }>
  | Readonly<{ kind: 'got'; name: string; value: string }>
  /** A message of the remote control that we have no use for, such as a shim's result. */
  | Readonly<{ kind: 'other'; name: string }>;

/** Of each protocol its options, and of each option the values it takes; none where it takes any. */
export type ProtocolList = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Null where it is no message of the remote control. */
export function readMessage(text: string): SpinsolveMessage | null {
  const root = parseXml(text);
  if (root?.name !== 'Message' || root.children.length !== 1 || root.text !== '') return null;
  const [body] = root.children;
  if (body === undefined) return null;
  switch (body.name) {
    case 'HardwareResponse':
      return readHardware(body);
    case 'AvailableProtocolOptionsResponse':
      return readProtocols(body);
    case 'StatusNotification':
      return readStatus(body);
    case 'GetResponse': {
      const [got, ...more] = body.children;
      return got === undefined || more.length > 0 || got.children.length > 0
        ? null
        : { kind: 'got', name: got.name, value: got.text };
    }
    default:
      return { kind: 'other', name: body.name };
  }
}

const hardwareNames: readonly string[] = ['ConnectedToHardware', 'SpinsolveSoftware', 'SpinsolveType', 'SerialNumber'];

function readHardware(body: XmlElement): SpinsolveMessage | null {
  const known = body.children.filter((child) => hardwareNames.includes(child.name));
  // Said twice, it cannot be told which holds.
  if (new Set(known.map((child) => child.name)).size < known.length) return null;
  if (known.some((child) => child.children.length > 0)) return null;
  const said = (name: string): string | null => known.find((child) => child.name === name)?.text ?? null;
  const [connected, software] = [said('ConnectedToHardware'), said('SpinsolveSoftware')];
  if ((connected !== 'true' && connected !== 'false') || software === null || software === '') return null;
  // The serial number is read where it is given; neither of the drivers uses it.
  return {
    kind: 'hardware',
    connected: connected === 'true',
    software,
    type: said('SpinsolveType'),
    serial: said('SerialNumber'),
  };
}

function readProtocols(body: XmlElement): SpinsolveMessage | null {
  const protocols = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const child of body.children) {
    const protocol = child.name === 'Protocol' ? child.attributes.get('protocol') : undefined;
    if (protocol === undefined) continue;
    const options = new Map<string, readonly string[]>();
    for (const option of child.children) {
      const name = option.name === 'Option' ? option.attributes.get('name') : undefined;
      if (name === undefined) continue;
      options.set(
        name,
        option.children.filter((value) => value.name === 'Value').map((value) => value.text),
      );
    }
    protocols.set(protocol, options);
  }
  return { kind: 'protocols', protocols };
}

function readStatus(body: XmlElement): SpinsolveMessage | null {
  const [what, ...more] = body.children;
  if (what === undefined || more.length > 0) return null;
  const said = (name: string): string | null => what.attributes.get(name) ?? null;
  const protocol = said('protocol') ?? '';
  const [dataFolder, error] = [said('dataFolder'), said('error')];
  // Whose progress it is must be said; an error is heard in any case.
  if (protocol === '' && ofProtocol.includes(what.name)) return null;
  switch (what.name) {
    case 'State': {
      const status = said('status');
      return status === null || status === '' ? null : { kind: 'state', protocol, status, dataFolder, error };
    }
    case 'Progress': {
      const [percent, left] = [numberOf(said('percentage')), said('secondsRemaining')];
      const secondsRemaining = left === null ? null : numberOf(left);
      if (percent === null || percent > 100 || (left !== null && secondsRemaining === null)) return null;
      return { kind: 'progress', protocol, percent, secondsRemaining };
    }
    case 'Completed': {
      const [completed, successful] = [truthOf(said('completed')), truthOf(said('successful'))];
      if (completed === null || successful === null) return null;
      return { kind: 'completed', protocol, successful: completed && successful, dataFolder, error };
    }
    case 'Error':
      return { kind: 'error', protocol, error: error ?? (what.text === '' ? 'it does not say what' : what.text) };
    default:
      return { kind: 'other', name: what.name };
  }
}

const ofProtocol: readonly string[] = ['State', 'Progress', 'Completed'];

const truthOf = (text: string | null): boolean | null => (text === 'true' || text === 'false' ? text === 'true' : null);

/** A number of zero or more as it is written out, or null. */
const numberOf = (text: string | null): number | null =>
  text !== null && /^\d{1,9}(?:\.\d{1,9})?$/u.test(text) ? Number(text) : null;

const message = (body: string): string => `<?xml version="1.0" encoding="utf-8"?>\n<Message>${body}</Message>\n`;

export const hardwareRequest = message('<HardwareRequest/>');
export const protocolsRequest = message('<AvailableProtocolOptionsRequest/>');
export const abortRequest = message('<Abort/>');
export const getRequest = (name: 'Solvent' | 'Sample'): string => message(`<GetRequest><${name}/></GetRequest>`);

export function startRequest(protocol: string, options: Readonly<Record<string, string>>): string {
  const given = Object.entries(options).map(
    ([name, value]) => `<Option name="${escapeXml(name)}" value="${escapeXml(value)}"/>`,
  );
  return message(`<Start protocol="${escapeXml(protocol)}">${given.join('')}</Start>`);
}
