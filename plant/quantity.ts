/** Quantities as files and pages write them: `18 bar(g)`, `0.5 s`, `40..80 mL/min`, `0..1e9`. */
import { milliseconds, type Milliseconds } from './clock.ts';
import { mesolineError } from './errors.ts';
import { convert, parseUnit, pureNumber, sameDimension, scaleBetween, unitText } from './units.ts';

export type Quantity = Readonly<{ value: number; unit: string | null }>;

/** A decimal number without leading zeros; 012 is refused because some readers take it for octal. */
export const numberPattern = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;

const quantityForm = new RegExp(`^(${numberPattern})(?:\\s*(\\S.*))?$`, 'u');
const rangeForm = new RegExp(`^(${numberPattern})\\s*\\.\\.\\s*(${numberPattern})(?:\\s*(\\S.*))?$`, 'u');

/** @throws MesolineError `quantity-invalid`, `unit-unknown` */
export function parseQuantity(text: string | number, where = 'quantity'): Quantity {
  const match = quantityForm.exec(String(text).trim());
  const value = Number(match?.[1]);
  if (match === null || !Number.isFinite(value))
    throw invalid(text, where, 'a number and its unit, such as "18 bar(g)"');
  return { value, unit: match[2] === undefined ? null : unitText(parseUnit(match[2], where)) };
}

const spanOfTime = 'a span of time, such as "2 s", "100 ms" or "15 min"';

/**
 * A span of time, from `ms` to `h`, not negative.
 * @throws MesolineError `quantity-invalid`, `unit-unknown`
 */
export function parseDuration(text: string, where = 'duration'): Milliseconds {
  if (!quantityForm.test(text.trim())) throw invalid(text, where, spanOfTime);
  const { value, unit } = parseQuantity(text, where);
  if (unit === null || !sameDimension(parseUnit(unit), parseUnit('ms')) || value < 0) {
    throw invalid(text, where, spanOfTime);
  }
  return milliseconds(convert(value, unit, 'ms', where));
}

/** @throws MesolineError `quantity-invalid`, `unit-unknown` */
export function parseRange(
  text: string,
  where = 'range',
): Readonly<{ low: number; high: number; unit: string | null }> {
  const match = rangeForm.exec(text.trim());
  const [low, high] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw invalid(text, where, 'two numbers with two dots between them, such as "0..50"');
  }
  if (low >= high) {
    throw mesolineError(
      'quantity-invalid',
      where,
      `The range "${text}" runs from ${low} to ${high}, which is not upwards.`,
      'Write the lower number first.',
    );
  }
  return { low, high, unit: match[3] === undefined ? null : unitText(parseUnit(match[3], where)) };
}

/**
 * A difference in `unit`, without its zero point: 3 K is 3 °C.
 * @throws MesolineError `quantity-invalid`, `unit-mismatch`, `unit-unknown`
 */
export function parseDifference(text: string | number, unit: string | null, where = 'difference'): number {
  const quantity = parseQuantity(text, where);
  const from = quantity.unit === null ? pureNumber : parseUnit(quantity.unit, where);
  const to = unit === null ? pureNumber : parseUnit(unit, where);
  if (sameDimension(from, to)) return Number((quantity.value * scaleBetween(from, to)).toPrecision(15));
  throw mesolineError(
    'unit-mismatch',
    where,
    `${text} is no difference in ${unit ?? 'a pure number'}.`,
    `Write it in ${unit ?? 'no unit'}.`,
  );
}

const invalid = (text: string | number, where: string, expected: string): Error =>
  mesolineError('quantity-invalid', where, `"${text}" cannot be read.`, `Write ${expected}.`);

/** A value as pages and messages show it: `158.0 °C`, `85 %`; a dash where there is none. */
export function formatValue(value: number | boolean | string | null, unit: string | null, decimals: number): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const digits = Math.abs(value) >= 1e9 ? value.toExponential(3) : value.toFixed(decimals);
  const number = Number(digits) === 0 ? digits.replace('-', '') : digits;
  return unit === null ? number : `${number} ${unit}`;
}
