/** Where response times lie on a logarithmic axis of milliseconds. Pure. */
import type { InterlockResponse } from '../../../../plant/ports/interlock-work.ts';

export type Measured = InterlockResponse & Readonly<{ responseMs: number }>;
export type ResponseRow = Readonly<{ row: number; title: string; budgetMs: number; responses: readonly Measured[] }>;
export type LogScale = Readonly<{ ticks: readonly number[]; at: (ms: number) => number }>;

/** Rows with a response that was measured to its end, by number. */
export function responseRows(responses: readonly InterlockResponse[]): readonly ResponseRow[] {
  const rows = new Map<number, Measured[]>();
  for (const one of responses) {
    const { responseMs } = one;
    if (responseMs !== null) rows.set(one.row, [...(rows.get(one.row) ?? []), { ...one, responseMs }]);
  }
  return [...rows]
    .flatMap(([row, own]) => {
      const [newest] = own;
      return newest === undefined ? [] : [{ row, title: newest.title, budgetMs: newest.budgetMs, responses: own }];
    })
    .sort((one, other) => one.row - other.row);
}

/** Whole decades around what is shown, at least two of them; `at` gives 0 at the first and 1 at the last. */
export function logScale(values: readonly number[]): LogScale {
  const logs = values.map((ms) => Math.log10(Math.max(1, ms)));
  const low = Math.floor(Math.min(...logs, 2));
  const high = Math.max(low + 2, Math.ceil(Math.max(...logs, 3)));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    at: (ms) => Math.min(1, Math.max(0, (Math.log10(Math.max(1, ms)) - low) / (high - low))),
  };
}
