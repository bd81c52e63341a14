/**
 * The port under modbus-serial: its own let wrong answers through (ids wrap at 256, the protocol and lengths are not
 * looked at), so that these hand it nothing but the answer to the one request under way.
 *
 * modbus-serial speaks RTU to its ports, checksum included, whatever the wire has.
 */
import { EventEmitter } from 'node:events';
import { messageOf } from '../../plant/errors.ts';
import type { ByteStream } from '../byte-stream/index.ts';
import { checksumLength, withChecksum } from './crc.ts';

export type PortListener = Readonly<{
  /** Nothing that was received since the last answer can be gone by. */
  malformed: (reason: string) => void;
  /** The answer to a request came for which nobody waits any more. */
  late: (unitId: number) => void;
}>;

export abstract class FramePort extends EventEmitter {
  /** modbus-serial keeps its requests under these; one is under way at a time, so that one number does. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  protected readonly listener: PortListener;
  readonly #stream: ByteStream;
  #open = false;
  #raw: ((body: Buffer) => void) | null = null;

  constructor(stream: ByteStream, listener: PortListener) {
    super();
    this.#stream = stream;
    this.listener = listener;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** True while a whole answer is held, to see whether the line stays silent after it. */
  get settling(): boolean {
    return false;
  }

  open(done: (error?: Error | string) => void): void {
    let opening = true;
    this.#stream.open({
      onOpen: () => {
        opening = false;
        this.#open = true;
        done();
      },
      onData: (bytes) => this.#receive(bytes),
      onClose: (reason) => {
        this.#open = false;
        if (opening) done(reason);
        else this.emit('close');
      },
    });
  }

  close(done?: () => void): void {
    this.destroy(done);
  }

  destroy(done?: () => void): void {
    this.#open = false;
    this.#raw = null;
    this.#stream.close();
    done?.();
  }

  /** @param rtu unit, PDU and checksum */
  write(rtu: Buffer): void {
    this.#raw = null;
    this.send(rtu);
  }

  /** Asks what modbus-serial cannot. @param body unit and PDU; `done` gets those of the answer */
  ask(body: Buffer, done: (body: Buffer) => void): void {
    this.#raw = done;
    this.send(withChecksum(body));
  }

  protected abstract send(rtu: Buffer): void;
  protected abstract take(bytes: Buffer): void;

  protected put(bytes: Buffer): void {
    this.#stream.write(bytes);
  }

  /** @param rtu unit, PDU and checksum of the answer */
  protected give(rtu: Buffer): void {
    const raw = this.#raw;
    this.#raw = null;
    if (raw === null) this.emit('data', rtu);
    else raw(rtu.subarray(0, rtu.length - checksumLength));
  }

  #receive(bytes: Buffer): void {
    if (!this.#open) return;
    try {
      this.take(bytes);
    } catch (thrown) {
      this.listener.malformed(`what could not be read (${messageOf(thrown)})`);
    }
  }
}
