/**
 * The transaction layer of one link: one queue, one request under way, a deadline for each, and the connection made anew
 * whenever an answer stays out or is not exactly what was asked, so that a late answer can never be taken for another's.
 *
 * Nothing waits across a lost connection: what is queued or under way when it goes is refused, and so is whatever comes
 * while it is away.
 */
import modbusSerial from 'modbus-serial';
import type { Clock, Monotonic } from '../../plant/clock.ts';
import type { RegisterArea } from '../../plant/device-model.ts';
import { messageOf, type MesolineError } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import { noFigures, type LinkFigures, type LinkState } from '../driver.ts';
import type { Cancel, Timers } from '../timers.ts';
import { backOffMs } from './back-off.ts';
import { linkFault, ModbusException, type LinkFault } from './link-errors.ts';
import { StrictPort } from './strict-port.ts';

// A CommonJS module: what its types call its default export is a property of what it exports.
const ModbusRTU = modbusSerial.default;
type ModbusClient = InstanceType<typeof ModbusRTU>;

export type LinkOptions = Readonly<{
  /** `QD-1/PLC-1`, as messages name it. */
  name: string;
  host: string;
  port: number;
  unitId: number;
  timeoutMs: number;
  clock: Clock;
  timers: Timers;
  random: () => number;
  log: Log;
  /** Told at once of every change. */
  onState: (state: LinkState) => void;
}>;

export type Order = Readonly<{
  /** Goes before everything that is not: safe states and the heartbeat. */
  urgent?: boolean;
  /** Asked synchronously when the frame is about to go on the wire; an answer takes the request back. */
  withdraw?: () => MesolineError | null;
}>;

type Answer = Readonly<{ data: readonly (number | boolean)[] }>;
type Send = (client: ModbusClient, done: (error: Error | null, data?: readonly (number | boolean)[]) => void) => void;
type Job = Readonly<{
  what: string;
  send: Send;
  order: Order;
  resolve: (data: readonly (number | boolean)[]) => void;
  reject: (error: Error) => void;
}>;
type Connection = { port: StrictPort; client: ModbusClient };
type UnderWay = { job: Job; since: Monotonic; cancel: Cancel };

/** An attempt to connect that takes longer is given up; a switched-off device gives no answer at all. */
const connectTimeoutMs = 1500;

