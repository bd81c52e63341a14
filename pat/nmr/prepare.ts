/** From a decay, or from a spectrum that came already processed, to what lines are fitted to: upright, on one axis, its noise known. Pure. */
import { baselineOf } from './baseline.ts';
import { spectrumOf, type Decay } from './decay.ts';
import type { Grid } from './line-shape.ts';
import { correlationFactor, deviationOf, deviationOfMagnitudes } from './noise.ts';
import { peaksOf, widthAtHalf, type Peak } from './peaks.ts';
import { phaseOf, refined, turned, type FirstOrder, type Phase } from './phase.ts';

export type Processing = Readonly<{
  /** Null: matched to the lines. */
  lineBroadeningHz: number | null;
  firstOrder: FirstOrder;
  baselineOrder: number;
  /** Width of the narrowest line, from, to. */
  widthHz: readonly [number, number];
}>;

export type Line = Readonly<{
  hz: number;
  height: number;
  /** Height over the noise's standard deviation. */ signalToNoise: number;
}>;

export type Prepared = Readonly<{
  /** From the zero of the axis, in Hz; the axis in ppm is `carrierPpm + hz / frequencyMHz`. */
  hz: Float64Array;
  frequencyMHz: number;
  carrierPpm: number;
  /** For the eye and for finding lines: absorption in the matched spectrum, less the baseline. */
  processed: Float64Array;
  baseline: Float64Array;
  /** Before phase and baseline. */
  raw: Float64Array;
  /** Of `processed`. */
  noise: number;
  lines: readonly Line[];
  /** Of the narrowest of the lines that stand clear, or the middle of what is allowed. */
  widthHz: number;
  broadeningHz: number;
  phase: Phase;
  /** To be fitted: no apodisation, so that its noise is white; turned by the zeroth phase only. */
  fitted: Float64Array;
  fittedNoise: number;
  /** By how much the variance of an amplitude is more than as many independent points would give. */
  correlation: number;
  sampling: Exclude<Grid['sampling'], null> | null;
  spectralWidthHz: number;
  decay: Readonly<{ decay: Decay; used: number }> | null;
}>;

/** Lines this far above the noise are taken for lines when the phase is sought. */
const clear = 6;

export function preparedDecay(decay: Decay, processing: Processing): Prepared {
  const [narrowest, widest] = processing.widthHz;
  const hzOf = (points: number): number => decay.spectralWidthHz / points;

  const wholly = usedPoints(decay, narrowest);
  const gentlest = leastBroadening(decay, wholly);
  const broadened = Math.max(narrowest, gentlest);
  const first = spectrumOf(decay, broadened, wholly);
  const rough = phased(first, processing, narrowest);
  const measured = rough.peaks
    .filter(({ height }) => height > clear * rough.noise && height > 0.3 * (rough.peaks[0]?.height ?? 0))
    .slice(0, 6)
    .map((peak) => widthAtHalf(rough.upright.re, peak) * hzOf(first.points) - broadened);
  const widthHz = Math.min(
    widest,
    Math.max(narrowest, measured.length > 0 ? Math.min(...measured) : Math.sqrt(narrowest * widest)),
  );

  const used = usedPoints(decay, widthHz);
  const broadeningHz = Math.max(processing.lineBroadeningHz ?? widthHz, leastBroadening(decay, used));
  const matched = spectrumOf(decay, broadeningHz, used);
  const { phase, upright, peaks } = phased(matched, processing, widthHz);
  const lineWidthPoints = (widthHz + broadeningHz) / hzOf(matched.points);
  const taken = near(peaks, 12 * lineWidthPoints, matched.points);
  const roughNoise = deviationOf(upright.re);
  const baseline = baselineOf(upright.re, processing.baselineOrder, taken, roughNoise);
  const processed = upright.re.map((value, i) => value - (baseline[i] ?? 0));
  const noise = deviationOf(processed.filter((_, i) => !taken(i)));

  const plain = turned(spectrumOf(decay, 0, used), { zeroth: phase.zeroth, first: 0 });
  const flat = baselineOf(plain.re, processing.baselineOrder, taken, deviationOf(plain.re));
  const fittedNoise = deviationOf(plain.re.map((value, i) => value - (flat[i] ?? 0)).filter((_, i) => !taken(i)));
  return {
    hz: matched.hz,
    frequencyMHz: decay.frequencyMHz,
    carrierPpm: decay.carrierPpm,
    processed,
    baseline,
    raw: matched.re,
    noise,
    lines: linesOf(processed, matched.hz, noise),
    widthHz,
    broadeningHz,
    phase,
    fitted: plain.re,
    fittedNoise,
    correlation: plain.points / (2 * used),
    sampling: {
      spectralWidthHz: decay.spectralWidthHz,
      used,
      points: plain.points,
      bins: Int32Array.from({ length: plain.points }, (_, j) => (j + plain.points / 2) % plain.points),
    },
    spectralWidthHz: decay.spectralWidthHz,
    decay: { decay, used },
  };
}

