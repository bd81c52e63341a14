/** The band that shines: where its top is, how high, how wide at half of it, and how well each is known. Asymmetry is left as it is. */
import { Matrix, solve } from 'ml-matrix';
import { noiseOf } from '../curve/noise.ts';
import { between, meanOf, type OpticalSpectrum } from './spectrum.ts';

export type Top = Readonly<{
  nm: number;
  /** k = 1: of the fit's noise, and of where the top is taken to begin (a rectangle of what that does to it). */
  standardUncertaintyNm: number;
  height: number;
  heightUncertainty: number;
  /** What the fit leaves, root mean square over the height. */
  residualShare: number;
  fit: Readonly<{ nm: Float64Array; curve: Float64Array; residual: Float64Array }>;
}>;

export type Background = Readonly<{
  line: (nm: number) => number;
  /** Of one point (k = 1). */
  noise: number;
  /** Of the line (k = 1). */
  standardUncertainty: number;
}>;

/** A level, or a straight line, through where nothing shines; null with too few points. */
export function backgroundOf(
  spectrum: OpticalSpectrum,
  { leftNm, rightNm }: Readonly<{ leftNm: readonly [number, number] | null; rightNm: readonly [number, number] }>,
): Background | null {
  const right = between(spectrum, ...rightNm);
  const left = leftNm === null ? right : between(spectrum, ...leftNm);
  const fewest = Math.min(left.nm.length, right.nm.length);
  if (fewest < 5) return null;
  const [x0, x1, y0, y1] = [meanOf(left.nm), meanOf(right.nm), meanOf(left.y), meanOf(right.y)];
  const slope = leftNm === null ? 0 : (y1 - y0) / (x1 - x0);
  const noise = Math.max(noiseOf(left.y), noiseOf(right.y));
  return { line: (nm) => y0 + slope * (nm - x0), noise, standardUncertainty: noise / Math.sqrt(fewest) };
}

/**
 * Of the net emission: a polynomial of the fourth order over what is above `fraction` of the height. Null where the top is not whole
 * between the two wavelengths.
 */
export function findTop(net: OpticalSpectrum, searchNm: readonly [number, number], fraction: number): Top | null {
  const searched = between(net, ...searchNm);
  const start = roughTop(searched);
  const fits =
    start === null ? [] : [fraction, fraction - 0.1, fraction + 0.1].map((share) => fitTop(searched, start, share));
  const [middle, wide, narrow] = fits;
  if (!middle || !wide || !narrow) return null;
  const shape = Math.abs(wide.nm - narrow.nm);
  return { ...middle, standardUncertaintyNm: Math.hypot(middle.standardUncertaintyNm, shape / Math.sqrt(3)) };
}

/** Index and height of the highest of running means over about 5 nm, so that one spike is no top. */
function roughTop({ nm, y }: OpticalSpectrum): Readonly<{ index: number; height: number }> | null {
  const spacing = ((nm.at(-1) ?? NaN) - (nm[0] ?? NaN)) / (nm.length - 1);
  const half = Math.max(1, Math.round(2.5 / spacing));
  let best: { index: number; height: number } | null = null;
  for (let i = half; i < nm.length - half; i += 1) {
    const height = meanOf(y.subarray(i - half, i + half + 1));
    if (best === null || height > best.height) best = { index: i, height };
  }
  return best !== null && best.height > 0 ? best : null;
}

const order = 4;

function fitTop(
  { nm, y }: OpticalSpectrum,
  { index, height }: Readonly<{ index: number; height: number }>,
  share: number,
): Top | null {
  const above = (i: number): boolean => meanOf(y.subarray(Math.max(0, i - 1), i + 2)) > share * height;
  let [first, last] = [index, index];
  while (first > 0 && above(first - 1)) first -= 1;
  while (last < nm.length - 1 && above(last + 1)) last += 1;
  // A top that runs out of the range searched may have its maximum outside.
  if (first === 0 || last === nm.length - 1 || last - first + 1 < order + 4) return null;
  const [from, to] = [nm[first] ?? NaN, nm[last] ?? NaN];
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const x = nm.slice(first, last + 1);
  const values = y.slice(first, last + 1);
  const t = x.map((at) => (at - middle) / half);
  const design = new Matrix(Array.from(t, (at) => Array.from({ length: order + 1 }, (_, k) => at ** k)));
  const gram = design.transpose().mmul(design);
  const inverse = solve(gram, Matrix.eye(order + 1));
  const coefficients = inverse.mmul(design.transpose().mmul(Matrix.columnVector(values))).to1DArray();
  const curve = t.map((at) => polynomial(coefficients, at));
  const residual = values.map((value, i) => value - (curve[i] ?? NaN));
  const variance = residual.reduce((sum, value) => sum + value * value, 0) / (x.length - order - 1);
  const at = highestIn(coefficients);
  if (at === null) return null;
  const top = polynomial(coefficients, at);
  const bend = coefficients.reduce((sum, c, k) => (k < 2 ? sum : sum + k * (k - 1) * c * at ** (k - 2)), 0);
  const slopeWeights = Matrix.columnVector(coefficients.map((_, k) => (k === 0 ? 0 : k * at ** (k - 1))));
  const heightWeights = Matrix.columnVector(coefficients.map((_, k) => at ** k));
  const spreadOf = (weights: Matrix): number =>
    Math.sqrt(variance * weights.transpose().mmul(inverse).mmul(weights).get(0, 0));
  return {
    nm: middle + half * at,
    standardUncertaintyNm: (half * spreadOf(slopeWeights)) / Math.abs(bend),
    height: top,
    heightUncertainty: spreadOf(heightWeights),
    residualShare: Math.sqrt(variance) / top,
    fit: { nm: x, curve, residual },
  };
}

