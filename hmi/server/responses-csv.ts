/** Response times of an interlock matrix as CSV (RFC 4180), one trip a line; times in UTC. */
import type { InterlockResponse } from '../../plant/ports/interlock-work.ts';

const columns = 'row,title,demand,source,voted,tripped,commanded,confirmed,response_ms,budget_ms,within,proof_test';

export function responsesCsv(responses: readonly InterlockResponse[]): string {
  const time = (utc: number | null): string => (utc === null ? '' : new Date(utc).toISOString());
  const lines = responses.map((one) =>
    [
      one.row,
      one.title,
      one.demand,
      time(one.sourceAt),
      time(one.votedAt),
      time(one.trippedAt),
      time(one.commandedAt),
      time(one.confirmedAt),
      one.responseMs ?? '',
      one.budgetMs,
      one.within ?? '',
      one.test,
    ]
      .map(field)
      .join(','),
  );
  return [columns, ...lines, ''].join('\r\n');
}

/** Quoted where it has to be; text that a spreadsheet would take for a formula is disarmed by a quote mark. */
function field(value: string | number | boolean): string {
  const text = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
