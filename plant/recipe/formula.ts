/** Reads the formula of a recipe: what is set, within which ranges, and what analyses have to say of the product. */
import { mesolineError } from '../errors.ts';
import { parseQuantity, parseRange, type Quantity } from '../quantity.ts';
import type { Range } from '../skid/definition.ts';
import type { Path, Source } from '../skid/source.ts';
import { didYouMean } from '../suggest.ts';
import { convert } from '../units.ts';
import { isReading, readingForm, readingNames, type ReadingName } from './roles.ts';
import type { FormulaLimit, FormulaValue } from './recipe.ts';
import type { ParameterFile, RecipeFile } from './recipe-schema.ts';

/** Null for one that could not be read: it is not missing as well. */
export type ReadFormula = ReadonlyMap<string, FormulaValue | FormulaLimit | null>;

/** How recipes may call an analyser instead of the reading that it gives. */
const analysers: Readonly<Record<string, readonly ReadingName[]>> = {
  'nmr-31p': ['conversion'],
  pl: ['emission', 'plqy'],
  emission: ['emission', 'plqy'],
  'uv-vis': ['exciton', 'diameter'],
};

export function readFormula(source: Source, form: RecipeFile): ReadFormula {
  const formula = new Map<string, FormulaValue | FormulaLimit | null>();
  for (const [name, written] of Object.entries(form.formula ?? {})) {
    const path = ['formula', name];
    if (!/^[a-z][A-Za-z0-9]*$/u.test(name)) {
      source.fault(path, `"${name}" is no name of a parameter.`, 'Write it in letters and digits, such as "cdToSe".');
    }
    const before = source.faults.length;
    const read = isLimit(written) ? readLimit(source, path, name, written) : readValue(source, path, name, written);
    formula.set(name, source.faults.length === before ? read : null);
  }
  return formula;
}

const isLimit = (written: ParameterFile): boolean =>
  written.by !== undefined ||
  written['at least'] !== undefined ||
  written['at most'] !== undefined ||
  written.between !== undefined;

function readValue(source: Source, path: Path, name: string, written: ParameterFile): FormulaValue | null {
  const { value, critical = false } = written;
  if (value === undefined) {
    source.fault(
      path,
      `The parameter ${name} has no value.`,
      'Add "value", or "at least", "at most" or "between" with "by".',
    );
    return null;
  }
  const quantity = source.attempt([...path, 'value'], (where) => parseQuantity(value, where));
  if (quantity === null) return null;
  const rangeOf = (key: 'range' | 'proven'): Range | null => {
    const text = written[key];
    return text === undefined ? null : source.attempt([...path, key], (where) => rangeIn(text, quantity.unit, where));
  };
  const [range, proven] = [rangeOf('range'), rangeOf('proven')];
  if (range !== null && (quantity.value < range.low || quantity.value > range.high)) {
    source.fault(
      [...path, 'value'],
      `${name} is ${value}, outside its range ${written.range ?? ''}.`,
      'Move the value into the range.',
    );
  }
  return { kind: 'value', name, ...quantity, range, proven, critical };
}

function readLimit(source: Source, path: Path, name: string, written: ParameterFile): FormulaLimit | null {
  const reading = readingOf(source, path, name, written.by);
  if (written.proven !== undefined)
    source.fault([...path, 'proven'], `${name} is a limit, which is not proven but asked.`, 'Leave "proven" out.');
  const forms = [written.value, written['at least'] ?? written['at most'], written.between];
  if (
    forms.filter((each) => each !== undefined).length !== 1 ||
    (written.value === undefined) !== (written.range === undefined)
  ) {
    source.fault(
      path,
      `The limit ${name} is not told in one way.`,
      'Write "at least" or "at most" or both, or "between", or a "value" with its "range".',
    );
    return null;
  }
  if (reading === null) return null;
  const { unit } = readingForm(reading);
  const one = (key: 'at least' | 'at most'): number | null => {
    const text = written[key];
    return text === undefined ? null : source.attempt([...path, key], (where) => quantityIn(text, unit, where));
  };
  const key = written.between === undefined ? 'range' : 'between';
  const text = written[key];
  const range =
    text === undefined
      ? { low: one('at least'), high: one('at most') }
      : source.attempt([...path, key], (where) => rangeIn(text, unit, where, written.value));
  if (range === null) return null;
  if (range.low !== null && range.high !== null && range.low >= range.high) {
    source.fault(path, `${name} is at least ${range.low} and at most ${range.high}.`, 'Leave room between the two.');
  }
  return { kind: 'limit', name, ...range, unit, reading, critical: written.critical ?? false };
}

function readingOf(source: Source, path: Path, name: string, by: string | undefined): ReadingName | null {
  if (by === undefined) {
    if (isReading(name)) return name;
    source.fault(path, `The limit ${name} does not say by what it is judged.`, `Add "by": ${readingNames.join(', ')}.`);
    return null;
  }
  const made = Object.hasOwn(analysers, by) ? (analysers[by] ?? []) : [];
  const found =
    made.find((reading) => reading === name) ?? (isReading(by) ? by : made.length === 1 ? made[0] : undefined);
  if (found !== undefined) return found;
  source.fault(
    [...path, 'by'],
    `"${by}" is no reading${made.length > 1 ? ` of its own: it gives ${made.join(' and ')}` : ''}.`,
    didYouMean(by, readingNames, `Use ${readingNames.join(', ')}.`),
  );
  return null;
}

/** A range written without a unit has `unit`, or that of the value beside it. */
export function rangeIn(text: string, unit: string | null, where: string, beside?: string | number): Range {
  const range = parseRange(text, where);
  const from = range.unit ?? (beside === undefined ? unit : parseQuantity(beside, where).unit);
  return { low: convert(range.low, from, unit, where), high: convert(range.high, from, unit, where) };
}

/** @throws MesolineError `quantity-invalid`, `unit-mismatch`, `unit-unknown` */
export const quantityIn = (text: string | number, unit: string | null, where: string): number =>
  inUnit(parseQuantity(text, where), unit, where);

export const inUnit = (quantity: Quantity, unit: string | null, where: string): number =>
  convert(quantity.value, quantity.unit, unit, where);

/** A mass in grams; the house's units take `g` for free fall, and weights are not told in it. */
export function gramsOf(text: string, where: string): number {
  const grams = /^(.*\d)\s*g$/u.exec(text.trim())?.[1];
  return grams === undefined ? quantityIn(text, 'kg', where) * 1000 : parseQuantity(grams, where).value;
}

/** @throws MesolineError `recipe-invalid` where it is not above 0 */
export function positive(value: number, what: string, where: string): number {
  if (value > 0) return value;
  throw mesolineError('recipe-invalid', where, `${what} is ${value}.`, 'Write a number above 0.');
}
