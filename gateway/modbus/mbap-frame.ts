/**
 * Modbus TCP frames as the specification has them (MODBUS Messaging on TCP/IP V1.0b), and what makes an answer the answer
 * to a request. Pure.
 */
import { answerFault } from './answer-form.ts';

/** Transaction, protocol, length; the unit is the first byte of what `length` counts. */
export const headerLength = 6;

/** The length field counts unit and PDU: an exception is the shortest answer, 253 bytes of PDU the longest. */
const shortest = 3;
const longest = 254;

export type Expectation = Readonly<{ transaction: number; request: Buffer }>;

export type Inspection =
  /** More bytes have to come. */
  | Readonly<{ kind: 'incomplete' }>
  /** Unit and PDU of the answer, and where it ends. */
  | Readonly<{ kind: 'answer'; body: Buffer; end: number }>
  /** The answer to a request whose time had passed. */
  | Readonly<{ kind: 'late'; transaction: number; unitId: number; end: number }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

const incomplete: Inspection = { kind: 'incomplete' };
const malformed = (reason: string): Inspection => ({ kind: 'malformed', reason });
const none: ReadonlySet<number> = new Set();

/** @param rtu unit, PDU and two bytes of checksum, which Modbus TCP has not */
export function frame(transaction: number, rtu: Buffer, end = rtu.length): Buffer {
  const bytes = Buffer.allocUnsafe(headerLength + end);
  bytes.writeUInt16BE(transaction, 0);
  bytes.writeUInt16BE(0, 2);
  bytes.writeUInt16BE(end, 4);
  rtu.copy(bytes, headerLength, 0, end);
  return bytes;
}

/**
 * What the bytes received are, from the first. Anything that is neither exactly the answer to what was asked, nor the
 * answer to one of the requests that nobody waits for any more, is malformed.
 * @param late ids of those
 */
export function inspect(received: Buffer, expected: Expectation | null, late: ReadonlySet<number> = none): Inspection {
  if (received.length === 0) return incomplete;
  if (expected === null && late.size === 0) return malformed('bytes that nothing asked for');
  if (received.length < 2) return incomplete;
  const transaction = received.readUInt16BE(0);
  const awaited = expected !== null && transaction === expected.transaction;
  if (!awaited && !late.has(transaction)) {
    const asked = expected === null ? 'nothing' : String(expected.transaction);
    return malformed(`transaction ${transaction} where ${asked} was asked`);
  }
  if (received.length >= 4 && received.readUInt16BE(2) !== 0) {
    return malformed(`protocol ${received.readUInt16BE(2)} where Modbus is 0`);
  }
  if (received.length < headerLength) return incomplete;
  const length = received.readUInt16BE(4);
  if (length < shortest || length > longest) return malformed(`a length of ${length}`);
  const end = headerLength + length;
  if (received.length < end) return incomplete;
  if (!awaited) return { kind: 'late', transaction, unitId: received[headerLength] ?? 0, end };
  if (received.length > end && late.size === 0) {
    return malformed(`${received.length - end} bytes more than its length says`);
  }
  const body = received.subarray(headerLength, end);
  const fault = answerFault(expected.request, body);
  return fault === null ? { kind: 'answer', body, end } : malformed(fault);
}
