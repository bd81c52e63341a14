/**
 * Phases of zeroth and first order that turn every line into absorption, found without anybody's eye. Pure.
 *
 * Each line is upright where its middle has the phase 0, so the phases of the magnitude's maxima lie on a straight line over the
 * frequency: it is fitted, each line by the square of its signal to noise (the information in its phase). That works from one line in
 * noise upwards. What lines that overlap leave over is taken away by the least entropy of the spectrum's derivative with a penalty on
 * what is below zero (ACME: Chen, Weng, Goh, Garland, J. Magn. Reson. 2002, 158, 164).
 */
import type { ComplexSpectrum } from './decay.ts';
import type { Peak } from './peaks.ts';

/** Radians: `zeroth` at the middle of the spectrum, `first` more from its lower end to its upper one. */
export type Phase = Readonly<{ zeroth: number; first: number }>;

/** What the instrument is known to have, and how far it may be off, both in radians across the spectrum. */
export type FirstOrder = Readonly<{ expected: number; tolerance: number }>;

/** No line tells a phase better than this: shapes are not so ideal. */
const mostCounted = 60;

export function phaseOf(spectrum: ComplexSpectrum, peaks: readonly Peak[], noise: number, known: FirstOrder): Phase {
  if (peaks.length === 0) return { zeroth: 0, first: known.expected };
  const lines = peaks.map(({ index, height }) => ({
    x: index / spectrum.points - 0.5,
    angle: Math.atan2(spectrum.im[index] ?? 0, spectrum.re[index] ?? 0),
    weight: Math.min(mostCounted, height / noise) ** 2,
  }));
  const steps = Math.ceil((2 * known.tolerance) / stepOfSearch);
  let best: Phase & { score: number } = { zeroth: 0, first: known.expected, score: -Infinity };
  for (let i = 0; i <= steps; i += 1) {
    const off = steps === 0 ? 0 : known.tolerance * ((2 * i) / steps - 1);
    const first = known.expected + off;
    let re = 0;
    let im = 0;
    for (const { x, angle, weight } of lines) {
      re += weight * Math.cos(angle - first * x);
      im += weight * Math.sin(angle - first * x);
    }
    const unlikely = known.tolerance === 0 ? 0 : off / known.tolerance;
    const score = Math.hypot(re, im) - unlikely * unlikely;
    if (score > best.score) best = { zeroth: Math.atan2(im, re), first, score };
  }
  return { zeroth: best.zeroth, first: best.first };
}

const stepOfSearch = Math.PI / 90;

/** The phase at which `entropy` is least near `start`, the first order staying within what is known. */
export function refined(
  spectrum: ComplexSpectrum,
  peaks: readonly Peak[],
  noise: number,
  start: Phase,
  known: FirstOrder,
  halfWindow: number,
): Phase {
  const regions = mergedAround(peaks, halfWindow, spectrum.points);
  let best = start;
  let least = entropy(spectrum, regions, noise, start);
  const firstMatters = peaks.length > 1;
  for (let step = Math.PI / 45; step > Math.PI / 3000; step /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      for (const [zeroth, first] of directions) {
        const tried = { zeroth: best.zeroth + step * zeroth, first: best.first + 4 * step * first };
        if (first !== 0 && (!firstMatters || Math.abs(tried.first - known.expected) > known.tolerance)) continue;
        const value = entropy(spectrum, regions, noise, tried);
        if (value >= least) continue;
        [best, least, moved] = [tried, value, true];
      }
    }
  }
  return best;
}

const directions: readonly (readonly [zeroth: number, first: number])[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];

type Region = readonly [from: number, to: number];

function mergedAround(peaks: readonly Peak[], half: number, points: number): readonly Region[] {
  const merged: [number, number][] = [];
  for (const { index } of [...peaks].sort((a, b) => a.index - b.index)) {
    const from = Math.max(1, Math.round(index - half));
    const to = Math.min(points - 1, Math.round(index + half));
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else merged.push([from, to]);
  }
  return merged;
}

/** Shannon's entropy of the derivative's magnitudes, and the squares below zero relative to the noise's, over the regions of lines. */
function entropy({ re, im, points }: ComplexSpectrum, regions: readonly Region[], noise: number, phase: Phase): number {
  let sum = 0;
  let weighted = 0;
  let below = 0;
  let square = 0;
  for (const [from, to] of regions) {
    let last = 0;
    for (let i = from - 1; i < to; i += 1) {
      const angle = phase.zeroth + phase.first * (i / points - 0.5);
      const value = (re[i] ?? 0) * Math.cos(angle) + (im[i] ?? 0) * Math.sin(angle);
      if (i >= from) {
        const slope = Math.abs(value - last) + 1e-12 * noise;
        sum += slope;
        weighted += slope * Math.log(slope);
        square += value * value;
        const under = value + noise;
        if (under < 0) below += under * under;
      }
      last = value;
    }
  }
  if (sum === 0 || square === 0) return 0;
  return Math.log(sum) - weighted / sum + (10 * below) / square;
}

/** The spectrum turned by its phase; `re` is then absorption. */
export function turned(spectrum: ComplexSpectrum, phase: Phase): ComplexSpectrum {
  const re = new Float64Array(spectrum.points);
  const im = new Float64Array(spectrum.points);
  for (let i = 0; i < spectrum.points; i += 1) {
    const angle = phase.zeroth + phase.first * (i / spectrum.points - 0.5);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const a = spectrum.re[i] ?? 0;
    const b = spectrum.im[i] ?? 0;
    re[i] = a * cos + b * sin;
    im[i] = b * cos - a * sin;
  }
  return { ...spectrum, re, im };
}
