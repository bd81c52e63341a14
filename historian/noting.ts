/** What happens on the skids as history draws it beside the values: batches, phases, alarms and interlock trips. Pure. */
import type { BatchView, UnitView } from '../plant/batch-view.ts';
import type { UtcMs } from '../plant/clock.ts';
import type { AlarmView } from '../plant/ports/alarm-desk.ts';
import type { HistoryEvent } from '../plant/ports/history.ts';
import type { GuardVerdict } from '../plant/ports/scan-guard.ts';
import type { SkidName } from '../plant/sample.ts';
import type { AlarmPriority } from '../plant/skid/definition.ts';

/** OPC UA severities of the priorities, as gateway says them. */
const severities: Readonly<Record<AlarmPriority, number>> = { 1: 900, 2: 500, 3: 200 };
const ofBatches = 100;
const ofTrips = 900;

/** Every event of a batch as it stands: itself on each of its skids, and each step that has begun. */
export function eventsOfBatch(batch: BatchView): readonly HistoryEvent[] {
  return batch.units.flatMap((unit) => (unit.startedAt === null ? [] : eventsOfUnit(batch, unit, unit.startedAt)));
}

function eventsOfUnit(batch: BatchView, unit: UnitView, startedAt: UtcMs): readonly HistoryEvent[] {
  const common = { skid: unit.skid, batch: batch.id, severity: ofBatches };
  const words = `${batch.recipeTitle}, version ${batch.recipeVersion}, ${batch.purpose}`;
  return [
    {
      ...common,
      kind: 'batch',
      object: 'batch',
      id: batch.id,
      from: startedAt,
      to: unit.endedAt,
      title: batch.id,
      text: unit.endedAt === null ? words : `${words}: ${unit.state}, ${unit.collectedMl.toFixed(0)} mL`,
    },
    ...unit.steps.flatMap(({ path, title, startedAt: from, endedAt, state }): readonly HistoryEvent[] =>
      from === null
        ? []
        : [
            {
              ...common,
              kind: 'phase',
              object: path,
              id: `${batch.id} ${path}`,
              from,
              to: endedAt,
              title,
              text: `${batch.id}: ${path}${endedAt === null ? '' : `, ${state}`}`,
            },
          ],
    ),
  ];
}

/** Null where it was never raised. */
export function eventOfAlarm(view: AlarmView): HistoryEvent | null {
  if (view.raisedAt === null) return null;
  return {
    kind: 'alarm',
    skid: view.skid,
    object: view.id,
    id: view.id,
    from: view.raisedAt,
    to: view.active ? null : view.clearedAt,
    title: view.title,
    text: view.cause,
    batch: null,
    severity: severities[view.priority],
  };
}

/** The rows that hold a skid in a safe state, by when each began. */
export type StandingTrips = ReadonlyMap<number, HistoryEvent>;

/** What has begun and what has ended with this scan. */
export function tripsOf(
  before: StandingTrips,
  skid: SkidName,
  { causes, unseen }: GuardVerdict,
  at: UtcMs,
): Readonly<{ standing: StandingTrips; changed: readonly HistoryEvent[] }> {
  if (unseen === true) return { standing: before, changed: [] };
  const standing = new Map<number, HistoryEvent>();
  const changed: HistoryEvent[] = [];
  for (const { row, title, message, latched, mode } of causes) {
    if (row === null || latched !== true || mode === true || standing.has(row)) continue;
    const known = before.get(row);
    const event: HistoryEvent = known ?? {
      kind: 'interlock',
      skid,
      object: `row-${row}`,
      id: `${skid} row ${row}`,
      from: at,
      to: null,
      title: `Row ${row}: ${title}`,
      text: message,
      batch: null,
      severity: ofTrips,
    };
    standing.set(row, event);
    if (known === undefined) changed.push(event);
  }
  for (const [row, event] of before) if (!standing.has(row)) changed.push({ ...event, to: at });
  return { standing, changed };
}
