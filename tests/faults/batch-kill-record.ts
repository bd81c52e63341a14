/** What a batch's record must hold whatever killed the service: looked for in its events alone, as they stand in the ledger. */
import Database from 'better-sqlite3';
import type { RecordEvent } from '../../plant/record-event.ts';

export type Recorded = Pick<RecordEvent, 'action' | 'object' | 'old' | 'new' | 'data'>;

/** A person's command that was answered as done. */
export type Acknowledged = Readonly<{ commandId: string; what: string }>;

/** Of every batch, by its id. */
export const recordsIn = (ledger: string): ReadonlyMap<string, readonly Recorded[]> => scopesIn(ledger, 'batch/');

/** By what follows the prefix in the scope's name. */
export function scopesIn(ledger: string, prefix: string): ReadonlyMap<string, readonly Recorded[]> {
  const database = new Database(ledger, { readonly: true, timeout: 5000 });
  try {
    const rows = database
      .prepare<[string], { scope: string; body: string }>(
        'SELECT scope, body FROM event WHERE scope GLOB ? ORDER BY scope, seq',
      )
      .all(`${prefix}*`);
    const records = new Map<string, Recorded[]>();
    for (const { scope, body } of rows) {
      const id = scope.slice(prefix.length);
      const known = records.get(id) ?? [];
      records.set(id, known);
      known.push(JSON.parse(body) as Recorded);
    }
    return records;
  } finally {
    database.close();
  }
}

/** The last state of each skid; of none where the batch has not begun. */
export function statesOf(events: readonly Recorded[]): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const { action, data, ...event } of events) {
    const skid = data?.skid;
    if (action === 'state-changed' && typeof skid === 'string' && typeof event.new === 'string')
      states.set(skid, event.new);
  }
  return states;
}

/** How often the record says of a skid that the service came back. */
export const restartsOf = (events: readonly Recorded[], skid: string): number =>
  events.filter(({ action, data }) => action === 'service-restarted' && data?.skid === skid).length;

const carriedOut = new Set(['batch-started', 'batch-commanded']);

/** Ids of commands that were carried out, as often as they were. */
export function commandIdsOf(events: readonly Recorded[]): readonly string[] {
  return events.flatMap(({ action, data }) =>
    carriedOut.has(action) && typeof data?.commandId === 'string' ? [data.commandId] : [],
  );
}

export const lostOf = (
  records: ReadonlyMap<string, readonly Recorded[]>,
  acknowledged: readonly Acknowledged[],
): readonly string[] => {
  const known = new Set([...records.values()].flatMap(commandIdsOf));
  return acknowledged
    .filter(({ commandId }) => !known.has(commandId))
    .map(({ what, commandId }) => `${what} (${commandId}) was answered as done and is not on record`);
};

/** Commands carried out more than once, in one batch or in two. */
export function doubledCommands(records: ReadonlyMap<string, readonly Recorded[]>): readonly string[] {
  const ids = [...records.values()].flatMap(commandIdsOf);
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))].map((id) => `${id} was carried out twice`);
}

/**
 * Steps that ended without having begun since they last ended, and steps of the procedure that ended again though no loop began
 * another turn in between.
 */
export function doubledSteps(events: readonly Recorded[]): readonly string[] {
  const wrong: string[] = [];
  const begun = new Set<string>();
  const done = new Set<string>();
  for (const { action, object, data } of events) {
    const skid = typeof data?.skid === 'string' ? data.skid : '';
    const step = `${skid} ${object}`;
    if (action === 'turn-ended' && data?.again === true)
      for (const one of [...done]) if (one.startsWith(`${skid} ${object}`)) done.delete(one);
    if (action === 'step-started') begun.add(step);
    if (action !== 'step-ended') continue;
    if (!begun.delete(step)) wrong.push(`${step} ended without having begun`);
    if (data?.purpose !== 'procedure') continue;
    if (done.has(step)) wrong.push(`${step} ended twice in one turn`);
    done.add(step);
  }
  return wrong;
}
