/** What people, the field and the ledger tell a unit between two scans. */
import type { BatchCommand, UnitMode } from '../../../plant/batch-view.ts';
import type { CommandOutcome } from '../../../plant/command.ts';
import type { SetPoints } from '../../../plant/recipe/roles.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import { cell } from '../phase-table.ts';
import { collectedMl } from '../volume.ts';
import { goTo, hold, withdrawPrompts } from './hold.ts';
import { endNeedless, isNeedless } from './needless.ts';
import { planRestart } from './restart.ts';
import { rinsed } from './run-steps.ts';
import { leave } from './walk.ts';
import type { PromptAnswer } from './unit-events.ts';
import { liveSteps } from './unit-lasting.ts';
import { equipmentKey, type UnitTurn } from './unit-turn.ts';

export function begin(turn: UnitTurn): void {
  turn.tell({ kind: 'state-changed', to: 'Running', reason: 'Start' });
  turn.tell({ kind: 'procedure', event: { kind: 'begun' }, because: 'Start' });
}

/**
 * A command that the table takes; whatever else stands against it the desk has looked at.
 * @param collected mL of the whole batch
 * @returns why it was not taken, or null
 */
export function command(
  turn: UnitTurn,
  given: BatchCommand,
  reason: string,
  fieldDemand: Demand | null,
  collected: number,
): string | null {
  const { state, ending } = turn.unit;
  const of = cell(state, given);
  // A Hold that was taken while something else held the unit has what it wants.
  if (!of.legal) return given === 'Hold' && state === 'Holding' ? null : of.reason;
  switch (given) {
    case 'Start':
      return 'A batch is started once, by those who sign for it.';
    case 'Stop':
    case 'Abort': {
      const to = given === 'Stop' ? 'Stopped' : 'Aborted';
      if (ending !== to) turn.tell({ kind: 'ending', to });
      goTo(turn, given === 'Stop' ? 'Stopping' : 'Aborting', `${given}: ${reason}`, false);
      return null;
    }
    case 'Hold':
      goTo(turn, 'Holding', `Hold: ${reason}`, false);
      return null;
    case 'Pause':
    case 'Resume':
      turn.tell({ kind: 'state-changed', to: of.to, reason: `${given}: ${reason}` });
      return null;
    case 'Restart':
      restart(turn, reason, fieldDemand, collected);
      return null;
    case 'Reset':
      turn.tell({ kind: 'archived', outcome: state });
      turn.tell({ kind: 'state-changed', to: 'Idle', reason: `Reset: ${reason}` });
      return null;
  }
}

function restart(turn: UnitTurn, reason: string, fieldDemand: Demand | null, collected: number): void {
  // A field that was reset by somebody may be asked back into its safe state at this moment.
  const isLet = fieldDemand === 'none' && turn.passing.asked === null;
  turn.tell({ kind: 'state-changed', to: 'Restarting', reason: `Restart: ${reason}` });
  askAnew(turn);
  endWhatIsFull(turn, collected);
  turn.tell({ kind: 'restart-planned', nodes: planRestart(turn.recipe, turn.unit.marks) });
  turn.pass({ leaving: turn.moment.monotonic, asked: null, set: {}, steps: new Map(), waits: new Map() });
  if (!isLet) turn.effect({ kind: 'release', reason: `Restart of ${turn.recipe.batch}: ${reason}` });
}

/** After a restart of the service what runs has what it shares still: asked anew, so that it is given back when that ends. */
function askAnew(turn: UnitTurn): void {
  const { tree, uses, shared } = turn.recipe;
  const { marks } = turn.unit;
  for (const node of tree) {
    const mark = marks[node.id];
    const isHeld = node.kind === 'with' && mark?.state === 'active' && mark.taken === 1;
    const isRun = node.kind === 'step' && (mark?.state === 'running' || mark?.state === 'finished');
    const asks = isHeld ? [node.equipment] : isRun ? uses(node.id) : [];
    for (const capability of asks) {
      const key = equipmentKey(node.id, capability, mark?.turn ?? 0);
      if (!shared.has(capability) || turn.passing.askedFor.has(key)) continue;
      turn.pass({ askedFor: new Map(turn.passing.askedFor).set(key, turn.moment.monotonic) });
      turn.effect({ kind: 'ask equipment', node: node.id, turn: mark?.turn ?? 0, capability });
    }
  }
}

/** A batch that has its volume collects no more: the line is not heated for that. */
function endWhatIsFull(turn: UnitTurn, collected: number): void {
  const { plan, tree } = turn.recipe;
  if (plan.targetBy === null || collected < plan.targetMl) return;
  for (;;) {
    const needless = liveSteps(tree, turn.unit).find((node) => isNeedless(turn, collected, node));
    if (needless === undefined) break;
    endNeedless(turn, needless);
    leave(turn);
  }
  for (const node of liveSteps(tree, turn.unit)) {
    if (turn.stepOf(node).phase !== 'collect' || turn.unit.marks[node]?.state === 'active') continue;
    const figures = { collected: `${collected.toFixed(1)} mL` };
    turn.tell({ kind: 'step-ended', node, purpose: 'procedure', figures });
    leave(turn);
  }
}