export class ModbusLink {
  readonly figures: LinkFigures = noFigures();
  readonly #options: LinkOptions;
  readonly #urgent: Job[] = [];
  readonly #ordinary: Job[] = [];
  #running = false;
  #state: LinkState = 'connecting';
  #connection: Connection | null = null;
  #underWay: UnderWay | null = null;
  #cancelAttempt: Cancel | null = null;
  #attempt = 0;
  #everConnected = false;
  #nextTransaction: number;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#nextTransaction = Math.floor(options.random() * 0x1_0000);
  }

  get state(): LinkState {
    return this.#state;
  }

  get endpoint(): string {
    return `modbus-tcp://${this.#options.host}:${this.#options.port}/${this.#options.unitId}`;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#cancelAttempt?.();
    this.#cancelAttempt = null;
    this.#drop('link-down', 'The service is stopping.');
  }

  /** @throws MesolineError with a code of `LinkFault` */
  async readRegisters(
    area: Extract<RegisterArea, 'holding' | 'input'>,
    address: number,
    length: number,
    order: Order = {},
  ): Promise<readonly number[]> {
    const { unitId } = this.#options;
    const data = await this.#ask(`${area} ${address}+${length}`, order, (client, done) => {
      const method = area === 'holding' ? client.writeFC3.bind(client) : client.writeFC4.bind(client);
      method(unitId, address, length, (error: Error | null, answer?: Answer) => done(error, answer?.data));
    });
    return data.map(Number);
  }

  /** @throws MesolineError with a code of `LinkFault` */
  async readBits(
    area: Extract<RegisterArea, 'coil' | 'discrete'>,
    address: number,
    length: number,
  ): Promise<readonly boolean[]> {
    const { unitId } = this.#options;
    const data = await this.#ask(`${area} ${address}+${length}`, {}, (client, done) => {
      const method = area === 'coil' ? client.writeFC1.bind(client) : client.writeFC2.bind(client);
      method(unitId, address, length, (error: Error | null, answer?: Answer) => done(error, answer?.data));
    });
    return data.slice(0, length).map(Boolean);
  }

  /** One FC16. @throws MesolineError with a code of `LinkFault` */
  async writeRegisters(address: number, words: readonly number[], order: Order = {}): Promise<void> {
    const { unitId } = this.#options;
    await this.#ask(`write holding ${address}+${words.length}`, order, (client, done) => {
      client.writeFC16(unitId, address, [...words], (error: Error | null) => done(error, []));
    });
  }

  /** @throws MesolineError with a code of `LinkFault` */
  async writeCoil(address: number, on: boolean, order: Order = {}): Promise<void> {
    const { unitId } = this.#options;
    await this.#ask(`write coil ${address}`, order, (client, done) => {
      client.writeFC5(unitId, address, on, (error: Error | null) => done(error, []));
    });
  }

  #ask(what: string, order: Order, send: Send): Promise<readonly (number | boolean)[]> {
    return new Promise((resolve, reject) => {
      if (this.#connection === null || this.#state !== 'connected') {
        reject(this.#fault('link-down', `There is no connection to ${this.endpoint}.`));
        return;
      }
      (order.urgent === true ? this.#urgent : this.#ordinary).push({ what, send, order, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    const connection = this.#connection;
    if (connection === null || this.#underWay !== null) return;
    let job = this.#urgent.shift() ?? this.#ordinary.shift();
    for (; job !== undefined; job = this.#urgent.shift() ?? this.#ordinary.shift()) {
      const withdrawn = job.order.withdraw?.() ?? null;
      if (withdrawn === null) break;
      job.reject(withdrawn);
    }
    if (job === undefined) return;
    const { clock, timers, timeoutMs } = this.#options;
    // After a stall of this thread its answer may lie unread in the socket: it is looked at once more before it is late.
    const cancel = timers.after(timeoutMs, () => setImmediate(() => this.#late(underWay)));
    const underWay: UnderWay = { job, since: clock.monotonic(), cancel };
    this.#underWay = underWay;
    this.figures.requests += 1;
    job.send(connection.client, (error, data) => this.#answered(underWay, error, data ?? []));
  }

  #answered(underWay: UnderWay, error: Error | null, data: readonly (number | boolean)[]): void {
    if (this.#underWay !== underWay) return;
    const exception = error === null ? null : exceptionOf(error);
    if (error !== null && exception === null) {
      this.#malformed(error.message);
      return;
    }
    underWay.cancel();
    this.#underWay = null;
    this.#attempt = 0;
    this.figures.latencyMs = this.#options.clock.monotonic() - underWay.since;
    this.figures.lastGood = this.#options.clock.utc();
    if (exception === null) {
      underWay.job.resolve(data);
    } else {
      this.figures.exceptions += 1;
      const fault = this.#fault('modbus-exception', `${underWay.job.what} was answered with ${exception.message}.`);
      fault.cause = exception;
      underWay.job.reject(fault);
    }
    this.#next();
  }

  #late(underWay: UnderWay): void {
    if (this.#underWay !== underWay) return;
    this.figures.timeouts += 1;
    this.#drop('link-timeout', `${underWay.job.what} was not answered within ${this.#options.timeoutMs} ms.`);
  }

  #malformed(reason: string): void {
    this.figures.malformed += 1;
    this.#drop('link-malformed', `The device sent ${reason}; the connection is made anew.`);
  }

  #connect(): void {
    const { host, port: tcpPort, timers, clock } = this.#options;
    const startedAt = clock.monotonic();
    const port = new StrictPort({ host, port: tcpPort }, this.#nextTransaction, (reason) => {
      if (this.#connection?.port === port) this.#malformed(reason);
    });
    const client = new ModbusRTU(port);
    const giveUp = timers.after(connectTimeoutMs, () => settle(`no answer within ${connectTimeoutMs} ms`));
    let settled = false;
    const settle = (failure: string | null): void => {
      if (settled) return;
      settled = true;
      giveUp();
      this.#cancelAttempt = null;
      if (failure === null && this.#running) {
        this.#established({ port, client });
        return;
      }
      port.destroy();
      if (!this.#running) return;
      this.#options.log.debug({ link: this.#options.name, failure }, 'connecting failed');
      this.#become('lost');
      this.#retry(clock.monotonic() - startedAt);
    };
    this.#cancelAttempt = () => {
      settled = true;
      giveUp();
      port.destroy();
    };
    client.on('error', () => undefined);
    port.on('close', () => {
      if (this.#connection?.port === port) this.#drop('link-lost', 'The connection was closed.');
    });
    client.open((error?: Error) => settle(error === undefined ? null : messageOf(error)));
  }

  #established(connection: Connection): void {
    this.#connection = connection;
    if (this.#everConnected) this.figures.reconnects += 1;
    this.#everConnected = true;
    this.#options.log.info({ link: this.#options.name, endpoint: this.endpoint }, 'link connected');
    this.#become('connected');
  }

  /** Ends the connection and whatever hangs on it, and makes a new one. */
  #drop(code: LinkFault, problem: string): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    this.#nextTransaction = connection.port.nextTransaction;
    connection.port.destroy();
    const underWay = this.#underWay;
    this.#underWay = null;
    underWay?.cancel();
    const queued = [...this.#urgent.splice(0), ...this.#ordinary.splice(0)];
    if (this.#running) this.#options.log.warn({ link: this.#options.name, problem }, 'link lost');
    this.#become(this.#running ? 'lost' : 'connecting');
    underWay?.job.reject(this.#fault(code === 'link-down' ? 'link-lost' : code, problem));
    for (const job of queued) job.reject(this.#fault('link-down', problem));
    if (this.#running) this.#retry(0);
  }

  /** @param spentMs how long the attempt that failed took: it counts as waiting. */
  #retry(spentMs: number): void {
    const wait = Math.max(0, backOffMs(this.#attempt, this.#options.random()) - spentMs);
    this.#attempt += 1;
    this.#cancelAttempt = this.#options.timers.after(wait, () => this.#connect());
  }

  #become(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }

  #fault(code: LinkFault, problem: string): MesolineError {
    return linkFault(code, this.#options.name, problem, 'See the link on the maintenance page.');
  }
}

/** modbus-serial gives an exception as an error with its number. */
function exceptionOf(error: Error): ModbusException | null {
  return 'modbusCode' in error && typeof error.modbusCode === 'number' ? new ModbusException(error.modbusCode) : null;
}
