/**
 * What people may breathe, and what they have (safety.md §1). A limit is a row with the time it holds for; a dose is an interval,
 * since what was not measured is bounded and never left out.
 */
import type { UtcMs } from './clock.ts';

export const agents = ['Cd', 'H2S', 'H2Se', 'H2Te'] as const;
export type Agent = (typeof agents)[number];

/** `inhalable` and `respirable` are fractions of dust (EN 481); gases have none. */
export type Fraction = 'total' | 'inhalable' | 'respirable' | 'gas';
export type LimitKind = 'action level' | 'TWA' | 'STEL' | 'ceiling';

export type ExposureLimit = Readonly<{
  agent: Agent;
  jurisdiction: 'OSHA' | 'ACGIH' | 'EU' | 'NIOSH';
  fraction: Fraction;
  kind: LimitKind;
  value: number;
  unit: 'µg/m³' | 'ppm';
  /**
   * Minutes the value is a mean over: 480 for a TWA and its action level, 15 for a STEL, and for a ceiling where instantaneous
   * monitoring is infeasible. Null: never exceeded at any moment.
   */
  averagedOverMin: number | null;
  /** First and last day of its validity, ISO dates in the site's zone; null: no end. */
  from: string;
  to: string | null;
  source: string;
  /** False: a figure of general knowledge that nobody of the site has signed. */
  approved: boolean;
}>;

/** Lower and upper bound; equal where everything was measured. */
export type Interval = Readonly<{ lower: number; upper: number }>;

/** What a filter worn by a person has found: the Cd dose. Area instruments only stand in for it. */
export type FilterResult = Readonly<{
  id: string;
  personId: string;
  agent: Agent;
  fraction: Fraction;
  from: UtcMs;
  to: UtcMs;
  /** Mean over its time. */
  concentration: number;
  /** True: the laboratory found less than it can tell, and `concentration` is its limit of detection. */
  belowDetection?: boolean;
  unit: 'µg/m³' | 'ppm';
  laboratory: string;
  method: string;
}>;
