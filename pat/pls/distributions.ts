/** Quantiles of the normal and of Fisher's F distribution (Press et al., Numerical Recipes, 3rd ed., 6.2 to 6.14). */

/** Bisects an increasing function on 0…1. */
function inverse(probability: number, of: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 200 && high - low > 1e-16; i += 1) {
    const middle = (low + high) / 2;
    if (of(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The value below which an F of these degrees of freedom stays with this probability, 0 to 1. */
export function fQuantile(probability: number, numerator: number, denominator: number): number {
  const share = inverse(probability, (x) => incompleteBeta(numerator / 2, denominator / 2, x));
  return (denominator * share) / (numerator * (1 - share));
}

/** The value below which a normal deviate stays with this probability: the root of an F of 1 and 10⁶ degrees of freedom, right to 10⁻⁵. */
export function normalQuantile(probability: number): number {
  const two = Math.abs(2 * probability - 1);
  const size = Math.sqrt(fQuantile(two, 1, 1e6));
  return probability < 0.5 ? -size : size;
}

/** Iₓ(a, b), by its continued fraction. */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, 1 - x)) / b;
}

function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return h;
}

const lanczos = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];

/** ln Γ(z) for z > 0, by Lanczos's approximation with g = 7. */
function logGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z);
  const x = z - 1;
  const t = x + 7.5;
  const sum = lanczos.reduce((total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (x + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
