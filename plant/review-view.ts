/** Review by exception of a batch, as QA sees it. Kept by control/review in the batch's own record. */
import type { UtcMs } from './clock.ts';
import type { SkidName, TagName } from './sample.ts';

/** That a rule ran, on how much, and what it found: the proof of a clean batch. */
export type RuleView = Readonly<{
  rule: string;
  version: string;
  /** What holds where it finds nothing. */
  title: string;
  looked: number;
  /** What `looked` counts: `values`, `lines`. */
  counts: string;
  found: number;
}>;

/** What people said of something: printed name, time and the line of the record, which is signed. */
export type SaidBy = Readonly<{ by: string; personId: string; at: UtcMs; seq: number }>;

/** A line of a record, by which it can be found and proven. */
export type LineRef = Readonly<{ scope: string; seq: number; hash: string }>;

export type ExceptionView = Readonly<{
  /** `E-1`, for good: it stays when a later run finds it no more. */
  id: string;
  rule: string;
  skid: SkidName | null;
  from: UtcMs;
  to: UtcMs;
  title: string;
  detail: string;
  lines: readonly LineRef[];
  /** What is drawn beside it. */
  tags: readonly TagName[];
  /** The newest run still finds it. */
  stillFound: boolean;
  judged: (SaidBy & Readonly<{ reason: string }>) | null;
  /** The deviation that it is part of. */
  deviation: string | null;
  /** A later run found the same with other content, under this number: that one is to be seen to. */
  replacedBy: string | null;
  /** A judgement does not close it; a deviation does. */
  byDeviation: boolean;
}>;

export const deviationClasses = ['minor', 'major', 'critical'] as const;
export type DeviationClass = (typeof deviationClasses)[number];
export const deviationDecisions = ['product not affected', 'product affected'] as const;
export type DeviationDecision = (typeof deviationDecisions)[number];

export type DeviationView = Readonly<{
  /** `D-1` */
  id: string;
  title: string;
  exceptions: readonly string[];
  classification: DeviationClass;
  description: string;
  raised: SaidBy;
  investigated: (SaidBy & Readonly<{ cause: string; impact: string }>) | null;
  decided: (SaidBy & Readonly<{ decision: DeviationDecision; reason: string; action: string }>) | null;
  state: 'raised' | 'investigated' | 'closed';
}>;

export const dispositions = ['released', 'rejected', 'quarantined'] as const;
export type Disposition = (typeof dispositions)[number];

export type DispositionView = SaidBy &
  Readonly<{
    decision: Disposition;
    reason: string;
    /** Why it stands no longer: the record changed after it. Null while it stands. */
    superseded: string | null;
  }>;

/** Something was found of a batch after it was decided about: that decision stands no longer. */
export type ReReviewView = Readonly<{ batch: string; decision: Disposition; reason: string; at: UtcMs }>;

export type LateEntryView = SaidBy &
  Readonly<{ what: string; value: string; unit: string | null; happenedAt: UtcMs; reason: string }>;

/** Whether the chain of the record is whole, and how that was found. */
export type ChainView = Readonly<{ holds: boolean; at: UtcMs; said: readonly string[] }>;

export type ReviewView = Readonly<{
  batch: string;
  /** The head of the batch's record as it stands in this view: what is signed next covers this, or is refused. */
  head: Readonly<{ count: number; hash: string }>;
  /** When the rules last ran; null before. */
  ranAt: UtcMs | null;
  rules: readonly RuleView[];
  exceptions: readonly ExceptionView[];
  deviations: readonly DeviationView[];
  lateEntries: readonly LateEntryView[];
  /** The signature of a QA reviewer over the record as it stands now; `superseded` where it changed since. */
  reviewed: (SaidBy & Readonly<{ superseded: string | null }>) | null;
  disposition: DispositionView | null;
  /** Those before it, oldest first. */
  earlierDispositions: readonly DispositionView[];
  /** What still stands in the way of a review, of any disposition and of a release, in words; empty where nothing does. */
  opposesReview: readonly string[];
  opposesDisposition: readonly string[];
  opposesRelease: readonly string[];
}>;

/** Courses around an exception for drawing: thinned, extremes kept. */
export type TraceView = Readonly<{
  from: UtcMs;
  to: UtcMs;
  pens: readonly Readonly<{
    tag: TagName;
    title: string;
    unit: string | null;
    low: number | null;
    high: number | null;
    /** Time and value; null where it is not known. */
    points: readonly (readonly [time: number, value: number | null])[];
  }>[];
}>;
