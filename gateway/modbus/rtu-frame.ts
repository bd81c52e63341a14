/**
 * What makes bytes on a serial line the answer to a request (MODBUS over Serial Line V1.02). A frame has no mark of its
 * start, no number and no length of its own: only what was asked says what is due. Pure.
 */
import { answerFault, answerLength, exceptionLength, identificationEnd } from './answer-form.ts';
import { checksum, checksumLength } from './crc.ts';

export type RtuInspection =
  | Readonly<{ kind: 'incomplete' }>
  /** The whole frame, its checksum included. */
  | Readonly<{ kind: 'answer'; frame: Buffer }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

const incomplete: RtuInspection = { kind: 'incomplete' };
const malformed = (reason: string): RtuInspection => ({ kind: 'malformed', reason });

/** 256 bytes are the most of a frame. */
const longest = 256;

/** Functions whose answers count their bytes. */
const saysItsLength: ReadonlySet<number> = new Set([1, 2, 3, 4, 23]);

/** @param request unit and PDU of what was asked */
export function inspectRtu(received: Buffer, request: Buffer): RtuInspection {
  if (received.length === 0) return incomplete;
  const [unit = 0, code = 0] = request;
  if (received[0] !== unit) return malformed(`unit ${received[0] ?? 0} where ${unit} was asked`);
  if (received.length < 2) return incomplete;
  const exception = received[1] === (code | 0x80);
  if (!exception && received[1] !== code) return malformed(`function ${received[1] ?? 0} where ${code} was asked`);
  const due = exception ? exceptionLength : answerLength(request);
  // Another's answer that is shorter would be waited for in vain.
  if (!exception && due !== null && saysItsLength.has(code) && received.length > 2 && received[2] !== due - 3) {
    return malformed(`a byte count of ${received[2] ?? 0} where ${due - 3} was asked`);
  }
  const end = due ?? identificationEnd(received);
  const length = end === null ? null : end + checksumLength;
  if ((length ?? received.length) > longest) return malformed(`more than the ${longest} bytes of a frame`);
  if (length === null || received.length < length) return incomplete;
  if (received.length > length) return malformed(`${received.length - length} bytes more than the answer has`);
  if (received.readUInt16LE(length - checksumLength) !== checksum(received, length - checksumLength)) {
    return malformed('a frame whose checksum is wrong');
  }
  const fault = answerFault(request, received.subarray(0, length - checksumLength));
  return fault === null ? { kind: 'answer', frame: received } : malformed(fault);
}
