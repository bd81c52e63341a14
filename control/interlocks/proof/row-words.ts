/** What a row's words name: tags, and what is bound anew at each scan. */
import type { CheckedExpression } from '../../../plant/expression.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { InterlockDefinition } from '../../../plant/skid/definition.ts';

/** Every expression of the row but its channels. */
export function judgedBy({ armed, trip, warn, reference }: InterlockDefinition): readonly CheckedExpression[] {
  const { target = null, ramped = null, value = null, heating = null } = reference ?? {};
  const all = [
    armed,
    ...trip.flatMap((one) => [one.when, one.armed]),
    warn?.when ?? null,
    target,
    ramped,
    value,
    heating,
  ];
  return all.filter((expression) => expression !== null);
}

/** The tags it reads, derived ones as they are. */
export const readsOf = (row: InterlockDefinition): readonly LocalTag[] => [
  ...new Set([...(row.stale ?? []), ...[...row.channels, ...judgedBy(row)].flatMap(({ tags }) => tags)]),
];

const names = (word: string, expressions: readonly CheckedExpression[]): boolean =>
  expressions.some(({ text }) => new RegExp(String.raw`(^|[^\w/.])${word}($|[^\w/.])`, 'u').test(text));

export const namesReference = (when: CheckedExpression): boolean => names('reference', [when]);
export const namesRate = (row: InterlockDefinition): boolean => names('rate', judgedBy(row));
export const namesChangeover = (row: InterlockDefinition): boolean => names('changeover', judgedBy(row));
