/** What a skid offers to recipes: what its file says, but for what an analyser brings that this skid is not fitted with. */
import type { MethodDefinition } from '../method/method.ts';
import type { AnalysisDefinition } from './definition.ts';
import type { SkidFile } from './schema.ts';

/** The kind of method behind a capability. */
const analysers: Readonly<Record<string, MethodDefinition['parameters']['kind']>> = {
  'nmr-31p': 'phosphorus-nmr',
  raman: 'raman',
  'uv-vis': 'uv-vis',
  emission: 'emission',
};

export const readCapabilities = (
  { capabilities = [] }: SkidFile,
  analyses: readonly AnalysisDefinition[],
): readonly string[] =>
  capabilities.filter((capability) => {
    const kind = Object.hasOwn(analysers, capability) ? analysers[capability] : undefined;
    return kind === undefined || analyses.some(({ method }) => method.parameters.kind === kind);
  });
