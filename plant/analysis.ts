/** What a method makes of a spectrum: values with their uncertainty, a verdict, and the curves on which they stand. */
import type { UtcMs } from './clock.ts';
import type { LocalTag, SkidName, TagName } from './sample.ts';

/** A value in the output's unit, and its expanded uncertainty (k = 2, about 95 %) in the same unit. */
export type Estimate = Readonly<{ value: number; uncertainty: number }>;

export type CurveName = 'raw' | 'processed' | 'baseline' | 'fit' | 'residual';

/** One curve of an analysis. `x` may be shared between curves. */
export type Curve = Readonly<{ name: CurveName; x: Float64Array; y: Float64Array }>;

/** `undecided` is never a pass: a reason says why, and the values of it are no evidence. */
export type Verdict = 'in domain' | 'undecided';

/** What the mathematics of one kind of method gives; pure, and the same for the same spectrum, parameters and inputs. */
export type AnalysisOutcome = Readonly<{
  /** By name; null where there is none to be had. */
  outputs: Readonly<Record<string, Estimate | null>>;
  verdict: Verdict;
  /** Why it is undecided, each a sentence; empty where it is in domain. */
  reasons: readonly string[];
  /** Figures of merit, by which fitness is judged: `signalToNoise`, `lineWidthHz`, `referencePpm`, `hotellingT2`, … */
  figures: Readonly<Record<string, number>>;
  x: Readonly<{ title: string; unit: string }>;
  curves: readonly Curve[];
}>;

/** Which version of which method, and what it stands on. The digest is over the method's file. */
export type MethodIdentity = Readonly<{
  method: string;
  version: number;
  digest: string;
  /** Who approved it; null: nobody has. */
  approvedBy: string | null;
}>;

export type AnalysisResult = Readonly<{
  skid: SkidName;
  /** `A401/AY-401` */
  analysis: LocalTag;
  spectrum: TagName;
  method: MethodIdentity;
  /** SHA-256 of the bytes the spectrum was read from, in hexadecimal. */
  input: string;
  /** When the liquid that was measured left what the tags are about: the spectrum's own time less the dead time to the probe. */
  sampleTime: UtcMs;
  /** When the spectrum was taken. */
  measuredAt: UtcMs;
  /** When the result was there. */
  analysedAt: UtcMs;
  outcome: AnalysisOutcome;
}>;
