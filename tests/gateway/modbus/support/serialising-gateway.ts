/**
 * A Modbus TCP gateway to a serial line, as they are: one request at a time, whoever asks; a unit that does not answer keeps
 * it busy for its own time-out, and is then reported with exception 0x0B, or with nothing.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrameReader, encodeFrame, type Frame } from '../../../../twin/modbus/frame.ts';

export class SerialisingGateway {
  readonly dead = new Set<number>();
  /** How long it waits for a dead unit. */
  slaveTimeoutMs = 100;
  /** Says 0x0B then; else nothing at all. */
  reports = true;
  /** Every request with the time it came, by unit. */
  readonly asked: Readonly<{ unit: number; at: number }>[] = [];
  connections = 0;
  busyMs = 0;
  port = 0;
  readonly #queue: Readonly<{ frame: Frame; socket: Socket }>[] = [];
  readonly #sockets = new Set<Socket>();
  #timer: NodeJS.Timeout | null = null;
  #server: Server | null = null;

  async start(): Promise<void> {
    const server = createServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      const reader = new FrameReader();
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (bytes) => {
        for (const frame of reader.push(bytes).frames) {
          this.asked.push({ unit: frame.unit, at: performance.now() });
          this.#queue.push({ frame, socket });
        }
        this.#work();
      });
    });
    this.#server = server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server !== null) await new Promise((resolve) => this.#server?.close(resolve));
  }

  count(unit: number): number {
    return this.asked.filter((each) => each.unit === unit).length;
  }

  #work(): void {
    if (this.#timer !== null) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    const { frame, socket } = next;
    const dead = this.dead.has(frame.unit);
    const takes = dead ? this.slaveTimeoutMs : 1;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (dead) this.busyMs += takes;
      if (!dead || this.reports) socket.write(encodeFrame({ ...frame, pdu: answerOf(frame, dead) }));
      this.#work();
    }, takes);
  }
}

/** Reads are answered with the unit's number in every register. */
function answerOf({ pdu, unit }: Frame, dead: boolean): Buffer {
  const code = pdu.readUInt8(0);
  if (dead) return Buffer.from([code | 0x80, 0x0b]);
  if (code !== 3) return pdu.subarray(0, 5);
  const words = pdu.readUInt16BE(3);
  return Buffer.from([code, 2 * words, ...Array.from({ length: words }, () => [0, unit]).flat()]);
}
