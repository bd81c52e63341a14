/** The mathematics of each kind of method, by its kind. Imported by the thread in which it runs, and by tests. */
import type { AnalysisOutcome } from '../plant/analysis.ts';
import type { MethodParameters } from '../plant/method/parameters.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import { analysePhosphorus } from './nmr/index.ts';

export type AnalysisInputs = Readonly<Record<string, number | null>>;

type Analyse<P> = (data: SpectrumData, parameters: P, inputs: AnalysisInputs) => AnalysisOutcome;
type OfKind<K extends MethodParameters['kind']> = Extract<MethodParameters, { kind: K }>;

const kinds: Readonly<{ [K in MethodParameters['kind']]?: Analyse<OfKind<K>> }> = {
  'phosphorus-nmr': analysePhosphorus,
};

/** Pure: the same for the same spectrum, parameters and inputs. */
export function analyse(data: SpectrumData, parameters: MethodParameters, inputs: AnalysisInputs): AnalysisOutcome {
  const known = kinds[parameters.kind] as Analyse<MethodParameters> | undefined;
  if (known === undefined) throw new TypeError(`${parameters.kind} is not served`);
  return known(data, parameters, inputs);
}
