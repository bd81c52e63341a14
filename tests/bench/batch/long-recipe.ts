/** A recipe with as many steps as are asked, as somebody would have written it, through the check of an import. */
import { readFileSync } from 'node:fs';
import { CheckThread } from '../../../control/recipes/check-thread.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const pathOf = (path: string): string => new URL(path, import.meta.url).pathname;

/** @returns how long each of `times` checks took, in ms of the wall. @throws Error where the recipe is not in order */
export async function checkLongRecipe(steps: number, times: number): Promise<number[]> {
  const types = ['cdse', 'cds', 'cdte', 'cdse-zns'].map((name) =>
    loadSkidType(pathOf(`../../../plant/skids/${name}.yaml`)),
  );
  const thread = new CheckThread(types);
  thread.start();
  try {
    // The thread starts with the first question.
    await thread.check('recipe: none', 'nothing');
    const took: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const begun = performance.now();
      const { recipe, findings } = await thread.check(longRecipe(steps, i), 'long');
      took.push(performance.now() - begun);
      if (recipe?.procedure.steps.length !== steps)
        throw new Error(`${recipe?.procedure.steps.length ?? 'no'} steps: ${JSON.stringify(findings.slice(0, 3))}`);
    }
    return took;
  } finally {
    await thread.stop();
  }
}

/** The shipped recipe of CdSe with more to do before it heats. */
function longRecipe(steps: number, version: number): string {
  const text = readFileSync(pathOf('../../../control/recipes/shipped/cdse.yaml'), 'utf8');
  const own = 11;
  const more = Array.from({ length: steps - own }, (_, i) =>
    i % 2 === 0
      ? `          - instruct: { text: Look at part ${i} of the line (${version}) }`
      : '          - prime: { for: 1 min }',
  );
  return text.replace(/^ {10}- prime: .*$/m, (line) => [line, ...more].join('\n'));
}
