/** What a row's words name: tags, and what is bound anew at each scan. */
import type { CheckedExpression } from '../../../plant/expression.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { InterlockDefinition, TagDefinition } from '../../../plant/skid/definition.ts';

/** Every expression of the row but its channels. */
export function judgedBy({ armed, trip, warn, reference: ramp }: InterlockDefinition): readonly CheckedExpression[] {
  const { target = null, ramped = null, value = null, heating = null } = ramp ?? {};
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

const word = (name: string): RegExp => new RegExp(String.raw`(^|[^\w/.])${name}($|[^\w/.])`, 'u');
const [reference, rate, changeover] = [word('reference'), word('rate'), word('changeover')];

export const namesReference = ({ text }: CheckedExpression): boolean => reference.test(text);
export const namesRate = (row: InterlockDefinition): boolean => judgedBy(row).some(({ text }) => rate.test(text));
export const namesChangeover = (row: InterlockDefinition): boolean =>
  judgedBy(row).some(({ text }) => changeover.test(text));

/** The tags behind these that are not derived. */
export function measuredBehind(
  tags: ReadonlyMap<LocalTag, TagDefinition>,
  names: readonly LocalTag[],
): ReadonlySet<LocalTag> {
  const found = new Set<LocalTag>();
  const walk = (name: LocalTag): void => {
    const source = tags.get(name)?.source;
    if (source?.kind === 'derived') source.expression.tags.forEach(walk);
    else found.add(name);
  };
  names.forEach(walk);
  return found;
}
