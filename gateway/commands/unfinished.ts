/** Commands that were intended and never concluded: the service ended in between. Found at the start, and said. */
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import { commandScope, unknownOutcome } from './command-events.ts';
import { commandKey } from './once.ts';

/** How far back it is looked for; a command is concluded within seconds. */
const lastEvents = 1000;
const conclusions = new Set(['command-done', 'command-failed', 'command-refused']);

/** The intents among `events` that none concludes; the conclusion may stand before an intent that was slow to record. Pure. */
export function unfinishedAmong(events: readonly RecordEvent[]): readonly RecordEvent[] {
  const intents = new Map<string, RecordEvent>();
  const concluded = new Set<string>();
  for (const event of events) {
    const id = event.data?.command;
    if (typeof id !== 'string') continue;
    const key = commandKey(event.actor, id);
    if (event.action === 'command-intended') intents.set(key, event);
    else if (conclusions.has(event.action)) concluded.add(key);
  }
  return [...intents].flatMap(([key, intent]) => (concluded.has(key) ? [] : [intent]));
}

/** @throws MesolineError where the ledger cannot be read or written */
export async function concludeUnfinished(records: RecordKeeper, skid: SkidName): Promise<number> {
  const scope = commandScope(skid);
  const known = (await records.scopes(scope)).find((each) => each.scope === scope);
  if (known === undefined) return 0;
  const stored = await records.read(scope, Math.max(0, known.count - lastEvents), lastEvents + 1);
  const unfinished = unfinishedAmong(stored.map(({ event }) => event));
  for (const intent of unfinished) await records.append(unknownOutcome(intent));
  return unfinished.length;
}
