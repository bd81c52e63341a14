/** What a sealed model says of a spectrum, how sure it is, and whether it may be asked at all. Pure; nothing is learned. */
import type { Estimate } from '../../plant/analysis.ts';
import type { PlsModel } from './model.ts';
import { onGrid, preprocessed } from './preprocessing.ts';

export type PlsPrediction = Readonly<{
  /** By name; null where the spectrum could not be brought before the model. */
  responses: Readonly<Record<string, Estimate | null>>;
  /** NaN-free figures; absent values are left out. */
  figures: Readonly<{ hotellingT2: number; hotellingLimit: number; qResidual: number; qLimit: number }> | null;
  verdict: 'in domain' | 'do not use';
  /** Each a sentence; empty where it is in domain. */
  reasons: readonly string[];
  /** What the model saw, and what of it its components explain; null where the spectrum could not be brought before it. */
  seen: Readonly<{ x: Float64Array; processed: Float64Array; explained: Float64Array }> | null;
}>;

/**
 * The standard error of a prediction is RMSECV·√(1 + h), with the leverage h = 1/n + T²/(n − 1) (ASTM E1655); after a correction, the
 * larger of RMSECV and the correction's own error. Stated is twice that (k = 2).
 * @param x in the model's `axisUnit`, either way round
 */
export function plsPredict(model: PlsModel, x: Float64Array, y: Float64Array): PlsPrediction {
  const row = onGrid(x, y, model.grid);
  if (row === null) {
    const { from, step, points } = model.grid;
    const to = from + step * (points - 1);
    const reason = `The spectrum does not cover ${from} to ${to} ${model.axisUnit} with finite values.`;
    const none = Object.fromEntries(model.responses.map(({ name }) => [name, null]));
    return { responses: none, figures: null, verdict: 'do not use', reasons: [reason], seen: null };
  }
  const { x: at, y: processed } = preprocessed(model.preprocessing, model.grid, row);
  const { scores, hotellingT2, qResidual, explained } = project(model, processed);
  const { limits } = model;
  const leverage = 1 / model.samples + hotellingT2 / (model.samples - 1);
  const reasons: string[] = [];
  if (!(hotellingT2 <= limits.hotellingT2))
    reasons.push(
      `T² is ${short(hotellingT2)}, beyond ${short(limits.hotellingT2)}: more of what is known than ever was.`,
    );
  if (!(qResidual <= limits.q))
    reasons.push(
      `Q is ${short(qResidual)}, beyond ${short(limits.q)}: the spectrum holds what the model does not know.`,
    );
  const responses = Object.fromEntries(
    model.responses.map((response, i) => {
      const raw = scores.reduce(
        (sum, t, a) => sum + t * (model.responseLoadings[i]?.[a] ?? NaN),
        model.responseCentre[i] ?? NaN,
      );
      const value = response.slope * raw + response.bias;
      const error = Math.max(response.rmsecv, response.correctionError ?? 0) * Math.sqrt(1 + leverage);
      if (!(value >= response.least - 2 * error && value <= response.most + 2 * error))
        reasons.push(
          `${response.name} is ${short(value)}, outside the calibration's ${short(response.least)} to ${short(response.most)}.`,
        );
      return [response.name, Number.isFinite(value) ? { value, uncertainty: 2 * error } : null];
    }),
  );
  const figures = { hotellingT2, hotellingLimit: limits.hotellingT2, qResidual, qLimit: limits.q };
  return {
    responses,
    figures,
    verdict: reasons.length === 0 ? 'in domain' : 'do not use',
    reasons,
    seen: { x: at, processed, explained },
  };
}

const short = (value: number): string => value.toPrecision(4);

/** Scores of a preprocessed spectrum, how far they lie from the calibration's, and how much of the spectrum they leave. */
function project(model: PlsModel, processed: Float64Array) {
  const { centre, rotations, loadings, scoreVariances, components } = model;
  const scores = new Array<number>(components).fill(0);
  for (const [i, rotation] of rotations.entries()) {
    const centred = (processed[i] ?? NaN) - (centre[i] ?? NaN);
    for (const [a, share] of rotation.entries()) scores[a] = (scores[a] ?? NaN) + centred * share;
  }
  const explained = Float64Array.from(loadings, (loading, i) =>
    loading.reduce((sum, p, a) => sum + p * (scores[a] ?? NaN), centre[i] ?? NaN),
  );
  const qResidual = processed.reduce((sum, value, i) => sum + (value - (explained[i] ?? NaN)) ** 2, 0);
  const hotellingT2 = scores.reduce((sum, t, a) => sum + t ** 2 / (scoreVariances[a] ?? NaN), 0);
  return { scores, hotellingT2, qResidual, explained };
}
