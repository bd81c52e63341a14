/** What keeps a spectrum from being judged at all: of another nucleus or axis, of an instrument the method was not made for. Pure. */
import type { PhosphorusNmrParameters } from '../../plant/method/phosphorus-nmr.ts';
import type { NmrAcquisition, SpectrumData } from '../../plant/spectrum.ts';

export type Readable =
  | Readonly<{ kind: 'decay'; nmr: NmrAcquisition; imaginary: Float64Array }>
  | Readonly<{ kind: 'spectrum'; nmr: NmrAcquisition }>
  | Readonly<{ kind: 'neither'; reason: string }>;

const neither = (reason: string): Readable => ({ kind: 'neither', reason });
const fewest = 256;
/** No nucleus is shifted as far. */
const mostShiftPpm = 20_000;

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
  const acquisition = faultOfAcquisition(nmr);
  if (acquisition !== null) return neither(acquisition);
  if (beyondAny(y.values)) return neither('It holds values that no instrument gives.');
  if (x.unit === 's') return decayOf(data, nmr);
  if (x.unit !== 'ppm') return neither(`Its axis is in ${x.unit ?? 'no unit'}; it must be in s (a decay) or in ppm.`);
  return even(x.values) ? { kind: 'spectrum', nmr } : neither('Its axis is not evenly spaced.');
}

function decayOf({ x, y, imaginary }: SpectrumData, nmr: NmrAcquisition): Readable {
  if (imaginary === undefined) return neither('It is a decay of one channel; shifts have a sign only with two.');
  if (imaginary.length !== x.values.length) {
    return neither(`Its channels have ${x.values.length} and ${imaginary.length} points.`);
  }
  if (!finite(imaginary)) return neither('It holds values that are no numbers.');
  if (beyondAny(imaginary)) return neither('It holds values that no instrument gives.');
  if (!even(x.values)) return neither('Its points are not evenly spaced in time.');
  const dwell = ((x.values[x.values.length - 1] ?? 0) - (x.values[0] ?? 0)) / (x.values.length - 1);
  if (!(Math.abs(dwell * nmr.spectralWidthHz - 1) < 0.01)) {
    return neither(`Its points are ${dwell} s apart, which is no spectral width of ${nmr.spectralWidthHz} Hz.`);
  }
  if (nmr.groupDelayPoints >= x.values.length - fewest)
    return neither(`Its filter delays it by ${nmr.groupDelayPoints} points.`);
  const beginning = faultOfBeginning(y.values, imaginary, nmr.groupDelayPoints);
  if (beginning !== null) return neither(beginning);
  return { kind: 'decay', nmr, imaginary };
}

/**
 * All lines begin together, so that a decay is strongest at its first point. Before its filter's delay it only rings; signal there is cut away
 * with what is skipped, and a delay that is not said turns every line by its own phase.
 */
function faultOfBeginning(re: Float64Array, im: Float64Array, delayPoints: number): string | null {
  const power = (from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += (re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2;
    return sum / Math.max(1, to - from);
  };
  const noise = power(Math.floor(0.9 * re.length), re.length);
  // Twelve standard deviations of a mean of so many squares: their distribution has a long tail.
  const isSignal = (above: number, points: number): boolean => above > (12 * noise) / Math.sqrt(points);
  const delay = Math.floor(delayPoints);
  const rings = Math.floor(0.75 * delay);
  if (rings >= 2) {
    const before = power(0, rings) - noise;
    if (isSignal(before, rings) && before > 0.1 * (power(delay, delay + rings) - noise))
      return `Its filter is said to delay it by ${delayPoints} points, and it begins before.`;
  }
  for (const points of [16, 32, 64, 128, 256]) {
    const [first, second] = [0, 1].map((k) => power(delay + k * points, delay + (k + 1) * points) - noise);
    if (isSignal(second ?? 0, points) && (first ?? 0) < 0.25 * (second ?? 0))
      return 'It begins late: a filter delays it by more than it says, or it was triggered too early.';
  }
  return null;
}

/** What the spectrum says of how it was taken; what it does not say, the method does. */
function faultOfAcquisition(nmr: NmrAcquisition): string | null {
  const { spectralWidthHz, carrierPpm, groupDelayPoints, repetitionS, pulseDegrees } = nmr;
  const said = [
    ['spectral width', spectralWidthHz, spectralWidthHz > 0],
    ['carrier', carrierPpm, Math.abs(carrierPpm) <= mostShiftPpm],
    ['delay by its filter', groupDelayPoints, groupDelayPoints >= 0],
    ['repetition time', repetitionS, repetitionS === null || repetitionS > 0],
    ['pulse', pulseDegrees, pulseDegrees === null || (pulseDegrees > 0 && pulseDegrees < 180)],
  ] as const;
  const wrong = said.find(([, value, sound]) => value !== null && !(Number.isFinite(value) && sound));
  return wrong === undefined ? null : `Its ${wrong[0]} is ${wrong[1]}, which cannot be.`;
}

/** Squares of what is beyond are no numbers any more. */
const mostMagnitude = 1e30;
const beyondAny = (values: Float64Array): boolean => values.some((value) => Math.abs(value) > mostMagnitude);

const finite = (values: Float64Array): boolean => values.every((value) => Number.isFinite(value));

function even(values: Float64Array): boolean {
  const step = ((values[values.length - 1] ?? 0) - (values[0] ?? 0)) / (values.length - 1);
  if (step === 0) return false;
  for (let i = 1; i < values.length; i += 1) {
    if (Math.abs(((values[i] ?? 0) - (values[i - 1] ?? 0)) / step - 1) > 0.05) return false;
  }
  return true;
}
