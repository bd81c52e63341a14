/** The room of recipes: the versioned store of master recipes, their lives by signatures, and what differs between them. */
import { RecipesRoom, type Recipes, type RecipesOptions } from './room.ts';

export type { Recipes, RecipesOptions } from './room.ts';

export const createRecipes = (options: RecipesOptions): Recipes => new RecipesRoom(options);
