/**
 * Modbus TCP frames as the specification has them (MODBUS Messaging on TCP/IP V1.0b, MODBUS Application Protocol V1.1b3),
 * and what makes an answer the answer to a request. Pure.
 */

/** Transaction, protocol, length; the unit is the first byte of what `length` counts. */
export const headerLength = 6;

/** The length field counts unit and PDU: an exception is the shortest answer, 253 bytes of PDU the longest. */
const shortest = 3;
const longest = 254;

export type Expectation = Readonly<{ transaction: number; request: Buffer }>;

export type Inspection =
  /** More bytes have to come. */
  | Readonly<{ kind: 'incomplete' }>
  /** Unit and PDU of the answer. */
  | Readonly<{ kind: 'answer'; body: Buffer }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

const incomplete: Inspection = { kind: 'incomplete' };
const malformed = (reason: string): Inspection => ({ kind: 'malformed', reason });

/** @param body unit and PDU */
export function frame(transaction: number, body: Buffer): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(body.length, 4);
  return Buffer.concat([header, body]);
}

/**
 * What the bytes received since `expected` was sent are. Anything that is not exactly its answer is malformed, whatever
 * comes after it included: one request is under way, so nothing else has a right to be there.
 */
export function inspect(received: Buffer, expected: Expectation | null): Inspection {
  if (expected === null) return received.length === 0 ? incomplete : malformed('bytes that nothing asked for');
  if (received.length >= 2 && received.readUInt16BE(0) !== expected.transaction) {
    return malformed(`transaction ${received.readUInt16BE(0)} where ${expected.transaction} was asked`);
  }
  if (received.length >= 4 && received.readUInt16BE(2) !== 0) {
    return malformed(`protocol ${received.readUInt16BE(2)} where Modbus is 0`);
  }
  if (received.length < headerLength) return incomplete;
  const length = received.readUInt16BE(4);
  if (length < shortest || length > longest) return malformed(`a length of ${length}`);
  if (received.length < headerLength + length) return incomplete;
  if (received.length > headerLength + length) {
    return malformed(`${received.length - headerLength - length} bytes more than its length says`);
  }
  const body = received.subarray(headerLength);
  const fault = faultOf(expected.request, body);
  return fault === null ? { kind: 'answer', body } : malformed(fault);
}

/** What is wrong with an answer's unit and PDU, or null. */
function faultOf(request: Buffer, body: Buffer): string | null {
  const [unit, code] = [request[0] ?? 0, request[1] ?? 0];
  if (body[0] !== unit) return `unit ${body[0] ?? 0} where ${unit} was asked`;
  if (body[1] === (code | 0x80)) return body.length === 3 ? null : `an exception of ${body.length} bytes`;
  if (body[1] !== code) return `function ${body[1] ?? 0} where ${code} was asked`;
  const asked = request.readUInt16BE(4);
  switch (code) {
    case 1:
    case 2:
      return dataFault(body, Math.ceil(asked / 8));
    case 3:
    case 4:
      return dataFault(body, 2 * asked);
    case 5:
    case 6:
    case 15:
    case 16:
      return body.equals(request.subarray(0, 6)) ? null : 'an echo that is not of what was written';
    default:
      return `function ${code}, which is not used here`;
  }
}

function dataFault(body: Buffer, bytes: number): string | null {
  if (body[2] !== bytes) return `a byte count of ${body[2] ?? 0} where ${bytes} was asked`;
  return body.length === 3 + bytes ? null : `${body.length - 3} bytes of data where ${bytes} was asked`;
}
