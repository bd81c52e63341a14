/** What somebody has chosen for a start, held against the recipe while they type. Pure; the server decides again. */
import type { BatchPurpose } from '../../../../plant/batch-view.ts';
import { messageOf } from '../../../../plant/errors.ts';
import { parseQuantity } from '../../../../plant/quantity.ts';
import type { FormulaLimit, FormulaValue } from '../../../../plant/recipe/recipe.ts';
import { sayRange, sayValue } from './say.ts';
import { convert } from '../../../../plant/units.ts';
import type { RecipeOutlineAnswer, SkidAnswer } from '../../../api/answers.ts';
import type { BatchOrderRequest } from '../../../api/requests.ts';
import type { Signer } from './signer.ts';

/** Nothing is chosen beforehand; `values` holds what was typed, by parameter. */
export type Chosen = Readonly<{
  recipe: string;
  version: number | null;
  purpose: BatchPurpose | null;
  skids: readonly string[];
  spares: readonly string[];
  values: Readonly<Record<string, string>>;
}>;

export const nothingChosen: Chosen = { recipe: '', version: null, purpose: null, skids: [], spares: [], values: {} };

/** Parameters that a batch may be given a value of its own: those with a range. */
export const settable = (formula: RecipeOutlineAnswer['formula']): readonly FormulaValue[] =>
  formula.filter((each): each is FormulaValue => each.kind === 'value' && each.range !== null);

export const limitsOf = (formula: RecipeOutlineAnswer['formula']): readonly FormulaLimit[] =>
  formula.filter((each): each is FormulaLimit => each.kind === 'limit');

/** What was typed, with the parameter's own unit where none was; a decimal comma is one. */
function withUnit(text: string, unit: string | null): string {
  const typed = text.trim().replace(/^(-?\d+),(\d+)/, '$1.$2');
  return unit !== null && /^[-\d.]+(?:[eE][+-]?\d+)?$/.test(typed) ? `${typed} ${unit}` : typed;
}

/** Why this text is no value of the parameter, or null; an empty one leaves the recipe's own. */
export function valueRefusal({ name, range, unit }: FormulaValue, text: string): string | null {
  if (text.trim() === '' || range === null) return null;
  try {
    const quantity = parseQuantity(withUnit(text, unit), name);
    const value = convert(quantity.value, quantity.unit, unit, name);
    if (value >= range.low && value <= range.high) return null;
    return `${sayValue(value, unit)} lies outside ${sayRange(range, unit)}.`;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** What a value that is set leaves behind it: the range that was proven, where it leaves that. */
export function leavesProven({ name, proven, unit }: FormulaValue, text: string): boolean {
  if (proven === null || text.trim() === '') return false;
  try {
    const quantity = parseQuantity(withUnit(text, unit), name);
    const value = convert(quantity.value, quantity.unit, unit, name);
    return value < proven.low || value > proven.high;
  } catch {
    return false;
  }
}

/** Values that differ from the recipe's own; with their units. */
export function valuesOf(formula: RecipeOutlineAnswer['formula'], typed: Chosen['values']): Record<string, string> {
  return Object.fromEntries(
    settable(formula).flatMap(({ name, unit }) => {
      const text = typed[name] ?? '';
      return text.trim() === '' ? [] : [[name, withUnit(text, unit)]];
    }),
  );
}

/** Why a skid cannot run it, as far as the page knows: what it lacks, or that it is no twin where one is asked. */
export function skidRefusal(
  outline: Pick<RecipeOutlineAnswer, 'needs'>,
  purpose: BatchPurpose | null,
  skid: Pick<SkidAnswer, 'capabilities' | 'twin'>,
): string | null {
  const lacks = outline.needs.filter((need) => !skid.capabilities.includes(need));
  if (lacks.length > 0) return `lacks ${lacks.join(', ')}`;
  return purpose === 'rehearsal' && !skid.twin ? 'a real skid; a rehearsal runs on twins' : null;
}

/** Whether a skid that fails may be replaced; by every other rule a spare would stand by for nothing. */
export const takesSpares = ({ whenSkidFails }: Pick<RecipeOutlineAnswer, 'whenSkidFails'>): boolean =>
  whenSkidFails === 'replace';

/** What is asked, or why it cannot be asked yet. */
export function orderOf(
  chosen: Chosen,
  outline: RecipeOutlineAnswer | null,
): Readonly<{ order: BatchOrderRequest }> | Readonly<{ missing: string }> {
  const { recipe, version, purpose, skids, spares } = chosen;
  if (recipe === '') return { missing: 'Choose the recipe.' };
  if (version === null) return { missing: 'Choose the version.' };
  if (outline === null) return { missing: 'The recipe is being read.' };
  if (purpose === null) return { missing: 'Choose what the batch is for.' };
  if (purpose === 'production' && outline.status !== 'effective')
    return { missing: `Version ${version} is ${outline.status}; only an effective one makes product.` };
  if (skids.length === 0) return { missing: 'Tick a skid.' };
  for (const parameter of settable(outline.formula)) {
    const refusal = valueRefusal(parameter, chosen.values[parameter.name] ?? '');
    if (refusal !== null) return { missing: `${parameter.name}: ${refusal}` };
  }
  const values = valuesOf(outline.formula, chosen.values);
  const standBy = takesSpares(outline) ? [...spares] : [];
  return { order: { recipe, version, purpose, skids: [...skids], spares: standBy, values } };
}

/** Who has not signed yet, or signs twice; null where all have. */
export function signersMissing(roles: readonly string[], signers: readonly Signer[]): string | null {
  const lacking = roles.filter((_role, index) => {
    const { userName = '', password = '' } = signers[index] ?? {};
    return userName.trim() === '' || password === '';
  });
  if (lacking.length > 0) return `Not signed yet: ${lacking.join(', ')}.`;
  const names = signers.slice(0, roles.length).map(({ userName }) => userName.trim().toLowerCase());
  return new Set(names).size < names.length ? 'Different people have to sign.' : null;
}
