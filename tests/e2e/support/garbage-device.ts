/** A device that takes connections and answers every request with something that is no answer to it. */
import { createServer, type Server, type Socket } from 'node:net';

/** Each is what a broken device, or a device for somebody else, might send to a request. */
const answers: readonly ((request: Buffer) => Buffer)[] = [
  () => Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
  (request) => answer(request, { transaction: request.readUInt16BE(0) ^ 0x0100 }),
  (request) => answer(request, { protocol: 7 }),
  (request) => answer(request, { unit: 9 }),
  (request) => answer(request, { functionCode: 0x2b }),
  (request) => answer(request, { bytes: 2 }),
  () => Buffer.alloc(600, 0xff),
];

type Wrong = Readonly<{
  transaction?: number;
  protocol?: number;
  unit?: number;
  functionCode?: number;
  bytes?: number;
}>;

/** An answer to a read that is right but for what is said to be wrong. */
function answer(request: Buffer, wrong: Wrong): Buffer {
  const bytes = wrong.bytes ?? 2 * request.readUInt16BE(10);
  const frame = Buffer.alloc(9 + bytes);
  frame.writeUInt16BE(wrong.transaction ?? request.readUInt16BE(0), 0);
  frame.writeUInt16BE(wrong.protocol ?? 0, 2);
  frame.writeUInt16BE(3 + bytes, 4);
  frame.writeUInt8(wrong.unit ?? request.readUInt8(6), 6);
  frame.writeUInt8(wrong.functionCode ?? request.readUInt8(7), 7);
  frame.writeUInt8(bytes, 8);
  return frame;
}

export class GarbageDevice {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  answered = 0;

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.on('data', (request: Buffer) => {
        const wrong = answers[this.answered % answers.length];
        this.answered += 1;
        if (wrong !== undefined && request.length >= 12) socket.write(wrong(request));
      });
    });
  }

  async start(): Promise<number> {
    await new Promise<void>((settle) => this.#server.listen(0, '127.0.0.1', settle));
    const address = this.#server.address();
    if (address === null || typeof address !== 'object') throw new Error('The device has no port.');
    return address.port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((settle) => this.#server.close(settle));
  }
}
