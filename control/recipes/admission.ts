/** Whether a text may become the next version of a recipe, of which number it is, and who counts as its author. Pure. */
import { isoUtc } from '../../plant/clock.ts';
import { recipeDifferences } from '../../plant/recipe/diff.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { Shelf } from './book.ts';
import { labelled, type Version } from './version.ts';

export type Admission =
  Readonly<{ version: number; basedOn: number | null; authors: readonly string[] }> | Readonly<{ refused: string }>;

/**
 * @param shelves of all recipes
 * @param basedOn digest that the importer names; null: the name is new
 * @param readingOf what an earlier version says; null where it cannot be read any more
 */
export function admit(
  shelves: readonly Shelf[],
  recipe: MasterRecipe,
  basedOn: string | null,
  importer: string,
  readingOf: (version: Version) => MasterRecipe | null,
): Admission {
  const { name } = recipe;
  const shelf = shelves.find((one) => one.name === name);
  if (shelf === undefined) return first(shelves, name, basedOn, importer);
  if (shelf.doubt !== null)
    return { refused: `The record of ${name} contradicts itself, so nothing is added to it: ${shelf.doubt}` };
  const newest = shelf.versions.at(-1);
  if (newest === undefined) return { refused: `The record of ${name} cannot be read.` };
  const isOld = basedOn !== newest.digest;
  if (isOld) return { refused: baseRefusal(shelf, newest, basedOn) };
  if (recipe.digest === newest.digest && newest.standing.status !== 'retired')
    return {
      refused: `This text is ${labelled(newest)} already, letter by letter. Change something, or move that version.`,
    };
  const alike = shelf.versions.filter((version) => saysTheSame(recipe, version, readingOf));
  const authors = [...new Set([importer, ...alike.flatMap(({ standing }) => standing.authors)])];
  return { version: newest.version + 1, basedOn: newest.version, authors };
}

function first(shelves: readonly Shelf[], name: string, basedOn: string | null, importer: string): Admission {
  if (basedOn !== null)
    return { refused: `There is no recipe ${name} that it could be based on. Import it as a new one.` };
  const alike = shelves.find((shelf) => shelf.name.toLowerCase() === name.toLowerCase());
  if (alike !== undefined)
    return {
      refused: `${name} differs from ${alike.name} in small and capital letters only. Take another name, or that one.`,
    };
  return { version: 1, basedOn: null, authors: [importer] };
}

function baseRefusal({ name, versions }: Shelf, newest: Version, basedOn: string | null): string {
  const came = `${labelled(newest)} was imported by ${newest.importedBy} at ${isoUtc(newest.importedAt)}`;
  const remedy = 'Compare it with yours, and base yours on it.';
  const base = versions.findLast(({ digest }) => digest === basedOn);
  if (basedOn === null) return `${name} is not new: ${came}. ${remedy}`;
  if (base === undefined) return `No version of ${name} is the text that yours is based on; ${came}. ${remedy}`;
  return `Yours is based on ${labelled(base)}, but ${came} since. ${remedy}`;
}

/** Whoever changes a comment of somebody's text has not written it. */
function saysTheSame(
  recipe: MasterRecipe,
  version: Version,
  readingOf: (version: Version) => MasterRecipe | null,
): boolean {
  if (version.digest === recipe.digest) return true;
  const earlier = readingOf(version);
  if (earlier === null) return false;
  // Most versions differ at a glance.
  const isOther = earlier.title !== recipe.title || earlier.procedure.steps.length !== recipe.procedure.steps.length;
  return !isOther && recipeDifferences(earlier, recipe).length === 0;
}
