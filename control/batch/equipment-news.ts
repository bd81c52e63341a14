/** What a batch does to its skids, told to whoever keeps their status: by what has changed between two moments of the batch. */
import type { EquipmentListener } from '../../plant/ports/equipment-desk.ts';
import { chemistryOf } from '../../plant/recipe/roles.ts';
import { recipeOf, type BatchCore } from './batch-core.ts';
import { isFinal } from './phase-table.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';

/** @param before null: the batch was not seen before, and all that is known of it is told */
export function tellEquipment(listener: EquipmentListener, before: BatchCore | null, core: BatchCore): void {
  for (const unit of core.lasting.units.values()) {
    const was = before?.lasting.units.get(unit.skid) ?? null;
    if (was !== unit) tellUnit(listener, core, was, unit);
  }
}

function tellUnit(listener: EquipmentListener, core: BatchCore, was: UnitLasting | null, unit: UnitLasting): void {
  const { recipe, purpose, id } = core.facts;
  const at = unit.endedAt ?? unit.startedAt;
  if (at === null) return;
  const news = { skid: unit.skid, batch: id, at: unit.startedAt ?? at };
  if (was?.startedAt == null) {
    const feed = recipe.feedstocks.find((one) => one.feed === 'chalcogen');
    const chemistry = feed === undefined ? null : chemistryOf(feed.name);
    listener.batchBegan({ ...news, recipe: recipe.name, kind: recipe.kind, chemistry, purpose });
  }
  if (unit.acid && was?.acid !== true) listener.acidIn({ ...news, at });
  for (const found of flushesEnded(core, was, unit)) listener.foulingFlushed({ ...news, at, found });
  if (!unit.acid && was?.acid === true) listener.acidOut({ ...news, at });
  const outcome = unit.outcome ?? unit.state;
  if (!isFinal(outcome) || (was !== null && isFinal(was.outcome ?? was.state) && was.state === unit.state)) return;
  if (outcome === 'Complete' && recipe.kind === 'cleaning') listener.cleaned({ ...news, at });
  listener.batchEnded({ ...news, at, outcome });
}

/** Flushes against fouling that have come to their end since. */
function flushesEnded(core: BatchCore, was: UnitLasting | null, unit: UnitLasting): readonly string[] {
  const { tree, steps } = recipeOf(core, unit.skid);
  return tree.flatMap((node) => {
    if (node.kind !== 'step' || steps[node.step]?.phase !== 'fouling-flush') return [];
    const isDone = unit.marks[node.id]?.state === 'done' && was?.marks[node.id]?.state !== 'done';
    return isDone ? [`Flushed with ${String(steps[node.step]?.values.with)} by ${node.path}.`] : [];
  });
}
