/**
 * HOT-HOLD of a unit: what takes it there, how it is waited for, and that it stays. The engine owns the command, the equipment
 * owns the state: a unit is Held when the field says HOT-HOLD, not when it was asked.
 */
import { standingBlock } from '../../../plant/block.ts';
import { elapsed, type Monotonic } from '../../../plant/clock.ts';
import { asksField, demandRank, fieldSatisfies } from '../../../plant/safe-state.ts';
import { isActive } from '../phase-table.ts';
import { closeStretch } from '../volume.ts';
import type { UnitLasting } from './unit-lasting.ts';
import type { UnitPassing, UnitScan, UnitTurn } from './unit-turn.ts';

/** How long after it was asked HOT-HOLD is asked again where the field does not say it, in ms of the wall. */
const askAgainAfter = 1000;
/** From when a missing confirmation is told to people. */
const unconfirmedAfter = 5000;
/** How long an ending unit waits for the diverter to say waste, so that the last product is counted. */
const diverterWait = 10_000;
/** How long the field may show its safe state after it was released. */
const leavingFor = 3000;
/** Below this nothing of the wetted parts boils or flashes when it stands still, in °C. */
export const coldBelowC = 60;

export type Intervention = 'interlock' | 'field' | 'block' | 'exception' | 'another skid';

/** Takes an active unit to Holding. Where nobody has asked the field yet, that goes first; the record follows. */
export function hold(turn: UnitTurn, by: Intervention, reason: string, alreadyAsked = false): void {
  if (!isActive(turn.unit.state)) return;
  if (!alreadyAsked) turn.effect({ kind: 'safe-state', reason });
  turn.isUrgent = true;
  turn.tell({ kind: 'exception-raised', what: by, reason });
  goTo(turn, 'Holding', reason, alreadyAsked);
}

/** Into a state in which the field has, or is about to have, set every run set point to zero by itself. */
export function goTo(
  turn: UnitTurn,
  to: 'Holding' | 'Stopping' | 'Aborting',
  reason: string,
  alreadyAsked: boolean,
): void {
  const { monotonic } = turn.moment;
  turn.isUrgent = true;
  turn.dropWrites();
  turn.tell({ kind: 'state-changed', to, reason });
  turn.pass({
    set: {},
    movedScans: 0,
    writing: null,
    leaving: null,
    steps: new Map(),
    waits: new Map(),
    withheldS: 0,
    withheldBy: null,
    asked: alreadyAsked ? null : { at: monotonic, since: monotonic },
  });
}

/**
 * Holds where an interlock demands it, the field is in a safe state nobody here asked for, or somebody has locked the skid or
 * a device of it out or switched it to Local. @returns whether it does
 */
export function intervene(turn: UnitTurn, { verdict, fieldDemand, blocks, monotonic }: UnitScan): boolean {
  if (asksField(verdict.demand)) {
    hold(turn, 'interlock', verdict.causes[0]?.message ?? `The interlocks demand ${verdict.demand}.`, true);
    return true;
  }
  const { leaving } = turn.passing;
  const isExpected = leaving !== null && elapsed(leaving, monotonic) <= leavingFor;
  if (fieldDemand !== null && fieldDemand !== 'none' && !isExpected) {
    const message = `The field controller is in a safe state (${fieldDemand}) that this batch did not ask for.`;
    hold(turn, 'field', message, fieldSatisfies(fieldDemand, 'H'));
    return true;
  }
  // A doubt holds nothing that runs: the interlocks know better what must not go on unseen.
  const block = standingBlock(blocks);
  if (block !== null) hold(turn, 'block', block.message);
  return block !== null;
}

const arrivals = { Holding: 'Held', Stopping: 'Stopped', Aborting: 'Aborted' } as const;

/** A unit on its way to rest: it arrives when the field says so, and asks again until then. */
export function awaitField(turn: UnitTurn, scan: UnitScan): void {
  const { state } = turn.unit;
  if (state !== 'Holding' && state !== 'Stopping' && state !== 'Aborting') return;
  const { asked, volume } = turn.passing;
  const since = asked?.since ?? scan.monotonic;
  const isThere = scan.fieldDemand !== null && fieldSatisfies(scan.fieldDemand, 'H');
  if (isThere && (state === 'Holding' || volume.open === null || elapsed(since, scan.monotonic) >= diverterWait)) {
    arrive(turn, arrivals[state]);
    return;
  }
  askAgain(turn, scan, isThere);
}

function arrive(turn: UnitTurn, to: 'Held' | 'Stopped' | 'Aborted'): void {
  turn.isUrgent = true;
  if (to !== 'Held') {
    withdrawPrompts(turn, `The batch is ${to} on this skid.`);
    if (turn.passing.volume.open !== null) {
      const volume = closeStretch(turn.passing.volume);
      turn.pass({ volume, recordedVolume: null });
      turn.tell({ kind: 'volume', volume });
    }
  }
  turn.tell({ kind: 'state-changed', to, reason: 'The field confirms HOT-HOLD or higher.' });
  turn.pass({ asked: null });
}

/**
 * At rest the field stays in HOT-HOLD as long as a wetted part is hot, or may be: also after somebody has reset it. Only a
 * Restart lets it go. Where the service was started anew nothing is asked before people have looked.
 */
export function stayHeld(turn: UnitTurn, scan: UnitScan): void {
  const { hottestC } = scan.skid;
  const isCold = hottestC !== null && hottestC < coldBelowC;
  const isThere = scan.fieldDemand !== null && fieldSatisfies(scan.fieldDemand, 'H');
  if (turn.unit.reconcile || turn.unit.outcome !== null || isThere || isCold) {
    if (turn.passing.asked !== null) turn.pass({ asked: null });
    return;
  }
  askAgain(turn, scan, false);
}

function askAgain(turn: UnitTurn, { verdict, monotonic }: UnitScan, isThere: boolean): void {
  const { asked } = turn.passing;
  // An interlock that demands as much has asked already; a second asking would outlive its reset.
  const isAsked = demandRank(verdict.demand) >= demandRank('H');
  const isDue = !isThere && !isAsked && (asked === null || elapsed(asked.at, monotonic) >= askAgainAfter);
  if (isDue) {
    turn.effect({
      kind: 'safe-state',
      reason: `${turn.recipe.batch} is ${turn.unit.state} on ${turn.skid}: ${turn.unit.message ?? ''}`,
    });
  }
  turn.pass({ asked: { at: isDue ? monotonic : (asked?.at ?? monotonic), since: asked?.since ?? monotonic } });
}

/** What a person reads while the field has not come to rest yet; null where there is nothing to wait for. */
export function restWaitsFor(
  { state }: Pick<UnitLasting, 'state'>,
  { asked }: Pick<UnitPassing, 'asked'>,
  now: Monotonic,
): string | null {
  if (state !== 'Holding' && state !== 'Stopping' && state !== 'Aborting') return null;
  const isLate = asked !== null && elapsed(asked.since, now) >= unconfirmedAfter;
  return isLate
    ? 'the field controller has not confirmed HOT-HOLD yet: look at the skid'
    : 'waiting for the field controller to confirm HOT-HOLD';
}

/** Prompts that stand are answered by nobody any more. */
export function withdrawPrompts(turn: UnitTurn, reason: string, nodes?: ReadonlySet<number>): void {
  for (const { id, node, answers, withdrawn } of turn.unit.prompts) {
    const isOpen = answers.length === 0 && withdrawn === null && (nodes === undefined || nodes.has(node));
    if (isOpen) turn.tell({ kind: 'prompt-withdrawn', id, reason });
  }
}
