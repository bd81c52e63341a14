/** A text as it comes from outside: bounded, UTF-8, and the same to the eye as to the machine, before it is read as a recipe. */
import type { RecipeFinding } from '../recipe-view.ts';
import type { SkidType } from '../skid/definition.ts';
import { checkRecipe } from './findings.ts';
import type { MasterRecipe } from './recipe.ts';

export const longestTextBytes = 262_144;
export const mostSteps = 500;

/**
 * Control characters, and those that turn the direction of writing: a reviewer would read something else than what runs. A
 * byte order mark stands nowhere else in a file of ours, U+FFFD where bytes were no UTF-8.
 */
const unseen =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ufffd]/u;

export function textFault(text: string, source: string): RecipeFinding | null {
  const fault = (where: string, problem: string, remedy: string): RecipeFinding => ({
    severity: 'error',
    where,
    problem,
    remedy,
  });
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > longestTextBytes)
    return fault(source, `The text has ${bytes} bytes, more than ${longestTextBytes}.`, 'Part the recipe.');
  if (!text.isWellFormed()) return fault(source, 'The text is not UTF-8.', 'Save it as UTF-8.');
  const found = unseen.exec(text);
  if (found === null) return null;
  const line = text.slice(0, found.index).split('\n').length;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return fault(
    `${source}:${line}`,
    `The character U+${code} stands there, which cannot be seen or was no UTF-8.`,
    'Save it as UTF-8 without a byte order mark, and take that character out.',
  );
}

const stepsFault = (steps: number, source: string): RecipeFinding | null =>
  steps <= mostSteps
    ? null
    : {
        severity: 'error',
        where: source,
        problem: `The procedure has ${steps} steps, more than ${mostSteps}.`,
        remedy: 'Repeat what recurs, or part the recipe.',
      };

/**
 * All there is to say of a text as it would be imported; `recipe` is null where it cannot be.
 * @param source how findings name the text
 */
export function checkText(
  text: string,
  source: string,
  types: readonly SkidType[],
): Readonly<{ recipe: MasterRecipe | null; findings: readonly RecipeFinding[] }> {
  const fault = textFault(text, source);
  if (fault !== null) return { recipe: null, findings: [fault] };
  const checked = checkRecipe(text, source, types);
  const tooMany = checked.recipe === null ? null : stepsFault(checked.recipe.procedure.steps.length, source);
  return tooMany === null ? checked : { recipe: null, findings: [tooMany] };
}
