/**
 * The first exciton of quantum dots: found as the reddest minimum of the absorbance's second derivative, placed by a Gaussian
 * shoulder on the onset of what lies above it. Both over the photon energy: there the line is symmetric, while over the wavelength
 * the derivative of a symmetric line has its minimum 2σ²λ/E² (about 1.5 nm at 560 nm) to the blue.
 */
import { fitPeaks, type PeakFit } from '../curve/peak-fit.ts';
import { interpolateLinear } from '../curve/interpolate.ts';
import { noiseOf } from '../curve/noise.ts';
import { savitzkyGolay } from '../curve/smoothing.ts';
import { meanOf, type OpticalSpectrum } from './spectrum.ts';

/** Nanometres of light and electronvolts: their product (CODATA 2018, exact). */
export const nmEv = 1239.841_984;

export type ExcitonSearch = Readonly<{
  searchNm: readonly [number, number];
  windowMeV: number;
  fitMeV: number;
  leastSignalToNoise: number;
}>;

export type Exciton = Readonly<{
  nm: number;
  /** k = 1: of the fit, of where its window ends, and of what the two ways disagree by. */
  standardUncertaintyNm: number;
  /** Minimum of the second derivative. */
  derivativeNm: number;
  /** Depth of that minimum over the standard deviation of its noise. */
  signalToNoise: number;
  /** Of the absorbance there, on the fitted curve. */
  absorbance: number;
  /** Full width at half maximum. */
  widthMeV: number;
  /** What the fit leaves beyond the noise, root mean square over the absorbance at the exciton. */
  residualShare: number;
  /** That the centre, or its width, stands at the end of what it may be. */
  atBound: boolean;
  fit: Readonly<{ nm: Float64Array; curve: Float64Array; residual: Float64Array }>;
}>;

/** How far the first exciton may lie from the derivative's minimum, in eV. */
const mostShiftEv = 0.06;
/** Full widths of the shoulder, in eV: one dot's own line at the least, a spread by which no exciton is seen at the most. */
const widthsEv = { least: 0.04, most: 0.4 };
/** How far to the red of the exciton the fit looks. */
const redEv = 0.35;

/** Of net absorbance; a sentence where there is no shoulder. */
export function findExciton(spectrum: OpticalSpectrum, search: ExcitonSearch): Exciton | string {
  const dip = reddestDip(spectrum, search);
  if (typeof dip === 'string') return dip;
  const fits = [0.8, 1, 1.2].map((share) => fitShoulder(spectrum, dip.ev, (share * search.fitMeV) / 1000));
  const [narrow, middle, wide] = fits;
  if (!narrow || !middle || !wide) return 'There are too few points about the shoulder to fit it.';
  const window = Math.max(Math.abs(narrow.ev - middle.ev), Math.abs(wide.ev - middle.ev));
  const disagreement = Math.abs(middle.ev - dip.ev);
  // The last two are bounds, not deviations: rectangles of that half width.
  const uncertaintyEv = Math.hypot(middle.deviationEv, window / Math.sqrt(3), disagreement / Math.sqrt(3));
  return {
    nm: nmEv / middle.ev,
    standardUncertaintyNm: (uncertaintyEv * nmEv) / middle.ev ** 2,
    derivativeNm: nmEv / dip.ev,
    signalToNoise: dip.signalToNoise,
    absorbance: middle.absorbance,
    widthMeV: 1000 * middle.widthEv,
    residualShare: middle.residualShare,
    atBound: middle.atBound,
    fit: middle.curves,
  };
}

type Dip = Readonly<{ ev: number; signalToNoise: number }>;

