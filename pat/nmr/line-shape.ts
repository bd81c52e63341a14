/**
 * One line as the transform of its decay, with its derivatives. Pure.
 *
 * Of a decay that was sampled, the Lorentzian is the exact sum over the points that were taken (a geometric series), so that what
 * sampling, cutting off and filling with zeros do to its shape is part of it. The Gaussian of a pseudo-Voigt has the same width at half
 * maximum; its dispersion is Dawson's integral. Amplitude 1 is the first point of the decay.
 */
import { twiddlesOf } from './fourier.ts';

/** Points of a spectrum at which lines are wanted. Where it was not made from a decay here, `sampling` is null. */
export type Grid = Readonly<{
  hz: Float64Array;
  sampling: Readonly<{
    spectralWidthHz: number;
    /** Points of the decay that were transformed. */
    used: number;
    /** Points after filling with zeros. */
    points: number;
    /** Of each point, in the transform's order: frequency times points over the spectral width, from 0. */
    bins: Int32Array;
  }> | null;
}>;

export type Shape = Readonly<{
  hz: number;
  widthHz: number;
  /** Share of the Gaussian, 0 … 1. */
  gaussian: number;
  phaseRad: number;
}>;

/** Columns, as long as the grid, to which a line adds itself and its derivatives, at unit amplitude. */
export type Columns = Readonly<{
  value: Float64Array;
  byHz: Float64Array;
  byWidth: Float64Array;
  byGaussian: Float64Array;
  byPhase: Float64Array;
  /** By the coupling, where the line is one of two satellites. */
  byCoupling: Float64Array | null;
}>;

/** Adds `weight` times the line to the columns, from point `from` to before `to`; `turn` is its hz by the coupling. */
export function addLine(
  { hz, sampling }: Grid,
  shape: Shape,
  weight: number,
  columns: Columns,
  turn = 0,
  from = 0,
  to = hz.length,
): void {
  const { value, byHz, byWidth, byGaussian, byPhase, byCoupling } = columns;
  const { widthHz, gaussian, hz: middle } = shape;
  const phaseRe = weight * Math.cos(shape.phaseRad);
  const phaseIm = weight * Math.sin(shape.phaseRad);
  const scale = sampling?.spectralWidthHz ?? 1;
  const twiddles = sampling === null ? null : twiddlesOf(sampling.points);
  const points = sampling?.points ?? 1;
  const used = sampling?.used ?? 0;
  const step = (2 * Math.PI) / scale;
  const fade = Math.exp((-Math.PI * widthHz) / scale);
  const stepRe = fade * Math.cos(step * middle);
  const stepIm = fade * Math.sin(step * middle);
  const faded = Math.exp((-Math.PI * widthHz * used) / scale);
  const lastAngle = step * middle * used;
  const lastRe = faded * Math.cos(lastAngle);
  const lastIm = faded * Math.sin(lastAngle);
  for (let i = from; i < to; i += 1) {
    const off = middle - (hz[i] ?? 0);
    let re: number;
    let im: number;
    let hzRe: number;
    let hzIm: number;
    let widthRe: number;
    let widthIm: number;
    if (sampling !== null && twiddles !== null) {
      const bin = sampling.bins[i] ?? 0;
      const c = twiddles.cos[bin] ?? 0;
      const s = twiddles.sin[bin] ?? 0;
      const zRe = stepRe * c + stepIm * s;
      const zIm = stepIm * c - stepRe * s;
      const lastBin = (bin * used) % points;
      const lc = twiddles.cos[lastBin] ?? 0;
      const ls = twiddles.sin[lastBin] ?? 0;
      const qRe = lastRe * lc + lastIm * ls;
      const qIm = lastIm * lc - lastRe * ls;
      // v = 1/(1 − z), sum = (1 − q)·v, d sum/dz·z = (sum·z − N·q)·v
      const dRe = 1 - zRe;
      const dIm = -zIm;
      const square = dRe * dRe + dIm * dIm;
      const vRe = dRe / square;
      const vIm = -dIm / square;
      const sumRe = (1 - qRe) * vRe + qIm * vIm;
      const sumIm = (1 - qRe) * vIm - qIm * vRe;
      const nRe = sumRe * zRe - sumIm * zIm - used * qRe;
      const nIm = sumRe * zIm + sumIm * zRe - used * qIm;
      const gRe = nRe * vRe - nIm * vIm;
      const gIm = nRe * vIm + nIm * vRe;
      re = sumRe - 0.5;
      im = sumIm;
      hzRe = -step * gIm;
      hzIm = step * gRe;
      widthRe = (-Math.PI / scale) * gRe;
      widthIm = (-Math.PI / scale) * gIm;
    } else {
      // 1/(πw − 2πi·off)
      const a = Math.PI * widthHz;
      const b = 2 * Math.PI * off;
      const square = a * a + b * b;
      re = a / square;
      im = b / square;
      const sRe = re * re - im * im;
      const sIm = 2 * re * im;
      hzRe = -2 * Math.PI * sIm;
      hzIm = 2 * Math.PI * sRe;
      widthRe = -Math.PI * sRe;
      widthIm = -Math.PI * sIm;
    }
    // Shares of the Gaussian.
    const u = (2 * rootLn2 * off) / widthHz;
    const size = (2 * rootLn2 * scale) / (Math.PI * widthHz);
    const bell = u > 6 || u < -6 ? 0 : halfRootPi * Math.exp(-u * u);
    const dawson = dawsonOf(u);
    const bellSlope = -2 * u * bell;
    const dawsonSlope = 1 - 2 * u * dawson;
    const gaussRe = size * bell;
    const gaussIm = size * dawson;
    const perHz = (2 * rootLn2) / widthHz;
    const otherRe = gaussRe - re;
    const otherIm = gaussIm - im;
    hzRe += gaussian * (size * bellSlope * perHz - hzRe);
    hzIm += gaussian * (size * dawsonSlope * perHz - hzIm);
    widthRe += gaussian * (-(gaussRe + size * bellSlope * u) / widthHz - widthRe);
    widthIm += gaussian * (-(gaussIm + size * dawsonSlope * u) / widthHz - widthIm);
    re += gaussian * otherRe;
    im += gaussian * otherIm;

    const slope = phaseRe * hzRe - phaseIm * hzIm;
    value[i] = (value[i] ?? 0) + phaseRe * re - phaseIm * im;
    byHz[i] = (byHz[i] ?? 0) + slope;
    byWidth[i] = (byWidth[i] ?? 0) + phaseRe * widthRe - phaseIm * widthIm;
    byGaussian[i] = (byGaussian[i] ?? 0) + phaseRe * otherRe - phaseIm * otherIm;
    byPhase[i] = (byPhase[i] ?? 0) - phaseRe * im - phaseIm * re;
    if (byCoupling !== null) byCoupling[i] = (byCoupling[i] ?? 0) + turn * slope;
  }
}

