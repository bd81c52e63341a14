/** Bytes over TCP: an instrument with a network port of its own, or a serial line behind a serial server. */
import { connect, type Socket } from 'node:net';
import type { ByteStream, StreamListener } from './byte-stream.ts';

export class TcpStream implements ByteStream {
  readonly #where: Readonly<{ host: string; port: number }>;
  #socket: Socket | null = null;

  constructor(where: Readonly<{ host: string; port: number }>) {
    this.#where = where;
  }

  open({ onOpen, onData, onClose }: StreamListener): void {
    const { host, port } = this.#where;
    const socket = connect({ host, port, noDelay: true });
    let reason = 'The connection was closed.';
    this.#socket = socket;
    socket.once('connect', () => {
      if (this.#socket === socket) onOpen();
    });
    socket.on('data', (bytes: Buffer) => {
      if (this.#socket === socket) onData(bytes);
    });
    socket.on('error', (error) => (reason = error.message));
    // A device that ends its side has said all it will.
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      onClose(reason);
    });
  }

  write(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }
}
