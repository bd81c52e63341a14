/**
 * The one field writer of a skid. Everything that goes to its field goes through here: the request word, the reset pulse
 * and the heartbeat of its controller, and what the command path writes.
 *
 * While the interlocks or a command hold a safe state, only the request word with what belongs to it (`safe-words.ts`), the
 * reset pulse of an accepted reset or release, and the heartbeat are written. That is looked at once more when a frame is
 * about to go on the wire.
 */
import { elapsed, type Clock } from '../plant/clock.ts';
import { messageOf, type MesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { GuardVerdict } from '../plant/ports/scan-guard.ts';
import { isGood } from '../plant/quality.ts';
import { asksField, demandRank, fieldSatisfies, type Demand } from '../plant/safe-state.ts';
import type { Order } from './modbus/link.ts';
import { linkFault } from './modbus/link-errors.ts';
import type { Controller } from './controller.ts';
import { SafeWords, type Commanded } from './safe-words.ts';
import { fieldDemandOf, heldDemand, holdsField, nextHeartbeat, type Asked } from './safe-state.ts';
import type { FieldImage, Reading } from './scan/field-image.ts';
import type { Timers } from './timers.ts';
import { Waiters } from './waiters.ts';

export type FieldWriterOptions = Readonly<{
  name: string;
  /** Null for a skid that has no field controller: nothing can be asked of its field. */
  controller: Controller | null;
  image: FieldImage;
  /** Why a safe state may not be left: somebody has locked out the skid or a device of it. Null where nobody has. */
  lockedOut: () => string | null;
  clock: Clock;
  timers: Timers;
  log: Log;
}>;

/** How long the field has for leaving its safe state after the pulse. */
const leavingMs = 3000;
const readBackMs = 1000;

type Leaving = { stopped: string | null };

/** Before the interlocks have spoken nothing is asked of the field, and nothing permitted. */
const unspoken: GuardVerdict = {
  demand: 'B',
  causes: [{ row: null, title: 'Boot', message: 'The interlocks have not seen the skid yet.' }],
  releasing: false,
};

export class FieldWriter {
  readonly #options: FieldWriterOptions;
  readonly #waiters: Waiters;
  #verdict: GuardVerdict = unspoken;
  #scans = 0;
  #asked: Asked = 'none';
  #askings = 0;
  #leaving: Leaving | null = null;
  #heartbeat: number | null = null;
  #heartbeatUnderWay = false;
  #pulseUnderWay = false;
  readonly #words: SafeWords | null;

  constructor(options: FieldWriterOptions) {
    this.#options = options;
    this.#waiters = new Waiters(options.timers);
    const { controller, ...rest } = options;
    this.#words = controller === null ? null : new SafeWords({ ...rest, controller });
  }

  get verdict(): GuardVerdict {
    return this.#verdict;
  }

  /** How many verdicts there were. */
  get scans(): number {
    return this.#scans;
  }

  get asked(): Asked {
    return this.#asked;
  }

  /** How often a safe state was asked by command: what was given before the last asking does not undo it. */
  get askings(): number {
    return this.#askings;
  }

  get leaving(): boolean {
    return this.#leaving !== null;
  }

  get controller(): Controller | null {
    return this.#options.controller;
  }

  /** What the controller's step belongs to; null while it is not known, its counter stands still, or there is none. */
  get fieldDemand(): Demand | null {
    const { controller, image, clock } = this.#options;
    if (controller === null || image.isStill(controller.device, clock.monotonic())) return null;
    return fieldDemandOf(controller.words, this.#reading(controller.words.step));
  }

  /** The last request word that the field has acknowledged; null before the first. */
  get commanded(): Commanded | null {
    return this.#words?.commanded ?? null;
  }

  /** The matrix row of the first request since the controller's last reset; null where it keeps none or does not say. */
  get firstOutRow(): number | null {
    const { controller, image, clock } = this.#options;
    if (controller === null || image.isStill(controller.device, clock.monotonic())) return null;
    const reading = this.#reading(controller.words.row?.first);
    return reading !== null && isGood(reading.quality) && typeof reading.value === 'number' && reading.value > 0
      ? reading.value
      : null;
  }

  /** The controller's step, as it last said it. */
  get step(): number | null {
    const { controller } = this.#options;
    const value = controller === null ? null : this.#reading(controller.words.step)?.value;
    return typeof value === 'number' ? value : null;
  }

  get stepText(): string {
    const step = this.step;
    const known = this.controller?.words.steps.find(({ value }) => value === step);
    return step === null ? 'no step seen' : `step ${step}${known === undefined ? '' : ` (${known.text})`}`;
  }

  /** Why nothing but a safe state may be written, or null. */
  get hold(): string | null {
    if (!holdsField({ interlocks: this.#verdict.demand, asked: this.#asked })) return null;
    const cause = this.#verdict.causes[0];
    if (asksField(this.#verdict.demand)) return cause?.message ?? `The interlocks demand ${this.#verdict.demand}.`;
    return `A command asked for ${this.#asked}; it has not been released.`;
  }

  /**
   * Once a scan, right after the interlocks: asks what has to be asked, and says that we live.
   * @param complete the interlocks have seen this scan; without that there is no heartbeat
   */
  scanned(verdict: GuardVerdict, complete: boolean): void {
    this.#verdict = verdict;
    this.#scans += 1;
    // A latch that no reset is clearing, though it only blocks a start, is not left behind by the field either.
    const latched = verdict.causes.some((cause) => cause.latched === true);
    if (this.#leaving !== null && (asksField(verdict.demand) || latched) && !verdict.releasing) {
      this.#stopLeaving(verdict.causes[0]?.message ?? 'The interlocks demand a safe state.');
    }
    const locked = this.#options.lockedOut();
    if (locked !== null) this.#stopLeaving(locked);
    this.#assert();
    this.#lowerPulse();
    this.#waiters.look();
    if (complete) this.#beat();
  }

  /**
   * Asks for a safe state, at once: the word is on its way before this returns. Held until `leave`, and asked again
   * whenever the link comes back.
   */
  ask(action: Exclude<Asked, 'none'>): void {
    this.#askings += 1;
    if (demandRank(action) > demandRank(this.#asked)) this.#asked = action;
    this.#stopLeaving(`A command asked for ${action}.`);
    this.#assert();
  }

  /** Whether `condition` came true at a scan within the time. */
  until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    return this.#waiters.until(condition, milliseconds);
  }

  /** Whether the field is as safe as what was asked, and its request word holds it there, within the time. */
  confirmed(action: Demand, milliseconds: number): Promise<boolean> {
    return this.until(() => {
      const field = this.fieldDemand;
      return field !== null && fieldSatisfies(field, action) && this.#words?.missing(this.#held(), field) === null;
    }, milliseconds);
  }

  /**
   * Leaves the field's safe state: request 0 and pulse 0, read back, pulse 1, step 0 within 3 s, pulse 0. What was asked by
   * command is forgotten then. Returns why it did not come to that, or null; the demand is then asserted again.
   * @param expired why it is too late to raise the pulse, or null; asked when each frame is about to go on the wire
   */
  async leave(expired: () => string | null = () => null): Promise<string | null> {
    const { controller } = this.#options;
    if (controller === null) {
      this.#asked = 'none';
      return null;
    }
    if (this.#leaving !== null) return 'The field is being let go already.';
    const leaving: Leaving = { stopped: null };
    this.#leaving = leaving;
    let failure: string | null;
    try {
      failure = await this.#let(controller, leaving, expired);
    } catch (thrown) {
      failure = leaving.stopped ?? messageOf(thrown);
    }
    failure ??= this.#stoppedBy(leaving);
    if (failure === null) this.#asked = 'none';
    this.#leaving = null;
    this.#assert();
    this.#lowerPulse();
    return failure;
  }

  /** What refuses a write of the command path when its frame is about to go, or null. */
  readonly held = (): MesolineError | null => {
    const { hold } = this;
    return hold === null ? null : linkFault('withdrawn', this.#options.name, hold, 'Reset or release first.');
  };

  async #let(
    { words, device, model, link }: Controller,
    leaving: Leaving,
    expired: () => string | null,
  ): Promise<string | null> {
    const { clock, image, lockedOut } = this.#options;
    const withdraw = (): MesolineError | null => {
      const why = leaving.stopped ?? lockedOut() ?? expired();
      return why === null ? null : linkFault('withdrawn', this.#options.name, why, 'Try again.');
    };
    await this.#words?.letGo({ urgent: true, withdraw });
    await this.#word(words.reset, 0, { urgent: true, withdraw });
    const writtenAt = clock.monotonic();
    const reads = (point: string, value: number): boolean => {
      const reading = image.reading(device, point);
      return reading?.at != null && reading.at >= writtenAt && isGood(reading.quality) && reading.value === value;
    };
    const letGo = (): boolean => reads(words.request, words.requests.none) && reads(words.reset, 0);
    const read = await this.until(() => letGo() || leaving.stopped !== null, readBackMs);
    if (!read || leaving.stopped !== null) {
      return (
        this.#stoppedBy(leaving) ?? `${model.title}: the request word did not read back as ${words.requests.none}.`
      );
    }
    await this.#word(words.reset, 1, { urgent: true, withdraw });
    const pulsedAt = clock.monotonic();
    const left = (): boolean => {
      const step = image.reading(device, words.step);
      return (
        step?.at != null && step.at >= pulsedAt && fieldDemandOf(words, step) === 'none' && !this.#verdict.releasing
      );
    };
    const settled = await this.until(() => left() || leaving.stopped !== null || link.state !== 'connected', leavingMs);
    const stopped = this.#stoppedBy(leaving);
    if (stopped !== null) return stopped;
    if (settled && left()) return null;
    return `${model.title} did not leave its safe state within ${elapsed(pulsedAt, clock.monotonic()).toFixed(0)} ms: ${this.stepText}.`;
  }

  /** Others stop a leaving while its sequence waits. */
  #stoppedBy({ stopped }: Leaving): string | null {
    return stopped;
  }

  #stopLeaving(why: string): void {
    if (this.#leaving === null || this.#leaving.stopped !== null) return;
    this.#leaving.stopped = why;
    this.#waiters.look();
  }

  /** Writes what the field does not hold of what it has to. */
  #assert(): void {
    if (this.#options.controller?.link.state !== 'connected') return;
    this.#words?.assert(this.#verdict, this.#held(), this.fieldDemand);
  }

  /** What the field is to be held in now. */
  #held(): ReturnType<typeof heldDemand> {
    const leaving = this.#leaving !== null && this.#leaving.stopped === null;
    const { demand, releasing } = this.#verdict;
    return heldDemand({ interlocks: demand, releasing, asked: this.#asked, leaving });
  }

  /** A pulse that reads other than 0 while nobody leaves, as after a lost link, is taken back: the next has to be an edge. */
  #lowerPulse(): void {
    const { controller } = this.#options;
    if (controller?.link.state !== 'connected' || this.#leaving !== null || this.#pulseUnderWay) return;
    const reading = this.#reading(controller.words.reset);
    if (reading === null || !isGood(reading.quality) || reading.value === 0) return;
    this.#pulseUnderWay = true;
    void this.#word(controller.words.reset, 0, { urgent: true })
      .catch((thrown: unknown) => this.#report('The reset pulse could not be taken back yet', thrown))
      .finally(() => (this.#pulseUnderWay = false));
  }

  #beat(): void {
    const { controller } = this.#options;
    if (controller?.link.state !== 'connected' || this.#heartbeatUnderWay) return;
    const shown = this.#reading(controller.words.heartbeat);
    // The first beat differs from what the register held before, so that it is seen as a change.
    const before = this.#heartbeat ?? (shown !== null && isGood(shown.quality) ? shown.value : null);
    if (typeof before !== 'number') return;
    this.#heartbeat = nextHeartbeat(before);
    this.#heartbeatUnderWay = true;
    void this.#word(controller.words.heartbeat, this.#heartbeat, { urgent: true })
      .catch((thrown: unknown) => this.#report('The heartbeat could not be written', thrown))
      .finally(() => (this.#heartbeatUnderWay = false));
  }

  #reading(point: string | undefined): Reading | null {
    return this.#words?.reading(point) ?? null;
  }

  async #word(point: string, value: number, order: Order): Promise<void> {
    await this.#words?.write(point, value, order);
  }

  #report(what: string, thrown: unknown): void {
    this.#words?.report(what, thrown);
  }
}
