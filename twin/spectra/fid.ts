/** The free induction decay of a benchtop spectrometer: decaying precessions, the faults of field and phase, and noise. */
import type { Draws } from './draws.ts';
import type { NmrLine, NmrCell } from './phosphorus-lines.ts';

export type NmrInstrument = NmrCell &
  Readonly<{
    nucleus: string;
    spectralWidthHz: number;
    /** The middle of the spectrum by the instrument's own referencing. */
    carrierPpm: number;
    points: number;
    scans: number;
    /** Height over σ of the noise, in one scan after matched filtering, of a fully relaxed line of 1 mol/L at the shim's width. */
    signalToNoise: number;
    /** From the pulse to the first point. */
    deadTimeS: number;
  }>;

/** An 80 MHz instrument: ³¹P at 32.4 MHz. Sensitivity and volumes are assumed, of a usual size. */
export const benchtop80: NmrInstrument = {
  nucleus: '31P',
  frequencyMHz: 32.4,
  spectralWidthHz: 8100,
  carrierPpm: 20,
  points: 16_384,
  scans: 16,
  repetitionS: 4,
  pulseDegrees: 90,
  cellMl: 0.6,
  polarisingMl: 3,
  shimHz: 1.6,
  signalToNoise: 3000,
  deadTimeS: 12e-6,
};

/** What is not the same from one measurement to the next. */
export type NmrState = Readonly<{
  /** By how much the field has left its referencing. */
  fieldPpm: number;
  phaseDegrees: number;
}>;

/** Precession counted as exp(+iωt), so that a higher shift turns faster. In units of the digitiser, summed over the scans. */
export type Fid = Readonly<{ real: Float64Array; imaginary: Float64Array }>;

/** Units of the digitiser for 1 mol/L in one scan. */
const unitsPerMolar = 10_000;

export function fidOf(lines: readonly NmrLine[], instrument: NmrInstrument, state: NmrState, draws: Draws): Fid {
  const { points, spectralWidthHz, frequencyMHz, carrierPpm, scans, deadTimeS, pulseDegrees } = instrument;
  const real = new Float64Array(points);
  const imaginary = new Float64Array(points);
  const dwellS = 1 / spectralWidthHz;
  const pulse = Math.sin((pulseDegrees * Math.PI) / 180);
  for (const { ppm, widthHz, amount } of lines) {
    const hertz = (ppm + state.fieldPpm - carrierPpm) * frequencyMHz;
    const turn = 2 * Math.PI * hertz;
    const decay = Math.PI * widthHz;
    const phase = (state.phaseDegrees * Math.PI) / 180 + turn * deadTimeS;
    const height = unitsPerMolar * scans * pulse * amount * Math.exp(-decay * deadTimeS);
    let [x, y] = [height * Math.cos(phase), height * Math.sin(phase)];
    const shrink = Math.exp(-decay * dwellS);
    const [stepX, stepY] = [shrink * Math.cos(turn * dwellS), shrink * Math.sin(turn * dwellS)];
    for (let i = 0; i < points; i += 1) {
      real[i] = (real[i] ?? 0) + x;
      imaginary[i] = (imaginary[i] ?? 0) + y;
      [x, y] = [x * stepX - y * stepY, x * stepY + y * stepX];
    }
  }
  const sigma = noiseUnits(instrument);
  for (let i = 0; i < points; i += 1) {
    real[i] = (real[i] ?? 0) + sigma * draws.normal();
    imaginary[i] = (imaginary[i] ?? 0) + sigma * draws.normal();
  }
  return { real, imaginary };
}

/**
 * σ of each channel, summed over the scans. A line A·exp(−πwt), weighted by its own decay, stands A·√Σexp(−2πwt) over the noise:
 * √(spectral width / 2πw) of what one point shows.
 */
export const noiseUnits = ({ spectralWidthHz, shimHz, signalToNoise, scans }: NmrInstrument): number =>
  (unitsPerMolar * Math.sqrt(scans) * Math.sqrt(spectralWidthHz / (2 * Math.PI * shimHz))) / signalToNoise;
