/**
 * One connection to a device that speaks in lines, from its opening to its end: one request under way, its answer taken
 * only where it is exactly one, and the connection ended by whatever else comes.
 *
 * Answers carry no number. What is still on its way from a connection before this one is waited for and thrown away first.
 */
import type { Clock, Milliseconds, Monotonic } from '../../plant/clock.ts';
import type { LineRefusal } from '../../plant/device-model.ts';
import type { Template } from '../../plant/line-template.ts';
import type { ByteStream } from '../byte-stream/index.ts';
import type { LinkFigures } from '../driver.ts';
import type { Cancel, Timers } from '../timers.ts';
import { inspectBytes, judgeLine, type LineForm, type Refusal } from './line-answer.ts';

export type LineExchange = Readonly<{
  line: string;
  /** Null: the device says nothing to it. */
  answer: Template | null;
  /** Whether it sets something, which the device is given time for. */
  sets: boolean;
}>;

export type LineOutcome =
  | Readonly<{ kind: 'answer'; raw: number | string | null }>
  | Readonly<{ kind: 'refused'; refusal: LineRefusal; line: string }>;

export type ConnectionEnd = Readonly<{ code: 'link-lost' | 'link-timeout' | 'link-malformed'; problem: string }>;

/** How the device speaks, as its model says. */
export type LineManners = Readonly<{
  askEnd: string;
  form: LineForm;
  refusals: readonly Refusal[];
  timeout: Milliseconds;
  pause: Milliseconds;
  settle: Milliseconds;
}>;

export type LineConnectionOptions = Readonly<{
  stream: ByteStream;
  manners: LineManners;
  /** Whether something may still be on its way. */
  drain: boolean;
  clock: Clock;
  timers: Timers;
  figures: LinkFigures;
  /** A request may be sent: the line is open and silent, or the last one was answered and its pause is over. */
  onIdle: () => void;
  onEnd: (end: ConnectionEnd) => void;
}>;

type UnderWay = {
  readonly exchange: LineExchange;
  readonly done: (outcome: LineOutcome) => void;
  readonly since: Monotonic;
  cancel: Cancel;
  received: Buffer;
};

const nothing = Buffer.alloc(0);
/** The beginning of what came, with what cannot be printed written out. */
const quoted = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1', 0, 40));
/** An attempt to connect that takes longer is given up; a switched-off device gives no answer at all. */
const connectTimeoutMs = 1500;
/** A line that never falls silent within so many time-outs is talking to somebody else. */
const longestDrain = 5;

export class LineConnection {
  readonly #options: LineConnectionOptions;
  #state: 'opening' | 'draining' | 'idle' | 'asked' | 'quiet' | 'ended' = 'opening';
  #underWay: UnderWay | null = null;
  #cancel: Cancel = () => undefined;
  #drainBegan: Monotonic | null = null;
  #drained = false;

