/**
 * The link to a device that speaks in lines: one queue, one request under way, and a connection made anew whenever an answer
 * stays out or is not exactly what was asked. It stands only after the device has answered the model's hello as that model
 * says it, and taken what sets it up.
 *
 * Nothing waits across a lost connection: what is queued or under way when it goes is refused, and so is whatever comes
 * while it is away.
 */
import type { Clock } from '../../plant/clock.ts';
import type { LineModel } from '../../plant/device-model.ts';
import type { MesolineError } from '../../plant/errors.ts';
import { parseTemplate } from '../../plant/line-template.ts';
import type { Log } from '../../plant/log.ts';
import { badNotConnected, type Quality } from '../../plant/quality.ts';
import type { ByteStream } from '../byte-stream/index.ts';
import { noFigures, type LinkFigures, type LinkState, type Withdraw } from '../driver.ts';
import { backOffMs } from '../modbus/back-off.ts';
import { LinkTrouble } from '../link-trouble.ts';
import { linkFault, qualityOfFailure, type LinkFault } from '../modbus/link-errors.ts';
import type { Cancel, Timers } from '../timers.ts';
import { LineConnection, type ConnectionEnd, type LineExchange, type LineManners } from './line-connection.ts';
import { LineRefused } from './line-errors.ts';

export type LineLinkOptions = Readonly<{
  /** `QD-1/PUMP-1`, as messages name it. */
  name: string;
  endpoint: string;
  model: LineModel;
  newStream: () => ByteStream;
  clock: Clock;
  timers: Timers;
  random: () => number;
  log: Log;
  /** Told at once of every change, and of what the device's values are then. */
  onState: (state: LinkState, quality: Quality) => void;
}>;

type Order = Readonly<{
  /** Goes before what is not: commands, before the round of readings. */
  urgent?: boolean;
  withdraw?: Withdraw;
}>;

type Raw = number | string | null;
type Job = Readonly<{
  exchange: LineExchange;
  order: Order;
  resolve: (raw: Raw) => void;
  reject: (error: Error) => void;
}>;

export class LineLink {
  readonly figures: LinkFigures = noFigures();
  readonly #options: LineLinkOptions;
  readonly #manners: LineManners;
  readonly #greeting: readonly LineExchange[];
  readonly #urgent: Job[] = [];
  readonly #ordinary: Job[] = [];
  #running = false;
  #state: LinkState = 'connecting';
  #connection: LineConnection | null = null;
  #underWay: Job | null = null;
  #cancelRetry: Cancel | null = null;
  #attempt = 0;
  #everConnected = false;
  /** Before the first connection somebody else may have asked. */
  #owed = true;
  #greeted = 0;
  #hello: string | null = null;
  #mistaken: string | null = null;
  readonly #trouble: LinkTrouble;

