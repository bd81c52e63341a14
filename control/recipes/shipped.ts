/** Recipes that come with the program. They are in no store until somebody imports them, and are shown as what they are. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../plant/errors.ts';
import type { RecipeFinding } from '../../plant/recipe-view.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { Checker } from './checker.ts';

export type ShippedRecipe = Readonly<{ recipe: MasterRecipe; findings: readonly RecipeFinding[] }>;
export type Shipped = Readonly<{ recipes: ReadonlyMap<string, ShippedRecipe>; faults: readonly string[] }>;

/** Files that cannot be read are said, and keep nothing else from starting. */
export async function readShipped(folder: string, check: Checker): Promise<Shipped> {
  const recipes = new Map<string, ShippedRecipe>();
  const faults: string[] = [];
  const files = await readdir(folder).catch((thrown: unknown) => {
    faults.push(`The folder ${folder} of shipped recipes cannot be read: ${messageOf(thrown)}.`);
    return [];
  });
  for (const file of files.filter((one) => one.endsWith('.yaml')).sort()) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        await readFile(join(folder, file)),
      );
      const { recipe, findings } = await check(text, file);
      if (recipe === null) faults.push(`The shipped recipe ${file} cannot be read: ${sayFirst(findings)}`);
      else if (recipes.has(recipe.name)) faults.push(`The shipped recipe ${file} is a second ${recipe.name}.`);
      else recipes.set(recipe.name, { recipe, findings });
    } catch (thrown) {
      faults.push(`The shipped recipe ${file} cannot be read: ${messageOf(thrown)}`);
    }
  }
  return { recipes, faults };
}

export const sayFirst = ([first]: readonly RecipeFinding[]): string =>
  first === undefined ? '' : `${first.where}: ${first.problem} ${first.remedy}`;
