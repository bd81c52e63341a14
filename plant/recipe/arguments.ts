/** Reads the arguments of a phase: quantities in the phase's units, words, lists, and references to the formula by `$name`. */
import { MesolineError, mesolineError } from '../errors.ts';
import { parseQuantity, type Quantity } from '../quantity.ts';
import type { Path, Source } from '../skid/source.ts';
import { didYouMean } from '../suggest.ts';
import { convert, parseUnit, zeroPointOf } from '../units.ts';
import type { ReadFormula } from './formula.ts';
import type { ArgumentForm, PhaseForm } from './phase-form.ts';
import type { ArgumentValue, RecipeStep } from './recipe.ts';
import type { WrittenArguments } from './recipe-schema.ts';

type Read = Readonly<Pick<RecipeStep, 'values' | 'refers'>>;
type Written = WrittenArguments[string];
type QuantityForm = Extract<ArgumentForm, { kind: 'quantity' }>;

const code = 'recipe-invalid';

/** @param used gathers the parameters that are named */
export function readArguments(
  source: Source,
  path: Path,
  phase: PhaseForm,
  given: WrittenArguments,
  formula: ReadFormula,
  used: Set<string>,
): Read {
  const forms = phase.arguments;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(forms, name)) continue;
    const takes = Object.keys(forms).join(', ');
    source.fault(
      [...path, name],
      `The phase ${phase.name} takes no "${name}".`,
      didYouMean(name, Object.keys(forms), takes === '' ? 'It takes none.' : `It takes ${takes}.`),
    );
  }
  const values: Record<string, ArgumentValue> = {};
  const refers: Record<string, string> = {};
  for (const [name, form] of Object.entries(forms)) {
    const written = Object.hasOwn(given, name) ? given[name] : undefined;
    if (written === undefined) {
      const value = defaultOf(form);
      if (value !== undefined) values[name] = value;
      else if (!(form.kind === 'quantity' && form.optional === true))
        source.fault(path, `The phase ${phase.name} has no "${name}".`, `Add ${name}${inUnitOf(form)}.`);
      continue;
    }
    const value = source.attempt([...path, name], (where) =>
      named(name, () => readArgument(written, form, formula, used, where)),
    );
    if (value === null) continue;
    values[name] = value;
    if (form.kind === 'quantity' && isReference(written)) refers[name] = written.slice(1);
  }
  return { values, refers };
}

const inUnitOf = (form: ArgumentForm): string =>
  form.kind === 'quantity' && form.unit !== null ? ` in ${form.unit}` : '';

function defaultOf(form: ArgumentForm): ArgumentValue | undefined {
  if (form.kind === 'limits') return [];
  if (form.kind === 'quantity') return form.default ?? form.word;
  return form.default;
}

const isReference = (written: Written): written is string => typeof written === 'string' && written.startsWith('$');

