/** The shipped recipes as their phases are run here: plan, limits and steps of each. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PhaseBehaviour, PhaseContext } from '../../../../../control/batch/phases/phase.ts';
import { behaviours } from '../../../../../control/batch/phases/index.ts';
import { equipmentOf, type Equipment } from '../../../../../plant/recipe/equipment.ts';
import { phaseNamed } from '../../../../../plant/recipe/phases.ts';
import { planOf, type Plan } from '../../../../../plant/recipe/plan.ts';
import { readRecipe } from '../../../../../plant/recipe/read-recipe.ts';
import type { FormulaLimit, MasterRecipe, RecipeStep } from '../../../../../plant/recipe/recipe.ts';
import { loadSkidType } from '../../../../../plant/skid/skid-loader.ts';

const path = (from: string): string => fileURLToPath(new URL(`../../../../../${from}`, import.meta.url));

export type Run = Readonly<{
  recipe: MasterRecipe;
  equipment: Equipment;
  plan: Plan;
  limits: ReadonlyMap<string, FormulaLimit>;
}>;

export function runOf(recipeFile: string, skidFile: string): Run {
  const text = readFileSync(path(`control/recipes/shipped/${recipeFile}`), 'utf8');
  const recipe = readRecipe(text, recipeFile);
  const equipment = equipmentOf(loadSkidType(path(`plant/skids/${skidFile}`))) as Equipment;
  const limits = new Map([...recipe.formula].flatMap(([name, each]) => (each.kind === 'limit' ? [[name, each]] : [])));
  return { recipe, equipment, plan: planOf(recipe, equipment), limits };
}

export const cdse = runOf('cdse.yaml', 'cdse.yaml');
export const cdseZns = runOf('cdse-zns.yaml', 'cdse-zns.yaml');
export const cleaning = runOf('cleaning.yaml', 'cdse.yaml');

/** Every phase with its arguments as written nowhere: defaults, and these. */
const asked: Readonly<Record<string, RecipeStep['values']>> = {
  'leak-test': { pressure: 12, for: 60 },
  'heat-up': { to: 160, ramp: 10, pressure: 12 },
  'stage-1': { temperature: 60, until: ['conversion'] },
  shell: { temperature: 140 },
  'steady-state': { hold: 2, until: ['conversion', 'diameter'] },
  collect: { while: ['conversion', 'diameter', 'feedPh'] },
  sample: { tests: ['pH', 'uv-vis'] },
  instruct: { text: 'Look at the waste tank' },
  'fouling-flush': { volume: 100, until: 120, most: 400 },
};

export function valuesOf(phase: string, more: RecipeStep['values'] = {}): RecipeStep['values'] {
  const defaults = Object.entries(phaseNamed(phase).arguments).flatMap(([name, form]) => {
    if (form.kind === 'limits') return [[name, []]];
    if (form.kind === 'quantity' && form.word !== undefined) return [[name, form.word]];
    return form.default === undefined ? [] : [[name, form.default]];
  });
  return { ...(Object.fromEntries(defaults) as RecipeStep['values']), ...asked[phase], ...more };
}

export function behaviourOf(phase: string): PhaseBehaviour {
  const found = behaviours.get(phase);
  if (found === undefined) throw new Error(`no phase ${phase}`);
  return found;
}

export const contextOf = (
  run: Run,
  phase: string,
  skid: PhaseContext['skid'],
  more: Partial<PhaseContext> = {},
): PhaseContext => ({
  timeS: 0,
  dtS: 0,
  plan: run.plan,
  values: valuesOf(phase),
  limits: run.limits,
  skid,
  collectedMl: 0,
  unitCollectedMl: 0,
  memory: {},
  doubted: false,
  asked: [],
  ...more,
});
