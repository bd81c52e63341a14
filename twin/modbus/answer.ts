/**
 * A request PDU into its answer, by a register bank. Pure but for what the bank does (MODBUS Application Protocol 1.1b3, §6).
 *
 * Strict: a request whose length does not fit its function, quantity or byte count is answered with an exception, never
 * guessed at.
 */
import {
  illegalDataAddress,
  illegalDataValue,
  illegalFunction,
  isException,
  type BitArea,
  type ExceptionCode,
  type RegisterBank,
  type WordArea,
} from './bank.ts';
import { answerIdentification } from './identification.ts';

const mostBitsRead = 2000;
const mostBitsWritten = 1968;
const mostWordsRead = 125;
const mostWordsWritten = 123;
/** Of FC23, whose request has more to say. */
const mostWordsWrittenAndRead = 121;
const coilOn = 0xff00;

/** @param pdu the function code and what follows it; at least one byte. */
export function answerRequest(bank: RegisterBank, pdu: Buffer): Buffer {
  const code = pdu.readUInt8(0);
  switch (code) {
    case 1:
      return readBits(bank, 'coil', pdu);
    case 2:
      return readBits(bank, 'discrete', pdu);
    case 3:
      return readWords(bank, 'holding', pdu);
    case 4:
      return readWords(bank, 'input', pdu);
    case 5:
      return writeOneBit(bank, pdu);
    case 6:
      return writeOneWord(bank, pdu);
    case 15:
      return writeManyBits(bank, pdu);
    case 16:
      return writeManyWords(bank, pdu);
    case 22:
      return maskWord(bank, pdu);
    case 23:
      return writeAndReadWords(bank, pdu);
    case 43: {
      const answer = answerIdentification(bank.objects, pdu);
      return typeof answer === 'number' ? exception(pdu, answer) : answer;
    }
    default:
      return exception(pdu, illegalFunction);
  }
}

/** The answer that refuses `pdu` with `code`. */
export const exception = (pdu: Buffer, code: ExceptionCode): Buffer => Buffer.from([pdu.readUInt8(0) | 0x80, code]);

/** What is wrong with a request for `quantity` from `address` on, given that it may ask for 1 to `most`. */
function spanFault(address: number, quantity: number, most: number): ExceptionCode | null {
  if (quantity < 1 || quantity > most) return illegalDataValue;
  return address + quantity > 0x1_0000 ? illegalDataAddress : null;
}

function readBits(bank: RegisterBank, area: BitArea, pdu: Buffer): Buffer {
  if (pdu.length !== 5) return exception(pdu, illegalDataValue);
  const address = pdu.readUInt16BE(1);
  const quantity = pdu.readUInt16BE(3);
  const fault = spanFault(address, quantity, mostBitsRead);
  if (fault !== null) return exception(pdu, fault);
  const bits = bank.readBits(area, address, quantity);
  if (isException(bits)) return exception(pdu, bits);
  const bytes = Buffer.alloc(2 + Math.ceil(quantity / 8));
  bytes.writeUInt8(pdu.readUInt8(0), 0);
  bytes.writeUInt8(bytes.length - 2, 1);
  bits.forEach((bit, index) => {
    const at = 2 + (index >> 3);
    if (bit) bytes.writeUInt8(bytes.readUInt8(at) | (1 << (index & 7)), at);
  });
  return bytes;
}

function readWords(bank: RegisterBank, area: WordArea, pdu: Buffer): Buffer {
  if (pdu.length !== 5) return exception(pdu, illegalDataValue);
  const address = pdu.readUInt16BE(1);
  const quantity = pdu.readUInt16BE(3);
  const fault = spanFault(address, quantity, mostWordsRead);
  if (fault !== null) return exception(pdu, fault);
  const words = bank.readWords(area, address, quantity);
  return isException(words) ? exception(pdu, words) : wordsAnswer(pdu, words);
}

function wordsAnswer(pdu: Buffer, words: Uint16Array): Buffer {
  const bytes = Buffer.allocUnsafe(2 + 2 * words.length);
  bytes.writeUInt8(pdu.readUInt8(0), 0);
  bytes.writeUInt8(2 * words.length, 1);
  words.forEach((word, index) => bytes.writeUInt16BE(word, 2 + 2 * index));
  return bytes;
}

