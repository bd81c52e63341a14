/** The normal distribution's tail. Pure. */

const coefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/** Probability that a standard normal variable is above x, to 1.2e-7 of the value (erfc of Press et al., Numerical Recipes, 6.2). */
export function upperNormal(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * z);
  const tail = 0.5 * t * Math.exp(-z * z + coefficients.reduceRight((sum, c) => sum * t + c, 0));
  return Math.max(1e-300, x >= 0 ? tail : 1 - tail);
}
