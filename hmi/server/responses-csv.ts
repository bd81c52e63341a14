/** Response times of an interlock matrix as CSV, one trip a line; times in UTC. */
import { csvText } from '../../plant/csv.ts';
import type { InterlockResponse } from '../../plant/ports/interlock-work.ts';

const columns = [
  'row', 'title', 'demand', 'source', 'voted', 'tripped', 'commanded', 'confirmed', 'response_ms', 'budget_ms', 'within', 'proof_test',
]; // prettier-ignore

export function responsesCsv(responses: readonly InterlockResponse[]): string {
  const time = (utc: number | null) => (utc === null ? null : new Date(utc).toISOString());
  const rows = responses.map((one) => [
    one.row,
    one.title,
    one.demand,
    time(one.sourceAt),
    time(one.votedAt),
    time(one.trippedAt),
    time(one.commandedAt),
    time(one.confirmedAt),
    one.responseMs,
    one.budgetMs,
    one.within,
    one.test,
  ]);
  return csvText([columns, ...rows]);
}
