/**
 * What an analysis says comes once a spectrum, minutes apart, and not at all before the first: nothing that has to be seen with
 * every scan may stand on it. The interlocks would judge nothing until then, and act on a value of long ago after it.
 */
import type { LocalTag } from '../sample.ts';
import type { InterlockDefinition, TagDefinition } from './definition.ts';
import type { Source } from './source.ts';

export function checkSeldomTags(
  source: Source,
  tags: readonly TagDefinition[],
  interlocks: readonly InterlockDefinition[],
): void {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  const fromAnalysis = (name: LocalTag): LocalTag | null => {
    const of = byName.get(name)?.source;
    if (of?.kind === 'analysis') return name;
    if (of?.kind !== 'derived') return null;
    return of.expression.tags.map(fromAnalysis).find((found) => found !== null) ?? null;
  };
  for (const { name, critical } of tags) {
    if (!critical || fromAnalysis(name) === null) continue;
    const problem = 'A critical tag is seen with every scan, and an analysis gives it once a spectrum.';
    source.fault(['tags', name, 'critical'], problem, 'Leave "critical" out.');
  }
  for (const row of interlocks) {
    const found = tagsOf(row)
      // Of these it was said above.
      .filter((tag) => byName.get(tag)?.critical !== true)
      .map(fromAnalysis)
      .find((tag) => tag !== null);
    if (found === undefined) continue;
    const problem = `The interlock looks at ${found}, which an analysis gives once a spectrum.`;
    source.fault(['interlocks', row.row], problem, 'Let an alarm watch it, and the interlock a measurement.');
  }
}

const tagsOf = ({ channels, armed, reference, warn, trip, stale }: InterlockDefinition): readonly LocalTag[] => [
  ...[...channels, ...(armed === null ? [] : [armed])].flatMap(({ tags }) => tags),
  ...(warn === null ? trip : [warn, ...trip]).flatMap(({ when }) => when.tags),
  ...trip.flatMap(({ armed: also }) => also?.tags ?? []),
  ...(reference === null
    ? []
    : [reference.target, reference.ramped, reference.value, reference.heating].flatMap(({ tags }) => tags)),
  ...(stale ?? []),
];
