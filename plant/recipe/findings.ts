/** What there is to say of a recipe before it runs: what keeps it from being imported, and what keeps a review from beginning. */
import { MesolineError } from '../errors.ts';
import type { RecipeFinding } from '../recipe-view.ts';
import type { SkidType } from '../skid/definition.ts';
import { fitFaults, lacking } from './fit.ts';
import { readPlacedRecipe, type PlacedRecipe } from './read-recipe.ts';
import type { FormulaValue, MasterRecipe } from './recipe.ts';

/**
 * Of a text as it would be imported: its faults, or the recipe and what `findings` says of it.
 * @param source how findings name the text
 */
export function checkRecipe(
  text: string,
  source: string,
  types: readonly SkidType[],
): Readonly<{ recipe: MasterRecipe | null; findings: readonly RecipeFinding[] }> {
  try {
    const placed = readPlacedRecipe(text, source);
    return { recipe: placed.recipe, findings: findingsOf(placed, types) };
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    return { recipe: null, findings: thrown.faults.map((fault) => ({ severity: 'error', ...fault })) };
  }
}

/** @param types of the skids that the site has; the recipe has to fit each that offers what it needs */
export const findings = (recipe: MasterRecipe, types: readonly SkidType[]): readonly RecipeFinding[] =>
  findingsOf({ recipe, where: readPlacedRecipe(recipe.text, recipe.source).where }, types);

function findingsOf({ recipe, where }: PlacedRecipe, types: readonly SkidType[]): readonly RecipeFinding[] {
  const offering = types.filter((type) => lacking(recipe, type).length === 0);
  const fits = offering.flatMap((type) => fitFaults(recipe, type, where));
  const found: RecipeFinding[] = fits.map((fault) => ({ severity: 'error', ...fault }));
  if (offering.length === 0) {
    const lacks = types.map((type) => `${type.type} lacks ${lacking(recipe, type).join(', ')}`).join('; ');
    found.push({
      severity: 'review',
      where: where(''),
      problem: `No skid type of this site has all that the recipe needs${lacks === '' ? '' : `: ${lacks}`}.`,
      remedy: 'Nothing of it was held against a skid. Leave out what it does not need, or fit a skid with it.',
    });
  }
  for (const parameter of recipe.formula.values()) {
    if (parameter.kind === 'value') found.push(...unproven(parameter, where(`formula/${parameter.name}`)));
  }
  return found;
}

function unproven(
  { name, range, proven, value, critical, unit }: FormulaValue,
  where: string,
): readonly RecipeFinding[] {
  const say = (problem: string, remedy: string): RecipeFinding => ({ severity: 'review', where, problem, remedy });
  const said = (each: Readonly<{ low: number; high: number }>): string =>
    `${each.low}..${each.high}${unit === null ? '' : ` ${unit}`}`;
  if (proven === null) {
    if (!critical) return [];
    return [
      say(`${name} is critical, and no range of it is proven.`, 'Add "proven": what the process was shown to bear.'),
    ];
  }
  const set = range ?? { low: value, high: value };
  if (set.low >= proven.low && set.high <= proven.high) return [];
  return [
    say(
      `The range ${said(set)} of ${name} leaves the proven one, ${said(proven)}.`,
      'Narrow the range, or prove the rest.',
    ),
  ];
}
