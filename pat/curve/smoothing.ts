/** Savitzky–Golay smoothing and derivatives (A. Savitzky, M. J. E. Golay, Anal. Chem. 36 (1964) 1627). */
import { sgg } from 'ml-savitzky-golay-generalized';
import { mesolineError } from '../../plant/errors.ts';

export type SavitzkyGolayOptions = Readonly<{
  /** Odd, at least 5. */
  windowPoints: number;
  polynomialOrder: number;
  /** 0: smoothed. */
  derivative?: number;
}>;

/**
 * The curve's polynomial smooth or its derivative, per unit of `x` to that power; the ends by the outermost full windows.
 *
 * @param x a constant step, or the axis
 * @throws MesolineError `curve-too-short` or `savitzky-golay-invalid`
 */
export function savitzkyGolay(
  y: Float64Array,
  x: Float64Array | number,
  { windowPoints, polynomialOrder, derivative = 0 }: SavitzkyGolayOptions,
): Float64Array {
  if (windowPoints < 5 || windowPoints % 2 === 0 || polynomialOrder < 1 || polynomialOrder >= windowPoints) {
    throw mesolineError(
      'savitzky-golay-invalid',
      'Savitzky–Golay',
      `A window of ${windowPoints} points cannot carry a polynomial of order ${polynomialOrder}.`,
      'Use an odd window of at least 5 points, more than the order.',
    );
  }
  if (derivative > polynomialOrder) return new Float64Array(y.length);
  if (y.length < windowPoints) {
    throw mesolineError(
      'curve-too-short',
      'Savitzky–Golay',
      `The curve has ${y.length} points, the window ${windowPoints}.`,
      'Use a shorter window, or a longer curve.',
    );
  }
  return sgg(y, x, { windowSize: windowPoints, polynomial: polynomialOrder, derivative });
}
