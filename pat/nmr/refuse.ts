/** What keeps a spectrum from being judged at all: of another nucleus or axis, of an instrument the method was not made for. Pure. */
import type { PhosphorusNmrParameters } from '../../plant/method/phosphorus-nmr.ts';
import type { NmrAcquisition, SpectrumData } from '../../plant/spectrum.ts';

export type Readable =
  | Readonly<{ kind: 'decay'; nmr: NmrAcquisition; imaginary: Float64Array }>
  | Readonly<{ kind: 'spectrum'; nmr: NmrAcquisition }>
  | Readonly<{ kind: 'neither'; reason: string }>;

const neither = (reason: string): Readable => ({ kind: 'neither', reason });
const fewest = 256;

export function readableAs(
  data: SpectrumData,
  { nucleus, frequencyMHz: [least, most] }: PhosphorusNmrParameters,
): Readable {
  const { x, y, nmr } = data;
  if (nmr === undefined) return neither('It is no nuclear magnetic resonance: it says neither nucleus nor frequency.');
  if (nmr.nucleus !== nucleus) return neither(`It is of ${nmr.nucleus}, and the method is of ${nucleus}.`);
  if (!(nmr.frequencyMHz >= least && nmr.frequencyMHz <= most)) {
    return neither(`It was taken at ${nmr.frequencyMHz} MHz, and the method is for ${least} to ${most} MHz.`);
  }
  if (y.values.length !== x.values.length)
    return neither(`It has ${x.values.length} places and ${y.values.length} values.`);
  if (x.values.length < fewest) return neither(`It has ${x.values.length} points; ${fewest} are the fewest.`);
  if (!finite(y.values) || !finite(x.values)) return neither('It holds values that are no numbers.');
  if (x.unit === 's') return decayOf(data, nmr);
  if (x.unit !== 'ppm') return neither(`Its axis is in ${x.unit ?? 'no unit'}; it must be in s (a decay) or in ppm.`);
  return even(x.values) ? { kind: 'spectrum', nmr } : neither('Its axis is not evenly spaced.');
}

function decayOf({ x, imaginary }: SpectrumData, nmr: NmrAcquisition): Readable {
  if (imaginary === undefined) return neither('It is a decay of one channel; shifts have a sign only with two.');
  if (imaginary.length !== x.values.length) {
    return neither(`Its channels have ${x.values.length} and ${imaginary.length} points.`);
  }
  if (!finite(imaginary)) return neither('It holds values that are no numbers.');
  if (!even(x.values)) return neither('Its points are not evenly spaced in time.');
  const dwell = ((x.values[x.values.length - 1] ?? 0) - (x.values[0] ?? 0)) / (x.values.length - 1);
  if (!(Math.abs(dwell * nmr.spectralWidthHz - 1) < 0.01)) {
    return neither(`Its points are ${dwell} s apart, which is no spectral width of ${nmr.spectralWidthHz} Hz.`);
  }
  if (nmr.groupDelayPoints >= x.values.length - fewest)
    return neither(`Its filter delays it by ${nmr.groupDelayPoints} points.`);
  return { kind: 'decay', nmr, imaginary };
}

const finite = (values: Float64Array): boolean => values.every((value) => Number.isFinite(value));

function even(values: Float64Array): boolean {
  const step = ((values[values.length - 1] ?? 0) - (values[0] ?? 0)) / (values.length - 1);
  if (step === 0) return false;
  for (let i = 1; i < values.length; i += 1) {
    if (Math.abs(((values[i] ?? 0) - (values[i - 1] ?? 0)) / step - 1) > 0.05) return false;
  }
  return true;
}
