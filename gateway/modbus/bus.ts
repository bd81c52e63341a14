/**
 * A bus: one connection, shared by the units that are reached through it, with one request under way at a time.
 *
 * A late answer is never taken for another's. Where a unit has Modbus TCP to itself, its silence ends the connection. Where
 * several share it, the connection stands and the ids of unanswered requests are kept until they are answered. A serial
 * line has no ids: it is left alone until it is silent, and a unit is believed again once it gave an answer that can be no
 * other's (`LineTrust`).
 *
 * Nothing waits across a lost connection: what is queued or under way when it goes is refused.
 */
import { monotonic, type Monotonic } from '../../plant/clock.ts';
import { badDecodingError, badNoCommunication, badNotConnected, type Quality } from '../../plant/quality.ts';
import type { Cancel } from '../timers.ts';
import type { BusUnit, Job } from './bus-unit.ts';
import { wireMs, type BusTools, type Connection, type ModbusAddress } from './connection.ts';
import { Connector } from './connector.ts';
import { exceptionOf, type LinkFault, type ModbusException } from './link-errors.ts';
import { MbapPort } from './mbap-port.ts';
import { ProbeBudget } from './probe-budget.ts';
import { isWrite, send, textOf, type AnswerData, type Request } from './request.ts';
import { settle } from './settle.ts';
import { RtuPort } from './rtu-port.ts';
import { Turns } from './turns.ts';

/** `job` is null for a look at the unit by the bus itself, and for a job whose unit was stopped meanwhile. */
type UnderWay = {
  unit: BusUnit;
  request: Request;
  job: Job | null;
  since: Monotonic;
  awaited: Monotonic;
  cancel: Cancel;
};

/** How long a gateway may wait for a unit on its far side, and keep all others waiting. */
const gatewayMs = 2000;
/** After so much silence of a unit that took none of its checks, nothing of it is still to come. */
const restMs = 10_000;
const lookAtFirst: Request = { kind: 'read', area: 'holding', address: 0, length: 1 };

export class Bus {
  readonly address: ModbusAddress;
  readonly #tools: BusTools;
  readonly #units: BusUnit[] = [];
  readonly #budget = new ProbeBudget();
  readonly #turns = new Turns(this.#units, this.#budget);
  readonly #connector: Connector;
  #underWay: UnderWay | null = null;
  /** The gateway may still be waiting for a unit that did not answer: until when at most. */
  #held: Readonly<{ until: Monotonic }> | null = null;
  #draining = false;
  #cancelWake: Cancel | null = null;

