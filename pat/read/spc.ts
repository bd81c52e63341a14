/**
 * Galactic SPC, new (0x4B, 0x4C) and old (0x4D) form, with one spectrum. The parser reads leniently, so that the file's
 * own header is asked first how long it must be. Layout: SPC.H of the Galactic SPC file format, 1997.
 */
import { parse } from 'spc-parser';
import type { SpectrumAxis } from '../../plant/spectrum.ts';
import { unitOf } from './axis-units.ts';
import { incomplete, malformed, mostPoints, spectrumOf, type FormReading } from './reading.ts';

const [newHeader, oldHeader, subHeader] = [512, 224, 32];
/** Flags of the first byte. */
const [in16Bits, severalSpectra, ownAxisEach, ownAxis] = [0x01, 0x04, 0x40, 0x80];
/** The exponent by which values are floating-point. */
const floating = -128;

type Shape = Readonly<{ needed: number; points: number; from: number | null; to: number | null }>;

export function readSpc(bytes: Uint8Array): FormReading {
  if (bytes.length < newHeader && bytes.length < oldHeader + subHeader) return incomplete('Its header is not whole.');
  const version = bytes[1];
  if (version !== 0x4b && version !== 0x4c && version !== 0x4d) {
    // A file whose length was set before it was written is zero.
    return bytes.every((byte) => byte === 0) ? incomplete('It holds zero bytes.') : malformed('It is no SPC file.');
  }
  if (version !== 0x4d && bytes.length < newHeader) return incomplete('Its header is not whole.');
  const shape = shapeOf(bytes, version);
  if (typeof shape === 'string') return malformed(shape);
  if (bytes.length < shape.needed) return incomplete(`It has ${bytes.length} of ${shape.needed} bytes.`);
  return read(bytes, shape);
}

/** How long a file with this header is at least, or why it is none of ours. */
function shapeOf(bytes: Uint8Array, version: number): Shape | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = version !== 0x4c;
  const flags = view.getUint8(0);
  if ((flags & severalSpectra) !== 0) return 'It holds several spectra.';
  const old = version === 0x4d;
  const points = old ? view.getFloat32(4, little) : view.getUint32(4, little);
  if (!Number.isInteger(points) || points < 2 || points > mostPoints) return `It says ${points} points.`;
  if (!old && view.getUint32(24, little) !== 1) return `It says ${view.getUint32(24, little)} spectra.`;
  if (!old && (flags & ownAxisEach) !== 0) return 'Its axis is of a form that is not read.';
  const exponent = old ? view.getInt16(2, little) : view.getInt8(3);
  if ((flags & in16Bits) !== 0 && exponent === floating) return 'It says 16 bits and floating-point at once.';
  if (old && exponent === floating) return 'It is of the old form and says floating-point.';
  const axis = !old && (flags & ownAxis) !== 0;
  const width = (flags & in16Bits) !== 0 ? 2 : 4;
  const needed = (old ? oldHeader : newHeader) + subHeader + points * (width + (axis ? 4 : 0));
  if (axis) return { needed, points, from: null, to: null };
  const [from, to] = old
    ? [view.getFloat32(8, little), view.getFloat32(12, little)]
    : [view.getFloat64(8, little), view.getFloat64(16, little)];
  return { needed, points, from, to };
}

function read(bytes: Uint8Array, { points, from, to, needed }: Shape): FormReading {
  const { meta, spectra } = parse(withoutLog(bytes, needed));
  const [spectrum] = spectra;
  if (spectrum === undefined) return malformed('It holds no spectrum.');
  const { x, y } = spectrum.variables;
  const [xs, ys] = [Float64Array.from(x.data), Float64Array.from(y.data)];
  if (xs.length !== points) return malformed(`It has ${xs.length} points, and says ${points}.`);
  if (from !== null && to !== null) {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    const within = 1e-6 * Math.max(Math.abs(low), Math.abs(high));
    const [first = Number.NaN, last = Number.NaN] = [xs[0], xs.at(-1)];
    if (!(Math.abs(first - low) <= within && Math.abs(last - high) <= within))
      return malformed(`Its axis runs from ${first} to ${last}, and it says ${from} to ${to}.`);
  }
  const facts: Record<string, string> = {};
  // The date has no zone: a fact, and no time of ours.
  if (!meta.date.startsWith('0000')) facts['date'] = meta.date.slice(0, 16);
  for (const key of ['memo', 'resolutionDescription', 'sourceInstrumentDescription', 'methodFile'] as const) {
    const text: unknown = (meta as unknown as Record<string, unknown>)[key];
    if (typeof text === 'string' && text !== '') facts[key] = text;
  }
  return spectrumOf({
    x: { ...axisOf(x), values: xs },
    y: { ...axisOf(y), values: ys },
    takenAt: null,
    facts,
  });
}

const axisOf = ({ label, units = '' }: Readonly<{ label: string; units?: string }>): SpectrumAxis => ({
  title: label,
  unit: unitOf(units === '' ? label : units),
});

/** The log after the data is of no use here, and its offsets are the file's word only. */
function withoutLog(bytes: Uint8Array, needed: number): Uint8Array {
  const copy = bytes.slice(0, needed);
  if (copy[1] !== 0x4d) copy.fill(0, 248, 252);
  return copy;
}
