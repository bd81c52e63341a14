/**
 * Modbus TCP framing: bytes as they arrive into requests, and answers into bytes (MODBUS Messaging on TCP/IP 1.0b, §3.1).
 *
 * A frame is seven bytes of header (transaction 16 bit, protocol 16 bit, length 16 bit, unit 8 bit) and the PDU; the length
 * counts the unit and the PDU. TCP has no marks between frames, so one wrong header means that nothing after it can be trusted.
 */

export type Frame = Readonly<{ transaction: number; unit: number; pdu: Buffer }>;

const headerBytes = 7;
/** The unit and at least a function code; the unit and a PDU of 253 bytes. */
const shortestLength = 2;
const longestLength = 254;

/** Collects the bytes of one connection. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Frames that are whole now, in order; `broken` says why the stream cannot be followed any further. */
  push(bytes: Buffer): Readonly<{ frames: readonly Frame[]; broken: string | null }> {
    let rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const frames: Frame[] = [];
    let broken: string | null = null;
    while (rest.length >= 6) {
      broken = faultOf(rest);
      if (broken !== null) break;
      const end = 6 + rest.readUInt16BE(4);
      if (rest.length < end) break;
      frames.push({ transaction: rest.readUInt16BE(0), unit: rest.readUInt8(6), pdu: rest.subarray(headerBytes, end) });
      rest = rest.subarray(end);
    }
    // A copy, so that a few waiting bytes do not keep a whole receive buffer.
    this.rest = broken === null ? Buffer.from(rest) : Buffer.alloc(0);
    return { frames, broken };
  }
}

function faultOf(header: Buffer): string | null {
  const protocol = header.readUInt16BE(2);
  if (protocol !== 0) return `protocol id ${protocol} where Modbus has 0`;
  const length = header.readUInt16BE(4);
  if (length < shortestLength || length > longestLength) {
    return `length ${length} where a frame has ${shortestLength} to ${longestLength}`;
  }
  return null;
}

export function encodeFrame({ transaction, unit, pdu }: Frame): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + pdu.length);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(0, 2);
  frame.writeUInt16BE(pdu.length + 1, 4);
  frame.writeUInt8(unit, 6);
  pdu.copy(frame, headerBytes);
  return frame;
}