/** After 3.5 time constants of the narrowest line there is a thousandth of what can be known of it, and as much noise as before. */
function usedPoints(decay: Decay, widthHz: number): number {
  const wanted = (3.5 * decay.spectralWidthHz) / (Math.PI * widthHz);
  return Math.min(decay.re.length, Math.max(512, 2 ** Math.ceil(Math.log2(wanted))));
}

/** What lets a decay that was cut off end within a hundredth: its wiggles would be taken for lines. */
const leastBroadening = (decay: Decay, used: number): number => (1.5 * decay.spectralWidthHz) / used;

function phased(spectrum: ReturnType<typeof spectrumOf>, { firstOrder }: Processing, widthHz: number) {
  const magnitudes = spectrum.re.map((re, i) => Math.hypot(re, spectrum.im[i] ?? 0));
  const noise = deviationOfMagnitudes(magnitudes);
  const peaks = peaksOf(magnitudes, clear * noise, 4 * noise).slice(0, 24);
  const start = phaseOf(spectrum, peaks, noise, firstOrder);
  const hzPerPoint = (spectrum.hz[1] ?? 1) - (spectrum.hz[0] ?? 0);
  const phase = refined(spectrum, peaks.slice(0, 8), noise, start, firstOrder, (8 * widthHz) / hzPerPoint);
  return { phase, upright: turned(spectrum, phase), peaks, noise };
}

/** Whether a point is near one of the peaks; higher ones reach further. */
function near(peaks: readonly Peak[], points: number, length: number): (index: number) => boolean {
  const mask = new Uint8Array(length);
  for (const { index } of peaks) mask.fill(1, Math.max(0, Math.floor(index - points)), Math.ceil(index + points) + 1);
  return (index) => mask[index] === 1;
}

function linesOf(processed: Float64Array, hz: Float64Array, noise: number): readonly Line[] {
  const step = (hz[1] ?? 1) - (hz[0] ?? 0);
  return peaksOf(processed, 3 * noise, 2.5 * noise)
    .slice(0, 200)
    .map(({ position, height }) => ({ hz: (hz[0] ?? 0) + position * step, height, signalToNoise: height / noise }));
}

/** A real spectrum, its axis in ppm in either direction and evenly spaced: neither phased nor apodised, only its baseline taken off. */
export function preparedSpectrum(
  ppm: Float64Array,
  values: Float64Array,
  frequencyMHz: number,
  processing: Processing,
): Prepared {
  const falling = (ppm[0] ?? 0) > (ppm[ppm.length - 1] ?? 0);
  const hz = Float64Array.from(falling ? ppm.toReversed() : ppm, (shift) => shift * frequencyMHz);
  const raw = Float64Array.from(falling ? values.toReversed() : values);
  const hzPerPoint = ((hz[hz.length - 1] ?? 1) - (hz[0] ?? 0)) / Math.max(1, hz.length - 1);
  const spread = deviationOf(raw);
  const middle = baselineOf(raw, 0, () => false, spread);
  const peaks = peaksOf(
    raw.map((value, i) => value - (middle[i] ?? 0)),
    clear * spread,
    4 * spread,
  ).slice(0, 24);
  const [narrowest, widest] = processing.widthHz;
  const measured = peaks.slice(0, 6).map((peak) => widthAtHalf(raw, peak) * hzPerPoint);
  const widthHz = Math.min(
    widest,
    Math.max(narrowest, measured.length > 0 ? Math.min(...measured) : Math.sqrt(narrowest * widest)),
  );
  const taken = near(peaks, (12 * widthHz) / hzPerPoint, raw.length);
  const baseline = baselineOf(raw, processing.baselineOrder, taken, spread);
  const processed = raw.map((value, i) => value - (baseline[i] ?? 0));
  const quiet = processed.filter((_, i) => !taken(i));
  const noise = deviationOf(quiet);
  return {
    hz,
    frequencyMHz,
    carrierPpm: 0,
    processed,
    baseline,
    raw,
    noise,
    lines: linesOf(processed, hz, noise),
    widthHz,
    broadeningHz: 0,
    phase: { zeroth: 0, first: 0 },
    fitted: raw,
    fittedNoise: noise,
    correlation: correlationFactor(quiet),
    sampling: null,
    spectralWidthHz: (hz[hz.length - 1] ?? 1) - (hz[0] ?? 0),
    decay: null,
  };
}
