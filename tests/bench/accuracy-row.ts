/** One line of the table of accuracy: what was measured, against what, and where the truth comes from. */
export type AccuracyRow = Readonly<{
  what: string;
  got: number;
  unit: string;
  goal: string;
  /** Null where it could not be measured here; `source` says why. */
  passed: boolean | null;
  /** Where the reference comes from: data set, paper, own synthesis of known truth. */
  source: string;
}>;
