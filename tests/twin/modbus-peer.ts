/** A Modbus client that says exactly the bytes it is told, for saying wrong ones. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class Peer {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #closed = false;
  #changed: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#changed();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      this.#changed();
    });
  }

  static async connect(port: number): Promise<Peer> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new Peer(socket);
  }

  send(bytes: readonly number[] | Buffer): void {
    this.socket.write(Buffer.from(bytes));
  }

  /** The next whole frame, or 'closed' where the server closed instead. */
  async frame(): Promise<Buffer | 'closed'> {
    for (;;) {
      const length = this.#received.length >= 6 ? 6 + this.#received.readUInt16BE(4) : Number.POSITIVE_INFINITY;
      if (this.#received.length >= length) {
        const frame = this.#received.subarray(0, length);
        this.#received = this.#received.subarray(length);
        return frame;
      }
      if (this.#closed) return 'closed';
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  /** Sends a PDU to unit 1 and gives the PDU that answers. */
  async ask(pdu: readonly number[], transaction = 1, unit = 1): Promise<number[]> {
    const length = pdu.length + 1;
    this.send([transaction >> 8, transaction & 255, 0, 0, length >> 8, length & 255, unit, ...pdu]);
    const frame = await this.frame();
    if (frame === 'closed') throw new Error('the server closed the connection');
    if (frame.readUInt16BE(0) !== transaction) throw new Error(`answer to ${frame.readUInt16BE(0)}`);
    return [...frame.subarray(7)];
  }

  close(): void {
    this.socket.destroy();
  }
}
