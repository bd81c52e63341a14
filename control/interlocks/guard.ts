/** The guard of one skid: keeps the state between scans and hands out what the pure steps say. */
import { elapsed, milliseconds, type Clock, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { DeskAnswer, InterlockView } from '../../plant/ports/interlock-desk.ts';
import type { GuardScan, GuardVerdict, ScanGuard } from '../../plant/ports/scan-guard.ts';
import type { LocalTag, SkidName } from '../../plant/sample.ts';
import type { InterlockDefinition, Skid } from '../../plant/skid/definition.ts';
import { admitBypass, endBypass } from './bypass.ts';
import { admitChangeover } from './changeover.ts';
import { admitForce, endForce, forcesOf } from './force.ts';
import { recordedBefore, type Admission, type Ending, type WorkedGuard } from './guard-work.ts';
import type { KeptLatch } from './kept.ts';
import { prepareSkid, type PreparedSkid } from './prepare.ts';
import { admitProofTest } from './proof-stimulus.ts';
import { resetRefusals, stepReset } from './reset.ts';
import { adopt, initialGuardState, type GuardEvent, type GuardState, type Latch } from './state.ts';
import { step } from './step.ts';
import { viewOf } from './view.ts';
import type { WorkStep } from './work.ts';

export type SkidGuardOptions = Readonly<{
  skid: Skid;
  clock: Clock;
  /** Told of every event at once, and holds nothing up. */
  tell: (event: GuardEvent, at: UtcMs) => void;
  /** Given the latches after each scan and reset, and holds nothing up. */
  keep: (latches: readonly Latch[]) => void;
}>;

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
    this.#state = adopt(this.#state, kept);
  }

  step(scan: GuardScan): GuardVerdict {
    this.#scan = scan;
    const { state, verdict, events } = step(this.#skid, this.#state, scan);
    this.#state = state;
    this.#tellAll(events, scan.utc);
    // Before that it has none of its own, and those of the service before it are still wanted.
    if (state.seen && state.kept === null) this.#keep(state.latches);
    return verdict;
  }

  forces(now: Monotonic): ReadonlyMap<LocalTag, number | boolean> {
    return forcesOf(this.#state, now);
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

  refusals(work: Admission, now: Monotonic): readonly string[] {
    const scan = this.#fresh();
    return typeof scan === 'string' ? [scan] : this.#admission(work, scan, now).refusedBy;
  }

  /** It is judged once more: the skid went on while the record was written. */
  admit(work: Admission, now: Monotonic): readonly string[] {
    const scan = this.#fresh();
    return typeof scan === 'string' ? [scan] : this.#take(this.#admission(work, scan, now), scan);
  }

  /** Needs no fresh scan: what gives protection back never waits. */
  end(work: Ending): readonly string[] {
    const scan = this.#scan;
    return scan === null ? [this.#tooOld() ?? ''] : this.#take(this.#ending(work, scan), scan);
  }

  view(): InterlockView {
    const old = this.#tooOld();
    const refusals = old !== null || this.#scan === null ? [] : resetRefusals(this.#skid, this.#state, this.#scan);
    return viewOf(this.#skid, this.#state, this.#scan, old === null ? refusals : [old]);
  }

  figures(): Readonly<{ scans: number; latches: number; events: number }> {
    return { scans: this.#state.scans, latches: this.#state.latches.length, events: this.#events };
  }

  #admission(work: Admission, scan: GuardScan, now: Monotonic): WorkStep {
    switch (work.kind) {
      case 'bypass':
        return admitBypass(this.#skid, this.#state, scan, work.request, work.people, now);
      case 'force':
        return admitForce(this.#skid, this.#state, scan, work.request, work.people, now);
      case 'proof test':
        return admitProofTest(this.#skid, this.#state, scan, work.request, work.people);
      case 'changeover':
        return admitChangeover(this.#skid, this.#state, scan, 'enter', work.actor);
    }
  }

  #ending(work: Ending, scan: GuardScan): WorkStep {
    switch (work.kind) {
      case 'end bypass':
        return endBypass(this.#skid, this.#state, work.row, work.actor);
      case 'end force':
        return endForce(this.#state, work.tag, work.actor);
      case 'leave changeover':
        return admitChangeover(this.#skid, this.#state, scan, 'leave', work.actor);
    }
  }

  #take({ state, events, refusedBy }: WorkStep, scan: GuardScan): readonly string[] {
    if (refusedBy.length > 0) return refusedBy;
    this.#state = state;
    this.#tellAll(
      events.filter(({ action }) => !recordedBefore.has(action)),
      scan.utc,
    );
    return refusedBy;
  }

  /** The last scan, or why nothing can go by it. */
  #fresh(): GuardScan | string {
    return this.#tooOld() ?? this.#scan ?? '';
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
