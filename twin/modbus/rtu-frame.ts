/**
 * RTU framing as a server hears it (MODBUS over Serial Line V1.02, §2.5): unit, PDU, CRC. A frame has no length of its own;
 * its function says how long it is. What is not a whole frame with a right CRC is dropped up to the next silence.
 */

export type RtuRequest = Readonly<{ unit: number; pdu: Buffer }>;

const crcBytes = 2;
const shortest = 4;

export class RtuReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Nothing is taken until the line is silent. */
  #lost = false;

  push(bytes: Buffer): readonly RtuRequest[] {
    if (this.#lost) return [];
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const requests: RtuRequest[] = [];
    for (;;) {
      const length = requestLength(this.#rest);
      if (length === null || this.#rest.length < length) return requests;
      const request = requestOf(this.#rest.subarray(0, length));
      if (request === null) {
        this.#lost = true;
        this.#rest = Buffer.alloc(0);
        return requests;
      }
      requests.push(request);
      this.#rest = Buffer.from(this.#rest.subarray(length));
    }
  }

  /** The line has been silent: a frame of a function that is not known here ends with it. */
  silence(): RtuRequest | null {
    const request = this.#rest.length < shortest ? null : requestOf(this.#rest);
    const known = requestLength(this.#rest) !== null;
    this.#rest = Buffer.alloc(0);
    this.#lost = false;
    return known ? null : request;
  }
}

/** With unit and CRC; null where it is not known yet, or not at all. */
function requestLength(frame: Buffer): number | null {
  const code = frame[1];
  if (code === undefined) return null;
  if (code >= 1 && code <= 6) return 8;
  if (code === 15 || code === 16) return frame[6] === undefined ? null : 9 + frame[6];
  if (code === 22) return 10;
  if (code === 23) return frame[10] === undefined ? null : 13 + frame[10];
  return code === 43 ? 7 : null;
}

function requestOf(frame: Buffer): RtuRequest | null {
  const end = frame.length - crcBytes;
  if (frame.readUInt16LE(end) !== crc(frame.subarray(0, end))) return null;
  return { unit: frame.readUInt8(0), pdu: frame.subarray(1, end) };
}

export function encodeRtu({ unit, pdu }: RtuRequest): Buffer {
  const frame = Buffer.alloc(1 + pdu.length + crcBytes);
  frame.writeUInt8(unit, 0);
  pdu.copy(frame, 1);
  frame.writeUInt16LE(crc(frame.subarray(0, 1 + pdu.length)), 1 + pdu.length);
  return frame;
}

/** CRC-16 of the serial line, bit by bit (§6.2.2). */
export function crc(bytes: Uint8Array): number {
  let value = 0xffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xa001;
  }
  return value;
}
