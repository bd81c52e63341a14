/** One scan of the batch on one skid, by the state it is in. */
import { elapsed } from '../../../plant/clock.ts';
import { heatOff, ofSkid } from '../phases/standing.ts';
import { isDone } from '../procedure/marks.ts';
import { countVolume } from './count-volume.ts';
import { awaitField, coldBelowC, hold, intervene, stayHeld, withdrawPrompts } from './hold.ts';
import { runRestart } from './restart.ts';
import { isWithheld, runSteps } from './run-steps.ts';
import { assertSetPoints, toWaste } from './set-points.ts';
import type { UnitScan, UnitTurn } from './unit-turn.ts';
import { leave, ownsAll, walk } from './walk.ts';

/** How long a hot line stands with nothing to do but wait for a person, in seconds of process time. */
const idleHotForS = 600;

export function scanUnit(turn: UnitTurn, scan: UnitScan): void {
  const last = turn.passing.lastProcess;
  const dtS = last === null ? 0 : Math.max(0, elapsed(last, scan.process)) / 1000;
  turn.pass({ lastProcess: scan.process });
  countVolume(turn, scan, dtS);
  switch (turn.unit.state) {
    case 'Running':
    case 'Restarting':
    case 'Pausing':
    case 'Paused':
      if (!intervene(turn, scan)) active(turn, scan, dtS);
      return;
    case 'Holding':
    case 'Stopping':
    case 'Aborting':
      awaitField(turn, scan);
      return;
    case 'Held':
    case 'Stopped':
    case 'Aborted':
      stayHeld(turn, scan);
      return;
    case 'Idle':
    case 'Complete':
  }
}

function active(turn: UnitTurn, scan: UnitScan, dtS: number): void {
  if (turn.unit.state === 'Pausing') {
    if (turn.passing.writing === null)
      turn.tell({ kind: 'state-changed', to: 'Paused', reason: 'No set point is on its way; all of them stand.' });
    return;
  }
  if (turn.unit.state === 'Paused') {
    // It was let because nothing heats and no cadmium flows, and stays so.
    const wanted = ofSkid(scan.skid, { ...heatOff, cadmium: 0 });
    if (!isWithheld(turn, scan, dtS)) assertSetPoints(turn, scan, wanted, 'paused');
    return;
  }
  if (isWithheld(turn, scan, dtS) || !ownsAll(turn, scan, dtS)) return;
  if (turn.unit.state === 'Restarting') {
    runRestart(turn, scan, dtS);
    return;
  }
  run(turn, scan, dtS);
}

function run(turn: UnitTurn, scan: UnitScan, dtS: number): void {
  if (!walk(turn, scan, dtS)) {
    finish(turn);
    return;
  }
  const running = turn.recipe.tree.flatMap(({ id, kind }) =>
    kind === 'step' && turn.unit.marks[id]?.state === 'running' ? [id] : [],
  );
  if (running.length > 0) {
    if (!runSteps(turn, scan, running, 'procedure', dtS)) return;
    leave(turn);
    if (!walk(turn, scan, 0)) {
      finish(turn);
      return;
    }
  } else assertSetPoints(turn, scan, {}, 'what stands');
  watchIdle(turn, scan, dtS);
}

/** Held by a decision of the procedure, or through with it. */
function finish(turn: UnitTurn): void {
  if (turn.unit.state !== 'Running' || !isDone(turn.unit.marks)) return;
  withdrawPrompts(turn, 'The procedure has ended.');
  turn.tell({ kind: 'state-changed', to: 'Complete', reason: 'The last step has ended.' });
  turn.pass({ set: {}, steps: new Map(), waits: new Map() });
}

/** Between two steps on a hot line product goes to waste, and nobody is waited for for ever. */
function watchIdle(turn: UnitTurn, scan: UnitScan, dtS: number): void {
  if (turn.unit.state !== 'Running') return;
  const isIdle = turn.recipe.tree.every(({ id }) => !isIn(turn, id, 'running'));
  const { hottestC } = scan.skid;
  if (!isIdle || (hottestC !== null && hottestC < coldBelowC)) {
    if (turn.passing.idleS !== 0) turn.pass({ idleS: 0 });
    return;
  }
  toWaste(turn, scan, 'nothing of the recipe runs');
  const idleS = turn.passing.idleS + dtS;
  turn.pass({ idleS });
  if (idleS <= idleHotForS) return;
  // A step that waits to begin waits for shared equipment; every other wait of the recipe has an end of its own.
  const waiting = turn.recipe.tree.find(({ id }) => isIn(turn, id, 'active'));
  if (waiting !== undefined) {
    const waitsFor = turn.passing.waits.get(waiting.id)?.waitsFor ?? 'waiting to begin';
    const reason = `${waiting.path} has not begun within ${idleHotForS / 60} min (${waitsFor}), and the line is hot.`;
    hold(turn, 'exception', reason);
  } else if (turn.unit.mode !== 'automatic')
    hold(turn, 'exception', `Nobody has let the recipe go on for ${idleHotForS / 60} min, and the line is hot.`);
}

const isIn = (turn: UnitTurn, node: number, state: 'running' | 'active'): boolean =>
  turn.recipe.tree[node]?.kind === 'step' && turn.unit.marks[node]?.state === state;
