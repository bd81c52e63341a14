/** The formula as the batch ran by it: every parameter and limit, with what was ordered instead of the recipe's value. Pure. */
import { formatValue } from '../../../plant/quantity.ts';
import type { DocumentBlock } from '../../../plant/record-document.ts';
import type { FormulaLimit, FormulaValue } from '../../../plant/recipe/recipe.ts';
import type { Evidence } from '../evidence.ts';

export function formulaTable({ recipe, ordered }: Pick<Evidence, 'recipe' | 'ordered'>): DocumentBlock {
  const rows = [...recipe.formula.values()].map((one) => [
    one.name,
    one.kind === 'value' ? plain(one.value, one.unit) : `by ${one.reading}`,
    boundsOf(one),
    one.kind === 'value' && one.proven !== null ? between(one.proven.low, one.proven.high, one.unit) : '',
    one.critical ? 'critical' : '',
    ordered[one.name] === undefined ? '' : `ordered for this batch: ${ordered[one.name] ?? ''}`,
  ]);
  return {
    kind: 'table',
    title: 'Formula',
    columns: ['Parameter', 'Value', 'Range', 'Proven', 'Critical', 'Override'],
    rows,
    left: 0,
  };
}

function boundsOf(one: FormulaValue | FormulaLimit): string {
  if (one.kind === 'value') return one.range === null ? '' : between(one.range.low, one.range.high, one.unit);
  if (one.low !== null && one.high !== null) return between(one.low, one.high, one.unit);
  return one.low === null ? `at most ${plain(one.high ?? 0, one.unit)}` : `at least ${plain(one.low, one.unit)}`;
}

const between = (low: number, high: number, unit: string | null): string => `${low} to ${plain(high, unit)}`;

/** As the recipe has it, without digits of our own. */
const plain = (value: number, unit: string | null): string => formatValue(value, unit, decimalsOf(value));

const decimalsOf = (value: number): number => Math.min(6, (String(value).split('.')[1] ?? '').length);
