/** Serves an emulated instrument over TCP: as one with a network port, or as one behind a serial server. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { mesolineError } from '../../plant/errors.ts';
import type { InstrumentServer, LineInstrument } from './instrument.ts';
import { changedManners, goodManners, type LineManners } from './line-manners.ts';

export type LineServerOptions = Readonly<{
  host: string;
  /** 0 lets the system choose one. */
  port: number;
  instrument: LineInstrument;
}>;

const mostClients = 8;
/** No instrument here has a command as long; what nobody ends must not fill our memory. */
const longestLine = 256;

export class LineServer implements InstrumentServer {
  readonly #options: LineServerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #manners: LineManners = goodManners;
  /** An instrument does one thing at a time, whoever asks. */
  #busy: Promise<void> = Promise.resolve();
  #requests = 0;

  constructor(options: LineServerOptions) {
    this.#options = options;
  }

  /** How many lines were asked of it. */
  get requests(): number {
    return this.#requests;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  start(): Promise<number> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => this.#serve(socket));
      server.maxConnections = mostClients;
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          mesolineError(
            error.code === 'EADDRINUSE' ? 'port-in-use' : 'port-refused',
            `${host}:${port}`,
            `The instrument cannot listen here (${error.code ?? error.message}).`,
            'Choose another --host or --port.',
            error,
          ),
        ),
      );
      server.listen({ host, port }, () => {
        this.#server = server;
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.hangUp();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  /** Ends every connection, as a cable pulled does. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  take(message: unknown): void {
    if (typeof message === 'object' && message !== null && 'manners' in message) {
      this.#manners = changedManners(this.#manners, message.manners);
      return;
    }
    if (typeof message === 'object' && message !== null) {
      this.#options.instrument.control(message as Record<string, unknown>);
      return;
    }
    throw mesolineError(
      'message-unknown',
      'message',
      `${JSON.stringify(message)} is no message.`,
      'Send {"manners": {…}} or what the instrument takes.',
    );
  }

  #serve(socket: Socket): void {
    const { ask } = this.#options.instrument.ends;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#sockets.delete(socket));
    // The close that follows says all there is to know.
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (bytes) => {
      const lines = (received + bytes.toString('latin1')).split(ask);
      received = (lines.pop() ?? '').slice(0, longestLine);
      for (const line of lines) this.#queue(socket, line);
    });
  }

  #queue(socket: Socket, line: string): void {
    this.#requests += 1;
    this.#busy = this.#busy.then(() => this.#answer(socket, line)).catch(() => undefined);
  }

  async #answer(socket: Socket, line: string): Promise<void> {
    const { instrument } = this.#options;
    const answer = instrument.answer(line);
    if (answer === null) return;
    const { delayMs, drop, truncate, repeat } = this.#manners;
    if (drop > 0) {
      this.#manners = { ...this.#manners, drop: drop - 1 };
      return;
    }
    if (delayMs > 0) await sleep(delayMs);
    const whole = Buffer.from(answer + instrument.ends.answer, 'latin1');
    if (truncate > 0) {
      this.#manners = { ...this.#manners, truncate: truncate - 1 };
      await this.#send(socket, whole.subarray(0, Math.floor(whole.length / 2)));
      return;
    }
    await this.#send(socket, whole);
    if (repeat > 0) {
      this.#manners = { ...this.#manners, repeat: repeat - 1 };
      await this.#send(socket, whole);
    }
  }

  async #send(socket: Socket, bytes: Buffer): Promise<void> {
    const { pieceBytes, pieceGapMs } = this.#manners;
    const step = pieceBytes === 0 ? bytes.length : pieceBytes;
    for (let at = 0; at < bytes.length; at += step) {
      if (at > 0) await sleep(pieceGapMs);
      if (!socket.destroyed) socket.write(bytes.subarray(at, at + step));
    }
  }
}
