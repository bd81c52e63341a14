/** What a batch that was open when the service ended comes back as: held, to be looked at, and nothing commanded. */
import type { RecordEvent } from '../../plant/record-event.ts';
import { coreOf, recipeOf, type BatchCore } from './batch-core.ts';
import { unitRecord } from './batch-events.ts';
import { occupiesSkid } from './phase-table.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';
import { newPassing, UnitTurn, type Moment } from './unit/unit-turn.ts';

export function restartService(
  core: BatchCore,
  moment: Moment,
): Readonly<{ core: BatchCore; events: readonly RecordEvent[] }> {
  const units = new Map(core.lasting.units);
  const events: RecordEvent[] = [];
  for (const [skid, unit] of units) {
    if (!occupiesSkid(unit.state)) continue;
    const turn = new UnitTurn(recipeOf(core, skid), unit, newPassing(unit), moment);
    turn.tell({ kind: 'service-restarted', was: unit.state });
    const to = comesBackAs(unit);
    if (to !== null) {
      const reason = `The service was started anew while the batch was ${unit.state} on ${skid}. Nothing was commanded: look at the skid before you restart it.`;
      turn.tell({ kind: 'state-changed', to, reason });
    }
    events.push(...unitRecord(core, turn));
    units.set(skid, turn.unit);
  }
  const lasting = { ...core.lasting, units };
  return { core: coreOf(core.facts, core.tree, lasting, core.shared), events };
}

/** A Stop or an Abort that was taken goes on to its end; everything else is held. */
function comesBackAs({ state, ending }: UnitLasting): 'Stopping' | 'Aborting' | 'Held' | null {
  const to = ending === 'Stopped' ? 'Stopping' : ending === 'Aborted' ? 'Aborting' : 'Held';
  return to === state ? null : to;
}
