/** What a calibration by partial least squares makes of an absorbance spectrum; beyond its limits it is undecided. Pure. */
import type { AnalysisOutcome, Curve } from '../../plant/analysis.ts';
import type { UvVisPlsParameters } from '../../plant/method/uv-vis.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { curvesSeen, finiteFigures, plsPredict, whyNotUse } from '../pls/index.ts';
import { between, cutOff, noEvidence, outcomeOf } from './spectrum.ts';
import { absorbanceOf } from './uv-vis.ts';

/** Outputs: the record's responses. Figures: `hotellingT2` with `hotellingLimit`, `qResidual` with `qLimit`. */
export function analyseUvVisPls(data: SpectrumData, { axis, pls }: UvVisPlsParameters): AnalysisOutcome {
  const { from, step, points } = pls.grid;
  const to = from + step * (points - 1);
  const spectrum = absorbanceOf(data, { rangeNm: [from, to], mostStepNm: axis.mostStepNm });
  const names = pls.responses.map(({ name }) => name);
  if (typeof spectrum === 'string') return noEvidence(data, names, spectrum);
  const told = plsPredict(pls, spectrum.nm, spectrum.y);
  const raw: Curve = { name: 'raw', x: spectrum.nm, y: spectrum.y };
  return outcomeOf({
    outputs: told.responses,
    reasons: [...cutOff(between(spectrum, from, to)), ...whyNotUse(told)],
    figures: finiteFigures(told),
    curves: [raw, ...curvesSeen(told)],
  });
}
