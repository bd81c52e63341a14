/** What reading a file may come to, and the checks that hold for every form. Pure. */
import type { SpectrumData } from '../../plant/spectrum.ts';

/** As `SpectrumReading` of the port, before the digest of the bytes is known. */
export type FormReading =
  | Readonly<{ kind: 'spectrum'; data: SpectrumData }>
  | Readonly<{ kind: 'incomplete'; reason: string }>
  | Readonly<{ kind: 'malformed'; reason: string }>;

/** One form of file. It may throw: what is thrown is a fault of the file. */
export type FormReader = (bytes: Uint8Array) => FormReading;

export const incomplete = (reason: string): FormReading => ({ kind: 'incomplete', reason });
export const malformed = (reason: string): FormReading => ({ kind: 'malformed', reason });

/** More than any spectrometer gives: a file that says more lies, and is not given the memory. */
export const mostPoints = 4_000_000;

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

/** A spectrum where the curve is one, else why not. */
export function spectrumOf(data: SpectrumData): FormReading {
  const fault = faultOfCurve(data.x.values, data.y.values);
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
