/** A version of a recipe as whoever starts or runs a batch has to know it. */
import type { StoredRecipe } from '../../plant/ports/recipe-desk.ts';
import type { RecipeOutlineAnswer } from '../api/answers.ts';

export function recipeOutline({ recipe, version, status }: StoredRecipe): RecipeOutlineAnswer {
  const { name, title, kind, needs, batch, feedstocks, materials, signatures, whenSkidFails, digest } = recipe;
  const operations = new Map<string, string[]>();
  for (const { operation, phase } of recipe.procedure.steps) {
    operations.set(operation, [...(operations.get(operation) ?? []), phase]);
  }
  return {
    name,
    version,
    title,
    status,
    kind,
    needs,
    batch,
    formula: [...recipe.formula.values()],
    feedstocks,
    materials,
    operations: [...operations].map(([operation, phases]) => ({ name: operation, phases })),
    signatures,
    whenSkidFails,
    digest,
  };
}
