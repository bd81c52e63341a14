/**
 * The amplitude of a line that may be there or not, whose place is known only within a window. Pure.
 *
 * At every place in the window the amplitude â and its standard deviation σ follow by least squares from what the fit left over, with what it
 * would take from the lines already fitted. A place is as likely as the prior has it times ∫ exp(−(a − â)²/2σ²) da over a ≥ 0; the
 * amplitude's mean and variance are over all places. To take the highest maximum instead would make a line of noise wherever there
 * is none.
 */
import { addWithSatellites, dot, emptyColumns, foldedVector } from './line-columns.ts';
import { residualOf, solverOf, type LineFit } from './line-fit.ts';
import { place, type LineNow, type ModelLine, type Prior } from './line-model.ts';
import type { Grid } from './line-shape.ts';
import { upperNormal } from './normal.ts';

export type HiddenLine = Readonly<{
  amplitude: number;
  variance: number;
  /** What it takes from each fitted line, on average, and what that does to the covariances. */
  taken: Float64Array;
  takenCovariance: Float64Array;
  /** Covariance of it with each fitted line. */
  shared: Float64Array;
  /** Where it is likeliest: against the zero of all lines. */
  shiftHz: number;
  /** Amplitude over standard deviation there. */
  significance: number;
}>;

/** Widths of a line that count as its surroundings; beyond them is a Lorentzian's last 2 %. */
const reach = 16;
const mostPlaces = 1500;

export function hiddenLine(fit: LineFit, grid: Grid, data: Float64Array, line: ModelLine): HiddenLine {
  const left = residualOf(fit, data);
  const solve = solverOf(fit);
  const value = (index: number): number => fit.vector[index] ?? 0;
  const offset = value(place.offset);
  const widthHz = value(place.width) + line.extraWidthHz.mean;
  const { mean, deviation, least, most } = line.shiftHz;
  const from = Math.max(least, mean - 3.5 * deviation);
  const to = Math.min(most, mean + 3.5 * deviation);
  const places = Math.max(3, Math.min(mostPlaces, Math.ceil((4 * (to - from)) / widthHz)));
  const found: Found[] = [];
  for (let p = 0; p <= places; p += 1) {
    const shift = from + ((to - from) * p) / places;
    const hz = offset + shift;
    const now: LineNow = {
      hz,
      widthHz,
      gaussian: value(place.gaussian),
      phaseRad: value(place.phase) + (value(place.firstOrder) * hz) / fit.model.spectralWidthHz,
      couplingHz: line.satellites?.couplingHz.mean ?? 0,
    };
    const there = leastSquaresOf(fit, grid, left, solve, now, line.satellites?.abundance ?? 0);
    if (there === null) continue;
    const z = there.amplitude / there.sigma;
    const weight = 0.5 * z * z + Math.log(upperNormal(-z) * there.sigma) + logPrior(line.shiftHz, shift);
    found.push({ ...there, shift, weight });
  }
  return marginal(found, fit.model.lines.length);
}

type Found = Readonly<{ shift: number; amplitude: number; sigma: number; weight: number; solved: Float64Array }>;

function logPrior({ mean, deviation, least, most }: Prior, at: number): number {
  const even = Math.abs(deviation - (most - least) / Math.sqrt(12)) < 1e-9 * (most - least);
  return even || deviation === 0 ? 0 : -0.5 * ((at - mean) / deviation) ** 2;
}

function leastSquaresOf(
  fit: LineFit,
  grid: Grid,
  left: Float64Array,
  solve: (right: Float64Array) => Float64Array,
  now: LineNow,
  abundance: number,
): Omit<Found, 'shift' | 'weight'> | null {
  const half = reach * now.widthHz;
  const from = firstAbove(grid.hz, now.hz - half);
  const to = firstAbove(grid.hz, now.hz + half);
  if (to - from < 4) return null;
  const local: Grid = {
    hz: grid.hz.subarray(from, to),
    sampling: grid.sampling === null ? null : { ...grid.sampling, bins: grid.sampling.bins.subarray(from, to) },
  };
  const columns = emptyColumns(to - from);
  addWithSatellites(local, now, abundance, columns);
  const own = dot(columns.value, columns.value);
  const shared = foldedVector(
    Float64Array.from(fit.built.columns, (column) => dot(columns.value, column.subarray(from, to))),
    fit.weights,
    fit.width,
  );
  const solved = solve(shared);
  const information = own - dot(shared, solved);
  if (!(information > 1e-4 * own)) return null;
  const amplitude = dot(columns.value, left.subarray(from, to)) / information;
  return { amplitude, sigma: 1 / Math.sqrt(information), solved: solved.subarray(0, fit.model.lines.length) };
}

function marginal(found: readonly Found[], lines: number): HiddenLine {
  const taken = new Float64Array(lines);
  const takenCovariance = new Float64Array(lines * lines);
  const shared = new Float64Array(lines);
  let best: Found | null = null;
  for (const each of found) if (best === null || each.weight > best.weight) best = each;
  if (best === null) {
    return { amplitude: 0, variance: Infinity, taken, takenCovariance, shared, shiftHz: 0, significance: 0 };
  }
  let sum = 0;
  let first = 0;
  let second = 0;
  for (const { amplitude, sigma, weight, solved } of found) {
    const share = Math.exp(weight - best.weight);
    const z = amplitude / sigma;
    const slope = Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * upperNormal(-z));
    // Mean and mean square of a normal distribution cut off below zero.
    const mean = amplitude + sigma * slope;
    const square = sigma * sigma + amplitude * mean;
    sum += share;
    first += share * mean;
    second += share * square;
    for (let k = 0; k < lines; k += 1) {
      const takes = solved[k] ?? 0;
      taken[k] = (taken[k] ?? 0) + share * mean * takes;
      shared[k] = (shared[k] ?? 0) - share * square * takes;
      for (let l = 0; l < lines; l += 1) {
        takenCovariance[k * lines + l] =
          (takenCovariance[k * lines + l] ?? 0) + share * square * takes * (solved[l] ?? 0);
      }
    }
  }
  const amplitude = first / sum;
  for (let k = 0; k < lines; k += 1) taken[k] = (taken[k] ?? 0) / sum;
  for (let k = 0; k < lines; k += 1) {
    shared[k] = (shared[k] ?? 0) / sum + amplitude * (taken[k] ?? 0);
    for (let l = 0; l < lines; l += 1) {
      takenCovariance[k * lines + l] = (takenCovariance[k * lines + l] ?? 0) / sum - (taken[k] ?? 0) * (taken[l] ?? 0);
    }
  }
  const variance = Math.max(0, second / sum - amplitude * amplitude);
  const significance = best.amplitude / best.sigma;
  return { amplitude, variance, taken, takenCovariance, shared, shiftHz: best.shift, significance };
}

/** Index of the first value that is not below. */
export function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
