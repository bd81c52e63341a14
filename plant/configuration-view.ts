/** What a service was configured with, as people see it: files, what changed of them, and who approved it. Kept by control/configuration. */
import type { UtcMs } from './clock.ts';

/** One file's step from a text to another, by SHA-256 in hexadecimal; null where there was, or is, no file. */
export type ConfigurationStep = Readonly<{ file: string; old: string | null; new: string | null }>;

/** What is open names `old` as it was approved last. */
export type OpenConfiguration = ConfigurationStep & Readonly<{ foundAt: UtcMs }>;

export type ConfigurationApproval = Readonly<{
  at: UtcMs;
  changeNumber: string;
  reason: string;
  steps: readonly ConfigurationStep[];
  /** Printed names: the process engineer, and whoever of QA. */
  by: string;
  checkedBy: string;
  seq: number;
}>;

export type ConfigurationView = Readonly<{
  /** When the files were taken as installed: the first start on this data folder. */
  installedAt: UtcMs;
  files: readonly Readonly<{ file: string; digest: string; approved: boolean }>[];
  open: readonly OpenConfiguration[];
  /** Newest first. */
  approvals: readonly ConfigurationApproval[];
}>;

export type DifferenceLine = Readonly<{
  kind: 'same' | 'removed' | 'added' | 'left out';
  /** Of `left out`: how many lines. */
  text: string;
  /** From 1; null where the line is not in that text. */
  oldLine: number | null;
  newLine: number | null;
}>;
