/** A free induction decay as a spectrum's data: its axis is the time since the first point. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import type { NmrAcquisition } from '../../plant/spectrum.ts';
import { spectrumOf, type FormReading } from './reading.ts';

export type Fid = Readonly<{
  real: Float64Array;
  /** The other channel, so that precession is exp(+iωt) with ω rising with the shift; null where there is one channel only. */
  imaginary: Float64Array | null;
  nmr: NmrAcquisition;
  takenAt: UtcMs | null;
  facts: Readonly<Record<string, string>>;
}>;

/** Instruments whose files count precession the other way round: re − i·im. In place. */
export function conjugate(imaginary: Float64Array): Float64Array {
  for (let i = 0; i < imaginary.length; i += 1) imaginary[i] = -(imaginary[i] ?? 0);
  return imaginary;
}

export const fidOf = ({ real, imaginary, nmr, takenAt, facts }: Fid): FormReading =>
  spectrumOf({
    x: { title: 'Time', unit: 's', values: Float64Array.from(real, (_, i) => i / nmr.spectralWidthHz) },
    y: { title: 'Signal', unit: null, values: real },
    ...(imaginary === null ? {} : { imaginary }),
    nmr,
    takenAt,
    facts,
  });
