/** The mathematics of each kind of method, by its kind. Imported by the thread in which it runs, and by tests. */
import type { AnalysisOutcome } from '../plant/analysis.ts';
import type { MethodParameters } from '../plant/method/parameters.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import { analysePhosphorus } from './nmr/index.ts';
import { analyseEmission, analyseUvVis, analyseUvVisPls } from './optical/index.ts';
import { analyseRaman, analyseRamanPls } from './raman/index.ts';

/** By the method's names; null where not known. */
export type AnalysisInputs = Readonly<Record<string, number | null>>;

/** No instrument counts so far; squares and sums of what is beyond it would leave the numbers that there are. */
const mostMagnitude = 1e30;

/** Pure: the same for the same spectrum, parameters and inputs. */
export function analyse(data: SpectrumData, parameters: MethodParameters, inputs: AnalysisInputs): AnalysisOutcome {
  const beyond = [data.x.values, data.y.values, data.imaginary].find((values) => values?.some(isBeyond));
  if (beyond !== undefined) return beyondAny(data);
  switch (parameters.kind) {
    case 'phosphorus-nmr':
      return analysePhosphorus(data, parameters, inputs);
    case 'raman':
      return 'pls' in parameters ? analyseRamanPls(data, parameters) : analyseRaman(data, parameters);
    case 'uv-vis':
      return 'pls' in parameters ? analyseUvVisPls(data, parameters) : analyseUvVis(data, parameters);
    case 'emission':
      return analyseEmission(data, parameters, inputs);
  }
}

const isBeyond = (value: number): boolean => Math.abs(value) > mostMagnitude;

const beyondAny = ({ x }: SpectrumData): AnalysisOutcome => ({
  outputs: {},
  verdict: 'undecided',
  reasons: ['It holds values that no instrument gives.'],
  figures: {},
  x: { title: x.title, unit: x.unit ?? '' },
  curves: [],
});