function writeOneBit(bank: RegisterBank, pdu: Buffer): Buffer {
  if (pdu.length !== 5) return exception(pdu, illegalDataValue);
  const value = pdu.readUInt16BE(3);
  if (value !== 0 && value !== coilOn) return exception(pdu, illegalDataValue);
  const refused = bank.writeBits(pdu.readUInt16BE(1), [value === coilOn]);
  return refused === null ? pdu : exception(pdu, refused);
}

function writeOneWord(bank: RegisterBank, pdu: Buffer): Buffer {
  if (pdu.length !== 5) return exception(pdu, illegalDataValue);
  const refused = bank.writeWords(pdu.readUInt16BE(1), Uint16Array.of(pdu.readUInt16BE(3)));
  return refused === null ? pdu : exception(pdu, refused);
}

function writeManyBits(bank: RegisterBank, pdu: Buffer): Buffer {
  const span = writtenSpan(pdu, mostBitsWritten, (quantity) => Math.ceil(quantity / 8));
  if (typeof span === 'number') return exception(pdu, span);
  const bits = Array.from({ length: span.quantity }, (_, i) => (pdu.readUInt8(6 + (i >> 3)) & (1 << (i & 7))) !== 0);
  const refused = bank.writeBits(span.address, bits);
  return refused === null ? pdu.subarray(0, 5) : exception(pdu, refused);
}

function writeManyWords(bank: RegisterBank, pdu: Buffer): Buffer {
  const span = writtenSpan(pdu, mostWordsWritten, (quantity) => 2 * quantity);
  if (typeof span === 'number') return exception(pdu, span);
  const words = Uint16Array.from({ length: span.quantity }, (_, index) => pdu.readUInt16BE(6 + 2 * index));
  const refused = bank.writeWords(span.address, words);
  return refused === null ? pdu.subarray(0, 5) : exception(pdu, refused);
}

function maskWord(bank: RegisterBank, pdu: Buffer): Buffer {
  if (bank.maskWord === undefined) return exception(pdu, illegalFunction);
  if (pdu.length !== 7) return exception(pdu, illegalDataValue);
  const refused = bank.maskWord(pdu.readUInt16BE(1), pdu.readUInt16BE(3), pdu.readUInt16BE(5));
  return refused === null ? pdu : exception(pdu, refused);
}

/** Written first, then read. What cannot be read is refused before anything is written. */
function writeAndReadWords(bank: RegisterBank, pdu: Buffer): Buffer {
  if (pdu.length < 10) return exception(pdu, illegalDataValue);
  const quantity = pdu.readUInt16BE(7);
  const span = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)] as const;
  if (quantity < 1 || quantity > mostWordsWrittenAndRead) return exception(pdu, illegalDataValue);
  if (pdu.readUInt8(9) !== 2 * quantity || pdu.length !== 10 + 2 * quantity) return exception(pdu, illegalDataValue);
  const fault = spanFault(...span, mostWordsRead) ?? spanFault(pdu.readUInt16BE(5), quantity, mostWordsWrittenAndRead);
  if (fault !== null) return exception(pdu, fault);
  const before = bank.readWords('holding', ...span);
  if (isException(before)) return exception(pdu, before);
  const words = Uint16Array.from({ length: quantity }, (_, index) => pdu.readUInt16BE(10 + 2 * index));
  const refused = bank.writeWords(pdu.readUInt16BE(5), words);
  if (refused !== null) return exception(pdu, refused);
  const after = bank.readWords('holding', ...span);
  return isException(after) ? exception(pdu, after) : wordsAnswer(pdu, after);
}

function writtenSpan(
  pdu: Buffer,
  most: number,
  bytesOf: (quantity: number) => number,
): Readonly<{ address: number; quantity: number }> | ExceptionCode {
  if (pdu.length < 6) return illegalDataValue;
  const address = pdu.readUInt16BE(1);
  const quantity = pdu.readUInt16BE(3);
  const bytes = pdu.readUInt8(5);
  if (quantity < 1 || quantity > most || bytes !== bytesOf(quantity) || pdu.length !== 6 + bytes) {
    return illegalDataValue;
  }
  return spanFault(address, quantity, most) ?? { address, quantity };
}
