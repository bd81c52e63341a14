/** What passes between the main thread and the worker about history. */
import type { UtcMs } from '../../../plant/clock.ts';
import type { HistoryOrder, HistoryPoint } from '../../../plant/ports/history.ts';
import type { TagName } from '../../../plant/sample.ts';

export type HistoryStatus = 'Good' | 'BadUserAccessDenied' | 'BadDataUnavailable' | 'BadTimeout';

export type ToHistory = Readonly<{
  kind: 'history-answer';
  id: number;
  status: HistoryStatus;
  points: readonly HistoryPoint[];
}>;

export type FromHistory = Readonly<{
  kind: 'history-read';
  id: number;
  login: number;
  tag: TagName;
  from: UtcMs;
  to: UtcMs;
  limit: number;
  order: HistoryOrder;
}>;
