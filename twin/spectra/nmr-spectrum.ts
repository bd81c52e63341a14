/** What the instrument's own software makes of a decay: transformed, phased nearly right, along its own axis of shifts. */
import type { Fid, NmrInstrument, NmrState } from './fid.ts';
import { transform } from './fourier.ts';

export type Curve = Readonly<{ x: Float64Array; y: Float64Array }>;

/** In Hz: what the instrument broadens by. */
const broadeningHz = 0.5;

/** The real part over ppm, from the lowest shift up. Phases are set right for the state that is known to the emulator alone. */
export function spectrumOf({ real, imaginary }: Fid, instrument: NmrInstrument, state: NmrState): Curve {
  const { points, spectralWidthHz, frequencyMHz, carrierPpm, deadTimeS } = instrument;
  const decay = Math.exp((-Math.PI * broadeningHz) / spectralWidthHz);
  const [re, im] = [Float64Array.from(real), Float64Array.from(imaginary)];
  let weight = 1;
  for (let i = 0; i < points; i += 1) {
    re[i] = (re[i] ?? 0) * weight * (i === 0 ? 0.5 : 1);
    im[i] = (im[i] ?? 0) * weight * (i === 0 ? 0.5 : 1);
    weight *= decay;
  }
  transform(re, im);
  const x = new Float64Array(points);
  const y = new Float64Array(points);
  const phase = (state.phaseDegrees * Math.PI) / 180;
  for (let i = 0; i < points; i += 1) {
    const hertz = ((i - points / 2) * spectralWidthHz) / points;
    const at = (i + points / 2) % points;
    const angle = phase + 2 * Math.PI * hertz * deadTimeS;
    x[i] = carrierPpm + hertz / frequencyMHz;
    y[i] = ((re[at] ?? 0) * Math.cos(angle) + (im[at] ?? 0) * Math.sin(angle)) / points;
  }
  return { x, y };
}
