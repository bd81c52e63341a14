/**
 * A batch that has its volume heats and feeds no skid any more: what would only make ready for collecting ends where it is, and
 * the skid goes on to its shutdown. On several skids the others may fill the batch while this one is still on its way.
 */
import { phaseNamed } from '../../../plant/recipe/phases.ts';
import type { UnitTurn } from './unit-turn.ts';

export const volumeIsThere = 'the batch has its volume';
export const needlessFigures: Readonly<Record<string, string>> = { 'not needed': volumeIsThere };

/**
 * Whether the element, a step or a wait, only makes ready for collecting what nobody needs any more.
 * @param collectedMl mL of the whole batch
 */
export function isNeedless(turn: UnitTurn, collectedMl: number, node: number): boolean {
  const { plan, tree } = turn.recipe;
  if (plan.targetBy === null || collectedMl < plan.targetMl) return false;
  const isStep = tree[node]?.kind === 'step';
  if (isStep && !phaseNamed(turn.stepOf(node).phase).proves) return false;
  const collectsAhead = (id: number): boolean =>
    id > node && turn.unit.marks[id]?.state === 'waiting' && turn.stepOf(id).phase === 'collect';
  return tree.some(({ id, kind }) => kind === 'step' && collectsAhead(id));
}

/** In the record as a step that began and ended at once, with the reason. */
export function endNeedless(turn: UnitTurn, node: number): void {
  if (turn.unit.marks[node]?.state === 'active') turn.tell({ kind: 'step-started', node, purpose: 'procedure' });
  turn.tell({ kind: 'step-ended', node, purpose: 'procedure', figures: needlessFigures });
}
