/** Reads the procedure of a master recipe: its steps with their arguments, and whether each step can be reached. */
import { MesolineError, mesolineError } from '../../plant/errors.ts';
import { parseQuantity, type Quantity } from '../../plant/quantity.ts';
import type { Path, Source } from '../../plant/skid/source.ts';
import { didYouMean } from '../../plant/suggest.ts';
import { convert, parseUnit, zeroPointOf } from '../../plant/units.ts';
import type { ArgumentForm, LineState, PhaseDefinition } from './phases/phase.ts';
import { phases } from './phases/phases.ts';
import type { RecipeStep } from './recipe.ts';
import type { RecipeFile } from './recipe-schema.ts';

const code = 'recipe-file-invalid';

/** The formula's parameters, to which arguments refer by `$name`; null for one that could not be read. */
export type Quantities = ReadonlyMap<string, Readonly<{ quantity: Quantity }> | null>;

export type PlacedStep = Readonly<{ step: RecipeStep; definition: PhaseDefinition; path: Path }>;

/** @param used gathers the names that arguments refer to */
export function readSteps(
  source: Source,
  form: RecipeFile,
  parameters: Quantities,
  used: Set<string>,
): readonly PlacedStep[] {
  const steps: PlacedStep[] = [];
  form.procedure.forEach((operations, i) => {
    for (const [operation, list] of Object.entries(operations)) {
      list.forEach((written, j) => {
        const entries = typeof written === 'string' ? [[written, {}] as const] : Object.entries(written);
        for (const [phase, given] of entries) {
          const path = ['procedure', i, operation, j, ...(typeof written === 'string' ? [] : [phase])];
          const definition = phases.get(phase);
          if (definition === undefined) {
            source.fault(
              path,
              `The phase "${phase}" is not known.`,
              didYouMean(phase, phases.keys(), `Use ${[...phases.keys()].join(', ')}.`),
            );
            continue;
          }
          const values = readArguments(source, path, definition, given, parameters, used);
          steps.push({ step: { operation, phase, values }, definition, path });
        }
      });
    }
  });
  return steps;
}

function readArguments(
  source: Source,
  path: Path,
  definition: PhaseDefinition,
  given: Readonly<Record<string, string | number>>,
  parameters: Quantities,
  used: Set<string>,
): Readonly<Record<string, number>> {
  const forms = definition.arguments;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(forms, name)) {
      source.fault(
        [...path, name],
        `The phase ${definition.name} takes no "${name}".`,
        didYouMean(name, Object.keys(forms), `It takes ${Object.keys(forms).join(', ')}.`),
      );
    }
  }
  const values: Record<string, number> = {};
  for (const [name, form] of Object.entries(forms)) {
    const written = given[name];
    if (written === undefined) {
      if (form.default !== undefined) values[name] = form.default;
      else
        source.fault(
          path,
          `The phase ${definition.name} has no "${name}".`,
          `Add ${name}${form.unit === null ? '' : ` in ${form.unit}`}.`,
        );
      continue;
    }
    const value = source.attempt([...path, name], (where) =>
      named(name, () => readArgument(written, form, parameters, used, where)),
    );
    if (value !== null) values[name] = value;
  }
  return values;
}

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
  written: string | number,
  form: ArgumentForm,
  parameters: Quantities,
  used: Set<string>,
  where: string,
): number | null {
  const value = referredOr(written, form, parameters, used, where);
  if (value === null) return null;
  if (form.least !== undefined && value < form.least) {
    throw mesolineError(
      code,
      where,
      `${written} is less than the phase can do.`,
      `Write ${form.least} ${form.unit ?? ''} or more.`,
    );
  }
  return value;
}

function referredOr(
  written: string | number,
  form: ArgumentForm,
  parameters: Quantities,
  used: Set<string>,
  where: string,
): number | null {
  if (typeof written === 'string' && written.startsWith('$')) {
    const name = written.slice(1);
    const parameter = parameters.get(name);
    if (parameter === undefined) {
      throw mesolineError(
        code,
        where,
        `The formula has no parameter "${name}".`,
        didYouMean(name, parameters.keys(), `It has ${[...parameters.keys()].join(', ')}.`),
      );
    }
    used.add(name);
    if (parameter === null) return null;
    return argumentValue(parameter.quantity, form, where);
  }
  if (form.unit === 'tau') {
    const count = /^(\d+(?:\.\d+)?)\s*(?:tau|τ)$/u.exec(String(written))?.[1];
    if (count === undefined)
      throw mesolineError(code, where, `"${written}" is no number of residence times.`, 'Write one such as "5 tau".');
    return Number(count);
  }
  return argumentValue(parseQuantity(written, where), form, where);
}

function argumentValue(quantity: Quantity, { unit, difference }: ArgumentForm, where: string): number {
  if (unit === 'tau') {
    if (quantity.unit !== null)
      throw mesolineError(
        'unit-mismatch',
        where,
        `${quantity.value} ${quantity.unit} is no number of residence times.`,
        'Refer to a pure number.',
      );
    return quantity.value;
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

/** Faults of the order: every phase begins from what the one before it has left. */
export function checkOrder(source: Source, steps: readonly PlacedStep[]): void {
  let line: LineState = 'cold';
  let before = 'the start';
  for (const { definition, path } of steps) {
    if (!definition.begins.includes(line)) {
      source.fault(
        path,
        `The step ${definition.name} can never be reached: after ${before} the line is ${line}, and it begins from ${definition.begins.join(' or ')}.`,
        line === 'ended' ? 'Put it before the cool-down.' : 'Change the order, or add the phase between.',
      );
    }
    line = definition.leaves;
    before = definition.name;
  }
  if (line !== 'ended')
    source.fault(['procedure'], `The procedure ends with the line ${line}.`, 'End it with cool-down.');
  if (!steps.some(({ definition }) => definition.name === 'collect')) {
    source.fault(
      ['procedure'],
      'The procedure collects nothing, so the batch can never reach its target.',
      'Add collect after steady-state.',
    );
  }
}
