/** Review, deviations, disposition and the record as a document. Made by control/review; needed by hmi. */
import type { RecordDocument } from '../record-document.ts';
import type { Actor } from '../people.ts';
import type {
  DeviationClass,
  DeviationDecision,
  Disposition,
  ReReviewView,
  ReviewView,
  TraceView,
} from '../review-view.ts';
import type { UtcMs } from '../clock.ts';
import type { Credentials } from './record-desk.ts';

export type ReviewAnswer =
  Readonly<{ done: true; review: ReviewView }> | Readonly<{ done: false; reason: string; remedy: string }>;

/**
 * Everything here is signed: `signer` is who signs it. `readHash` is the head that the signer has read; where the record has changed since, it is
 * refused. The same command id is done once.
 */
type Signed = Readonly<{ batch: string; commandId: string; readHash: string; actor: Actor; signer: Credentials }>;

export type MadeFile = Readonly<{ fileName: string; mediaType: string; bytes: Uint8Array }>;

/** What is too large to be held; it ends in an error where it could not be made whole. */
export type MadeStream = Readonly<{ fileName: string; mediaType: string; content: AsyncIterable<Uint8Array> }>;

export interface ReviewDesk {
  /** Null where there is no such batch. The rules run first where they have not, or something has come since. */
  review(batch: string): Promise<ReviewView | null>;
  /** Batches that were decided about and are to be reviewed again, oldest first. */
  reReviews(): Promise<readonly ReReviewView[]>;
  trace(batch: string, exception: string): Promise<TraceView | null>;
  /** An exception that needs no deviation, with the reason. */
  judge(request: Signed & Readonly<{ exceptions: readonly string[]; reason: string }>): Promise<ReviewAnswer>;
  raiseDeviation(
    request: Signed &
      Readonly<{ exceptions: readonly string[]; title: string; classification: DeviationClass; description: string }>,
  ): Promise<ReviewAnswer>;
  investigate(request: Signed & Readonly<{ deviation: string; cause: string; impact: string }>): Promise<ReviewAnswer>;
  /** Closes it. */
  decide(
    request: Signed & Readonly<{ deviation: string; decision: DeviationDecision; reason: string; action: string }>,
  ): Promise<ReviewAnswer>;
  /** What happened and was not entered then: with who, when it happened and why it comes late. Nothing is replaced. */
  enterLate(
    request: Signed & Readonly<{ what: string; value: string; unit: string | null; happenedAt: UtcMs; reason: string }>,
  ): Promise<ReviewAnswer>;
  /** The record as it stands was read and holds. */
  signReviewed(request: Signed): Promise<ReviewAnswer>;
  dispose(request: Signed & Readonly<{ decision: Disposition; reason: string }>): Promise<ReviewAnswer>;
  /** The record as a document, in its 18 sections. Null where there is no such batch. */
  document(batch: string): Promise<RecordDocument | null>;
  /** @throws MesolineError `record-not-made` */
  pdf(batch: string): Promise<MadeFile>;
  /** The export folder as one ZIP. @throws MesolineError `record-not-made`, `segment-damaged` */
  exported(batch: string): Promise<MadeStream>;
}
