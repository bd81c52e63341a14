/** A recipe with as many steps as are asked, as somebody could have written it, through the room of recipes over its ledger. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecipes } from '../../../control/recipes/index.ts';
import { createRecords } from '../../../control/records/index.ts';
import { skidName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { operator, shippedRecipes, silent } from '../../control/batch/fake-skid.ts';

/** In ms of the wall, of each time. */
export type LongRecipeFigures = Readonly<{ checkMs: readonly number[]; importMs: readonly number[] }>;

/** @throws Error where the room does not let the recipe in, or counts other steps */
export async function measureLongRecipe(steps: number, times: number): Promise<LongRecipeFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-recipe-'));
  const shared = { clock: systemClock(), log: silent };
  const records = createRecords({ ...shared, dataFolder: folder, build: 'bench' });
  await records.start();
  const { keeper, desk } = records;
  const authority = { decide: () => ({ allowed: true }) as const };
  const recipes = createRecipes({
    ...shared,
    skids: skidsOfEachType(),
    records: keeper,
    desk,
    authority,
    shippedFolder: shippedRecipes,
  });
  try {
    await recipes.start();
    const [checkMs, importMs]: [number[], number[]] = [[], []];
    for (let i = 0; i < times; i += 1) {
      const name = `Long-${i}`;
      const text = longRecipe(name, steps);
      const begun = performance.now();
      await recipes.desk.check(text);
      const checked = performance.now();
      const answer = await recipes.desk.import({ commandId: name, text, basedOn: null, reason: 'the bench', actor: operator }); // prettier-ignore
      const imported = performance.now();
      const found = recipes.store.recipe(name, 1)?.recipe.procedure.steps.length;
      if (!answer.done || found !== steps)
        throw new Error(`${found ?? 'no'} steps instead of ${steps}: ${JSON.stringify(answer).slice(0, 500)}`);
      checkMs.push(checked - begun);
      importMs.push(imported - checked);
    }
    return { checkMs, importMs };
  } finally {
    await recipes.stop();
    await records.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A recipe has to fit each type of the site: the more there are, the longer it takes. */
function skidsOfEachType(): readonly Skid[] {
  return ['cdse', 'cds', 'cdte', 'cdse-zns'].map((name) => ({
    name: skidName(`QD-${name}`),
    title: name,
    type: loadSkidType(new URL(`../../../plant/skids/${name}.yaml`, import.meta.url).pathname),
    links: [],
    twin: true,
  }));
}

/** The shipped recipe of CdSe with more to do before it heats. */
function longRecipe(name: string, steps: number): string {
  const text = readFileSync(join(shippedRecipes, 'cdse.yaml'), 'utf8').replace(/^recipe: .*$/m, `recipe: ${name}`);
  const own = text.match(/^ {10}- /gm)?.length ?? 0;
  const more = Array.from({ length: steps - own }, (_, i) =>
    i % 2 === 0 ? `          - instruct: { text: Look at part ${i} of the line }` : '          - prime: { for: 1 min }',
  );
  return text.replace(/^ {10}- prime: .*$/m, (line) => [line, ...more].join('\n'));
}
