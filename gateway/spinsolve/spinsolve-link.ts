/**
 * The connection to a Spinsolve: made anew with back-off, asked for its hardware at every period so that its silence shows,
 * and given up at anything that is no message of its remote control. Whatever it says, asked or not, is handed on in order.
 */
import type { Clock, Monotonic } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import { badDecodingError, badNotConnected, badTimeout, type Quality } from '../../plant/quality.ts';
import type { ByteStream } from '../byte-stream/index.ts';
import { noFigures, type LinkFigures, type LinkState } from '../driver.ts';
import { backOffMs } from '../modbus/back-off.ts';
import type { Cancel, Timers } from '../timers.ts';
import { MessageStream } from './message-stream.ts';
import { hardwareRequest, readMessage, type SpinsolveMessage } from './messages.ts';
import { faultOfSoftware } from './start-check.ts';

export type SpinsolveLinkOptions = Readonly<{
  name: string;
  endpoint: string;
  newStream: () => ByteStream;
  periodMs: number;
  timeoutMs: number;
  clock: Clock;
  timers: Timers;
  random: () => number;
  log: Log;
  /** Told before the first message of a connection, and after its last. */
  onState: (state: LinkState, quality: Quality) => void;
  onMessage: (message: SpinsolveMessage) => void;
}>;

/** Before an instrument that cannot be commanded is asked again whether it now can. */
const refusedAgainMs = 10_000;

export class SpinsolveLink {
  readonly figures: LinkFigures = noFigures();
  state: LinkState = 'connecting';
  /** Why it is not connected, where that is not for its silence. */
  problem: string | null = null;
  readonly #options: SpinsolveLinkOptions;
  #stream: ByteStream | null = null;
  #messages = new MessageStream();
  #heardAt: Monotonic | null = null;
  #askedAt: Monotonic | null = null;
  #attempt = 0;
  #running = false;
  #cancelRetry: Cancel | null = null;
  #cancelPeriod: Cancel | null = null;

  constructor(options: SpinsolveLinkOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#cancelRetry?.();
    this.#close();
  }

  /** @returns whether it went out */
  send(message: string): boolean {
    if (this.state !== 'connected' || this.#stream === null) return false;
    this.figures.requests += 1;
    this.#stream.write(Buffer.from(message));
    return true;
  }

  #connect(): void {
    const { newStream } = this.#options;
    const stream = newStream();
    this.#stream = stream;
    this.#messages = new MessageStream();
    // A connection that does not come is silence too.
    this.#heardAt = this.#options.clock.monotonic();
    this.#cancelPeriod = this.#options.timers.every(this.#options.periodMs, () => this.#tick());
    stream.open({
      onOpen: () => this.#ask(),
      onData: (bytes) => this.#take(stream, bytes),
      onClose: (reason) => this.#lose(badNotConnected, reason),
    });
  }

  #ask(): void {
    this.figures.requests += 1;
    this.#askedAt ??= this.#options.clock.monotonic();
    this.#stream?.write(Buffer.from(hardwareRequest));
  }

  #tick(): void {
    const { clock, timeoutMs } = this.#options;
    if (this.#heardAt !== null && clock.monotonic() - this.#heardAt > timeoutMs) {
      this.figures.timeouts += 1;
      this.#lose(badTimeout, `It has said nothing for ${timeoutMs / 1000} s.`);
    } else if (this.state === 'connected') this.#ask();
  }

  #take(stream: ByteStream, bytes: Buffer): void {
    const texts = this.#messages.take(bytes);
    if (texts === null) {
      this.#refuse('What it sent is no message.');
      return;
    }
    for (const text of texts) {
      const message = readMessage(text);
      if (message === null) {
        this.#refuse(`It sent "${text.slice(0, 80)}".`);
        return;
      }
      this.#hear(message);
      // A message may end the connection.
      if (this.#stream !== stream) return;
    }
  }

  #hear(message: SpinsolveMessage): void {
    const { clock, onMessage, onState } = this.#options;
    const now = clock.monotonic();
    this.#heardAt = now;
    if (message.kind === 'hardware') {
      const fault = faultOfSoftware(message.software);
      if (fault !== null) {
        this.#lose(badNotConnected, fault, fault);
        return;
      }
      if (this.#askedAt !== null) this.figures.latencyMs = now - this.#askedAt;
      this.#askedAt = null;
      if (this.state !== 'connected') {
        if (this.figures.lastGood !== null) this.figures.reconnects += 1;
        this.state = 'connected';
        this.problem = null;
        this.#attempt = 0;
        onState('connected', badNotConnected);
      }
    } else if (this.state !== 'connected') return;
    this.figures.lastGood = clock.utc();
    onMessage(message);
  }

  #refuse(reason: string): void {
    const { log, name } = this.#options;
    this.figures.malformed += 1;
    log.warn({ device: name, reason }, 'a malformed message; the connection is made anew');
    this.#lose(badDecodingError, reason);
  }

  /** @param problem set where it is the instrument that will not do, not its connection */
  #lose(quality: Quality, reason: string, problem: string | null = null): void {
    const { timers, random, onState, log, name, endpoint } = this.#options;
    if (this.#stream === null) return;
    this.#close();
    if (this.state === 'connected' || problem !== this.problem)
      log.warn({ device: name, endpoint, reason }, 'the connection was lost');
    this.state = 'lost';
    this.problem = problem;
    onState('lost', quality);
    if (!this.#running) return;
    const delayMs = problem === null ? backOffMs(this.#attempt, random()) : refusedAgainMs;
    this.#attempt += 1;
    this.#cancelRetry = timers.after(delayMs, () => this.#connect());
  }

  #close(): void {
    this.#cancelPeriod?.();
    const stream = this.#stream;
    this.#stream = null;
    this.#askedAt = null;
    this.#heardAt = null;
    stream?.close();
  }
}
