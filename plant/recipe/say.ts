/** Values, ranges and arguments of recipes as people read them. */
import type { Range } from '../skid/definition.ts';
import type { ArgumentForm } from './phase-form.ts';
import { phaseNamed } from './phases.ts';
import type { ArgumentValue, RecipeStep } from './recipe.ts';

/** Without digits that only the arithmetic of units has brought. */
const figure = (value: number): string => String(Number(value.toPrecision(9)));

export const sayValue = (value: number, unit: string | null): string =>
  unit === null ? figure(value) : `${figure(value)} ${unit}`;

export const sayRange = ({ low, high }: Range, unit: string | null): string =>
  `${figure(low)}..${sayValue(high, unit)}`;

/** A span of time, in minutes where they are whole. */
export const sayTime = (seconds: number): string =>
  seconds % 60 === 0 && seconds > 0 ? `${seconds / 60} min` : `${figure(seconds)} s`;

function sayArgument(value: ArgumentValue, form: ArgumentForm | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return value.length === 0 ? 'none' : value.join(', ');
  const unit = form?.kind === 'quantity' ? form.unit : null;
  return unit === 's' ? sayTime(value) : sayValue(value, unit);
}

/** A step never changes, and pages ask for it with every change of its batch. */
const said = new WeakMap<RecipeStep, Readonly<Record<string, string>>>();

/** The arguments of a step by name, those that follow the formula with the parameter behind them. */
export function sayArguments(step: RecipeStep): Readonly<Record<string, string>> {
  const known = said.get(step);
  if (known !== undefined) return known;
  const { phase, values, refers = {} } = step;
  const forms = phaseNamed(phase).arguments;
  const made = Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const parameter = refers[name];
      const text = sayArgument(value, forms[name]);
      return [name, parameter === undefined ? text : `${text} ($${parameter})`];
    }),
  );
  said.set(step, made);
  return made;
}
