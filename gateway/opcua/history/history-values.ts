/** Values of history as OPC UA carries them. */
import {
  DataType,
  DataValue,
  getStatusCodeFromCode,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  type UAVariable,
} from 'node-opcua';
import type { AggregateFunction, MadeValue } from '../../../plant/history-aggregate.ts';
import type { TagValue } from '../../../plant/sample.ts';
import type { Shown } from './history-pages.ts';

const dataTypes = [DataType.Boolean, DataType.Int32, DataType.String] as const;

export const dataTypeOf = (variable: UAVariable): DataType =>
  dataTypes.find((one) => one === variable.dataType.value) ?? DataType.Double;

/** Which times a client wants; null where it asks for none. */
export const timesWanted = (asked: TimestampsToReturn): Readonly<{ source: boolean; server: boolean }> | null => {
  switch (asked) {
    case TimestampsToReturn.Source:
      return { source: true, server: false };
    case TimestampsToReturn.Server:
      return { source: false, server: true };
    case TimestampsToReturn.Both:
      return { source: true, server: true };
    default:
      return null;
  }
};

export type TimesWanted = NonNullable<ReturnType<typeof timesWanted>>;

export function rawValue(shown: Shown, dataType: DataType, wanted: TimesWanted): DataValue {
  const sourceTimestamp = wanted.source ? new Date(shown.time) : null;
  if ('notFound' in shown) return new DataValue({ statusCode: StatusCodes.BadBoundNotFound, sourceTimestamp });
  const { value, fits } = variantOf(shown.value, dataType);
  const statusCode = fits ? getStatusCodeFromCode(shown.quality) : StatusCodes.BadTypeMismatch;
  const serverTimestamp = wanted.server ? new Date(shown.serverTime) : null;
  return new DataValue({ statusCode, sourceTimestamp, serverTimestamp, value });
}

/** @param aggregate null where it is a value at a time. */
export function madeValue(
  { time, value, status }: MadeValue,
  aggregate: AggregateFunction | null,
  dataType: DataType,
  wanted: TimesWanted,
): DataValue {
  const at = new Date(time);
  return new DataValue({
    // With the bits that say how it was made (Part 4, 7.39.1).
    statusCode: getStatusCodeFromCode(status),
    sourceTimestamp: wanted.source ? at : null,
    serverTimestamp: wanted.server ? at : null,
    value: value === null ? new Variant() : madeVariant(value, aggregate, dataType),
  });
}

const ofTheTag: ReadonlySet<AggregateFunction | null> = new Set([
  null,
  'Interpolative',
  'Start',
  'End',
  'Minimum',
  'Maximum',
  'MinimumActualTime',
  'MaximumActualTime',
]);

function madeVariant(value: NonNullable<TagValue>, aggregate: AggregateFunction | null, dataType: DataType): Variant {
  if (aggregate === 'Count') return new Variant({ dataType: DataType.Int32, value });
  if (aggregate === 'WorstQuality' || aggregate === 'WorstQuality2') {
    return new Variant({ dataType: DataType.StatusCode, value: getStatusCodeFromCode(Number(value)) });
  }
  const own = ofTheTag.has(aggregate) ? variantOf(value, dataType) : null;
  if (own?.fits === true) return own.value;
  return typeof value === 'string'
    ? new Variant({ dataType: DataType.String, value })
    : new Variant({ dataType: DataType.Double, value: Number(value) });
}

/** What was kept under an earlier definition of the tag may be of another type. */
function variantOf(value: TagValue, dataType: DataType): Readonly<{ value: Variant; fits: boolean }> {
  if (value === null) return { value: new Variant(), fits: true };
  const fits =
    dataType === DataType.Boolean
      ? typeof value === 'boolean'
      : dataType === DataType.String
        ? typeof value === 'string'
        : typeof value === 'number' && (dataType !== DataType.Int32 || (value | 0) === value);
  return fits ? { value: new Variant({ dataType, value }), fits } : { value: new Variant(), fits };
}
