/** Whether a value can be said to a point, and whether what was read back is it. Pure. */
import type { PointDefinition } from '../plant/device-model.ts';
import { mesolineError } from '../plant/errors.ts';
import { lineReadsBack, lineToSet } from './line/line-value.ts';
import { checkWritable, readsBackAs as registersReadBack } from './modbus/codec.ts';
import type { ReadValue } from './driver.ts';

/** @throws MesolineError `value-not-representable` naming the point, the value and what it takes */
export function checkRepresentable(point: PointDefinition, value: number | boolean): void {
  if (point.via === 'register') {
    checkWritable(point, value);
    return;
  }
  if (point.via === 'line') {
    lineToSet(point, value);
    return;
  }
  const fits = point.kind === 'boolean' ? typeof value === 'boolean' : typeof value === 'number';
  const { low, high } = point.range ?? { low: -Infinity, high: Infinity };
  if (fits && (typeof value === 'boolean' || (Number.isFinite(value) && value >= low && value <= high))) return;
  const takes =
    point.kind === 'boolean' ? 'true or false' : `${low} to ${high}${point.unit === null ? '' : ` ${point.unit}`}`;
  throw mesolineError(
    'value-not-representable',
    point.name,
    `${String(value)} is not what it takes (${takes}).`,
    'Give such a value.',
  );
}

/** Within what the point can hold: its registers' type, or a line's digits as far as its scale tells them apart. */
export function readsBackAs(point: PointDefinition, written: number | boolean, read: ReadValue): boolean {
  if (typeof read === 'string' || read === null) return false;
  if (point.via === 'register') return registersReadBack(point, written, read);
  if (point.via === 'line') return lineReadsBack(point, written, read);
  if (typeof written === 'boolean' || typeof read === 'boolean') return read === written;
  return Math.abs(read - written) <= Math.max(1e-9 * Math.abs(written), Math.abs(point.scale) / 2);
}
