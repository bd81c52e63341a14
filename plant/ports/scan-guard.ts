/**
 * The interlocks as the scan sees them: the first to see a batch, and the one synchronous port of the house.
 * Needed by gateway; made by control/interlocks, one for each skid.
 */
import type { Monotonic, ProcessTime, UtcMs } from '../clock.ts';
import type { Demand, Measure } from '../safe-state.ts';
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
  /** The last request word the field has acknowledged, and when its answer came; null before the first, and on a skid that has none. */
  commanded: Readonly<{ demand: Demand; at: UtcMs; monotonic: Monotonic }> | null;
  /** The matrix row the field controller keeps as the first since its last reset; null where it keeps none or does not say. */
  firstOutRow: number | null;
  /** A batch is on the skid, whatever its state. */
  batch: boolean;
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
  /** It is a mode that people chose, no fault. */
  mode?: true;
}>;

/** What of the guard's own sight is not as the field says it; whoever shows the skid shows this. */
export type GuardMark = Readonly<{
  kind: 'bypass' | 'force' | 'proof test' | 'changeover';
  row: number | null;
  tag: LocalTag | null;
  /** In words: what, who, until when. */
  message: string;
  expiresAt: UtcMs | null;
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
  /** What is asked of the field beside the demand; the gateway holds it there as it does the request word. */
  measures?: readonly Measure[];
  /** The matrix row that stands behind the demand, the first-out's; 0 or none where it is no row. It goes to the field with the request. */
  row?: number;
  marks?: readonly GuardMark[];
  /** A row calls for a flush. */
  flushCalled?: true;
  /** The skid has not been seen whole yet, so that nothing was judged: such a scan is not complete, and no heartbeat follows it. */
  unseen?: true;
  /** Rows that only warn now (action A): they ask for nothing and refuse nothing. */
  warnings?: readonly GuardCause[];
}>;

export interface ScanGuard {
  readonly skid: SkidName;
  step(scan: GuardScan): GuardVerdict;
  /** Inputs that two people hold at a value for now: the scan puts it in the place of what the field says, before anything is derived. */
  forces(now: Monotonic): ReadonlyMap<LocalTag, number | boolean>;
}
