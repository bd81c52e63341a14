/** Events of a scope: all of them, or those of a time, found without reading what lies before. */
import type { UtcMs } from '../../plant/clock.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../plant/record-event.ts';

const atOnce = 1000;
/** Lines are looked for from so long before to so long after: a clock may have been set meanwhile, and what happened earlier is written later. */
const slackMs = 10 * 60_000;

export async function readAll(records: Pick<RecordKeeper, 'read'>, scope: string): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const some = await records.read(scope, (all.at(-1)?.seq ?? 0) + 1, atOnce);
    all.push(...some);
    if (some.length < atOnce) return all;
  }
}

/** Every event of the scope that was recorded from `from` to `to`, and some before and after. */
export async function readBetween(
  records: Pick<RecordKeeper, 'read' | 'scopes'>,
  scope: string,
  from: UtcMs,
  to: UtcMs,
): Promise<readonly StoredEvent[]> {
  const count = (await records.scopes(scope)).find((one) => one.scope === scope)?.count ?? 0;
  let [low, high] = [1, count + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const [stored] = await records.read(scope, middle, 1);
    if (stored === undefined || stored.utc >= from - slackMs) high = middle;
    else low = middle + 1;
  }
  const found: StoredEvent[] = [];
  for (let next = low; next <= count;) {
    const some = await records.read(scope, next, atOnce);
    for (const stored of some) {
      if (stored.utc > to + slackMs) return found;
      found.push(stored);
    }
    if (some.length === 0) return found;
    next = (some.at(-1)?.seq ?? next) + 1;
  }
  return found;
}

/** The last event of the scope with one of these actions that was recorded before `before`, however long ago; null where there is none. */
export async function readLastBefore(
  records: Pick<RecordKeeper, 'read' | 'scopes'>,
  scope: string,
  before: UtcMs,
  actions: readonly string[],
): Promise<StoredEvent | null> {
  let end = (await records.scopes(scope)).find((one) => one.scope === scope)?.count ?? 0;
  while (end > 0) {
    const from = Math.max(1, end - atOnce + 1);
    const some = await records.read(scope, from, end - from + 1);
    const last = some.findLast(({ utc, event }) => utc < before && actions.includes(event.action));
    if (last !== undefined) return last;
    end = from - 1;
  }
  return null;
}
