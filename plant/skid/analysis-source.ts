/** A tag that an analysis gives: `A401/AY-401.conversion`, `A401/AY-401.conversion.uncertainty`, `A401/AY-401.verdict`. */
import { didYouMean } from '../suggest.ts';
import type { MethodDefinition } from '../method/method.ts';
import { localTag, type LocalTag } from '../sample.ts';
import type { SpectrumDefinition, TagSource } from './definition.ts';
import { checkSourceUnit } from './source-unit.ts';
import type { Path, Source } from './source.ts';

/** What tags have to know of an analysis before its own tags are known. */
export type AnalysisHead = Readonly<{ name: LocalTag; spectrum: SpectrumDefinition; method: MethodDefinition }>;

type Analyses = Readonly<{
  analyses: readonly AnalysisHead[];
  /** Analyses whose own fault has been told. */
  faultyAnalyses: ReadonlySet<string>;
}>;

/** The output of a verdict's source: it has none of its own. */
const verdict = 'verdict';

const ofOutput = 'an analysis has the unit of its output';

/** @param tag its source as written and its unit as the house writes it */
export function readFromAnalysis(
  source: Source,
  path: Path,
  tag: Readonly<{ from: string; unit: string | null }>,
  { analyses, faultyAnalyses }: Analyses,
): TagSource | null {
  const [name = '', output = '', part, ...more] = tag.from.split('.');
  const analysis = analyses.find((each) => each.name === name);
  if (analysis === undefined) {
    if (faultyAnalyses.has(name)) return null;
    const names = analyses.map((each) => each.name);
    const otherwise = 'Name an analysis of this file, then a dot and an output of its method.';
    source.fault([...path, 'from'], `There is no analysis "${name}".`, didYouMean(name, names, otherwise));
    return null;
  }
  const { method } = analysis;
  if (output === verdict && part === undefined) {
    if (!checkSourceUnit(source, path, tag, null, ofOutput)) return null;
    return { kind: 'analysis', analysis: localTag(name), output: verdict, part: 'verdict' };
  }
  const known = method.outputs.find((each) => each.name === output);
  if (known === undefined || more.length > 0 || (part !== undefined && part !== 'uncertainty')) {
    const parts = [...method.outputs.flatMap((each) => [each.name, `${each.name}.uncertainty`]), verdict];
    const asked = tag.from.slice(name.length + 1);
    const remedy = didYouMean(asked, parts, `It gives: ${parts.join(', ')}.`);
    source.fault([...path, 'from'], `${method.method} gives no "${asked}".`, remedy);
    return null;
  }
  if (!checkSourceUnit(source, path, tag, known.unit, ofOutput)) return null;
  return { kind: 'analysis', analysis: localTag(name), output, part: part ?? 'value' };
}

/** The source as files write it. */
export const analysisText = ({ analysis, output, part }: TagSource & { kind: 'analysis' }): string =>
  part === 'uncertainty' ? `${analysis}.${output}.${part}` : `${analysis}.${output}`;
