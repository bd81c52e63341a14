/** What a store of history is to the rest of the room: InfluxDB, or the embedded store where there is none. */
import type { UtcMs } from '../plant/clock.ts';
import { MesolineError } from '../plant/errors.ts';
import type {
  HistoryEvent,
  HistoryEventQuery,
  HistoryGap,
  HistoryOrder,
  HistoryPoint,
} from '../plant/ports/history.ts';
import type { SkidName } from '../plant/sample.ts';
import type { CoarseRow } from './downsampling/coarse-row.ts';
import type { Point, PointBatch, Series } from './point.ts';
import type { CoarseTier } from './schema.ts';
import type { FoundBucket } from './trend.ts';

/** A point the store will never take, with its own words for why. */
export type Rejected = Readonly<{ point: Point; reason: string }>;

/** What is written beside points. */
export type Notes = Readonly<{ gaps: readonly HistoryGap[]; events: readonly HistoryEvent[] }>;

export interface HistoryStore {
  /** `InfluxDB at http://…`; for logs and health. */
  readonly name: string;
  start(): Promise<void>;
  /**
   * Settles when the store has every point but those it returns. Of two points of one series and time it has the later one; of two gaps of
   * one skid, kind and beginning, and of two events of one kind, skid, object and beginning, the same.
   * @throws StoreUnavailable where it cannot be said of any of them; the same is then written again.
   */
  write(batch: PointBatch, notes: Notes, signal: AbortSignal): Promise<readonly Rejected[]>;
  /** Told of the batch that is written next, so that it may be made ready while another is under way. */
  ahead?(batch: PointBatch): void;
  /** The first `limit` points in that order, at `from` or later and before `to`. */
  raw(series: Series, from: UtcMs, to: UtcMs, limit: number, order: HistoryOrder): Promise<readonly HistoryPoint[]>;
  /** Of raw points: buckets of `widthMs` from `from`, in order; those without points are missing. */
  trend(
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
    widthMs: number,
  ): Promise<readonly (readonly FoundBucket[])[]>;
  /** Down-sampled rows, which replace those of the same series and time. @throws StoreUnavailable */
  writeCoarse(tier: CoarseTier, rows: readonly CoarseRow[], signal: AbortSignal): Promise<void>;
  /** Rows of a tier at `from` or later and before `to`, in order, a list for each series. */
  coarse(
    tier: CoarseTier,
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
  ): Promise<readonly (readonly CoarseRow[])[]>;
  /** Gaps that touch the span, oldest first; of every skid where none is named. */
  gaps(skid: SkidName | null, from: UtcMs, to: UtcMs): Promise<readonly HistoryGap[]>;
  /** Events that touch the span, oldest first. */
  events(query: HistoryEventQuery): Promise<readonly HistoryEvent[]>;
  /** Bytes of its own on this disk, or null where it keeps them elsewhere. */
  diskBytes(): Promise<number | null>;
  /** Removes what its tiers keep no longer, where the server does not by itself. */
  retain(now: UtcMs): Promise<void>;
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
