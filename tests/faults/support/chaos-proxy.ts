/**
 * A TCP proxy in front of one device that, while it is wild, at random ends connections, holds back what was said for up to
 * three seconds, loses the end of it, says it twice, and brings it in pieces. What is asked of the device is never cut nor
 * repeated: nothing may be asked of it that the service did not ask.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FuzzRandom } from './fuzz-random.ts';

export type ChaosCounts = {
  connections: number;
  dropped: number;
  delayed: number;
  truncated: number;
  repeated: number;
  split: number;
};
type Trouble = Exclude<keyof ChaosCounts, 'connections'>;

const answerTroubles: readonly Trouble[] = ['dropped', 'delayed', 'truncated', 'repeated', 'split'];
const requestTroubles: readonly Trouble[] = ['dropped', 'delayed', 'split'];
const longestDelayMs = 3000;

export class ChaosProxy {
  readonly name: string;
  readonly counts: ChaosCounts = { connections: 0, dropped: 0, delayed: 0, truncated: 0, repeated: 0, split: 0 };
  readonly #target: number;
  readonly #random: FuzzRandom;
  /** Between two troubles, on average. */
  readonly #everyMs: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #wild = false;
  #next = 0;

  constructor(name: string, target: number, random: FuzzRandom, everyMs: number) {
    this.name = name;
    this.#target = target;
    this.#random = random;
    this.#everyMs = everyMs;
    this.#server = createServer((client) => this.#join(client));
  }

  async start(): Promise<number> {
    await new Promise<void>((settle) => this.#server.listen(0, '127.0.0.1', settle));
    return (this.#server.address() as AddressInfo).port;
  }

  wild(): void {
    this.#wild = true;
    this.#plan();
  }

  /** What it holds back still comes. */
  honest(): void {
    this.#wild = false;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((settle) => this.#server.close(settle));
  }

  #plan(): void {
    this.#next = performance.now() - this.#everyMs * Math.log(1 - this.#random.unit());
  }

  #join(client: Socket): void {
    this.counts.connections += 1;
    const device = connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
    for (const socket of [client, device]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.setNoDelay(true);
    const end = (): void => {
      client.destroy();
      device.destroy();
    };
    client.on('close', end);
    device.on('close', end);
    this.#pass(client, device, requestTroubles, end);
    this.#pass(device, client, answerTroubles, end);
  }

  /** In their order, whatever happens to them. */
  #pass(from: Socket, to: Socket, troubles: readonly Trouble[], end: () => void): void {
    let before = Promise.resolve();
    const put = (bytes: Buffer): void => {
      if (!to.destroyed) to.write(bytes);
    };
    from.on('data', (bytes: Buffer) => {
      const trouble = this.#trouble(troubles);
      before = before.then(() => this.#bring(bytes, trouble, put, end)).catch(end);
    });
  }

  #trouble(troubles: readonly Trouble[]): Trouble | null {
    if (!this.#wild || performance.now() < this.#next) return null;
    // After a pause it is always the service that speaks first: without this, answers would seldom be hit.
    if (troubles === requestTroubles && this.#random.chance(0.8)) return null;
    this.#plan();
    const trouble = this.#random.pick(troubles);
    this.counts[trouble] += 1;
    return trouble;
  }

  async #bring(bytes: Buffer, trouble: Trouble | null, put: (bytes: Buffer) => void, end: () => void): Promise<void> {
    switch (trouble) {
      case null:
        put(bytes);
        return;
      case 'dropped':
        end();
        return;
      case 'delayed':
        await pause(this.#random.between(1, longestDelayMs));
        put(bytes);
        return;
      case 'truncated':
        put(bytes.subarray(0, this.#random.between(1, Math.max(1, bytes.length - 1))));
        return;
      case 'repeated':
        put(bytes);
        if (this.#random.chance(0.5)) await pause(this.#random.between(1, 200));
        put(bytes);
        return;
      case 'split':
        for (const piece of pieces(bytes, this.#random)) {
          put(piece);
          await pause(this.#random.between(1, 40));
        }
    }
  }
}

function pieces(bytes: Buffer, random: FuzzRandom): readonly Buffer[] {
  const made: Buffer[] = [];
  const most = Math.max(1, Math.ceil(bytes.length / 3));
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + random.between(1, most));
    made.push(bytes.subarray(at, end));
    at = end;
  }
  return made;
}
