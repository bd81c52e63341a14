/** A recipe with other values of its formula, as a batch may be given them at its start: within their ranges, and nothing else. */
import { MesolineError, mesolineError, type Fault } from '../errors.ts';
import { formatValue, parseQuantity } from '../quantity.ts';
import { didYouMean } from '../suggest.ts';
import { convert } from '../units.ts';
import { referredValue } from './arguments.ts';
import { phaseNamed } from './phases.ts';
import type { FormulaLimit, FormulaValue, MasterRecipe, RecipeStep } from './recipe.ts';

const code = 'formula-value-refused';

/**
 * Every argument that refers to a changed value follows it. Whether the skid can be run so has to be asked anew (`fitFaults`).
 *
 * @param values quantities with their units by parameter, such as `{ temperature: '155 °C' }`
 * @throws MesolineError `formula-value-refused` with every value that is not one of the recipe's, or out of its range
 */
export function withFormulaValues(recipe: MasterRecipe, values: Readonly<Record<string, string>>): MasterRecipe {
  const faults: Fault[] = [];
  const formula = new Map(recipe.formula);
  for (const [name, text] of Object.entries(values)) {
    try {
      formula.set(name, changed(recipe, name, text));
    } catch (thrown) {
      faults.push(...faultsOf(thrown));
    }
  }
  const steps = recipe.procedure.steps.map((step) => {
    try {
      return following(step, formula, values);
    } catch (thrown) {
      faults.push(...faultsOf(thrown));
      return step;
    }
  });
  if (faults.length > 0) throw new MesolineError(code, faults);
  return { ...recipe, formula, procedure: { ...recipe.procedure, steps } };
}

function faultsOf(thrown: unknown): readonly Fault[] {
  if (thrown instanceof MesolineError) return thrown.faults;
  throw thrown;
}

function changed({ name: recipe, formula }: MasterRecipe, name: string, text: string): FormulaValue {
  const parameter = formula.get(name);
  const settable = [...formula].flatMap(([key, each]) => (each.kind === 'value' && each.range !== null ? [key] : []));
  const refuse = (problem: string, remedy: string): Error => mesolineError(code, `${recipe} ${name}`, problem, remedy);
  if (parameter === undefined)
    throw refuse(
      'The formula has no such parameter.',
      didYouMean(name, settable, `Those are: ${settable.join(', ')}.`),
    );
  if (parameter.kind === 'limit')
    throw refuse('It is a limit of the recipe, and is not set for a batch.', 'Leave it out.');
  const { unit, range } = parameter;
  if (range === null) throw refuse('It has no range within which it may be set.', 'Leave it out.');
  const quantity = parseQuantity(text, `${recipe} ${name}`);
  const value = convert(quantity.value, quantity.unit, unit, `${recipe} ${name}`);
  if (value >= range.low && value <= range.high) return { ...parameter, value };
  throw refuse(
    `${text} lies outside its range ${range.low}..${range.high}${unit === null ? '' : ` ${unit}`}.`,
    `Set it within; the recipe has ${formatValue(parameter.value, unit, 2)}.`,
  );
}

function following(
  step: RecipeStep,
  formula: ReadonlyMap<string, FormulaValue | FormulaLimit>,
  values: Readonly<Record<string, string>>,
): RecipeStep {
  const form = phaseNamed(step.phase).arguments;
  const followed = Object.entries(step.refers ?? {}).flatMap(([argument, name]) => {
    const [parameter, of] = [formula.get(name), form[argument]];
    if (!Object.hasOwn(values, name) || parameter?.kind !== 'value' || of === undefined) return [];
    return [[argument, referredValue(parameter, of, `${step.path} ${argument}`)] as const];
  });
  return followed.length === 0 ? step : { ...step, values: { ...step.values, ...Object.fromEntries(followed) } };
}