  constructor(address: ModbusAddress, tools: BusTools) {
    this.address = address;
    this.#tools = tools;
    this.#connector = new Connector(address, tools, {
      established: () => this.#established(),
      failed: (failure) => this.#failed(failure),
      closed: () => this.#leave('link-lost', 'The connection was closed.'),
      malformed: (reason) => this.#malformed(reason),
      late: (unitId) => this.#lateAnswer(unitId),
    });
  }

  get #connection(): Connection | null {
    return this.#connector.connection;
  }

  get idle(): boolean {
    return this.#units.length === 0;
  }

  attach(unit: BusUnit): void {
    if (unit.attached) return;
    unit.attached = true;
    this.#units.push(unit);
    if (this.#units.length === 1) this.#connector.connect();
    else if (this.#connection !== null) {
      this.#look(unit);
      this.#next();
    }
  }

  /** What it asked is refused; with the last unit the connection ends. */
  detach(unit: BusUnit): void {
    if (!unit.attached) return;
    this.#units.splice(this.#units.indexOf(unit), 1);
    const stopping = 'The service is stopping.';
    if (this.#units.length === 0) {
      this.#leave('link-lost', stopping);
      this.#connector.end();
    }
    if (this.#underWay?.unit === unit) {
      this.#underWay.job?.reject(unit.fault('link-lost', stopping));
      this.#underWay.job = null;
    }
    unit.refuse('link-down', stopping);
    unit.become('connecting', badNotConnected);
    unit.due = null;
    unit.attached = false;
  }

  ask(unit: BusUnit, job: Job): void {
    const urgent = job.order.urgent === true;
    if (this.#connection === null || !unit.attached || (unit.state !== 'connected' && !urgent)) {
      job.reject(unit.fault('link-down', 'There is no connection to it.'));
      return;
    }
    (urgent ? unit.urgent : unit.ordinary).push(job);
    this.#next();
  }

  #next(): void {
    while (this.#connection !== null && this.#underWay === null && !this.#draining) {
      const now = this.#tools.clock.monotonic();
      if (this.#held !== null && this.#held.until <= now) this.#held = null;
      const turn = this.#turns.take(now, this.#held !== null);
      if (turn === null) {
        this.#sleep(now);
        return;
      }
      const { unit, kind } = turn;
      if (kind === 'probe' || this.#needsCheck(unit, now)) {
        this.#check(unit, now);
        continue;
      }
      const job = kind === 'urgent' ? unit.urgent.shift() : unit.ordinary.shift();
      const withdrawn = job?.order.withdraw?.() ?? null;
      if (withdrawn !== null) job?.reject(withdrawn);
      else if (job !== undefined) this.#send(unit, job.request, job, now);
    }
  }

  /** Wakes when a unit that did not answer may be asked again. */
  #sleep(now: Monotonic): void {
    this.#cancelWake?.();
    this.#cancelWake = null;
    const at = this.#turns.wakeAt(now);
    if (at === null) return;
    this.#cancelWake = this.#tools.timers.after(Math.max(1, at - now, (this.#held?.until ?? now) - now), () => {
      this.#cancelWake = null;
      this.#next();
    });
  }

  #needsCheck(unit: BusUnit, now: Monotonic): boolean {
    return this.address.protocol !== 'modbus-tcp' && unit.trust.needsCheck(now);
  }

  #check(unit: BusUnit, now: Monotonic): void {
    const [first = lookAtFirst] = unit.options.checks;
    const check = this.address.protocol === 'modbus-tcp' ? first : unit.trust.nextCheck();
    if (check !== null) {
      this.#send(unit, check, null, now);
      return;
    }
    unit.trust.forgive();
    this.#lose(unit, badNotConnected, 'It gave no answer that could be told from an older one.');
    unit.due = monotonic(now + restMs);
  }

  #send(unit: BusUnit, request: Request, job: Job | null, now: Monotonic): void {
    const connection = this.#connection;
    if (connection === null) return;
    const { port, client } = connection;
    if (port instanceof MbapPort && port.exhausted) {
      this.#leave('link-lost', 'An answer stayed out for all ids of the connection; it is made anew.');
      job?.reject(unit.fault('link-down', 'The connection was made anew.'));
      return;
    }
    unit.looked = true;
    unit.figures.requests += 1;
    const cancel: Cancel = () => undefined;
    const underWay: UnderWay = { unit, request, job, since: now, awaited: now, cancel };
    this.#underWay = underWay;
    const heldMs = Math.max(0, (this.#held?.until ?? now) - now);
    this.#await(underWay, heldMs);
    send(client, port, unit.options.unitId, request, (error, data) => this.#answered(underWay, error, data));
  }

  /** Starts the time an answer has, after `heldMs`. */
  #await(underWay: UnderWay, heldMs: number): void {
    const { unit, request } = underWay;
    const { clock, timers } = this.#tools;
    underWay.cancel();
    underWay.awaited = monotonic(clock.monotonic() + heldMs);
    const wait = heldMs + unit.options.timeoutMs + wireMs(this.address, request);
    // After a stall of this thread its answer may lie unread in the socket: it is looked at once more before it is late.
    underWay.cancel = timers.after(wait, () => setImmediate(() => this.#late(underWay)));
  }

  #answered(underWay: UnderWay, error: Error | null, data: AnswerData): void {
    if (this.#underWay !== underWay) return;
    const exception = error === null ? null : exceptionOf(error);
    if (error !== null && exception === null) {
      this.#malformed(error.message);
      return;
    }
    const { unit, request, job, since } = underWay;
    const now = this.#tools.clock.monotonic();
    underWay.cancel();
    this.#underWay = null;
    this.#connector.answered();
    this.#release(now, since);
    if (!unit.attached) {
      this.#next();
      return;
    }
    unit.figures.latencyMs = now - since;
    unit.figures.lastGood = this.#tools.clock.utc();
    if (exception !== null) unit.figures.exceptions += 1;
    if (this.#behindGateway(exception)) {
      this.#charge(unit, job === null, now - since, now);
      this.#lose(unit, badNoCommunication, `Its gateway says: ${exception?.message ?? ''}.`);
    } else if (this.#believes(unit, request, job, exception, now)) {
      unit.answered();
      this.#live(unit);
    }
    if (job !== null) settle(unit, request, job, exception, data);
    this.#next();
  }

  /** A gateway that says so has waited for the unit, and kept the others waiting. */
  #behindGateway(exception: ModbusException | null): boolean {
    return this.#units.length > 1 && (exception?.code === 10 || exception?.code === 11);
  }

  /** Whether the answer says that the unit lives. */
  #believes(
    unit: BusUnit,
    request: Request,
    job: Job | null,
    exception: ModbusException | null,
    now: Monotonic,
  ): boolean {
    if (this.address.protocol === 'modbus-tcp') return true;
    if (job !== null) unit.trust.answered(request, now);
    else if (!unit.trust.checked(request, exception !== null, now)) {
      this.#lose(unit, badNotConnected, `It answers a check with ${exception?.message ?? 'nothing'}.`);
      this.#drain(unit, true, now);
      return false;
    }
    return true;
  }

  #late(underWay: UnderWay): void {
    const port = this.#connection?.port;
    if (this.#underWay !== underWay || port === undefined || port.settling) return;
    const { unit, request, job, since, awaited } = underWay;
    const now = this.#tools.clock.monotonic();
    const written = isWrite(request) ? ' Whether it was done is not known.' : '';
    const problem = `${textOf(request)} was not answered within ${unit.options.timeoutMs} ms.${written}`;
    unit.figures.timeouts += 1;
    if (port instanceof MbapPort && this.#units.length === 1 && unit.attached) {
      this.#leave('link-timeout', problem);
      return;
    }
    this.#underWay = null;
    this.#charge(unit, job === null, now - since, now);
    if (port instanceof MbapPort) {
      port.forget();
      this.#held = { until: monotonic(awaited + gatewayMs) };
    } else {
      unit.trust.failed(request);
      this.#drain(unit, job === null, now);
    }
    job?.reject(unit.fault('link-timeout', problem));
    this.#lose(unit, badNotConnected, problem);
    this.#next();
  }

  /** The gateway is free again: whoever waits for its answer gets its whole time from now on. */
  #lateAnswer(unitId: number): void {
    const unit = this.#units.find(({ options }) => options.unitId === unitId);
    if (unit !== undefined) unit.figures.late += 1;
    const port = this.#connection?.port;
    if (this.#held === null || !(port instanceof MbapPort) || port.owing > 0) return;
    const now = this.#tools.clock.monotonic();
    this.#release(now, this.#underWay?.since ?? now);
    if (this.#underWay === null) this.#next();
    else this.#await(this.#underWay, 0);
  }

  /** What others waited for the gateway is time of the unit that did not answer. */
  #release(now: Monotonic, waitedFrom: Monotonic): void {
    if (this.#held === null) return;
    this.#budget.charge(Math.max(0, Math.min(now, this.#held.until) - waitedFrom), now);
    this.#held = null;
  }

  /** Time that was nobody else's to lose is not reckoned. @param look whether the unit was only looked at */
  #charge(unit: BusUnit, look: boolean, ms: number, now: Monotonic): void {
    if (!this.#units.some((other) => other !== unit && other.state === 'connected')) return;
    if (look) this.#budget.charge(ms, now);
    else this.#budget.chargeLiving(ms, now);
  }

  /** Throws away what comes until the line has been silent for as long as the unit may take to answer. */
  #drain(unit: BusUnit, look: boolean, from: Monotonic): void {
    const port = this.#connection?.port;
    if (!(port instanceof RtuPort)) return;
    this.#draining = true;
    port.drain(unit.options.timeoutMs, (heard) => {
      const now = this.#tools.clock.monotonic();
      this.#draining = false;
      // Noise that goes on for longer is not of its making.
      this.#charge(unit, look, Math.min(now - from, unit.options.timeoutMs), now);
      if (heard === true) unit.figures.late += 1;
      if (heard === null) this.#leave('link-lost', 'The line is never silent; it is opened anew.');
      else this.#next();
    });
  }

  #malformed(reason: string): void {
    const [underWay, now] = [this.#underWay, this.#tools.clock.monotonic()];
    const upon = underWay === null ? '' : ` in answer to ${textOf(underWay.request)}`;
    for (const unit of underWay === null ? this.#units : [underWay.unit]) unit.figures.malformed += 1;
    if (this.#connection?.port instanceof MbapPort) {
      this.#leave('link-malformed', `The device sent ${reason}${upon}; the connection is made anew.`);
      return;
    }
    for (const unit of this.#units) unit.trust.doubt();
    const problem = `The line brought ${reason}${upon}; it is left silent, and the unit looked at before it is believed.`;
    const [doubted] = this.#units;
    if (underWay === null) {
      if (doubted !== undefined) this.#drain(doubted, false, now);
      return;
    }
    const { unit, request, job, since } = underWay;
    underWay.cancel();
    this.#underWay = null;
    unit.trust.failed(request);
    this.#charge(unit, job === null, now - since, now);
    this.#drain(unit, job === null, now);
    job?.reject(unit.fault('link-malformed', problem));
    this.#lose(unit, badDecodingError, problem);
  }

  #live(unit: BusUnit): void {
    if (unit.state === 'connected') return;
    unit.trouble.stands(this.#tools.log);
    unit.connected();
  }

  /** The unit does not answer as it should; the others go on. */
  #lose(unit: BusUnit, quality: Quality, problem: string): void {
    const { clock, random, log } = this.#tools;
    unit.trouble.failed(problem, clock.monotonic(), log);
    unit.backOff(clock.monotonic(), random());
    unit.become('lost', quality);
    unit.refuse('link-down', problem);
  }

  /** The first look at a unit on this connection. A unit that has Modbus TCP to itself is looked at by what is asked of it. */
  #look(unit: BusUnit): void {
    unit.looked = false;
    if (this.address.protocol === 'modbus-tcp' && this.#units.length === 1) this.#live(unit);
    else unit.due = this.#tools.clock.monotonic();
  }

  #established(): void {
    for (const unit of this.#units) unit.trust.doubt();
    const [first] = this.#units;
    // What another asked of the line before may still be answered.
    if (first !== undefined) this.#drain(first, false, this.#tools.clock.monotonic());
    for (const unit of [...this.#units]) this.#look(unit);
    this.#next();
  }

  #failed(failure: string): void {
    for (const unit of this.#units) {
      unit.trouble.failed(`There was no connection: ${failure}.`, this.#tools.clock.monotonic(), this.#tools.log);
      unit.become('lost', badNotConnected);
    }
  }

  /** Ends the connection and whatever hangs on it, and makes a new one while a unit is there. */
  #leave(code: LinkFault, problem: string): void {
    if (this.#connection === null) return;
    this.#connector.end();
    this.#cancelWake?.();
    this.#cancelWake = null;
    this.#held = null;
    this.#draining = false;
    const underWay = this.#underWay;
    this.#underWay = null;
    underWay?.cancel();
    underWay?.unit.trust.failed(underWay.request);
    const units = [...this.#units];
    for (const unit of units) {
      unit.trouble.failed(problem, this.#tools.clock.monotonic(), this.#tools.log);
      unit.due = null;
      unit.become('lost', badNotConnected);
    }
    underWay?.job?.reject(underWay.unit.fault(code, problem));
    for (const unit of units) unit.refuse('link-down', problem);
    if (this.#units.length > 0) this.#connector.again();
  }
}
