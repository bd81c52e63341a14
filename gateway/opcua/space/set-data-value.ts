/** How a value gets into a variable. */
import {
  coerceLocalizedText,
  DataType,
  DataValue,
  getStatusCodeFromCode,
  StatusCodes,
  Variant,
  type StatusCode,
  type UAVariable,
} from 'node-opcua';

type Inner = UAVariable & { $dataValue: DataValue };

/**
 * Shows `value`, which nobody may change afterwards: the variable keeps it, and may share it with others.
 *
 * The published `setValueFromSource` gives server and source one time; a logging device's rows may be years old, so both are
 * passed through. It also copies and compares old and new for a listener who may not be there; a monitored item does that for
 * itself.
 */
export function put(variable: UAVariable, value: DataValue): void {
  (variable as Inner).$dataValue = value;
  if (variable.listenerCount('value_changed') > 0) variable.emit('value_changed', value);
}

export function dataValueOf(value: Variant, quality: number, sourceTime: Date, serverTime: Date): DataValue {
  const dataValue = new DataValue(null);
  dataValue.value = value;
  dataValue.statusCode = statusOf(quality);
  dataValue.sourceTimestamp = sourceTime;
  dataValue.serverTimestamp = serverTime;
  return dataValue;
}

/** Faster than the constructor with options, which looks for what each of them might be. */
export function scalar(dataType: DataType, value: unknown): Variant {
  const variant = new Variant(null);
  variant.dataType = dataType;
  variant.value = value;
  return variant;
}

export const localized = (text: string): Variant => scalar(DataType.LocalizedText, coerceLocalizedText(text));

const known = new Map<number, StatusCode>([[0, StatusCodes.Good]]);

export function statusOf(quality: number): StatusCode {
  const found = known.get(quality);
  if (found !== undefined) return found;
  const status = getStatusCodeFromCode(quality);
  known.set(quality, status);
  return status;
}