/** A fault of an argument says which one it is: several stand in one line. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    const faults = thrown.faults.map((fault) => ({ ...fault, problem: `${name}: ${fault.problem}` }));
    throw new MesolineError(thrown.code, faults, { cause: thrown });
  }
}

function readArgument(
  written: Written,
  form: ArgumentForm,
  formula: ReadFormula,
  used: Set<string>,
  where: string,
): ArgumentValue | null {
  switch (form.kind) {
    case 'quantity':
      return readQuantity(written, form, formula, used, where);
    case 'choice':
      return oneOf(plain(written, where), form.of, where);
    case 'text':
      return plain(written, where);
    case 'list': {
      const list = typeof written === 'object' ? written : [String(written)];
      const { of } = form;
      return of === null ? list : list.map((each) => oneOf(each, of, where));
    }
    case 'limits':
      return readLimits(written, formula, used, where);
  }
}

function plain(written: Written, where: string): string {
  if (typeof written !== 'object') return String(written);
  throw mesolineError(code, where, 'A list stands where one is asked.', 'Write one of them.');
}

function oneOf(word: string, of: readonly string[], where: string): string {
  if (of.includes(word)) return word;
  throw mesolineError(code, where, `"${word}" is none of them.`, didYouMean(word, of, `Use ${of.join(', ')}.`));
}

function readQuantity(
  written: Written,
  form: QuantityForm,
  formula: ReadFormula,
  used: Set<string>,
  where: string,
): number | string | null {
  const text = typeof written === 'number' ? written : plain(written, where);
  if (form.words?.includes(String(text)) === true) return String(text);
  if (isReference(text)) {
    const parameter = named$(text.slice(1), formula, where);
    used.add(text.slice(1));
    if (parameter === null) return null;
    if (parameter.kind === 'limit')
      throw mesolineError(code, where, `${text} is a limit, not a value.`, 'Refer to a parameter with a value.');
    for (const end of parameter.range === null ? [] : [parameter.range.low, parameter.range.high])
      bounded(
        argumentValue({ ...parameter, value: end }, form, where),
        `${text}, whose range reaches ${end},`,
        form,
        where,
      );
    return bounded(argumentValue(parameter, form, where), text, form, where);
  }
  if (form.unit !== 'tau') return bounded(argumentValue(parseQuantity(text, where), form, where), text, form, where);
  const count = /^(\d+(?:\.\d+)?)\s*(?:tau|τ)$/u.exec(String(text))?.[1];
  if (count === undefined)
    throw mesolineError(code, where, `"${text}" is no number of residence times.`, 'Write one such as "5 tau".');
  return bounded(Number(count), text, form, where);
}

function named$(name: string, formula: ReadFormula, where: string): NonNullable<ReturnType<ReadFormula['get']>> | null {
  const parameter = formula.get(name);
  if (parameter !== undefined) return parameter;
  const has = [...formula.keys()].join(', ');
  throw mesolineError(
    code,
    where,
    `The formula has no parameter "${name}".`,
    didYouMean(name, formula.keys(), has === '' ? 'It has none.' : `It has ${has}.`),
  );
}

/** @throws MesolineError `recipe-invalid` where the phase cannot do it */
function bounded(value: number, written: string | number, { least, most, unit }: QuantityForm, where: string): number {
  const said = unit === null ? '' : ` ${unit}`;
  if (least !== undefined && value < least)
    throw mesolineError(code, where, `${written} is less than the phase can do.`, `Write ${least}${said} or more.`);
  if (most !== undefined && value > most)
    throw mesolineError(code, where, `${written} is more than the phase can do.`, `Write ${most}${said} or less.`);
  return value;
}

/**
 * A quantity of the formula as an argument has it.
 * @throws MesolineError `unit-mismatch`, `unit-unknown`, `recipe-invalid`
 */
export function referredValue(quantity: Quantity, form: ArgumentForm, where: string): number {
  if (form.kind !== 'quantity') throw new RangeError(`${where} refers to a quantity and takes none`);
  const said = `${quantity.value}${quantity.unit === null ? '' : ` ${quantity.unit}`}`;
  return bounded(argumentValue(quantity, form, where), said, form, where);
}

function argumentValue(quantity: Quantity, { unit, difference }: QuantityForm, where: string): number {
  if (unit === 'tau') {
    if (quantity.unit === null) return quantity.value;
    throw mesolineError(
      'unit-mismatch',
      where,
      `${quantity.value} ${quantity.unit} is no number of residence times.`,
      'Refer to a pure number.',
    );
  }
  if (difference === true && quantity.unit !== null && zeroPointOf(parseUnit(quantity.unit, where)) !== 0) {
    throw mesolineError(
      'unit-mismatch',
      where,
      `${quantity.value} ${quantity.unit} counts from a zero point; a difference is asked here.`,
      `Write it in ${unit ?? 'no unit'}.`,
    );
  }
  return convert(quantity.value, quantity.unit, unit, where);
}

/** `conversion and emission in range`, or a list of limits. */
function readLimits(written: Written, formula: ReadFormula, used: Set<string>, where: string): readonly string[] {
  const names =
    typeof written === 'object'
      ? written
      : String(written)
          .replace(/\s+in range$/u, '')
          .split(/\s*,\s*|\s+and\s+/u);
  for (const name of names) {
    const limits = [...formula].flatMap(([key, each]) => (each?.kind === 'limit' ? [key] : []));
    const parameter = formula.get(name);
    used.add(name);
    if (parameter === null || parameter?.kind === 'limit') continue;
    throw mesolineError(
      code,
      where,
      `"${name}" is no limit of the formula.`,
      didYouMean(name, limits, limits.length === 0 ? 'It has none.' : `Its limits: ${limits.join(', ')}.`),
    );
  }
  return names;
}