const rootLn2 = Math.sqrt(Math.LN2);
const halfRootPi = Math.sqrt(Math.PI) / 2;

/**
 * Dawson's integral exp(−u²)·∫₀ᵘ exp(t²) dt: Rybicki's sum (Computers in Physics 1989, 3, 85) to 2e-7 within ±5, its asymptotic series
 * beyond, to 2e-6 of the value.
 */
export function dawsonOf(u: number): number {
  const size = Math.abs(u);
  if (size > 5) {
    const r = 1 / (2 * u * u);
    return ((1 + r * (1 + r * (3 + r * (15 + r * 105)))) * 0.5) / u;
  }
  if (size < 0.2) {
    const square = u * u;
    return u * (1 - (2 / 3) * square * (1 - 0.4 * square * (1 - (2 / 7) * square)));
  }
  const n0 = 2 * Math.floor((0.5 * size) / rybickiStep + 0.5);
  const rest = size - n0 * rybickiStep;
  let e1 = Math.exp(2 * rest * rybickiStep);
  const e2 = e1 * e1;
  let up = n0 + 1;
  let down = up - 2;
  let sum = 0;
  for (const weight of rybickiWeights) {
    sum += weight * (e1 / up + 1 / (down * e1));
    up += 2;
    down -= 2;
    e1 *= e2;
  }
  return 0.5641895835 * Math.sign(u) * Math.exp(-rest * rest) * sum;
}

const rybickiStep = 0.4;
const rybickiWeights = Array.from({ length: 6 }, (_, i) => Math.exp(-(((2 * i + 1) * rybickiStep) ** 2)));
