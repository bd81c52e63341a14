/**
 * What a strict client makes of bytes as the answer to one Modbus request. Written from the specifications alone (MODBUS
 * Application Protocol V1.1b3, MODBUS Messaging on TCP/IP V1.0b, MODBUS over Serial Line V1.02) and apart from the product.
 */

export type ModbusVerdict =
  /** Registers as numbers, bits as booleans, the page of 43/14 as its bytes after the function; nothing for an echo. */
  | Readonly<{ kind: 'accepted'; data: readonly (number | boolean)[] }>
  | Readonly<{ kind: 'exception'; code: number }>
  /** So far nothing is wrong, and it is not whole. */
  | Readonly<{ kind: 'short' }>
  | Readonly<{ kind: 'refused'; why: string }>;

const short: ModbusVerdict = { kind: 'short' };
const refused = (why: string): ModbusVerdict => ({ kind: 'refused', why });
const word = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** Messaging on TCP/IP, 3.1.3: transaction, protocol 0, length, unit; the ADU has at most 260 bytes. */
const adu = { head: 7, least: 3, most: 254 } as const;

/**
 * @param asked the transaction, and unit and PDU of the request
 * @param forgotten transactions that were asked before and given up: their answers are not looked into
 */
export function judgeTcp(
  received: Uint8Array,
  asked: Readonly<{ transaction: number; request: Uint8Array }>,
  forgotten: readonly number[] = [],
): ModbusVerdict {
  const open = [...forgotten];
  let found: ModbusVerdict | null = null;
  for (let rest = received; rest.length > 0;) {
    if (found !== null && open.length === 0) return refused('bytes after the answer');
    // What follows it may be the beginning of an older one's.
    if (rest.length < 2) return found ?? short;
    const transaction = word(rest, 0);
    const late = open.indexOf(transaction);
    const own = found === null && transaction === asked.transaction;
    if (!own && late < 0) return refused(`transaction ${transaction}`);
    if (rest.length >= 4 && word(rest, 2) !== 0) return refused('protocol');
    if (rest.length < adu.head - 1) return found ?? short;
    const length = word(rest, 4);
    if (length < adu.least || length > adu.most) return refused(`length ${length}`);
    if (rest.length < 6 + length) return found ?? short;
    const body = rest.subarray(6, 6 + length);
    rest = rest.subarray(6 + length);
    if (own) {
      found = judgeBody(body, asked.request);
      if (found.kind === 'refused') return found;
    } else open.splice(late, 1);
  }
  return found ?? short;
}

/** Serial line, 2.5.1: unit, PDU and checksum, at most 256 bytes, ended by silence. Everything up to the silence is the frame. */
export function judgeRtu(received: Uint8Array, request: Uint8Array): ModbusVerdict {
  if (received.length > 256) return refused('longer than a frame');
  if (received.length < 5) return short;
  const end = received.length - 2;
  const said = (received[end] ?? 0) + 256 * (received[end + 1] ?? 0);
  return said === crcOf(received.subarray(0, end))
    ? judgeBody(received.subarray(0, end), request)
    : refused('checksum');
}

/** Serial line, 6.2.2: bit by bit, as the text has it. */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let shift = 0; shift < 8; shift += 1) {
      const carry = crc % 2;
      crc = Math.floor(crc / 2);
      if (carry === 1) crc ^= 0xa001;
    }
  }
  return crc;
}

function judgeBody(body: Uint8Array, request: Uint8Array): ModbusVerdict {
  if (body[0] !== request[0]) return refused('unit');
  const [pdu, asked] = [body.subarray(1), request.subarray(1)];
  const [code, function_] = [pdu[0] ?? 0, asked[0] ?? 0];
  if (code === function_ + 0x80) {
    // 7: makers give codes of their own beside those of the table; 0 is none.
    if (pdu.length !== 2) return refused('length of an exception');
    return pdu[1] === 0 ? refused('exception 0') : { kind: 'exception', code: pdu[1] ?? 0 };
  }
  if (code !== function_) return refused('function');
  switch (function_) {
    case 1:
    case 2:
      return bits(pdu, word(asked, 3));
    case 3:
    case 4:
    case 23:
      return registers(pdu, word(asked, 3));
    case 5:
    case 6:
      return echo(pdu, asked.subarray(0, 5));
    case 15:
    case 16:
      return echo(pdu, asked.subarray(0, 5));
    case 22:
      return echo(pdu, asked.subarray(0, 7));
    case 43:
      return identification(pdu, asked);
    default:
      return refused('function not asked for');
  }
}

/** 6.1, 6.2: least significant bit first; what is over in the last byte is filled with zeros. */
function bits(pdu: Uint8Array, quantity: number): ModbusVerdict {
  const count = Math.floor((quantity + 7) / 8);
  if (pdu.length !== 2 + count || pdu[1] !== count) return refused('byte count');
  const all: boolean[] = [];
  for (const byte of pdu.subarray(2))
    for (let bit = 0; bit < 8; bit += 1) all.push(Math.floor(byte / 2 ** bit) % 2 === 1);
  if (all.slice(quantity).includes(true)) return refused('bits beyond the last');
  return { kind: 'accepted', data: all.slice(0, quantity) };
}

/** 6.3, 6.4, 6.17: high byte first. */
function registers(pdu: Uint8Array, quantity: number): ModbusVerdict {
  if (pdu.length !== 2 + 2 * quantity || pdu[1] !== 2 * quantity) return refused('byte count');
  return { kind: 'accepted', data: Array.from({ length: quantity }, (_, index) => word(pdu, 2 + 2 * index)) };
}

/** 6.5, 6.6, 6.11, 6.12, 6.16: the answer repeats what of the request the text says it repeats. */
function echo(pdu: Uint8Array, due: Uint8Array): ModbusVerdict {
  const same = pdu.length === due.length && due.every((byte, index) => pdu[index] === byte);
  return same ? { kind: 'accepted', data: [] } : refused('echo');
}

const levels: readonly number[] = [0x01, 0x02, 0x03, 0x81, 0x82, 0x83];

/** 6.21: MEI 14, access, conformity, more follows, next object, how many, and of each its id, length and text. */
function identification(pdu: Uint8Array, asked: Uint8Array): ModbusVerdict {
  if (pdu.length < 7) return refused('length of an identification');
  const [, kind, access, level = 0, more, next = 0, count = 0] = pdu;
  if (kind !== 14 || access !== asked[2] || !levels.includes(level)) return refused('head of an identification');
  if (more !== 0 && more !== 0xff) return refused('more follows');
  let [at, before] = [7, (asked[3] ?? 0) - 1];
  for (let object = 0; object < count; object += 1) {
    const [id, length] = [pdu[at], pdu[at + 1]];
    if (id === undefined || length === undefined || id <= before) return refused('objects');
    // Basic identification holds the objects 0 to 2.
    if (access === 1 && id > 2) return refused('an object that is not basic');
    before = id;
    at += 2 + length;
  }
  if (at !== pdu.length) return refused('objects that do not fill it');
  if (more === 0 ? next !== 0 : next <= before) return refused('next object');
  return { kind: 'accepted', data: [...pdu.subarray(1)] };
}
