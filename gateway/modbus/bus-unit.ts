/** One unit on a bus: what waits for it, how it is, and when it is asked again after it did not answer. */
import { monotonic, type Monotonic } from '../../plant/clock.ts';
import type { MesolineError } from '../../plant/errors.ts';
import { badNotConnected, type Quality } from '../../plant/quality.ts';
import { noFigures, type LinkFigures, type LinkState } from '../driver.ts';
import { backOffMs } from './back-off.ts';
import { LinkTrouble } from '../link-trouble.ts';
import { linkFault, type LinkFault } from './link-errors.ts';
import { LineTrust } from './line-trust.ts';
import type { AnswerData, Request } from './request.ts';

export type Order = Readonly<{
  /** Goes before everything that is not: safe states and the heartbeat. It does not wait for a back-off. */
  urgent?: boolean;
  /** Asked synchronously when the frame is about to go on the wire; an answer takes the request back. */
  withdraw?: () => MesolineError | null;
}>;

export type Job = Readonly<{
  request: Request;
  order: Order;
  resolve: (data: AnswerData) => void;
  reject: (error: Error) => void;
}>;

export type UnitOptions = Readonly<{
  /** `QD-1/PLC-1`, as messages name it. */
  name: string;
  unitId: number;
  timeoutMs: number;
  /** Reads that the unit takes, no two of which have answers that could be taken for each other's. */
  checks: readonly Request[];
  /** Told at once of every change; the quality is what its values are worth while it is not connected. */
  onState: (state: LinkState, quality: Quality) => void;
}>;

export class BusUnit {
  readonly options: UnitOptions;
  readonly figures: LinkFigures = noFigures();
  readonly urgent: Job[] = [];
  readonly ordinary: Job[] = [];
  readonly trust: LineTrust;
  readonly trouble: LinkTrouble;
  /** On its bus; a unit that was stopped is told nothing more. */
  attached = false;
  /** The first look at it on this connection was had. */
  looked = false;
  /** When it is asked again; null while nothing stands against it. */
  due: Monotonic | null = null;
  state: LinkState = 'connecting';
  #attempt = 0;
  #everConnected = false;

  constructor(options: UnitOptions) {
    this.options = options;
    this.trust = new LineTrust(options.checks);
    this.trouble = new LinkTrouble(options.name);
  }

  get waits(): boolean {
    return this.urgent.length > 0 || this.ordinary.length > 0;
  }

  connected(): void {
    this.due = null;
    if (this.state === 'connected') return;
    if (this.#everConnected) this.figures.reconnects += 1;
    this.#everConnected = true;
    this.become('connected', badNotConnected);
  }

  /** It answered: the next time it does not, it is asked again soon. */
  answered(): void {
    this.#attempt = 0;
  }

  backOff(now: Monotonic, random: number): void {
    this.due = monotonic(now + backOffMs(this.#attempt, random));
    this.#attempt += 1;
  }

  become(state: LinkState, quality: Quality): void {
    if (this.state === state || !this.attached) return;
    this.state = state;
    this.options.onState(state, quality);
  }

  /** Refuses all that waits for it. */
  refuse(code: LinkFault, problem: string): void {
    if (!this.waits) return;
    for (const job of [...this.urgent.splice(0), ...this.ordinary.splice(0)]) job.reject(this.fault(code, problem));
  }

  fault(code: LinkFault, problem: string, cause?: unknown): MesolineError {
    const fault = linkFault(code, this.options.name, problem, 'See the link on the maintenance page.');
    if (cause !== undefined) fault.cause = cause;
    return fault;
  }
}
