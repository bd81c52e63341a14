/** What is known of analyses: their methods, their last results, and whether they are fit to be gone by. Made by pat. */
import type { AnalysisResult, MethodIdentity } from '../analysis.ts';
import type { LocalTag, SkidName } from '../sample.ts';

/** Whether an analysis may be relied on from now: each condition of its method, with what was found. */
export type Suitability = Readonly<{
  skid: SkidName;
  analysis: LocalTag;
  title: string;
  method: MethodIdentity;
  fit: boolean;
  /** Where it is not fit, a batch must not start by it. */
  required: boolean;
  checks: readonly Readonly<{ what: string; found: string; asked: string; passed: boolean }>[];
}>;

export interface AnalysisDesk {
  /** The last result of each analysis that has one. */
  latest(skid: SkidName): Promise<readonly AnalysisResult[]>;
  suitability(skid: SkidName): Promise<readonly Suitability[]>;
}
