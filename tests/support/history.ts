/** History that holds nothing, for tests that ask of it other things. */
import type { HistoryQueries } from '../../plant/ports/history.ts';

export const emptyHistory: HistoryQueries = {
  raw: () => Promise.resolve([]),
  trend: () => Promise.resolve([]),
  aggregate: () => Promise.resolve([]),
  atTime: () => Promise.resolve([]),
  aligned: () => Promise.resolve([]),
  modified: () => Promise.resolve([]),
  reduced: () => Promise.resolve([]),
  gaps: () => Promise.resolve([]),
  events: () => Promise.resolve([]),
};
