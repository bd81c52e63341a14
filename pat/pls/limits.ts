/**
 * How far from its calibration a spectrum may be: limits of Hotelling's T² (within the model's plane) and of Q (off it).
 *
 * T²: Tracy, Young, Mason 1992, of a spectrum that was not in the calibration. Q: Jackson, Mudholkar, Technometrics 21 (1979) 341.
 */
import type { Matrix } from 'ml-matrix';
import { fQuantile, normalQuantile } from './distributions.ts';

/** A(n² − 1)/(n(n − A))·F(confidence; A, n − A). */
export const hotellingLimit = (samples: number, components: number, confidence: number): number =>
  ((components * (samples ** 2 - 1)) / (samples * (samples - components))) *
  fQuantile(confidence, components, samples - components);

/**
 * From the spectra that the model leaves over, a row each. Moments of the residual's covariance θ₁, θ₂, θ₃ are traces of its powers,
 * had from the small matrix of rows by rows.
 */
export function residualLimit(residuals: Matrix, confidence: number): number {
  const small = residuals.mmulByTranspose().div(residuals.rows - 1);
  const theta1 = small.trace();
  const squared = small.mmul(small);
  const theta2 = squared.trace();
  const theta3 = squared.mmul(small).trace();
  if (!(theta1 > 0) || !(theta2 > 0)) return 0;
  const h0 = 1 - (2 * theta1 * theta3) / (3 * theta2 ** 2);
  // The deviate has the sign of h₀, which is negative where few directions hold most of the residual.
  const c = normalQuantile(confidence);
  const term = 1 + (c * h0 * Math.sqrt(2 * theta2)) / theta1 + (theta2 * h0 * (h0 - 1)) / theta1 ** 2;
  return theta1 * Math.max(0, term) ** (1 / h0);
}
