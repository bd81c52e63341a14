/** Batches and recipes as the fakes say them. */
import type { BatchView, StepView, UnitView } from '../../../plant/batch-view.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecipeHeadView, RecipeVersionView } from '../../../plant/recipe-view.ts';
import type { StoredRecipe } from '../../../plant/ports/recipe-desk.ts';
import { readRecipeFile } from '../../../plant/recipe/read-recipe.ts';
import { skidName } from '../../../plant/sample.ts';
import { start } from './times.ts';

export const stepOf = (path: string, state: StepView['state'], more: Partial<StepView> = {}): StepView => ({
  path,
  operation: path.split('/')[0] ?? '',
  phase: path.split('/').at(-1) ?? '',
  title: path.split('/').at(-1) ?? '',
  state,
  startedAt: state === 'waiting' ? null : utcMs(start),
  endedAt: state === 'done' ? utcMs(start + 60_000) : null,
  waitsFor: null,
  runs: state === 'waiting' ? 0 : 1,
  values: {},
  ...more,
});

/** By default two steps, of which the second is active. */
export const unitOf = (skid: string, more: Partial<UnitView> = {}): UnitView => ({
  skid: skidName(skid),
  state: 'Running',
  mode: 'automatic',
  givenUp: false,
  steps: [stepOf('start-up/heat-up', 'done'), stepOf('produce/collect', 'active')],
  procedure: {
    kind: 'sequence',
    path: '',
    of: [
      { kind: 'step', step: 0 },
      { kind: 'step', step: 1 },
    ],
  },
  next: null,
  proceed: null,
  prompts: [],
  equipment: [],
  collectedMl: 12,
  startedAt: utcMs(start),
  endedAt: null,
  message: null,
  resumesAt: [],
  reconcile: null,
  commands: [],
  ...more,
});

export const batchOf = (id: string, more: Partial<BatchView> = {}): BatchView => ({
  id,
  scope: `batch/${id}`,
  recipe: 'CdSe-3.6',
  recipeTitle: 'CdSe quantum dots, 3.6 nm',
  recipeVersion: 2,
  recipeDigest: 'b'.repeat(64),
  purpose: 'rehearsal',
  state: 'Running',
  archived: false,
  units: [unitOf('QD-1')],
  spares: [],
  whenSkidFails: 'continue',
  startedAt: utcMs(start),
  endedAt: null,
  collectedMl: 12,
  targetMl: 50,
  commands: [],
  signed: false,
  message: null,
  timeScale: 1,
  ...more,
});

/** The shipped one, as a store would hold it. */
export const stored: StoredRecipe = {
  recipe: readRecipeFile('control/recipes/shipped/cdse.yaml'),
  version: 2,
  status: 'draft',
};

export const recipeVersion: RecipeVersionView = {
  name: stored.recipe.name,
  version: 2,
  title: stored.recipe.title,
  status: 'draft',
  digest: stored.recipe.digest,
  importedBy: 'PAUL',
  importedAt: utcMs(start),
  basedOn: 1,
  reason: 'A higher yield',
  findings: [],
  signatures: [],
  moves: [],
};

export const recipeHead: RecipeHeadView = {
  name: recipeVersion.name,
  title: recipeVersion.title,
  effective: null,
  newest: recipeVersion,
  versions: 2,
};