function reddestDip(spectrum: OpticalSpectrum, search: ExcitonSearch): Dip | string {
  const [red, blue] = [nmEv / search.searchNm[1], nmEv / search.searchNm[0]];
  const half = search.windowMeV / 2000;
  const { nm, y } = spectrum;
  const [least, most] = [nmEv / (nm.at(-1) ?? NaN), nmEv / (nm[0] ?? NaN)];
  const [from, to] = [Math.max(least, red - half), Math.min(most, blue + half)];
  const step =
    (blue - red) / Math.max(1, nm.filter((at) => at >= search.searchNm[0] && at <= search.searchNm[1]).length);
  const windowPoints = 2 * Math.max(3, Math.round(half / step)) + 1;
  const ev = Float64Array.from({ length: Math.max(0, Math.floor((to - from) / step)) }, (_, i) => from + i * step);
  if (ev.length < 2 * windowPoints) return 'There are too few points where the first exciton is looked for.';
  const absorbance = interpolateLinear(
    nm,
    y,
    ev.map((energy) => Math.min(nm.at(-1) ?? 0, Math.max(nm[0] ?? 0, nmEv / energy))),
  );
  const weights = derivativeWeights(windowPoints, step);
  const second = absorbance.map((_, i) => {
    const start = i - (windowPoints >> 1);
    if (start < 0 || start + windowPoints > absorbance.length) return NaN;
    return weights.reduce((sum, weight, k) => sum + weight * (absorbance[start + k] ?? NaN), 0);
  });
  // White noise goes through a filter by the length of its weights.
  const noise = noiseOf(spectrum.y) * Math.hypot(...weights);
  const inside = [...ev.keys()]
    .slice(1 + (windowPoints >> 1), ev.length - 1 - (windowPoints >> 1))
    .filter((i) => within(ev[i], red, blue));
  const at = (i: number): number => second[i] ?? NaN;
  const dips = inside.filter((i) => at(i) < 0 && at(i) <= at(i - 1) && at(i) < at(i + 1));
  const deepest = Math.min(0, ...dips.map(at));
  // Ripples beside a deep minimum are no excitons.
  const dip = dips.find((i) => -at(i) >= search.leastSignalToNoise * noise && at(i) <= 0.25 * deepest);
  if (dip === undefined) {
    const depth =
      noise > 0 ? ` Its second derivative is at most ${(-deepest / noise).toFixed(1)} times its noise deep.` : '';
    return `There is no shoulder from ${search.searchNm[0]} to ${search.searchNm[1]} nm.${depth}`;
  }
  const [left, middle, right] = [at(dip - 1), at(dip), at(dip + 1)];
  const shift = (0.5 * (left - right)) / (left - 2 * middle + right);
  return { ev: (ev[dip] ?? NaN) + step * shift, signalToNoise: -middle / Math.max(noise, Number.MIN_VALUE) };
}

const within = (value: number | undefined, low: number, high: number): boolean =>
  value !== undefined && value >= low && value <= high;

/** Savitzky–Golay weights of the second derivative: the answer to a single point, which is the same to both sides. */
function derivativeWeights(windowPoints: number, step: number): Float64Array {
  const one = new Float64Array(2 * windowPoints - 1);
  one[windowPoints - 1] = 1;
  const answer = savitzkyGolay(one, step, { windowPoints, polynomialOrder: 3, derivative: 2 });
  const start = windowPoints - 1 - (windowPoints >> 1);
  return answer.slice(start, start + windowPoints);
}

type Shoulder = Readonly<{
  ev: number;
  deviationEv: number;
  widthEv: number;
  absorbance: number;
  residualShare: number;
  atBound: boolean;
  curves: Exciton['fit'];
}>;

/** A Gaussian on the red flank of a broader one and a level, from the red up to `blueEv` above the dip; null with too few points. */
function fitShoulder({ nm, y }: OpticalSpectrum, dipEv: number, blueEv: number): Shoulder | null {
  const chosen = [...nm.keys()].filter((i) => within(nmEv / (nm[i] ?? NaN), dipEv - redEv, dipEv + blueEv)).reverse();
  if (chosen.length < 15) return null;
  const ev = Float64Array.from(chosen, (i) => nmEv / (nm[i] ?? NaN));
  const absorbance = Float64Array.from(chosen, (i) => y[i] ?? NaN);
  const noise = Math.max(noiseOf(absorbance), 1e-7);
  const fit = fitPeaks(ev, absorbance, new Float64Array(ev.length).fill(noise), {
    lines: [
      {
        name: 'exciton',
        centre: { start: dipEv, least: dipEv - mostShiftEv, most: dipEv + mostShiftEv },
        width: { start: 0.12, ...widthsEv },
        lorentzShare: gauss,
      },
      {
        name: 'onset',
        centre: { start: dipEv + 0.3, least: dipEv + 0.12, most: dipEv + 1 },
        width: { start: 0.4, least: 0.1, most: 1.5 },
        lorentzShare: gauss,
      },
    ],
    backgroundOrder: 0,
  });
  const [line] = fit.lines;
  if (line === undefined) return null;
  const top = valueAt(ev, fit.curve, line.centre.value);
  const rms = Math.sqrt(meanOf(fit.residual.map((value) => value * value)));
  return {
    ev: line.centre.value,
    deviationEv: line.centre.deviation,
    widthEv: line.width.value,
    absorbance: top,
    residualShare: Math.sqrt(Math.max(0, rms ** 2 - noise ** 2)) / Math.abs(top),
    atBound: line.centre.atBound || line.width.atBound || line.area.atBound,
    curves: overWavelength(ev, fit),
  };
}

const gauss = { start: 0, least: 0, most: 0 };

const valueAt = (axis: Float64Array, y: Float64Array, at: number): number =>
  interpolateLinear(axis, y, Float64Array.of(at))[0] ?? NaN;

const overWavelength = (ev: Float64Array, { curve, residual }: PeakFit): Exciton['fit'] => ({
  nm: ev.map((energy) => nmEv / energy).toReversed(),
  curve: curve.toReversed(),
  residual: residual.toReversed(),
});
