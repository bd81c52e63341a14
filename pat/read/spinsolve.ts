/**
 * A Spinsolve's decay, `data.1d`, with the `acqu.par` beside it. The `.1d` is a Prospa file: eight words of four bytes, then
 * single-precision values, little-endian; whether the axis is among them the word for the kind says. Newer programs leave it out.
 * Layout: as nmrglue (BSD-3-Clause) reads it.
 *
 * The program's own spectra are the transform of the conjugated decay, from `lowestFrequency` upwards, over `b1Freq`: what is
 * given on is re − i·im.
 */
import { conjugate, fidOf } from './fid.ts';
import { incomplete, malformed, mostPoints, textOf, type Beside, type FormReading } from './reading.ts';
import { readSpinsolveParameters, type SpinsolveParameters } from './spinsolve-parameters.ts';

export const acquisitionFile = 'acqu.par';

const headerBytes = 32;
const magic = 'SORPATAD1.1V';
/** Kinds of values: pairs alone, and an axis before the pairs. */
const [pairs, axisAndPairs] = [501, 504];

export function readSpinsolve(bytes: Uint8Array, { companions }: Beside): FormReading {
  if (bytes.every((byte) => byte === 0)) return incomplete('It holds zero bytes.');
  const opening = new TextDecoder('latin1').decode(bytes.subarray(0, magic.length));
  if (!magic.startsWith(opening)) return malformed('It is no Spinsolve data.');
  if (bytes.length < headerBytes) return incomplete('Its header is not whole.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number): number => view.getUint32(4 * index, true);
  const [kind, points, rows] = [word(3), word(4), Math.max(1, word(5)) * Math.max(1, word(6)) * Math.max(1, word(7))];
  if (kind !== pairs && kind !== axisAndPairs) return malformed(`Its values are of kind ${kind}, no decay.`);
  if (points < 2 || points > mostPoints || rows !== 1) return malformed(`It says ${points} points in ${rows} rows.`);
  const first = headerBytes + (kind === axisAndPairs ? 4 * points : 0);
  const needed = first + 8 * points;
  if (bytes.length < needed) return incomplete(`It has ${bytes.length} of ${needed} bytes.`);
  if (bytes.length > needed) return malformed(`It has ${bytes.length} bytes, and says ${needed}.`);
  const acquisition = companions.get(acquisitionFile);
  const text = acquisition === undefined ? null : textOf(acquisition);
  if (text === null) return incomplete(`There is no ${acquisitionFile} beside it.`);
  const parameters = readSpinsolveParameters(text);
  if (parameters === null)
    return incomplete(`${acquisitionFile} does not say b1Freq, bandwidth, lowestFrequency and rxChannel.`);
  if (typeof parameters === 'string') return malformed(parameters);
  if (parameters.points !== null && parameters.points !== points)
    return malformed(`It has ${points} points, and ${acquisitionFile} says ${parameters.points}.`);
  if (kind === axisAndPairs && !isTime(view, points, parameters))
    return malformed('Its axis is no time: it was processed, and the decay is what is read.');
  const value = (i: number): number => view.getFloat32(first + 4 * i, true);
  return fidOf({
    real: Float64Array.from({ length: points }, (_, i) => value(2 * i)),
    imaginary: conjugate(Float64Array.from({ length: points }, (_, i) => value(2 * i + 1))),
    nmr: parameters.nmr,
    takenAt: parameters.takenAt,
    facts: parameters.facts,
  });
}

/** Its unit is not said: ms as a rule, s in older files. */
function isTime(view: DataView, points: number, { nmr }: SpinsolveParameters): boolean {
  const at = (i: number): number => view.getFloat32(headerBytes + 4 * i, true);
  const step = (at(points - 1) - at(0)) / (points - 1);
  const expected = 1 / nmr.spectralWidthHz;
  return [1, 1000].some((scale) => Math.abs(step / (expected * scale) - 1) < 0.01);
}
