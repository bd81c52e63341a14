/**
 * The interlocks as the scan sees them: the first to see a batch, and the one synchronous port of the house.
 * Needed by gateway; made by control/interlocks, one for each skid.
 */
import type { Monotonic, ProcessTime, UtcMs } from '../clock.ts';
import type { Demand } from '../safe-state.ts';
import type { LocalTag, Sample, SkidName } from '../sample.ts';

export type GuardScan = Readonly<{
  utc: UtcMs;
  monotonic: Monotonic;
  process: ProcessTime;
  /** The newest sample of every tag that has been seen, staleness already applied to its quality. */
  samples: ReadonlyMap<LocalTag, Sample>;
  /** What the field controller says its step belongs to, or null while it does not answer or the skid has none. */
  fieldDemand: Demand | null;
  /** The safe state that a command asked of the field (a batch's Hold, a person's HOT-HOLD): that step is no news to the guard. */
  asked: Demand;
  /** True while the gateway has let go of the field (request 0 and the reset pulse written) and waits, at most 3 s, for step 0. */
  leaving: boolean;
}>;

/** Why running is not permitted: `row` is the matrix row, or null for boot, the field or a doubt about the whole skid. */
export type GuardCause = Readonly<{
  row: number | null;
  title: string;
  message: string;
  /** Set where it is latched: it stays until a reset. Without it, the cause goes by itself. */
  latched?: true;
  /** What this cause asks for, where it is latched. */
  demand?: Demand;
}>;

export type GuardVerdict = Readonly<{
  demand: Demand;
  /** Everything that holds the demand or would refuse a start; the first-out first. Empty only when `demand` is none. */
  causes: readonly GuardCause[];
  /**
   * A reset was accepted: the gateway may write request 0 and the reset pulse although `demand` still stands. The latches
   * clear in the step that sees the field let go (`leaving`) and in no safe state; a new cause, or 3 s of wall time without
   * that, voids the reset.
   */
  releasing: boolean;
  /** The skid has not been seen whole yet, so that nothing was judged: such a scan is not complete, and no heartbeat follows it. */
  unseen?: true;
  /** Rows that only warn now (action A): they ask for nothing and refuse nothing. */
  warnings?: readonly GuardCause[];
}>;

export interface ScanGuard {
  readonly skid: SkidName;
  step(scan: GuardScan): GuardVerdict;
}
