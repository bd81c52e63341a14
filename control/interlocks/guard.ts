/** The guard of one skid: keeps the state between scans and hands out what the pure steps say. */
import { elapsed, milliseconds, type Clock, type UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { DeskAnswer, InterlockView } from '../../plant/ports/interlock-desk.ts';
import type { GuardScan, GuardVerdict, ScanGuard } from '../../plant/ports/scan-guard.ts';
import type { LocalTag, SkidName } from '../../plant/sample.ts';
import type { InterlockDefinition, Skid } from '../../plant/skid/definition.ts';
import type { WorkedGuard } from './guard-work.ts';
import type { KeptLatch } from './kept.ts';
import { prepareSkid, type PreparedSkid } from './prepare.ts';
import { resetRefusals, stepReset } from './reset.ts';
import { initialGuardState, type GuardEvent, type GuardState, type Latch } from './state.ts';
import { step } from './step.ts';
import { viewOf } from './view.ts';

export type SkidGuardOptions = Readonly<{
  skid: Skid;
  clock: Clock;
  /** Told of every event at once, and holds nothing up. */
  tell: (event: GuardEvent, at: UtcMs) => void;
  /** Given the latches after each scan and reset, and holds nothing up. */
  keep: (latches: readonly Latch[]) => void;
}>;

const notYet = 'Work on the interlocks is not taken here.';
const noForces: ReadonlyMap<LocalTag, number | boolean> = new Map();

/** A reset goes by live values: by no older scan than this, in wall time. */
const oldestScan = milliseconds(2000);

export class SkidGuard implements ScanGuard, WorkedGuard {
  readonly skid: SkidName;
  readonly rows: readonly InterlockDefinition[];
  readonly #skid: PreparedSkid;
  readonly #clock: Clock;
  readonly #tell: SkidGuardOptions['tell'];
  readonly #keep: SkidGuardOptions['keep'];
  #state: GuardState;
  #scan: GuardScan | null = null;
  #events = 0;
  #kept: readonly KeptLatch[] = [];

  constructor({ skid, clock, tell, keep }: SkidGuardOptions) {
    this.skid = skid.name;
    this.rows = skid.type.interlocks;
    this.#skid = prepareSkid(skid);
    this.#clock = clock;
    this.#tell = tell;
    this.#keep = keep;
    this.#state = initialGuardState(this.#skid);
  }

  /** Takes up the words and times of latches that a service before this one held; before the first scan. */
  adopt(kept: readonly KeptLatch[]): void {
    this.#kept = kept;
  }

  step(scan: GuardScan): GuardVerdict {
    this.#scan = scan;
    const { state, verdict, events } = step(this.#skid, this.#state, scan);
    this.#state = state;
    this.#tellAll(events, scan.utc);
    // Before that it has none of its own, and those of the service before it are still wanted.
    if (state.seen) this.#keep(state.latches);
    return verdict;
  }

  forces(): ReadonlyMap<LocalTag, number | boolean> {
    return noForces;
  }

  reset(actor: Actor, commandId: string): DeskAnswer {
    const scan = this.#scan;
    const old = this.#tooOld();
    if (old !== null || scan === null) return { done: false, refusedBy: [old ?? 'No scan has been made yet.'] };
    const { state, events, refusedBy } = stepReset(this.#skid, this.#state, scan, actor, commandId);
    this.#state = state;
    this.#tellAll(events, this.#clock.utc());
    this.#keep(state.latches);
    return refusedBy.length === 0 ? { done: true } : { done: false, refusedBy };
  }

  refusals(): readonly string[] {
    return [notYet];
  }

  admit(): readonly string[] {
    return [notYet];
  }

  end(): readonly string[] {
    return [notYet];
  }

  view(): InterlockView {
    const old = this.#tooOld();
    const refusals = old !== null || this.#scan === null ? [] : resetRefusals(this.#skid, this.#state, this.#scan);
    return viewOf(this.#skid, this.#state, this.#scan, old === null ? refusals : [old]);
  }

  figures(): Readonly<{ scans: number; latches: number; events: number }> {
    return { scans: this.#state.scans, latches: this.#state.latches.length, events: this.#events };
  }

  #tooOld(): string | null {
    if (this.#scan === null) return `No scan of ${this.skid} has been made yet.`;
    const age = elapsed(this.#scan.monotonic, this.#clock.monotonic());
    return age <= oldestScan ? null : `The last scan of ${this.skid} is ${(age / 1000).toFixed(1)} s old.`;
  }

  #tellAll(events: readonly GuardEvent[], at: UtcMs): void {
    this.#events += events.length;
    for (const event of events) this.#tell(event, at);
  }
}
