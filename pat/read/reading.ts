/** What reading a file may come to, and the checks that hold for every form. Pure. */
import type { NmrAcquisition, SpectrumData } from '../../plant/spectrum.ts';

/** As `SpectrumReading` of the port, before the digest of the bytes is known. */
export type FormReading =
  | Readonly<{ kind: 'spectrum'; data: SpectrumData }>
  | Readonly<{ kind: 'incomplete'; reason: string }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

/** What a form may need beside the file itself. */
export type Beside = Readonly<{
  /** Files of the same folder by their names, as `companionsOf` asks for them. */
  companions: ReadonlyMap<string, Uint8Array>;
  /** The title of the column that is the curve, of a table with several. */
  column: string | null;
}>;

/** One form of file. It may throw: what is thrown is a fault of the file. */
export type FormReader = (bytes: Uint8Array, beside: Beside) => FormReading;

export const incomplete = (reason: string): FormReading => ({ kind: 'incomplete', reason });
export const malformed = (reason: string): FormReading => ({ kind: 'malformed', reason });

/** More than any spectrometer gives: a file that says more lies, and is not given the memory. */
export const mostPoints = 4_000_000;

/** Something a file says of itself that is not so; its message is the reason. */
export class Lie extends Error {}

/** What keeps a curve from being one: axes of two lengths, a value that is no number, an axis that turns back. */
export function faultOfCurve(x: Float64Array, y: Float64Array): string | null {
  if (x.length !== y.length) return `The axis has ${x.length} values and the curve ${y.length}.`;
  if (x.length < 2) return `A spectrum of ${x.length} points is none.`;
  const rising = at(x, 1) > at(x, 0);
  for (let i = 0; i < x.length; i += 1) {
    if (!Number.isFinite(at(x, i))) return `Axis value ${i + 1} is ${at(x, i)}.`;
    if (!Number.isFinite(at(y, i))) return `Value ${i + 1} is ${at(y, i)}.`;
    if (i > 0 && (rising ? at(x, i) <= at(x, i - 1) : at(x, i) >= at(x, i - 1)))
      return `The axis turns at value ${i + 1}: ${at(x, i)} after ${at(x, i - 1)}.`;
  }
  return null;
}

const at = (values: Float64Array, i: number): number => values[i] ?? Number.NaN;

function faultOfImaginary(imaginary: Float64Array | undefined, points: number): string | null {
  if (imaginary === undefined) return null;
  if (imaginary.length !== points) return `It has ${points} real and ${imaginary.length} imaginary values.`;
  const bad = imaginary.findIndex((value) => !Number.isFinite(value));
  return bad < 0 ? null : `Imaginary value ${bad + 1} is ${at(imaginary, bad)}.`;
}

function faultOfNmr(nmr: NmrAcquisition | undefined, points: number): string | null {
  if (nmr === undefined) return null;
  const { nucleus, frequencyMHz, spectralWidthHz, carrierPpm, groupDelayPoints } = nmr;
  if (!/^\d{1,3}[A-Z][a-z]?$/u.test(nucleus)) return `Its nucleus is "${nucleus}".`;
  if (!(frequencyMHz > 0.1 && frequencyMHz < 3000)) return `Its frequency is ${frequencyMHz} MHz.`;
  if (!(spectralWidthHz > 1 && spectralWidthHz < 1e8)) return `Its spectral width is ${spectralWidthHz} Hz.`;
  if (!(Math.abs(carrierPpm) < 1e5)) return `Its carrier is at ${carrierPpm} ppm.`;
  if (!(groupDelayPoints >= 0 && groupDelayPoints < points)) return `Its filter delays by ${groupDelayPoints} points.`;
  return null;
}

/** A spectrum where the curve is one, else why not. */
export function spectrumOf(data: SpectrumData): FormReading {
  const { values } = data.x;
  const fault =
    faultOfCurve(values, data.y.values) ??
    faultOfImaginary(data.imaginary, values.length) ??
    faultOfNmr(data.nmr, values.length);
  return fault === null ? { kind: 'spectrum', data } : malformed(fault);
}

/**
 * Text of a file: UTF-8, or Latin-1 as older instrument programs write it. Null where bytes are zero, as they are in a file
 * whose length was set before its content was written.
 */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
