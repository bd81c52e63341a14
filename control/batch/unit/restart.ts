/**
 * Restart of a held unit: the field leaves its safe state, then what the held steps stand on is proven anew, to waste, and only
 * then they go on. A held line is cold or cooling, and full of water.
 */
import { phaseNamed } from '../../../plant/recipe/phases.ts';
import type { LineState } from '../../../plant/recipe/phase-form.ts';
import { moves, stepLine } from '../../../plant/recipe/line.ts';
import type { Mark, Marks } from '../procedure/marks.ts';
import type { Tree } from '../procedure/tree.ts';
import { runSteps } from './run-steps.ts';
import { liveSteps } from './unit-lasting.ts';
import { freshStep, type UnitRecipe, type UnitScan, type UnitTurn } from './unit-turn.ts';

/** What HOT-HOLD takes away. */
const ofHotLine: ReadonlySet<LineState> = new Set(['hot', 'fed', 'reacting', 'steady']);

/**
 * Steps that are done and have to be proven again before the live ones go on, in order: from the last heat-up on, those that
 * prove. Empty where the live steps begin on a cold line.
 */
export function planRestart(recipe: Pick<UnitRecipe, 'tree' | 'steps'>, marks: Marks): readonly number[] {
  const { tree } = recipe;
  const stepAt = (node: number): UnitRecipe['steps'][number] | null => {
    const element = tree[node];
    return element?.kind === 'step' ? (recipe.steps[element.step] ?? null) : null;
  };
  const live = liveSteps(tree, { marks });
  const moving = live.find((node) => movesLine(stepAt(node)));
  const done = tree.flatMap(({ id }) => (marks[id]?.state === 'done' && movesLine(stepAt(id)) ? [id] : []));
  const before = moving === undefined ? done : done.filter((node) => node < moving);
  if (!standsOnHotLine(moving === undefined ? null : stepAt(moving), stepAt(before.at(-1) ?? -1))) return [];
  const from = before.findLastIndex((node) => stepAt(node)?.phase === 'heat-up');
  return before.slice(Math.max(0, from)).filter((node) => phaseNamed(stepAt(node)?.phase ?? '').proves);
}

type Step = UnitRecipe['steps'][number];

const movesLine = (step: Step | null): boolean => step !== null && moves(step);

/** With no step that moves the line, it is as the last one has left it. */
function standsOnHotLine(live: Step | null, last: Step | null): boolean {
  if (live === null) return last !== null && ofHotLine.has(stepLine(last, 'production').leaves ?? 'unknown');
  const { begins } = stepLine(live, 'production');
  return begins !== 'any' && begins.every((line) => ofHotLine.has(line));
}

/** One scan of a unit that restarts. @returns whether it is still active */
export function runRestart(turn: UnitTurn, scan: UnitScan, dtS: number): boolean {
  if (turn.passing.leaving !== null) {
    if (scan.fieldDemand !== 'none') return true;
    turn.pass({ leaving: null });
  }
  const [node] = turn.unit.restart;
  if (node === undefined) {
    resume(turn);
    return true;
  }
  if (!turn.passing.steps.has(node)) {
    turn.tell({ kind: 'step-started', node, purpose: 'restart' });
    turn.passStep(node, freshStep);
  }
  if (!runSteps(turn, scan, [node], 'restart', dtS)) return false;
  if (turn.unit.restart[0] === node) return true;
  const steps = new Map(turn.passing.steps);
  steps.delete(node);
  turn.pass({ steps });
  if (turn.unit.restart.length === 0) resume(turn);
  return true;
}

/**
 * The steps that were under way begin anew, with the time they have. So does what had done its work on the line and waited for
 * a person: the hold has undone it. What people have answered stays.
 */
function resume(turn: UnitTurn): void {
  turn.tell({ kind: 'state-changed', to: 'Running', reason: 'what the held steps stand on has been proven' });
  for (const { id, kind } of turn.recipe.tree) {
    const state = turn.unit.marks[id]?.state;
    const isUndone = state === 'finished' && kind === 'step' && moves(turn.stepOf(id));
    if (kind !== 'step' || (state !== 'running' && !isUndone)) continue;
    turn.tell({ kind: 'step-started', node: id, purpose: 'procedure' });
    turn.passStep(id, freshStep);
  }
}

/** Steps as the page and the desk name them while a unit is held. */
export const resumesAt = (tree: Tree, marks: readonly Mark[]): readonly string[] =>
  liveSteps(tree, { marks }).flatMap((node) => tree[node]?.path ?? []);
