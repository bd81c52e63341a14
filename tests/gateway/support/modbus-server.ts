/** A small strict Modbus TCP server to read and write against, whose answers a test may mangle, hold back or delay. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export type Request = Readonly<{
  transaction: number;
  unit: number;
  code: number;
  address: number;
  /** How many for a read; the words for a write. */
  quantity: number;
  words: readonly number[];
}>;

export class ModbusServer {
  readonly holding = new Uint16Array(65_536);
  readonly input = new Uint16Array(65_536);
  readonly coil = new Uint8Array(65_536);
  readonly discrete = new Uint8Array(65_536);
  readonly requests: Request[] = [];
  /** Called before a write takes effect; a number is the exception to answer with. */
  onWrite: (address: number, words: readonly number[]) => number | null = () => null;
  onWritten: () => void = () => undefined;
  onRead: (request: Request) => number | null = () => null;
  /** What goes on the wire instead of an answer: null for silence. */
  mangle: (answer: Buffer, request: Request, socket: Socket) => Buffer | null = (answer) => answer;
  connections = 0;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  port = 0;

  async listen(port = 0): Promise<number> {
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  /** Ends every connection, and takes no more. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 7 && received.length >= 6 + received.readUInt16BE(4)) {
        const length = 6 + received.readUInt16BE(4);
        const frame = received.subarray(0, length);
        received = received.subarray(length);
        if (frame.readUInt16BE(2) !== 0) {
          socket.destroy();
          return;
        }
        const request = parse(frame);
        this.requests.push(request);
        const body = Buffer.concat([Buffer.from([request.unit]), this.#answer(request)]);
        const header = Buffer.alloc(6);
        header.writeUInt16BE(request.transaction, 0);
        header.writeUInt16BE(body.length, 4);
        const answer = this.mangle(Buffer.concat([header, body]), request, socket);
        if (answer !== null && !socket.destroyed) socket.write(answer);
      }
    });
  }

  /** What changes with every request, whatever it asks. */
  protected cycle(): void {}

  #answer(request: Request): Buffer {
    this.cycle();
    const { code, address, quantity, words } = request;
    const echo = Buffer.alloc(5);
    echo.writeUInt8(code, 0);
    echo.writeUInt16BE(address, 1);
    switch (code) {
      case 1:
      case 2: {
        const bits = code === 1 ? this.coil : this.discrete;
        const bytes = Buffer.alloc(Math.ceil(quantity / 8));
        for (let i = 0; i < quantity; i += 1) if (bits[address + i]) bytes[i >> 3]! |= 1 << (i & 7);
        return Buffer.concat([Buffer.from([code, bytes.length]), bytes]);
      }
      case 3:
      case 4: {
        const refused = quantity > 125 ? 3 : this.onRead(request);
        if (refused !== null) return Buffer.from([code | 0x80, refused]);
        const registers = code === 3 ? this.holding : this.input;
        const data = Buffer.alloc(2 * quantity);
        for (let i = 0; i < quantity; i += 1) data.writeUInt16BE(registers[address + i] ?? 0, 2 * i);
        return Buffer.concat([Buffer.from([code, data.length]), data]);
      }
      case 5:
        this.coil[address] = words[0] === 0xff00 ? 1 : 0;
        echo.writeUInt16BE(words[0] ?? 0, 3);
        return echo;
      case 16: {
        const refused = this.onWrite(address, words);
        if (refused !== null) return Buffer.from([code | 0x80, refused]);
        this.holding.set(words, address);
        this.onWritten();
        echo.writeUInt16BE(quantity, 3);
        return echo;
      }
      default:
        return Buffer.from([code | 0x80, 1]);
    }
  }
}

function parse(frame: Buffer): Request {
  const [unit, code] = [frame[6]!, frame[7]!];
  const [address, quantity] = code === 43 ? [0, 0] : [frame.readUInt16BE(8), frame.readUInt16BE(10)];
  const words =
    code === 16
      ? Array.from({ length: quantity }, (_, i) => frame.readUInt16BE(13 + 2 * i))
      : code === 5
        ? [quantity]
        : [];
  return { transaction: frame.readUInt16BE(0), unit, code, address, quantity, words };
}
