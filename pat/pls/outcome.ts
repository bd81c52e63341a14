/** What every kind of method makes of a model's prediction: reasons not to use it, figures, and curves as the model sees them. */
import type { Curve } from '../../plant/analysis.ts';
import type { PlsPrediction } from './predict.ts';

export const whyNotUse = ({ reasons }: PlsPrediction): readonly string[] =>
  reasons.map((reason) => `Do not use: ${reason}`);

export const finiteFigures = ({ figures }: PlsPrediction): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(figures ?? {}).filter(([, figure]) => Number.isFinite(figure)));

/** As the model sees the spectrum; where it leaves points out, nothing is drawn. */
export function curvesSeen({ seen }: PlsPrediction): readonly Curve[] {
  if (seen === null) return [];
  const steps = seen.x.slice(1).map((value, i) => value - (seen.x[i] ?? 0));
  const narrowest = steps.reduce((least, step) => Math.min(least, step), Infinity);
  const gaps = [...steps.keys()].filter((i) => (steps[i] ?? 0) > 1.5 * narrowest);
  const drawn = (values: Float64Array, between: (i: number) => number): Float64Array => {
    const pieces = [0, ...gaps.map((i) => i + 1)].map((start, k) => {
      const end = gaps[k];
      return end === undefined ? [...values.slice(start)] : [...values.slice(start, end + 1), between(end)];
    });
    return Float64Array.from(pieces.flat());
  };
  const at = drawn(seen.x, (i) => (seen.x[i] ?? 0) + narrowest / 2);
  const nothing = (): number => Number.NaN;
  const residual = seen.processed.map((value, i) => value - (seen.explained[i] ?? 0));
  return [
    { name: 'processed', x: at, y: drawn(seen.processed, nothing) },
    { name: 'fit', x: at, y: drawn(seen.explained, nothing) },
    { name: 'residual', x: at, y: drawn(residual, nothing) },
  ];
}
