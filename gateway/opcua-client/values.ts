/** OPC UA values as the gateway takes them. Pure. */
import { DataType, type DataValue, type Variant } from 'node-opcua';
import { badDecodingError } from '../../plant/quality.ts';
import type { PointNews } from './messages.ts';

type Kind = 'number' | 'boolean' | 'text';

/** The StatusCode goes on unchanged; a value of another kind than the model says is Bad by us. */
export function pointNews(point: number, kind: Kind, { value, statusCode, sourceTimestamp }: DataValue): PointNews {
  const status = statusCode.value >>> 0;
  const sourceTime = sourceTimestamp?.getTime() ?? null;
  const plain = plainOf(kind, value);
  if (plain === null && statusCode.isGood()) return [point, null, badDecodingError, sourceTime];
  return [point, plain, status, sourceTime];
}

function plainOf(kind: Kind, { dataType, value }: Variant): number | boolean | string | null {
  const given: unknown = value;
  switch (kind) {
    case 'boolean':
      return typeof given === 'boolean' ? given : null;
    case 'text':
      if (typeof given === 'string') return given;
      return dataType === DataType.LocalizedText && isText(given) ? given.text : null;
    case 'number': {
      const number = dataType === DataType.Int64 || dataType === DataType.UInt64 ? from64(dataType, given) : given;
      return typeof number === 'number' && Number.isFinite(number) ? number : null;
    }
  }
}

const isText = (given: unknown): given is { text: string } =>
  typeof given === 'object' && given !== null && 'text' in given && typeof given.text === 'string';

/** The stack gives 64 bits as two words, the higher first. */
function from64(type: DataType, given: unknown): number | null {
  if (!Array.isArray(given)) return null;
  const [high, low] = given as readonly unknown[];
  if (typeof high !== 'number' || typeof low !== 'number') return null;
  return (type === DataType.Int64 ? high | 0 : high >>> 0) * 2 ** 32 + (low >>> 0);
}

/** The numbers of an array variable, or null where it is none. */
export function numbersOf({ value }: Variant): Float64Array | null {
  const given: unknown = value;
  if (ArrayBuffer.isView(given) && !(given instanceof DataView))
    return Float64Array.from(given as unknown as Float64Array);
  if (!Array.isArray(given) || !given.every((each) => typeof each === 'number')) return null;
  return Float64Array.from(given as readonly number[]);
}

export type AxisInformation = Readonly<{ low: number; high: number; steps: Float64Array; unit: string | null }>;

/** Of an `XAxisDefinition` (Part 8, 5.6.7), or null where the value is none. */
export function axisOf(value: unknown): AxisInformation | null {
  if (typeof value !== 'object' || value === null) return null;
  const { euRange, axisSteps, engineeringUnits } = value as Record<string, unknown>;
  const { low, high } = (euRange ?? {}) as Record<string, unknown>;
  const { displayName } = (engineeringUnits ?? {}) as Record<string, unknown>;
  const steps =
    Array.isArray(axisSteps) || ArrayBuffer.isView(axisSteps) ? Array.from(axisSteps as ArrayLike<unknown>) : [];
  if (!steps.every((step) => typeof step === 'number')) return null;
  const range =
    typeof low === 'number' && typeof high === 'number' ? { low, high } : { low: Number.NaN, high: Number.NaN };
  const unit = isText(displayName) && displayName.text !== '' ? displayName.text : null;
  return { ...range, steps: Float64Array.from(steps), unit };
}

/** Null where the axis cannot be that of so many values: neither listed for each nor spread evenly over a range. */
export function abscissae({ low, high, steps }: AxisInformation, points: number): Float64Array | null {
  if (steps.length === points) return steps;
  if (steps.length > 0 || points < 2 || !(Math.abs(high - low) > 0) || !Number.isFinite(high - low)) return null;
  return Float64Array.from({ length: points }, (_, i) => low + (i * (high - low)) / (points - 1));
}

/** Why values along an axis are no curve, or null. */
export function faultOfCurve(x: Float64Array, y: Float64Array): string | null {
  if (y.length < 2) return `It has ${y.length} values.`;
  const rising = (x[1] ?? 0) > (x[0] ?? 0);
  for (let i = 0; i < y.length; i += 1) {
    const [at, value] = [x[i] ?? Number.NaN, y[i] ?? Number.NaN];
    if (!Number.isFinite(at) || !Number.isFinite(value)) return `Its value ${i + 1} is ${value} at ${at}.`;
    const before = x[i - 1];
    if (before !== undefined && (rising ? at <= before : at >= before)) return `Its axis turns at value ${i + 1}.`;
  }
  return null;
}
