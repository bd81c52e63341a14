/** One batch on all of its skids: what was agreed at its start, what outlives a restart, and what does not. All plain data. */
import type { BatchCommand, BatchPurpose, BatchState } from '../../plant/batch-view.ts';
import type { UtcMs } from '../../plant/clock.ts';
import type { Plan } from '../../plant/recipe/plan.ts';
import { phaseNamed } from '../../plant/recipe/phases.ts';
import type { FormulaLimit, FormulaValue, MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { SkidName } from '../../plant/sample.ts';
import { isFinal } from './phase-table.ts';
import { partsOf } from './procedure/marks.ts';
import { treeOf, type Tree } from './procedure/tree.ts';
import { newUnit, type UnitLasting } from './unit/unit-lasting.ts';
import { newPassing, type UnitPassing, type UnitRecipe } from './unit/unit-turn.ts';
import { collectedMl } from './volume.ts';

/** The control recipe and everything beside it that is fixed when the batch starts. */
export type BatchFacts = Readonly<{
  id: string;
  /** With the formula values of this batch in it. */
  recipe: MasterRecipe;
  /** 0: a shipped recipe that nobody has imported. */
  recipeVersion: number;
  /** Of the control recipe as it stands in the record. */
  controlDigest: string;
  purpose: BatchPurpose;
  skids: readonly SkidName[];
  spares: readonly SkidName[];
  /** Of every skid that runs or stands by. */
  plans: ReadonlyMap<SkidName, Plan>;
  timeScale: number;
}>;

export type BatchLasting = Readonly<{
  units: ReadonlyMap<SkidName, UnitLasting>;
  startedAt: UtcMs | null;
  /** How it ended, and when; null while a unit of it is not through. */
  ended: Readonly<{ as: BatchState; at: UtcMs }> | null;
}>;

export type BatchCore = Readonly<{
  facts: BatchFacts;
  tree: Tree;
  lasting: BatchLasting;
  passing: ReadonlyMap<SkidName, UnitPassing>;
  /** Capabilities that the site shares, by the skids that share them. */
  shared: ReadonlyMap<SkidName, ReadonlySet<string>>;
}>;

export const scopeOf = (id: string): string => `batch/${id}`;

export function newBatch(facts: BatchFacts, shared: BatchCore['shared']): BatchCore {
  const tree = treeOf(facts.recipe.procedure);
  const units = new Map(facts.skids.map((skid) => [skid, newUnit(skid, tree)]));
  return coreOf(facts, tree, { units, startedAt: null, ended: null }, shared);
}

/** A batch out of what its record says; nothing that passes is known. */
export const coreOf = (
  facts: BatchFacts,
  tree: Tree,
  lasting: BatchLasting,
  shared: BatchCore['shared'],
): BatchCore => ({
  facts,
  tree,
  lasting,
  passing: new Map([...lasting.units].map(([skid, unit]) => [skid, newPassing(unit)])),
  shared,
});

const recipes = new WeakMap<BatchFacts, Map<SkidName, UnitRecipe>>();

/** @throws RangeError where the skid has no plan: it is none of the batch's */
export function recipeOf({ facts, tree, shared }: BatchCore, skid: SkidName): UnitRecipe {
  const known = recipes.get(facts) ?? new Map<SkidName, UnitRecipe>();
  recipes.set(facts, known);
  const found = known.get(skid);
  if (found !== undefined) return found;
  const plan = facts.plans.get(skid);
  if (plan === undefined) throw new RangeError(`${facts.id} has no plan for ${skid}`);
  const limits = new Map<string, FormulaLimit>();
  const parameters = new Map<string, FormulaValue>();
  for (const [name, each] of facts.recipe.formula) {
    if (each.kind === 'limit') limits.set(name, each);
    else parameters.set(name, each);
  }
  const { steps } = facts.recipe.procedure;
  const own = shared.get(skid) ?? new Set<string>();
  const used = usesOf(tree, steps, own);
  const made: UnitRecipe = {
    batch: facts.id,
    tree,
    steps,
    plan,
    limits,
    parameters,
    shared: own,
    uses: (node) => used.get(node) ?? [],
  };
  known.set(skid, made);
  return made;
}

/** Shared equipment of each step, but for what is held around it. */
function usesOf(
  tree: Tree,
  steps: UnitRecipe['steps'],
  shared: ReadonlySet<string>,
): ReadonlyMap<number, readonly string[]> {
  const used = new Map<number, readonly string[]>();
  const visit = (id: number, held: ReadonlySet<string>): void => {
    const node = tree[id];
    if (node === undefined) return;
    if (node.kind === 'step') {
      const uses = phaseNamed(steps[node.step]?.phase ?? '').uses;
      used.set(
        id,
        uses.filter((capability) => shared.has(capability) && !held.has(capability)),
      );
      return;
    }
    const inside = node.kind === 'with' ? new Set([...held, node.equipment]) : held;
    for (const part of partsOf(node)) visit(part, inside);
  };
  visit(0, new Set());
  return used;
}

/** mL of all units, as it is read now. */
export function batchCollectedMl({ passing }: Pick<BatchCore, 'passing'>): number {
  let sum = 0;
  for (const { volume } of passing.values()) sum += collectedMl(volume);
  return sum;
}

/** Units that a command of the batch goes to. */
export const unitsOf = ({ lasting }: Pick<BatchCore, 'lasting'>): readonly UnitLasting[] =>
  [...lasting.units.values()].filter(({ givenUp }) => !givenUp);

/** Units that go on; a command to the whole batch passes over those that are through. */
const goOnly: ReadonlySet<BatchCommand> = new Set(['Pause', 'Resume', 'Restart']);

/** Units that a command goes to: the one named, or all; a Hold as far as the recipe says. */
export function commandedUnits(core: BatchCore, command: BatchCommand, skid: SkidName | null): readonly UnitLasting[] {
  const units = unitsOf(core);
  const named = units.filter((unit) => skid === null || unit.skid === skid);
  if (named.length > 0 && command === 'Hold' && core.facts.recipe.holdReaches === 'batch') return units;
  const open = named.filter(({ state, outcome }) => !isFinal(outcome ?? state));
  return skid === null && goOnly.has(command) && open.length > 0 ? open : named;
}

const byUrgency: readonly BatchState[] = [
  'Aborting',
  'Stopping',
  'Holding',
  'Restarting',
  'Pausing',
  'Running',
  'Held',
  'Paused',
];

/** The state of the whole: that of the unit with most to happen; when all are through, how they ended. */
export function batchState({ lasting }: Pick<BatchCore, 'lasting'>): BatchState {
  const states = unitsOf({ lasting }).map(({ state, outcome }) => outcome ?? state);
  return byUrgency.find((state) => states.includes(state)) ?? endOf(states);
}

/** A batch that came through on one skid is complete; what became of the others stands with them. */
export function endOf(states: readonly BatchState[]): BatchState {
  for (const state of ['Complete', 'Stopped', 'Aborted'] as const) if (states.includes(state)) return state;
  return 'Idle';
}

export const isThrough = ({ lasting }: Pick<BatchCore, 'lasting'>): boolean =>
  lasting.units.size > 0 && [...lasting.units.values()].every(({ state, outcome }) => isFinal(outcome ?? state));
