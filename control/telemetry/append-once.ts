/**
 * Lines of sealing, each once: an answer of the ledger that was lost leaves open whether the line stands. Before it is written again it is
 * looked for, since a number that stood twice would be taken for a forgery.
 */
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';

const atOnce = 1000;

export type AppendOnce = (event: RecordEvent) => Promise<void>;

/** @returns a function that throws as `append` and `read` do; the same line may then be given again. */
export function appendOnce(records: Pick<RecordKeeper, 'append' | 'read'>): AppendOnce {
  const doubtful = new Set<string>();
  return async (event) => {
    const key = `${event.scope} ${event.action} ${event.object}`;
    if (doubtful.has(key) && (await stands(records, event))) {
      doubtful.delete(key);
      return;
    }
    doubtful.add(key);
    await records.append(event);
    doubtful.delete(key);
  };
}

async function stands(records: Pick<RecordKeeper, 'read'>, { scope, action, object }: RecordEvent): Promise<boolean> {
  for (let next = 1; ;) {
    const stored = await records.read(scope, next, atOnce);
    if (stored.some(({ event }) => event.action === action && event.object === object)) return true;
    if (stored.length < atOnce) return false;
    next = (stored.at(-1)?.seq ?? next) + 1;
  }
}
