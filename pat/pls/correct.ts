/**
 * Bias and slope of a model on an instrument or a process that has moved since. A correction is a new version of the record that
 * names the one it corrects; it rests on reference values that a laboratory gave, and somebody approves it like any method.
 */
import { mesolineError } from '../../plant/errors.ts';
import { sealPlsModel, type PlsModel } from './model.ts';

/** What the laboratory found, and what the model had said of the same sample. */
export type ReferencePair = Readonly<{ reference: number; predicted: number }>;

const least = { bias: 5, 'slope and bias': 10 } as const;
export type Correction = keyof typeof least;

/**
 * The next version, with one response corrected by least squares of reference on prediction. ASTM D6122 asks for a number of samples
 * that span the range; fewer than 5 (bias) or 10 (slope and bias) are refused here, and a slope over less than half of the range.
 * @throws MesolineError `pls-correction`
 */
export function correctPls(
  model: PlsModel,
  response: string,
  correction: Correction,
  pairs: readonly ReferencePair[],
): PlsModel {
  const old = model.responses.find(({ name }) => name === response);
  if (old === undefined)
    throw refused(
      `"${response}" is no response of ${model.name}.`,
      `Use one of: ${model.responses.map(({ name }) => name).join(', ')}.`,
    );
  const good = pairs.every(({ reference, predicted }) => Number.isFinite(reference) && Number.isFinite(predicted));
  if (!good || pairs.length < least[correction])
    throw refused(
      `There are ${pairs.length} pairs for a correction of ${correction}.`,
      `Bring at least ${least[correction]}, each with both numbers.`,
    );
  const [meanX, meanY] = [mean(pairs.map((pair) => pair.predicted)), mean(pairs.map((pair) => pair.reference))];
  const spread = pairs.reduce((sum, { predicted }) => sum + (predicted - meanX) ** 2, 0);
  const together = pairs.reduce((sum, { predicted, reference }) => sum + (predicted - meanX) * (reference - meanY), 0);
  let slope = 1;
  if (correction === 'slope and bias') {
    const values = pairs.map(({ reference }) => reference);
    if (Math.max(...values) - Math.min(...values) < 0.5 * (old.most - old.least) || !(together > 0))
      throw refused(
        'The references span less than half of the calibration, or fall as the predictions rise.',
        'Correct the bias alone, or bring samples that span it.',
      );
    slope = together / spread;
  }
  const bias = meanY - slope * meanX;
  const squares = pairs.reduce((sum, { predicted, reference }) => sum + (reference - slope * predicted - bias) ** 2, 0);
  const correctionError = Math.sqrt(squares / (pairs.length - (correction === 'bias' ? 1 : 2)));
  // What was predicted already carried the old correction.
  const corrected = { ...old, slope: slope * old.slope, bias: slope * old.bias + bias, correctionError };
  const { digest, ...content } = model;
  return sealPlsModel({
    ...content,
    version: model.version + 1,
    corrects: digest,
    responses: model.responses.map((one) => (one === old ? corrected : one)),
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const refused = (problem: string, remedy: string) => mesolineError('pls-correction', 'the correction', problem, remedy);
