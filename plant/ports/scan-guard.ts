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
}>;

/** Why running is not permitted: `row` is the matrix row, or null for boot, the field or a doubt about the whole skid. */
export type GuardCause = Readonly<{ row: number | null; title: string; message: string }>;

export type GuardVerdict = Readonly<{
  demand: Demand;
  /** Everything that holds the demand or would refuse a start; the first-out first. Empty only when `demand` is none. */
  causes: readonly GuardCause[];
}>;

export interface ScanGuard {
  readonly skid: SkidName;
  step(scan: GuardScan): GuardVerdict;
}
