/** What a store of history is to the rest of the room: InfluxDB, or the embedded store where there is none. */
import type { UtcMs } from '../plant/clock.ts';
import { MesolineError } from '../plant/errors.ts';
import type { HistoryOrder, HistoryPoint } from '../plant/ports/history.ts';
import type { Gap, Point, Series } from './point.ts';
import type { FoundBucket } from './trend.ts';

/** A point the store will never take, with its own words for why. */
export type Rejected = Readonly<{ point: Point; reason: string }>;

export interface HistoryStore {
  /** `InfluxDB at http://…`; for logs and health. */
  readonly name: string;
  start(): Promise<void>;
  /**
   * Settles when the store has every point but those it returns.
   * @throws StoreUnavailable where it cannot be said of any of them; the same points are then written again.
   */
  write(points: readonly Point[], gaps: readonly Gap[], signal: AbortSignal): Promise<readonly Rejected[]>;
  /** The first `limit` points in that order, at `from` or later and before `to`. */
  raw(series: Series, from: UtcMs, to: UtcMs, limit: number, order: HistoryOrder): Promise<readonly HistoryPoint[]>;
  /** Buckets of `widthMs` from `from`, in order; those without points are missing. */
  trend(
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
    widthMs: number,
  ): Promise<readonly (readonly FoundBucket[])[]>;
  /** Bytes of its own on this disk, or null where it keeps them elsewhere. */
  diskBytes(): Promise<number | null>;
  stop(): Promise<void>;
}

/** The store does not answer, or answers that it cannot now. `retryAfterMs` is its own wish. */
export class StoreUnavailable extends MesolineError {
  override readonly name = 'StoreUnavailable';
  readonly retryAfterMs: number | null;

  constructor(where: string, problem: string, remedy: string, retryAfterMs: number | null = null, cause?: unknown) {
    super('history-unavailable', [{ where, problem, remedy }], cause === undefined ? undefined : { cause });
    this.retryAfterMs = retryAfterMs;
  }
}
