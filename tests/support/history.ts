/** History that holds nothing, for tests that ask of it other things. */
import type { HistoryQueries } from '../../plant/ports/history.ts';

export const emptyHistory: HistoryQueries = {
  raw: () => Promise.resolve([]),
  trend: () => Promise.resolve([]),
  gaps: () => Promise.resolve([]),
  events: () => Promise.resolve([]),
};