const polynomial = (coefficients: readonly number[], at: number): number =>
  coefficients.reduceRight((sum, c) => sum * at + c, 0);

/** Where the polynomial is highest strictly within −1…1, to 10⁻⁹; null where that is an end. */
function highestIn(coefficients: readonly number[]): number | null {
  const steps = 200;
  const value = (at: number): number => polynomial(coefficients, at);
  let best = -steps;
  for (let i = -steps; i <= steps; i += 1) if (value(i / steps) > value(best / steps)) best = i;
  if (Math.abs(best) === steps) return null;
  let [low, high] = [(best - 1) / steps, (best + 1) / steps];
  while (high - low > 1e-9) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (value(left) < value(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

export type Width = Readonly<{ nm: number; standardUncertaintyNm: number; leftNm: number; rightNm: number }>;

/** Between the wavelengths where the band first falls to half of its height; null where it does not on either side. */
export function widthAtHalf(net: OpticalSpectrum, top: Top, noise: number, offsetUncertainty: number): Width | null {
  const half = top.height / 2;
  const [left, right] = [crossing(net, top.nm, half, -1), crossing(net, top.nm, half, 1)];
  if (left === null || right === null) return null;
  const level = Math.hypot(top.heightUncertainty / 2, offsetUncertainty);
  const of = ({ slope, points }: Crossing): number => Math.hypot(noise / Math.sqrt(points), level) / slope;
  return {
    nm: right.nm - left.nm,
    standardUncertaintyNm: Math.hypot(of(left), of(right)),
    leftNm: left.nm,
    rightNm: right.nm,
  };
}

type Crossing = Readonly<{ nm: number; slope: number; points: number }>;

/** By a straight line through the flank from 0.4 to 0.6 of the height, and at least four points. */
function crossing({ nm, y }: OpticalSpectrum, topNm: number, half: number, way: 1 | -1): Crossing | null {
  let i = nm.findIndex((at) => at >= topNm);
  if (i < 0) return null;
  const smooth = (k: number): number => meanOf(y.subarray(Math.max(0, k - 1), k + 2));
  while (i > 0 && i < nm.length - 1 && smooth(i) > half) i += way;
  if (i <= 1 || i >= nm.length - 2) return null;
  let [first, last] = [i - 1, i + 2];
  while (first > 1 && Math.abs((y[first - 1] ?? NaN) - half) < 0.2 * half) first -= 1;
  while (last < nm.length - 1 && Math.abs((y[last] ?? NaN) - half) < 0.2 * half) last += 1;
  const [x, values] = [nm.slice(first, last), y.slice(first, last)];
  const [meanX, meanY] = [meanOf(x), meanOf(values)];
  let [square, together] = [0, 0];
  for (let k = 0; k < x.length; k += 1) {
    square += ((x[k] ?? NaN) - meanX) ** 2;
    together += ((x[k] ?? NaN) - meanX) * ((values[k] ?? NaN) - meanY);
  }
  const slope = together / square;
  return slope * way < 0 ? { nm: meanX + (half - meanY) / slope, slope: Math.abs(slope), points: x.length } : null;
}

/**
 * By how much the cell's own absorbance moves a maximum to the red at the most, in nm. Light comes out through half of the cell on the mean;
 * absorbance that falls by A′ a nm moves a band of deviation σ by ½·ln 10·σ²·A′, and no flank of a first exciton as wide as the
 * band falls faster than 0.61·A/σ.
 */
export const mostReabsorptionShiftNm = (width: Width, absorbance: number): number =>
  0.5 * Math.LN10 * 0.61 * (width.nm / 2.355) * Math.max(0, absorbance);
