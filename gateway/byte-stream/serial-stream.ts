/** Bytes over a serial port of this machine. */
import type { SerialPort } from 'serialport';
import { messageOf } from '../../plant/errors.ts';
import type { SerialLine } from '../../plant/skid/definition.ts';
import type { ByteStream, StreamListener } from './byte-stream.ts';

export class SerialStream implements ByteStream {
  readonly #path: string;
  readonly #line: SerialLine;
  #port: SerialPort | null = null;
  #listener: StreamListener | null = null;

  constructor(path: string, line: SerialLine) {
    this.#path = path;
    this.#line = line;
  }

  open(listener: StreamListener): void {
    this.#listener = listener;
    this.#open(listener).catch((thrown: unknown) => this.#lost(listener, messageOf(thrown)));
  }

  write(bytes: Uint8Array): void {
    if (this.#port?.isOpen === true) this.#port.write(bytes);
  }

  close(): void {
    this.#listener = null;
    const port = this.#port;
    this.#port = null;
    // What a port says while it closes is of no use to anybody; it keeps its listener for errors.
    if (port?.isOpen === true) port.close(() => undefined);
  }

  async #open(listener: StreamListener): Promise<void> {
    // Its native part is loaded only where a serial port is used.
    const { SerialPort } = await import('serialport');
    if (this.#listener !== listener) return;
    const { baud: baudRate, dataBits, parity, stopBits } = this.#line;
    const port = new SerialPort({ path: this.#path, baudRate, dataBits, parity, stopBits, autoOpen: false });
    this.#port = port;
    port.on('data', (bytes: Buffer) => {
      if (this.#port === port) listener.onData(bytes);
    });
    port.on('error', (error) => this.#lost(listener, error.message));
    port.on('close', () => this.#lost(listener, 'The serial port was closed.'));
    port.open((error) => {
      if (error !== null) this.#lost(listener, error.message);
      else if (this.#port === port) listener.onOpen();
      // Given up while it was opening.
      else port.close(() => undefined);
    });
  }

  #lost(listener: StreamListener, reason: string): void {
    if (this.#listener !== listener) return;
    this.close();
    listener.onClose(reason);
  }
}
