/** What the lines do not explain, in the matched spectrum: for the curves, and to find lines of nobody. Pure. */
import { spectrumOf, type Decay } from './decay.ts';
import { deviationOf } from './noise.ts';
import type { Line, Prepared } from './prepare.ts';
import { baselineOf } from './baseline.ts';
import { turned } from './phase.ts';
import { lineAt, place } from './line-model.ts';
import type { Found } from './fit-species.ts';
import type { LineFit } from './line-fit.ts';
import { peaksOf } from './peaks.ts';

export type Leftover = Readonly<{ residual: Float64Array; noise: number; unexpected: Line | null }>;

/** Of the axis at either end: there a filter lets little through, or an edge is folded back. */
const edge = 0.03;

export function leftoverOf(
  prepared: Prepared,
  { fit, hidden }: Found,
  amplitudeUnit: number,
  baselineOrder: number,
): Leftover {
  const residual =
    prepared.decay === null
      ? smoothed(withoutLines(prepared, fit, amplitudeUnit), prepared)
      : ofDecay(prepared, prepared.decay, fit, amplitudeUnit, baselineOrder);
  const noise = deviationOf(residual);
  const points = residual.length;
  // A line that may be there, and is allowed for as such, is none of nobody.
  const allowed = [...hidden.values()].map(({ shiftHz }) => shiftHz + (fit.vector[place.offset] ?? 0));
  const inner = residual.map((value, i) => {
    if (i < edge * points || i > (1 - edge) * points) return 0;
    const hz = prepared.hz[i] ?? 0;
    return allowed.some((at) => Math.abs(hz - at) < 2 * prepared.widthHz) ? 0 : value;
  });
  const [highest] = peaksOf(inner, 3 * noise, 2.5 * noise);
  const unexpected =
    highest === undefined
      ? null
      : { hz: prepared.hz[highest.index] ?? 0, height: highest.height, signalToNoise: highest.height / noise };
  return { residual, noise, unexpected };
}

function ofDecay(
  prepared: Prepared,
  { decay, used }: Readonly<{ decay: Decay; used: number }>,
  fit: LineFit,
  amplitudeUnit: number,
  baselineOrder: number,
): Float64Array {
  const left = { ...decay, re: decay.re.slice(0, used), im: decay.im.slice(0, used) };
  fit.model.lines.forEach(({ satellites }, k) => {
    const line = lineAt(fit.model, fit.vector, k);
    const amplitude = (fit.amplitudes[k] ?? 0) * amplitudeUnit;
    const abundance = satellites?.abundance ?? 0;
    const phase = line.phaseRad + prepared.phase.zeroth;
    for (const [turn, share] of [
      [0, 1 - abundance],
      [-0.5, abundance / 2],
      [0.5, abundance / 2],
    ] as const) {
      if (share * amplitude === 0) continue;
      takeDecay(left, line.hz + turn * line.couplingHz, line.widthHz, line.gaussian, phase, share * amplitude);
    }
  });
  const upright = turned(spectrumOf(left, prepared.broadeningHz, used), prepared.phase);
  const baseline = baselineOf(upright.re, baselineOrder, () => false, deviationOf(upright.re));
  return upright.re.map((value, i) => value - (baseline[i] ?? 0));
}

/** Takes the decay of a pseudo-Voigt line off, point by point by recurrence. In place. */
function takeDecay(
  decay: Decay,
  hz: number,
  widthHz: number,
  gaussian: number,
  phase: number,
  amplitude: number,
): void {
  const { re, im, spectralWidthHz } = decay;
  const angle = (2 * Math.PI * hz) / spectralWidthHz;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [a, b] = [amplitude * Math.cos(phase), amplitude * Math.sin(phase)];
  const fade = Math.exp((-Math.PI * widthHz) / spectralWidthHz);
  const rate = (Math.PI * widthHz) / (2 * Math.sqrt(Math.LN2) * spectralWidthHz);
  let lorentz = 1 - gaussian;
  let gauss = gaussian;
  let ratio = Math.exp(-rate * rate);
  const ratioOfRatios = ratio * ratio;
  for (let n = 0; n < re.length; n += 1) {
    const size = lorentz + gauss;
    re[n] = (re[n] ?? 0) - size * a;
    im[n] = (im[n] ?? 0) - size * b;
    lorentz *= fade;
    gauss *= ratio;
    ratio *= ratioOfRatios;
    [a, b] = [a * cos - b * sin, a * sin + b * cos];
  }
}

function withoutLines(prepared: Prepared, fit: LineFit, amplitudeUnit: number): Float64Array {
  const left = Float64Array.from(prepared.processed);
  fit.model.lines.forEach(({ satellites }, k) => {
    const line = lineAt(fit.model, fit.vector, k);
    const abundance = satellites?.abundance ?? 0;
    for (const [turn, share] of [
      [0, 1 - abundance],
      [-0.5, abundance / 2],
      [0.5, abundance / 2],
    ] as const) {
      const amplitude = share * (fit.amplitudes[k] ?? 0) * amplitudeUnit;
      if (amplitude === 0) continue;
      const middle = line.hz + turn * line.couplingHz;
      for (let i = 0; i < left.length; i += 1)
        left[i] = (left[i] ?? 0) - amplitude * absorption((prepared.hz[i] ?? 0) - middle, line.widthHz, line.gaussian);
    }
  });
  return left;
}

function absorption(off: number, widthHz: number, gaussian: number): number {
  const square = ((2 * off) / widthHz) ** 2;
  const lorentz = 1 / (Math.PI * widthHz * (1 + square));
  const gauss = Math.sqrt(Math.LN2 / Math.PI) * Math.exp(-Math.LN2 * square);
  return (1 - gaussian) * lorentz + (gaussian * gauss) / widthHz;
}

/** The mean over a line's width about each point: what matching does to a spectrum that came without its decay. */
function smoothed(values: Float64Array, { hz, widthHz }: Prepared): Float64Array {
  const step = (hz[1] ?? 1) - (hz[0] ?? 0);
  const half = Math.max(0, Math.floor(widthHz / step / 2));
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  return values.map((_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(values.length, i + half + 1);
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from);
  });
}