/** @returns why not, or null */
export function changeMode(turn: UnitTurn, to: UnitMode, reason: string, isHot: boolean): string | null {
  const { state, mode } = turn.unit;
  if (mode === to) return `${turn.skid} is in ${to} already.`;
  if (state !== 'Running' && state !== 'Paused')
    return `The mode is changed while the unit runs or is paused; it is ${state}.`;
  if (mode === 'manual' && isHot)
    return 'What was done by hand on a hot line is not known to the recipe. Hold the unit, and restart it: then everything is proven anew.';
  turn.tell({ kind: 'mode-changed', to, reason });
  if (to === 'manual')
    turn.tell({ kind: 'exception-raised', what: 'manual', reason: `Manual operation begins: ${reason}` });
  if (mode === 'manual') {
    turn.tell({ kind: 'exception-raised', what: 'manual', reason: `Manual operation ends: ${reason}` });
    // Whatever people have set is looked at anew.
    turn.pass({ set: {}, movedScans: 0 });
  }
  if (to === 'automatic') letGoOn(turn);
  return null;
}

/** In automatic nobody lets steps go on: what has done its work and waits for a person does so no longer. */
function letGoOn(turn: UnitTurn): void {
  for (const { id } of turn.recipe.tree) if (turn.unit.marks[id]?.state === 'finished') endFinished(turn, id);
}

function endFinished(turn: UnitTurn, node: number): void {
  turn.tell({ kind: 'step-ended', node, purpose: 'procedure', figures: {} });
  rinsed(turn, node);
  leave(turn);
}

/** There is no other way forward than that the step's own end was seen. @returns why not, or null */
export function proceed(turn: UnitTurn, node: number): string | null {
  if (turn.unit.state !== 'Running') return `${turn.skid} is ${turn.unit.state}; nothing of it goes on.`;
  if (turn.unit.marks[node]?.state !== 'finished')
    return `${turn.pathOf(node)} has not done its work; it is not skipped.`;
  endFinished(turn, node);
  return null;
}

/** @returns why not, or null */
export function answer(turn: UnitTurn, id: string, given: PromptAnswer): string | null {
  const prompt = turn.unit.prompts.find((one) => one.id === id);
  if (prompt === undefined) return `Nobody has asked ${id}.`;
  if (prompt.withdrawn !== null) return `It is not asked any more: ${prompt.withdrawn}`;
  if (prompt.answers.length > 0 && given.reason === null)
    return `${prompt.form.title} was answered meanwhile; the first answer stays. Say why there is another.`;
  turn.tell({ kind: 'prompt-answered', id, answer: given });
  return null;
}

export function reconcile(turn: UnitTurn): string | null {
  if (!turn.unit.reconcile) return `${turn.skid} needs no reconciling.`;
  turn.tell({ kind: 'reconciled' });
  return null;
}

/** @returns why not, or null */
export function giveUp(turn: UnitTurn, reason: string): string | null {
  const { state, givenUp } = turn.unit;
  if (givenUp) return `${turn.skid} was given up already.`;
  if (state === 'Complete' || state === 'Idle') return `${turn.skid} is ${state}; there is nothing to give up.`;
  if (cell(state, 'Abort').legal) {
    if (turn.unit.ending !== 'Aborted') turn.tell({ kind: 'ending', to: 'Aborted' });
    goTo(turn, 'Aborting', `Given up: ${reason}`, false);
    turn.effect({ kind: 'safe-state', reason: `${turn.skid} is given up: ${reason}` });
  }
  turn.tell({ kind: 'given-up', reason });
  withdrawPrompts(turn, reason);
  return null;
}

export function written(turn: UnitTurn, writes: SetPoints, outcome: CommandOutcome): void {
  // A Hold came between: what this set is at zero, or is about to be.
  if (turn.passing.writing !== writes) return;
  turn.pass({ writing: null, notBefore: turn.moment.monotonic });
  if (outcome.status === 'done') {
    turn.pass({ set: { ...turn.passing.set, ...writes }, movedScans: 0 });
    return;
  }
  hold(turn, 'exception', `Set points were ${outcome.status}: ${outcome.message}`);
}

export function released(turn: UnitTurn, outcome: CommandOutcome): void {
  if (turn.unit.state !== 'Restarting') return;
  if (outcome.status === 'done') turn.pass({ leaving: turn.moment.monotonic });
  else hold(turn, 'exception', `The safe state could not be left (${outcome.status}): ${outcome.message}`);
}

export const unitCollectedMl = ({ passing: { volume } }: Pick<UnitTurn, 'passing'>): number => collectedMl(volume);
