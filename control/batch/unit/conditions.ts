/** Conditions of a procedure against what the skid says: they hold, they do not, or nobody can say. */
import type { CheckedExpression } from '../../../plant/expression.ts';
import { evaluate, type Bindings } from '../../../plant/expression/evaluate.ts';
import { bad, good, isGood } from '../../../plant/quality.ts';
import { readingNames, type ReadingName } from '../../../plant/recipe/roles.ts';
import type { UnitRecipe, UnitScan } from './unit-turn.ts';

const noTags = (): Readonly<{ value: null; quality: typeof bad }> => ({ value: null, quality: bad });

/** What names stand for: readings as they are, values of the formula with `$` before them. */
export function bindingsOf({ parameters }: UnitRecipe, { skid, collectedMl }: UnitScan): Bindings {
  const bindings: Record<string, Bindings[string]> = {};
  for (const name of readingNames as readonly ReadingName[]) {
    const value = skid.readings[name];
    if (value !== undefined) bindings[name] = value === null ? { value: null, quality: bad } : { value, quality: good };
  }
  bindings.collected = { value: collectedMl, quality: good };
  for (const [name, { value }] of parameters) bindings[`$${name}`] = { value, quality: good };
  return bindings;
}

/** @returns null where something it reads may not be relied on: that is no evidence for either */
export function holds({ root }: CheckedExpression, bindings: Bindings): boolean | null {
  const { value, quality } = evaluate(root, noTags, bindings);
  return isGood(quality) && typeof value === 'boolean' ? value : null;
}
