/** The mathematics of each kind of method, by its kind. Imported by the thread in which it runs, and by tests. */
import type { AnalysisOutcome } from '../plant/analysis.ts';
import type { MethodParameters } from '../plant/method/parameters.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import { analysePhosphorus } from './nmr/index.ts';
import { analyseEmission, analyseUvVis } from './optical/index.ts';
import { analyseRaman } from './raman/index.ts';

/** By the method's names; null where not known. */
export type AnalysisInputs = Readonly<Record<string, number | null>>;

/** Pure: the same for the same spectrum, parameters and inputs. */
export function analyse(data: SpectrumData, parameters: MethodParameters, inputs: AnalysisInputs): AnalysisOutcome {
  switch (parameters.kind) {
    case 'phosphorus-nmr':
      return analysePhosphorus(data, parameters, inputs);
    case 'raman':
      return analyseRaman(data, parameters);
    case 'uv-vis':
      return analyseUvVis(data, parameters);
    case 'emission':
      return analyseEmission(data, parameters, inputs);
  }
}
