/** What a batch that was open when the service ended comes back as: held, to be looked at, and nothing commanded. */
import type { RecordEvent } from '../../plant/record-event.ts';
import { coreOf, endOf, isThrough, recipeOf, type BatchCore } from './batch-core.ts';
import { batchEnded, unitRecord } from './batch-events.ts';
import { occupiesSkid } from './phase-table.ts';
import type { SkidName } from '../../plant/sample.ts';
import { giveUp } from './unit/unit-commands.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';
import { newPassing, UnitTurn, type Moment } from './unit/unit-turn.ts';

/** @param isThere whether the site still has the skid: one that it has no more is nobody's to command, and is through */
export function restartService(
  core: BatchCore,
  moment: Moment,
  isThere: (skid: SkidName) => boolean,
): Readonly<{ core: BatchCore; events: readonly RecordEvent[] }> {
  const units = new Map(core.lasting.units);
  const events: RecordEvent[] = [];
  for (const [skid, unit] of units) {
    if (!occupiesSkid(unit.state)) continue;
    const turn = new UnitTurn(recipeOf(core, skid), unit, newPassing(unit), moment);
    turn.tell({ kind: 'service-restarted', was: unit.state });
    if (!isThere(skid)) giveUpForGood(turn);
    const to = comesBackAs(unit);
    if (to !== null && !turn.unit.givenUp) {
      const reason = `The service was started anew while the batch was ${unit.state} on ${skid}. Nothing was commanded: look at the skid before you restart it.`;
      turn.tell({ kind: 'state-changed', to, reason });
    }
    events.push(...unitRecord(core, turn));
    units.set(skid, turn.unit);
  }
  const again = coreOf(core.facts, core.tree, { ...core.lasting, units }, core.shared);
  if (events.length === 0 || !isThrough(again)) return { core: again, events };
  const as = endOf([...units.values()].map(({ state, outcome }) => outcome ?? state));
  const ended = { ...again, lasting: { ...again.lasting, ended: { as, at: moment.utc } } };
  return { core: ended, events: [...events, batchEnded(ended, as, moment.utc)] };
}

function giveUpForGood(turn: UnitTurn): void {
  const reason = `${turn.skid} is not in the site file any more; the batch is over on it. Look at it on the spot.`;
  giveUp(turn, reason);
  turn.tell({ kind: 'state-changed', to: 'Aborted', reason });
}

/** A Stop or an Abort that was taken goes on to its end; everything else is held. */
function comesBackAs({ state, ending }: UnitLasting): 'Stopping' | 'Aborting' | 'Held' | null {
  const to = ending === 'Stopped' ? 'Stopping' : ending === 'Aborted' ? 'Aborting' : 'Held';
  return to === state ? null : to;
}
