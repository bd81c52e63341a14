/**
 * What was measured while a batch ran, sealed: files whose SHA-256 stands in the batch's own chain. Made by control/telemetry; needed
 * by control/review.
 */
import type { UtcMs } from '../clock.ts';
import type { SkidName, TagName } from '../sample.ts';

/** One sealed file: everything that the scans of one skid changed from `from` to `to`, beginning with the whole picture. */
export type SealedSegment = Readonly<{
  batch: string;
  skid: SkidName;
  /** Counts the segments of this skid in this batch from 1, without a gap. */
  number: number;
  from: UtcMs;
  to: UtcMs;
  scans: number;
  samples: number;
  /** SHA-256 of the file's content before compression. */
  digest: string;
  /** `telemetry/B-2026-0001/QD-1/000001.jsonl.gz`, within the data folder. */
  file: string;
  /** A kill had left it open, and it was sealed at the start after. */
  recovered: boolean;
  /** The line of the batch's record that says so. */
  seq: number;
}>;

/**
 * A tag's course as it was sealed, a point for every change, in columns: over hours it is too long for objects. `values` is NaN where
 * there is no number; true and false are 1 and 0. A point holds until the next one; `times` are milliseconds UTC, ascending, and
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
  /** The file as it lies on the disk, once its content has given its digest. @throws MesolineError `segment-damaged` */
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
