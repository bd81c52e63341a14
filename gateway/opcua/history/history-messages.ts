/** What passes between the main thread and the worker about history. */
import type { UtcMs } from '../../../plant/clock.ts';
import type {
  AggregateConfiguration,
  AggregateFunction,
  AggregateSpan,
  MadeValue,
} from '../../../plant/history-aggregate.ts';
import type { HistoryOrder, HistoryPoint } from '../../../plant/ports/history.ts';
import type { TagName } from '../../../plant/sample.ts';

export type HistoryStatus = 'Good' | 'BadUserAccessDenied' | 'BadDataUnavailable' | 'BadTimeout';

export type HistoryQuestion =
  | Readonly<{ what: 'raw'; tag: TagName; from: UtcMs; to: UtcMs; limit: number; order: HistoryOrder }>
  | Readonly<{
      what: 'aggregate';
      tag: TagName;
      span: AggregateSpan;
      aggregate: AggregateFunction;
      configuration: AggregateConfiguration;
    }>
  | Readonly<{ what: 'at times'; tag: TagName; times: readonly UtcMs[] }>;

/** `points` of a raw question, `values` of any other. */
export type HistoryFound = Readonly<{
  status: HistoryStatus;
  points: readonly HistoryPoint[];
  values: readonly MadeValue[];
}>;

export type ToHistory = Readonly<{ kind: 'history-answer'; id: number; found: HistoryFound }>;

export type FromHistory = Readonly<{ kind: 'history-read'; id: number; login: number; question: HistoryQuestion }>;

export const nothingFound = (status: HistoryStatus): HistoryFound => ({ status, points: [], values: [] });
