/** A curve for a page: as it is where it is short, else its extremes in each of so many pieces, so that no line is lost. */
import type { Curve } from '../../plant/analysis.ts';
import type { CurveAnswer } from '../api/answers.ts';

/** @param most at least 4; the answer has no more points */
export function thinned({ name, x, y }: Curve, most: number): CurveAnswer {
  const chosen = x.length <= most ? [...x.keys()] : extremes(y, Math.floor(most / 2));
  return {
    name,
    x: chosen.map((i) => x[i] ?? 0),
    y: chosen.map((i) => {
      const value = y[i];
      return value !== undefined && Number.isFinite(value) ? value : null;
    }),
  };
}

/** Where the smallest and the largest of each piece stand, in their order. */
function extremes(values: Float64Array, pieces: number): readonly number[] {
  const chosen: number[] = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    const [from, to] = [piece, piece + 1].map((end) => Math.floor((end * values.length) / pieces)) as [number, number];
    let [low, high] = [from, from];
    for (let i = from + 1; i < to; i += 1) {
      const value = values[i] ?? Number.NaN;
      if (value < (values[low] ?? 0)) low = i;
      if (value > (values[high] ?? 0)) high = i;
    }
    chosen.push(...(low === high ? [low] : [Math.min(low, high), Math.max(low, high)]));
  }
  return chosen;
}
