/** A TCP proxy that can be unplugged: connections end, and new ones are taken and never answered, as with a pulled cable. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Proxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Called with what the service sends while plugged in. */
  onRequest: ((bytes: Buffer) => void) | null = null;
  #plugged = true;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  async start(): Promise<number> {
    await new Promise<void>((settle) => this.#server.listen(0, '127.0.0.1', settle));
    const address = this.#server.address();
    if (address === null || typeof address !== 'object') throw new Error('The proxy has no port.');
    return address.port;
  }

  unplug(): void {
    this.#plugged = false;
    for (const socket of this.#sockets) socket.pause();
  }

  plug(): void {
    this.#plugged = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((settle) => this.#server.close(settle));
  }

  #join(client: Socket): void {
    this.#keep(client);
    if (!this.#plugged) {
      client.pause();
      return;
    }
    const device = connect(this.#target, '127.0.0.1');
    this.#keep(device);
    client.on('data', (bytes: Buffer) => {
      if (!this.#plugged) return;
      this.onRequest?.(bytes);
      device.write(bytes);
    });
    device.on('data', (bytes: Buffer) => this.#plugged && client.write(bytes));
    client.on('close', () => device.destroy());
    device.on('close', () => client.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