  constructor(options: LineLinkOptions) {
    const { model } = options;
    this.#options = options;
    this.#trouble = new LinkTrouble(options.name);
    this.#manners = {
      askEnd: model.ends.ask,
      form: { end: Buffer.from(model.ends.answer, 'latin1'), longest: model.longestAnswer },
      refusals: model.refusals.map((refusal) => ({ ...refusal, template: parseTemplate(refusal.answer) })),
      timeout: model.timeout,
      pause: model.pause,
      settle: model.settle,
    };
    this.#greeting = [
      this.hello,
      ...model.setup.map(({ ask, answer }) => ({ line: ask, answer: parseTemplate(answer), sets: true })),
    ];
  }

  get state(): LinkState {
    return this.#state;
  }

  get endpoint(): string {
    return this.#options.endpoint;
  }

  get hello(): LineExchange {
    const { ask, answer } = this.#options.model.hello;
    return { line: ask, answer: parseTemplate(answer), sets: false };
  }

  /** What the device said to the hello of this connection, where its template holds a value. */
  get said(): string | null {
    return this.#hello;
  }

  /** Why a device that is there is not taken, or null. */
  get mistaken(): string | null {
    return this.#mistaken;
  }

  /** Why it is lost; null while it stands. */
  get problem(): string | null {
    return this.#trouble.problem;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const connection = this.#connection;
    this.#connection = null;
    this.#owed ||= connection?.owed === true;
    connection?.close();
    this.#become('connecting', badNotConnected);
    this.#refuseAll('link-lost', 'The service is stopping.');
  }

  /** @throws MesolineError with a code of `LinkFault` */
  ask(exchange: LineExchange, order: Order = {}): Promise<Raw> {
    return new Promise((resolve, reject) => {
      if (this.#connection === null || this.#state !== 'connected') {
        reject(this.#fault('link-down', `There is no connection to ${this.endpoint}.`));
        return;
      }
      (order.urgent === true ? this.#urgent : this.#ordinary).push({ exchange, order, resolve, reject });
      this.#next();
    });
  }

  #connect(): void {
    const { clock, timers, newStream } = this.#options;
    const startedAt = clock.monotonic();
    const connection: LineConnection = new LineConnection({
      stream: newStream(),
      manners: this.#manners,
      drain: this.#owed,
      clock,
      timers,
      figures: this.figures,
      onIdle: () => this.#next(),
      onEnd: (end) => this.#lost(connection, end, clock.monotonic() - startedAt),
    });
    this.#connection = connection;
    this.#greeted = 0;
    connection.open();
  }

  #next(): void {
    const connection = this.#connection;
    if (connection?.idle !== true) return;
    if (this.#state !== 'connected') {
      this.#greet(connection);
      return;
    }
    let job = this.#urgent.shift() ?? this.#ordinary.shift();
    for (; job !== undefined; job = this.#urgent.shift() ?? this.#ordinary.shift()) {
      const withdrawn = job.order.withdraw?.() ?? null;
      if (withdrawn === null) break;
      job.reject(withdrawn);
    }
    if (job === undefined) return;
    const { exchange, resolve, reject } = job;
    this.#underWay = job;
    connection.exchange(exchange, (outcome) => {
      this.#underWay = null;
      this.#attempt = 0;
      if (outcome.kind === 'answer') {
        resolve(outcome.raw);
        return;
      }
      const cause = new LineRefused(outcome.refusal, outcome.line);
      const fault = this.#fault('device-refused', `"${exchange.line}" was answered with ${cause.message}.`);
      fault.cause = cause;
      reject(fault);
    });
  }

  /** The hello, then what sets the device up, one after the other; then the link stands. */
  #greet(connection: LineConnection): void {
    const exchange = this.#greeting[this.#greeted];
    if (exchange === undefined) {
      this.#established();
      return;
    }
    connection.exchange(exchange, (outcome) => {
      if (outcome.kind === 'refused') {
        const problem = `It answered "${exchange.line}" with ${outcome.line} (${outcome.refusal.text}).`;
        connection.close();
        this.#lost(connection, { code: 'link-malformed', problem }, 0);
        return;
      }
      if (this.#greeted === 0) this.#hello = outcome.raw === null ? null : String(outcome.raw);
      this.#greeted += 1;
    });
  }

  #established(): void {
    if (this.#everConnected) this.figures.reconnects += 1;
    this.#everConnected = true;
    this.#owed = false;
    this.#mistaken = null;
    this.#trouble.stands(this.#options.log, { endpoint: this.endpoint });
    this.#become('connected', badNotConnected);
    this.#next();
  }

  /** @param spentMs how long the connection lived: for an attempt that failed it counts as waiting */
  #lost(connection: LineConnection, { code, problem }: ConnectionEnd, spentMs: number): void {
    if (this.#connection !== connection) return;
    const { clock, log, random, timers } = this.#options;
    const stood = this.#state === 'connected';
    this.#connection = null;
    this.#owed ||= connection.owed || code === 'link-malformed';
    if (!stood && code === 'link-malformed') this.#mistaken = problem;
    this.#trouble.failed(problem, clock.monotonic(), log);
    const failure = this.#fault(code, problem);
    this.#become('lost', qualityOfFailure(failure));
    this.#refuseAll(code, problem);
    const wait = Math.max(0, backOffMs(this.#attempt, random()) - (stood ? 0 : spentMs));
    this.#attempt += 1;
    this.#cancelRetry = timers.after(wait, () => this.#connect());
  }

  #refuseAll(code: LinkFault, problem: string): void {
    const underWay = this.#underWay;
    this.#underWay = null;
    underWay?.reject(this.#fault(code, problem));
    for (const job of [...this.#urgent.splice(0), ...this.#ordinary.splice(0)])
      job.reject(this.#fault('link-down', problem));
  }

  #become(state: LinkState, quality: Quality): void {
    // One that stays lost may be lost for another reason now.
    if (this.#state === state && state !== 'lost') return;
    this.#state = state;
    this.#options.onState(state, quality);
  }

  #fault(code: LinkFault, problem: string): MesolineError {
    return linkFault(code, this.#options.name, problem, 'See the link on the maintenance page.');
  }
}
