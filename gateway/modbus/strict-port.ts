/**
 * The port under modbus-serial: its own lets wrong answers through (ids wrap at 256, the protocol and lengths are not
 * looked at), so that this one hands it nothing but the answer to the one request under way.
 *
 * modbus-serial speaks RTU to its ports; the checksum it adds is taken off here, and put on again for it.
 */
import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { frame, inspect, type Expectation } from './mbap-frame.ts';

const checksumLength = 2;
const nothing = Buffer.alloc(0);

export class StrictPort extends EventEmitter {
  /** modbus-serial keeps its requests under these; one is under way at a time, so that one number does. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  readonly #endpoint: Readonly<{ host: string; port: number }>;
  readonly #onMalformed: (reason: string) => void;
  #socket: Socket | null = null;
  #open = false;
  #transaction: number;
  #expected: Expectation | null = null;
  #received: Buffer = nothing;

  /** @param firstTransaction where the 16-bit ids begin; they count on from there over all requests of the connection. */
  constructor(
    endpoint: Readonly<{ host: string; port: number }>,
    firstTransaction: number,
    onMalformed: (reason: string) => void,
  ) {
    super();
    this.#endpoint = endpoint;
    this.#transaction = firstTransaction & 0xffff;
    this.#onMalformed = onMalformed;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get nextTransaction(): number {
    return this.#transaction;
  }

  open(done: (error?: Error) => void): void {
    const socket = connect({ ...this.#endpoint, noDelay: true });
    this.#socket = socket;
    socket.once('connect', () => {
      this.#open = true;
      done();
    });
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (error) => {
      if (!this.#open) done(error);
    });
    socket.once('close', () => {
      this.#open = false;
      this.emit('close');
    });
  }

  close(done?: () => void): void {
    this.destroy(done);
  }

  destroy(done?: () => void): void {
    this.#open = false;
    this.#socket?.destroy();
    done?.();
  }

  /** @param rtu unit, PDU and the checksum of the serial line */
  write(rtu: Buffer): void {
    const body = Buffer.from(rtu.subarray(0, rtu.length - checksumLength));
    const transaction = this.#transaction;
    this.#transaction = (transaction + 1) & 0xffff;
    this.#expected = { transaction, request: body };
    this.#socket?.write(frame(transaction, body));
  }

  #take(bytes: Buffer): void {
    if (!this.#open) return;
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const inspection = inspect(this.#received, this.#expected);
    if (inspection.kind === 'incomplete') return;
    this.#received = nothing;
    this.#expected = null;
    if (inspection.kind === 'malformed') {
      this.#onMalformed(inspection.reason);
      return;
    }
    const { body } = inspection;
    const rtu = Buffer.alloc(body.length + checksumLength);
    body.copy(rtu);
    rtu.writeUInt16LE(checksum(body), body.length);
    this.emit('data', rtu);
  }
}

/** The CRC of the serial line (MODBUS over Serial Line V1.02, 6.2.2). */
function checksum(bytes: Buffer): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
