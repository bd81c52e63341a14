/** Modbus TCP under modbus-serial: ids of the full 16 bits, and nothing handed on but the answer to the one that is awaited. */
import { checksumLength, withChecksum } from './crc.ts';
import type { ByteStream } from '../byte-stream/index.ts';
import { FramePort, type PortListener } from './frame-port.ts';
import { frame, inspect, type Expectation } from './mbap-frame.ts';

const nothing = Buffer.alloc(0);

export class MbapPort extends FramePort {
  #transaction: number;
  #expected: Expectation | null = null;
  #received: Buffer = nothing;
  /** Ids of requests that nobody waits for any more, until they are answered or the connection ends. */
  readonly #forgotten = new Set<number>();

  /** @param firstTransaction where the ids begin; they count on from there over all requests of the connection */
  constructor(stream: ByteStream, firstTransaction: number, listener: PortListener) {
    super(stream, listener);
    this.#transaction = firstTransaction & 0xffff;
  }

  get nextTransaction(): number {
    return this.#transaction;
  }

  /** True where the next id still belongs to a request that was never answered: none may be sent on this connection. */
  get exhausted(): boolean {
    return this.#forgotten.has(this.#transaction);
  }

  /** How many requests may still be answered late. */
  get owing(): number {
    return this.#forgotten.size;
  }

  /** Gives up the request under way; its answer may still come, and is dropped then. */
  forget(): void {
    if (this.#expected === null) return;
    this.#forgotten.add(this.#expected.transaction);
    this.#expected = null;
  }

  protected override send(rtu: Buffer): void {
    const transaction = this.#transaction;
    const end = rtu.length - checksumLength;
    this.#transaction = (transaction + 1) & 0xffff;
    this.#expected = { transaction, request: rtu.subarray(0, end) };
    this.put(frame(transaction, rtu, end));
  }

  protected override take(bytes: Buffer): void {
    let received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    let answer: Buffer | null = null;
    const late: number[] = [];
    while (received.length > 0) {
      const inspection = inspect(received, this.#expected, this.#forgotten);
      if (inspection.kind === 'incomplete') break;
      if (inspection.kind === 'malformed') {
        this.#received = nothing;
        this.#expected = null;
        this.listener.malformed(inspection.reason);
        return;
      }
      if (inspection.kind === 'late') {
        this.#forgotten.delete(inspection.transaction);
        late.push(inspection.unitId);
      } else {
        answer = inspection.body;
        this.#expected = null;
      }
      received = received.subarray(inspection.end);
    }
    this.#received = received;
    for (const unitId of late) this.listener.late(unitId);
    if (answer !== null) this.give(withChecksum(answer));
  }
}
