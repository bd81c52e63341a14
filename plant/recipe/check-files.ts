/** Files of recipes as they would be imported: what `npm run recipe:check` says and gives back. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../errors.ts';
import type { RecipeFinding } from '../recipe-view.ts';
import type { SkidType } from '../skid/definition.ts';
import { checkText } from './check-text.ts';
import type { MasterRecipe } from './recipe.ts';

/**
 * @param folder from which the files are named
 * @param types of skids that each recipe is held against, where they have what it needs
 * @returns the exit code: 0 where all may be imported, whatever a review will ask; 1 where one may not
 */
export function checkRecipeFiles(
  files: readonly string[],
  folder: string,
  types: readonly SkidType[],
  say: (line: string) => void,
): 0 | 1 {
  let code: 0 | 1 = 0;
  for (const file of files) {
    const { recipe, findings } = checkOne(resolve(folder, file), file, types);
    const errors = findings.filter(({ severity }) => severity === 'error');
    for (const { severity, where, problem, remedy } of findings) {
      say(`${severity === 'error' ? '' : 'for the review: '}${where}: ${problem} ${remedy}`);
    }
    if (recipe === null || errors.length > 0) code = 1;
    if (recipe !== null) say(verdict(file, recipe, errors.length, findings.length - errors.length));
  }
  return code;
}

function checkOne(
  path: string,
  file: string,
  types: readonly SkidType[],
): Readonly<{ recipe: MasterRecipe | null; findings: readonly RecipeFinding[] }> {
  const unreadable = (why: string): RecipeFinding => ({
    severity: 'error',
    where: file,
    problem: `The file cannot be read: ${why}.`,
    remedy: 'Check the path, the rights, and that it is UTF-8.',
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
    return checkText(text, file, types);
  } catch (thrown) {
    return { recipe: null, findings: [unreadable(messageOf(thrown))] };
  }
}

function verdict(file: string, { name, digest, procedure }: MasterRecipe, errors: number, reviews: number): string {
  const what = `${file}: ${name}, ${procedure.steps.length} steps, digest ${digest}`;
  if (errors > 0) return `${what}: may not be imported.`;
  return reviews === 0 ? `${what}: sound.` : `${what}: may be imported; a review cannot begin with what stands above.`;
}
