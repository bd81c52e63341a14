/** What a line said, as a value of its point, and the line that sets one. Pure. */
import type { LinePoint } from '../../plant/device-model.ts';
import { mesolineError, type MesolineError } from '../../plant/errors.ts';
import { parseTemplate, stepOf, writeLine } from '../../plant/line-template.ts';
import { badDecodingError, badOutOfRange, badSensorFailure, good } from '../../plant/quality.ts';
import type { Decoded } from '../modbus/codec.ts';

/** A value outside the point's range keeps what it says, and is Bad. */
export function decodeLine(point: LinePoint, raw: number | string | null): Decoded {
  if (raw === null) return { value: null, quality: badDecodingError };
  if (typeof raw === 'string')
    return point.kind === 'text' ? { value: raw, quality: good } : { value: null, quality: badDecodingError };
  if (point.invalid?.includes(raw) === true) return { value: null, quality: badSensorFailure };
  if (point.bit !== undefined) return { value: ((raw >>> point.bit) & 1) === 1, quality: good };
  if (point.kind === 'boolean')
    return raw === 0 || raw === 1 ? { value: raw === 1, quality: good } : { value: null, quality: badDecodingError };
  const value = scaled(raw, point);
  const { low, high } = point.range ?? { low: -Infinity, high: Infinity };
  return { value, quality: value >= low && value <= high ? good : badOutOfRange };
}

/** @throws MesolineError `value-not-representable` naming the point, the value and what it takes */
export function lineToSet(point: LinePoint, value: number | boolean): string {
  if (point.access !== 'read-write') throw refuse(point, value, 'and it may only be read', 'Set another one.');
  if (point.kind === 'boolean' && typeof value === 'boolean') {
    const words = value ? point.setOn : point.setOff;
    const line = words ?? (point.set === undefined ? null : writeLine(parseTemplate(point.set), value ? 1 : 0));
    if (line !== null) return line;
  }
  if (point.kind !== 'number' || typeof value !== 'number')
    throw refuse(point, value, `and it is a ${point.kind}`, 'Give such a value.');
  const { low, high } = point.range ?? { low: -Infinity, high: Infinity };
  const unit = point.unit === null ? '' : ` ${point.unit}`;
  if (!(value >= low && value <= high))
    throw refuse(point, value, `and it takes ${low} to ${high}${unit}`, 'Give a value inside.');
  const template = parseTemplate(point.set ?? '');
  const line = writeLine(template, unscaled(value, point));
  if (line !== null) return line;
  const step = template.form === null ? 1 : stepOf(template.form) * Math.abs(point.scale);
  throw refuse(point, value, `and it takes whole steps of ${step}${unit}`, 'Give a whole step.');
}

/** Within a millionth of the step that it is set by. */
export function lineReadsBack(point: LinePoint, written: number | boolean, read: number | boolean): boolean {
  if (typeof written === 'boolean' || typeof read === 'boolean') return written === read;
  const form = point.set === undefined ? null : parseTemplate(point.set).form;
  return Math.abs(read - written) <= 1e-6 * (form === null ? 1 : stepOf(form)) * Math.abs(point.scale);
}

/** A scale such as 0.001 has no exact float, but its inverse has: dividing gives the nearest float to the decimal meant. */
function inverseOf(scale: number): number | null {
  const inverse = Math.round(1 / scale);
  return Math.abs(scale) < 1 && Math.abs(inverse * scale - 1) < 1e-12 ? inverse : null;
}

function scaled(raw: number, { scale, offset }: LinePoint): number {
  const inverse = inverseOf(scale);
  return (inverse === null ? raw * scale : raw / inverse) + offset;
}

function unscaled(value: number, { scale, offset }: LinePoint): number {
  const inverse = inverseOf(scale);
  return inverse === null ? (value - offset) / scale : (value - offset) * inverse;
}

const refuse = (point: LinePoint, value: number | boolean, why: string, remedy: string): MesolineError =>
  mesolineError('value-not-representable', point.name, `${String(value)} was asked of it, ${why}.`, remedy);
