/** Every rule, in the order in which a reviewer reads them. */
import type { Rule } from '../rule.ts';
import { alarms } from './alarms.ts';
import { answers, exceptions, holds } from './course-of-batch.ts';
import { clock, lateLines, recordGaps, restarts, telemetryGaps } from './gaps.ts';
import { bypasses, trips } from './interlocks.ts';
import { failedCommands, manualIntervals, overrides, refusedCommands } from './interventions.ts';
import { knownValues, limits } from './limits.ts';
import { otherLines } from './other-lines.ts';
import { reconciliation } from './reconciliation.ts';
import { calibrations, gates, signatures } from './start.ts';
import { configuration, laboratory, labels, materials, purpose } from './surroundings.ts';

export const rules: readonly Rule[] = [
  limits,
  knownValues,
  exceptions,
  holds,
  trips,
  alarms,
  bypasses,
  manualIntervals,
  overrides,
  answers,
  failedCommands,
  refusedCommands,
  gates,
  calibrations,
  materials,
  reconciliation,
  laboratory,
  labels,
  signatures,
  purpose,
  configuration,
  restarts,
  telemetryGaps,
  recordGaps,
  clock,
  lateLines,
  otherLines,
];

const byDeviation: ReadonlySet<string> = new Set(
  rules.filter((rule) => rule.byDeviation === true).map(({ name }) => name),
);

/** Whether what the rule finds is closed by a deviation only; of a rule that is no more nobody knows, so it is. */
export const needsDeviation = (rule: string): boolean =>
  byDeviation.has(rule) || !rules.some(({ name }) => name === rule);