  constructor(options: LineConnectionOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether an answer may still come after the end of this connection. */
  get owed(): boolean {
    return this.#underWay !== null || this.#state === 'draining';
  }

  open(): void {
    const { stream, timers, drain } = this.#options;
    this.#cancel = timers.after(connectTimeoutMs, () =>
      this.#end({ code: 'link-lost', problem: `There was no connection within ${connectTimeoutMs} ms.` }),
    );
    stream.open({
      onOpen: () => {
        if (this.#state !== 'opening') return;
        this.#cancel();
        if (drain) this.#drain();
        else this.#rest(this.#options.manners.pause);
      },
      onData: (bytes) => this.#take(bytes),
      onClose: (problem) => this.#end({ code: 'link-lost', problem }),
    });
  }

  close(): void {
    this.#state = 'ended';
    this.#cancel();
    this.#underWay?.cancel();
    this.#options.stream.close();
  }

  /** Only while idle. `done` is not called where the connection ends before the answer. */
  exchange(exchange: LineExchange, done: (outcome: LineOutcome) => void): void {
    const { stream, clock, timers, manners, figures } = this.#options;
    const underWay: UnderWay = {
      exchange,
      done,
      since: clock.monotonic(),
      cancel: () => undefined,
      received: nothing,
    };
    underWay.cancel =
      exchange.answer === null
        ? timers.after(Math.max(manners.pause, manners.settle), () => this.#answered(underWay, null))
        : // After a stall of this thread its answer may lie unread: it is looked at once more before it is late.
          timers.after(manners.timeout, () => setImmediate(() => this.#late(underWay)));
    this.#state = 'asked';
    this.#underWay = underWay;
    figures.requests += 1;
    stream.write(Buffer.from(exchange.line + manners.askEnd, 'latin1'));
  }

  #take(bytes: Buffer): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'draining') {
      this.#drained = true;
      this.#drain();
      return;
    }
    const underWay = this.#underWay;
    if (underWay === null || underWay.exchange.answer === null) {
      this.#malformed(`The device sent ${bytes.length} bytes that nothing asked for`);
      return;
    }
    underWay.received = underWay.received.length === 0 ? bytes : Buffer.concat([underWay.received, bytes]);
    const { form, refusals } = this.#options.manners;
    const received = inspectBytes(underWay.received, form);
    if (received.kind === 'incomplete') return;
    const asked = `"${underWay.exchange.line}" was answered with`;
    if (received.kind === 'malformed') {
      this.#malformed(`${asked} ${received.reason}`, 'See "ends" and "longestAnswer" of its model.');
      return;
    }
    const judged = judgeLine(received.line, underWay.exchange.answer, refusals);
    if (judged.kind === 'malformed')
      this.#malformed(
        `${asked} ${judged.reason}`,
        'Where the device refuses by it, add it to "refusals" of its model.',
      );
    else if (judged.kind === 'answer') this.#answered(underWay, judged.raw);
    else this.#settled(underWay, { ...judged, line: received.line });
  }

  #answered(underWay: UnderWay, raw: number | string | null): void {
    this.#settled(underWay, { kind: 'answer', raw });
  }

  #settled(underWay: UnderWay, outcome: LineOutcome): void {
    if (this.#underWay !== underWay) return;
    const { clock, figures, manners } = this.#options;
    underWay.cancel();
    this.#underWay = null;
    const { answer, sets } = underWay.exchange;
    if (answer !== null) {
      figures.latencyMs = clock.monotonic() - underWay.since;
      figures.lastGood = clock.utc();
    }
    if (outcome.kind === 'refused') figures.exceptions += 1;
    // One who says nothing to it was given his time before.
    this.#rest(sets && answer !== null ? Math.max(manners.pause, manners.settle) : manners.pause);
    underWay.done(outcome);
  }

  /** Silence before the next request: what comes in it was asked by nobody. */
  #rest(milliseconds: number): void {
    this.#state = 'quiet';
    this.#cancel = this.#options.timers.after(milliseconds, () => {
      if (this.#state !== 'quiet') return;
      this.#state = 'idle';
      this.#options.onIdle();
    });
  }

  /** Waits until nothing has come for the time that an answer may take. */
  #drain(): void {
    const { clock, timers, manners, figures } = this.#options;
    this.#cancel();
    this.#state = 'draining';
    this.#drainBegan ??= clock.monotonic();
    if (clock.monotonic() - this.#drainBegan > longestDrain * manners.timeout) {
      this.#malformed('The device sends bytes without end that nothing asked for');
      return;
    }
    this.#cancel = timers.after(manners.timeout, () => {
      if (this.#drained) figures.late += 1;
      this.#rest(0);
    });
  }

  #late(underWay: UnderWay): void {
    if (this.#underWay !== underWay) return;
    const { figures, manners } = this.#options;
    figures.timeouts += 1;
    const { exchange, received } = underWay;
    const begun =
      received.length === 0 ? '' : ` ${quoted(received)} came without what ends an answer. See "ends" of its model.`;
    this.#end({
      code: 'link-timeout',
      problem: `"${exchange.line}" was not answered within ${manners.timeout} ms.${begun}`,
    });
  }

  #malformed(what: string, remedy?: string): void {
    this.#options.figures.malformed += 1;
    const anew = `${what}; the connection is made anew.`;
    this.#end({ code: 'link-malformed', problem: remedy === undefined ? anew : `${anew} ${remedy}` });
  }

  #end(end: ConnectionEnd): void {
    if (this.#state === 'ended') return;
    this.close();
    this.#options.onEnd(end);
  }
}
