/** All events of a scope, a part at a time. */
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../plant/record-event.ts';

const eventsAtOnce = 500;

export async function readScope(records: Pick<RecordKeeper, 'read'>, scope: string): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const some = await records.read(scope, (all.at(-1)?.seq ?? 0) + 1, eventsAtOnce);
    all.push(...some);
    if (some.length < eventsAtOnce) return all;
  }
}
