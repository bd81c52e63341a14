/** A free induction decay made ready for the transform: the filter's delay taken off, the receiver's offset too. Pure. */
import type { NmrAcquisition, SpectrumData } from '../../plant/spectrum.ts';
import { centred, powerOfTwoFrom, transform, type Complex } from './fourier.ts';

export type Decay = Complex & Readonly<{ spectralWidthHz: number; frequencyMHz: number; carrierPpm: number }>;

/** A complex spectrum with its frequencies upwards, in Hz from the carrier. */
export type ComplexSpectrum = Complex & Readonly<{ points: number; hz: Float64Array }>;

/**
 * The decay from its first point on: what a digital filter rings before it is left out, to whole points; the rest of the delay
 * is a phase of first order. The receiver's offset, where there is one to be seen, is the mean of the latter half.
 */
export function decayOf(data: SpectrumData, nmr: NmrAcquisition, imaginary: Float64Array): Decay {
  const skipped = Math.max(0, Math.min(Math.floor(nmr.groupDelayPoints), data.y.values.length - 16));
  const re = withoutOffset(data.y.values.slice(skipped));
  const im = withoutOffset(imaginary.slice(skipped));
  const { spectralWidthHz, frequencyMHz, carrierPpm } = nmr;
  return { re, im, spectralWidthHz, frequencyMHz, carrierPpm };
}

/** What is below three standard deviations of the mean is left: to take it would add a line at the carrier, not take one. */
function withoutOffset(channel: Float64Array): Float64Array {
  const tail = channel.subarray(channel.length >> 1);
  let [sum, squares] = [0, 0];
  for (const value of tail) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / tail.length;
  const deviation = Math.sqrt(Math.max(0, squares / tail.length - mean * mean) / tail.length);
  return Math.abs(mean) > 3 * deviation ? channel.map((value) => value - mean) : channel;
}

/**
 * The spectrum of the first `used` points, multiplied with a decay of `broadeningHz` and filled with zeros to a power of two of
 * at least twice as many points: then the real part alone holds all that was measured. The first point counts half, as the
 * trapezoid has it.
 */
export function spectrumOf(decay: Decay, broadeningHz: number, used = decay.re.length): ComplexSpectrum {
  const points = powerOfTwoFrom(2 * used);
  const re = new Float64Array(points);
  const im = new Float64Array(points);
  const fading = Math.exp((-Math.PI * broadeningHz) / decay.spectralWidthHz);
  for (let n = 0, weight = 1; n < used; n += 1, weight *= fading) {
    const share = n === 0 ? weight / 2 : weight;
    re[n] = share * (decay.re[n] ?? 0);
    im[n] = share * (decay.im[n] ?? 0);
  }
  transform({ re, im });
  return { re: centred(re), im: centred(im), points, hz: frequencies(points, decay.spectralWidthHz) };
}

const frequencies = (points: number, spectralWidthHz: number): Float64Array =>
  Float64Array.from({ length: points }, (_, j) => ((j - points / 2) * spectralWidthHz) / points);
