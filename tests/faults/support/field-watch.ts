/** Watches a field controller past the service: when its heartbeat register last moved, and when it went to a safe state. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

const everyMs = 20;

export class FieldWatch {
  readonly #socket: Socket;
  #heartbeat = -1;
  #movedAt = performance.now();
  #ended = false;
  #turns: Promise<void> = Promise.resolve();
  #transaction = 0;
  #received = Buffer.alloc(0);
  /** When a step from 10 on was first read; null before. */
  safeAt: number | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => (this.#received = Buffer.concat([this.#received, bytes])));
  }

  static async start(port: number): Promise<FieldWatch> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const watch = new FieldWatch(socket);
    watch.#turns = watch.#look();
    return watch;
  }

  /** From the last move of the heartbeat register before the safe state to that state; null before. */
  silenceMs: number | null = null;

  forget(): void {
    this.safeAt = null;
    this.silenceMs = null;
  }

  /** The controller's step, and the row it keeps as the first. */
  async now(): Promise<Readonly<{ step: number; row: number }>> {
    const words = await this.#read(4, 0, 8);
    return { step: words[1] ?? 0, row: words[7] ?? 0 };
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#turns.catch(() => undefined);
    this.#socket.destroy();
  }

  async #look(): Promise<void> {
    while (!this.#ended) {
      const [heartbeat = 0] = await this.#read(3, 0, 1);
      const at = performance.now();
      if (heartbeat !== this.#heartbeat) {
        this.#heartbeat = heartbeat;
        this.#movedAt = at;
      }
      const [step = 0] = await this.#read(4, 1, 1);
      if (step >= 10 && this.safeAt === null) {
        this.safeAt = performance.now();
        // Taken here: a service that comes up again moves the register too.
        this.silenceMs = this.safeAt - this.#movedAt;
      }
      await pause(everyMs);
    }
  }

  #waiting: Promise<unknown> = Promise.resolve();

  /** One request after another: the answers carry no more than their order. */
  #read(code: number, address: number, count: number): Promise<readonly number[]> {
    const turn = this.#waiting.then(() => this.#ask(code, address, count));
    this.#waiting = turn.catch(() => undefined);
    return turn;
  }

  async #ask(code: number, address: number, count: number): Promise<readonly number[]> {
    this.#transaction = (this.#transaction + 1) & 0xffff;
    this.#received = Buffer.alloc(0);
    this.#socket.write(
      Buffer.from([this.#transaction >> 8, this.#transaction & 0xff, 0, 0, 0, 6, 1, code, 0, address, 0, count]),
    );
    const length = 9 + 2 * count;
    while (this.#received.length < length) await once(this.#socket, 'data');
    return Array.from({ length: count }, (_, i) => this.#received.readUInt16BE(9 + 2 * i));
  }
}
