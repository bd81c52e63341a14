/** Slaves on a serial line behind a TCP serial server: they answer in order, and a test may lose, delay, repeat or damage it. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { encodeRtu, RtuReader, type RtuRequest } from '../../../../twin/modbus/rtu-frame.ts';

export class RtuSlaves {
  /** What each register of any unit says, holding and input alike. */
  value = 0;
  readonly requests: RtuRequest[] = [];
  /** What goes on the line instead of an answer; null for silence. */
  mangle: (frame: Buffer, request: RtuRequest) => Buffer | null = (frame) => frame;
  /** An exception instead of data. */
  refuse: (request: RtuRequest) => number | null = () => null;
  connections = 0;
  port = 0;
  #socket: Socket | null = null;
  #server: Server | null = null;

  async start(): Promise<void> {
    const server = createServer((socket) => {
      this.connections += 1;
      this.#socket = socket;
      const reader = new RtuReader();
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        for (const request of reader.push(bytes)) this.#take(request);
      });
    });
    this.#server = server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    if (this.#server !== null) await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Loses the connection, as a serial server that is restarted does. */
  drop(): void {
    this.#socket?.destroy();
  }

  /** Says something unasked. */
  say(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  #take(request: RtuRequest): void {
    this.requests.push(request);
    const frame = encodeRtu({ unit: request.unit, pdu: this.#answer(request) });
    const said = this.mangle(frame, request);
    if (said !== null) this.say(said);
  }

  #answer(request: RtuRequest): Buffer {
    const { pdu } = request;
    const code = pdu.readUInt8(0);
    const refused = this.refuse(request);
    if (refused !== null) return Buffer.from([code | 0x80, refused]);
    if (code === 43) return Buffer.from([0xab, 1]);
    if (code === 3 || code === 4) {
      const words = pdu.readUInt16BE(3);
      const data = Array.from({ length: words }, () => [this.value >> 8, this.value & 255]).flat();
      return Buffer.from([code, 2 * words, ...data]);
    }
    return code === 22 ? pdu : pdu.subarray(0, 5);
  }
}
