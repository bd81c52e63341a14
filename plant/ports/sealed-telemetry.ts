/**
 * What was measured while a batch ran, sealed: files whose SHA-256 stands in the batch's own chain. Made by control/telemetry; needed
 * by control/review.
 */
import type { UtcMs } from '../clock.ts';
import type { SkidName, TagName } from '../sample.ts';

/** A time in which scans were made and could not be kept, or of which nobody knows any more. */
export type SealedGap = Readonly<{
  from: UtcMs;
  to: UtcMs;
  /** Scans that are missing; 0 where nobody can say. */
  scans: number;
  why: string;
}>;

/** One sealed file: everything that the scans of one skid changed from `from` to `to`, beginning with the whole picture. */
export type SealedSegment = Readonly<{
  batch: string;
  skid: SkidName;
  /** Counts the segments of this skid in this batch from 1, without a gap. */
  number: number;
  from: UtcMs;
  to: UtcMs;
  /** Scans that changed anything: each is a line of the file. */
  scans: number;
  samples: number;
  /** What is missing between `from` and `to`. */
  gaps: readonly SealedGap[];
  /** Lines that a kill had torn, or that were none of ours; they lie in `aside`. */
  dropped: number;
  /** SHA-256 of the file's content before compression. */
  digest: string;
  /** `telemetry/B-2026-0001/QD-1/000001.jsonl.gz`, within the data folder. */
  file: string;
  /** A kill had left it open, and it was sealed at the start after. */
  recovered: boolean;
  /** Where what could not be sealed was put as evidence, within the data folder; null where there is none. */
  aside: string | null;
  /** The line of the batch's record that says so. */
  seq: number;
}>;

/**
 * A tag's course as it was sealed, a point for every change, in columns: over hours it is too long for objects. `values` is NaN where
 * there is no number; true and false are 1 and 0. A point holds until the next one; where nothing was kept stands a point without value,
 * of quality BadNoData; `times` are milliseconds UTC, ascending, and
 * `qualities` OPC UA StatusCodes.
 */
export type SealedCourse = Readonly<{
  tag: TagName;
  times: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
  qualities: Uint32Array<ArrayBuffer>;
}>;

export interface SealedTelemetry {
  /** The segments of a batch as its record has them, by skid and number. */
  segments(batch: string): Promise<readonly SealedSegment[]>;
  /** The file as it was read from the disk, once its content has given its digest. @throws MesolineError `segment-damaged` */
  file(segment: SealedSegment): Promise<Uint8Array>;
  /**
   * The courses of tags of one skid from `from` to `to`, each beginning with the point in force at `from`. Only what gives its digest is
   * read; the work is done off the thread of the scan. @throws MesolineError `segment-damaged`
   */
  course(
    batch: string,
    skid: SkidName,
    tags: readonly TagName[],
    from: UtcMs,
    to: UtcMs,
  ): Promise<readonly SealedCourse[]>;
}
