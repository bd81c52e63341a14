/** What a version of a recipe asks of whoever starts or runs a batch by it. */
import type { FastifyInstance } from 'fastify';
import type { RecipeOutlineAnswer } from '../../api/answers.ts';
import { recipeOutlineQuery } from '../../api/requests.ts';
import { checkedQuery } from '../checked-input.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { recipeOutline } from '../recipe-outline.ts';

const queryOf = checkedQuery(recipeOutlineQuery);

export function recipeOutlineRoutes(api: FastifyInstance, { recipeStore }: PagesOptions): void {
  api.get('/recipe-outline', (request): RecipeOutlineAnswer => {
    const { recipe: name, version } = queryOf(request.query);
    const stored = recipeStore.recipe(name, version);
    if (stored !== null) return recipeOutline(stored);
    const which = version === undefined ? name : `${name} v${version}`;
    const known = recipeStore.names();
    const remedy = known.length === 0 ? 'Import one first.' : `The recipes are ${known.join(', ')}.`;
    throw notFound(version === undefined ? 'effective recipe' : 'recipe', which, remedy);
  });
}
