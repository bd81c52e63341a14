/** One scan of the steps that run: what they want is set, what they ask is asked, what has done its work ends. */
import { sayTime } from '../../../plant/recipe/say.ts';
import type { SetPoints } from '../../../plant/recipe/roles.ts';
import type { Asked, PhaseBehaviour, PhaseOutcome } from '../phases/phase.ts';
import { phaseNamed } from '../../../plant/recipe/phases.ts';
import { behaviours } from '../phases/index.ts';
import { collectedMl } from '../volume.ts';
import { hold } from './hold.ts';
import { isNeedless, needlessFigures } from './needless.ts';
import { assertSetPoints, toWaste } from './set-points.ts';
import type { StepPurpose } from './unit-events.ts';
import type { UnitScan, UnitTurn } from './unit-turn.ts';

/** Withheld for longer than this, in seconds of process time, nobody knows what went on meanwhile. */
const doubtfulAfterS = 3;

/**
 * B, or a field that does not answer: the steps' time stands still and no set point is raised. What was in band has to be
 * proven anew after a while of it, and product of that while is not known to be product.
 * @returns whether the unit is withheld
 */
export function isWithheld(turn: UnitTurn, scan: UnitScan, dtS: number): boolean {
  if (scan.verdict.demand === 'none' && scan.fieldDemand !== null) {
    if (turn.passing.withheldBy !== null) turn.pass({ withheldS: 0, withheldBy: null });
    return false;
  }
  const withheldS = turn.passing.withheldS + dtS;
  const cause = scan.verdict.causes[0]?.message ?? 'the field controller does not answer';
  turn.pass({ withheldS, withheldBy: cause });
  if (withheldS < doubtfulAfterS) return true;
  for (const node of turn.passing.steps.keys()) turn.passStep(node, { doubted: true });
  toWaste(turn, scan, 'withheld');
  return true;
}

type Stepped = Readonly<{ node: number; outcome: PhaseOutcome }>;

/**
 * Steps all of `nodes` once. A step ends when what it wants stands and it says that it is done.
 * @returns whether the unit is still active
 */
export function runSteps(
  turn: UnitTurn,
  scan: UnitScan,
  nodes: readonly number[],
  purpose: StepPurpose,
  dtS: number,
): boolean {
  const stepped: Stepped[] = [];
  for (const node of nodes) {
    if (purpose === 'procedure' && isNeedless(turn, scan.collectedMl, node)) {
      end(turn, node, { figures: needlessFigures }, purpose);
      continue;
    }
    const outcome = stepOne(turn, scan, node, dtS);
    if (outcome.failure !== undefined) {
      hold(turn, 'exception', `${titleOf(turn, node)}: ${outcome.failure}`);
      return false;
    }
    stepped.push({ node, outcome });
  }
  const wanted: SetPoints = Object.assign({}, ...stepped.map(({ outcome }) => outcome.wanted)) as SetPoints;
  const because = stepped.map(({ node }) => turn.stepOf(node).phase).join(', ');
  const stands = assertSetPoints(turn, scan, wanted, because);
  for (const { node, outcome } of stepped) {
    if (outcome.done === true && (stands || turn.unit.mode === 'manual' || isEmpty(outcome.wanted))) {
      end(turn, node, outcome, purpose);
      continue;
    }
    const limitS = behaviourOf(turn.stepOf(node).phase).timeLimitS({
      plan: turn.recipe.plan,
      values: turn.stepOf(node).values,
      skid: scan.skid,
    });
    if ((turn.passing.steps.get(node)?.timeS ?? 0) <= limitS) continue;
    const message = `${titleOf(turn, node)} has not ended within ${sayTime(limitS)}: ${outcome.waitsFor}.`;
    hold(turn, 'exception', message);
    return false;
  }
  return true;
}

function stepOne(turn: UnitTurn, scan: UnitScan, node: number, dtS: number): PhaseOutcome {
  const passing = turn.passing.steps.get(node);
  const timeS = (passing?.timeS ?? 0) + dtS;
  const { plan, limits } = turn.recipe;
  const step = turn.stepOf(node);
  const outcome = behaviourOf(step.phase).step({
    timeS,
    dtS,
    plan,
    values: step.values,
    limits,
    skid: scan.skid,
    collectedMl: scan.collectedMl,
    unitCollectedMl: collectedMl(turn.passing.volume),
    memory: passing?.memory ?? {},
    doubted: passing?.doubted ?? false,
    asked: askedBy(turn, node),
  });
  const exceptions = outcome.exceptions ?? [];
  const said = passing?.said ?? [];
  for (const { what, reason } of exceptions)
    if (!said.includes(what))
      turn.tell({ kind: 'exception-raised', what: `${turn.pathOf(node)}: ${what}`.slice(0, 200), reason });
  turn.passStep(node, {
    timeS,
    memory: outcome.memory,
    waitsFor: outcome.waitsFor,
    doubted: false,
    said: exceptions.map(({ what }) => what),
  });
  if (outcome.failure === undefined) ask(turn, node, outcome);
  return outcome;
}

/** Of this run of the step only: what was asked in another is another's. */
function askedBy({ unit }: UnitTurn, node: number): readonly Asked[] {
  const run = unit.runs.get(node)?.runs ?? 0;
  return unit.prompts
    .filter((prompt) => prompt.node === node && prompt.turn === run && prompt.withdrawn === null)
    .map(({ form, answers }) => ({ name: form.name, answer: answers.at(-1) ?? null }));
}

function ask(turn: UnitTurn, node: number, { asks = [] }: PhaseOutcome): void {
  const run = turn.unit.runs.get(node)?.runs ?? 0;
  const known = new Set(askedBy(turn, node).map(({ name }) => name));
  for (const form of asks) {
    if (known.has(form.name)) continue;
    const id = `${turn.skid}/${turn.unit.prompts.length + 1}`;
    turn.tell({ kind: 'prompt-asked', id, node, turn: run, form });
  }
}

function end(
  turn: UnitTurn,
  node: number,
  { figures = {} }: Pick<PhaseOutcome, 'figures'>,
  purpose: StepPurpose,
): void {
  if (purpose === 'procedure' && turn.unit.mode !== 'automatic') {
    turn.tell({ kind: 'step-finished', node });
    return;
  }
  turn.tell({ kind: 'step-ended', node, purpose, figures });
  rinsed(turn, node);
}

/** Water that has passed as the step asks takes the acid out. */
export function rinsed(turn: UnitTurn, node: number): void {
  const { phase, values } = turn.stepOf(node);
  if (turn.unit.acid && phase === 'fouling-flush' && values.with === 'water')
    turn.tell({ kind: 'flush-liquid', liquid: 'water' });
}

const isEmpty = (wanted: SetPoints): boolean => Object.keys(wanted).length === 0;

const titleOf = (turn: UnitTurn, node: number): string =>
  `${phaseNamed(turn.stepOf(node).phase).title} (${turn.pathOf(node)})`;

function behaviourOf(phase: string): PhaseBehaviour {
  const behaviour = behaviours.get(phase);
  if (behaviour === undefined) throw new RangeError(`phase ${phase} of a checked recipe does nothing here`);
  return behaviour;
}
