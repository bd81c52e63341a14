/** Alarms that were raised on the batch's skids: who saw them, and when. */
import { timeOf, around, dataText, skidOf, type Evidence } from '../evidence.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

/** Priority 1 asks for eyes even where it was answered. */
const always = '1';

export const alarms: Rule = {
  name: 'alarms',
  version: '1',
  title: 'Every alarm was acknowledged before the batch ended, and none was of the highest priority',
  counts: 'alarms',
  run: (evidence) => {
    const raised = around(evidence, 'alarm-raised').filter((stored) => timeOf(stored) >= evidence.span.from);
    return { looked: raised.length, found: [...byAlarm(raised).values()].flatMap((all) => judged(evidence, all)) };
  },
};

function byAlarm(raised: readonly StoredEvent[]): ReadonlyMap<string, readonly StoredEvent[]> {
  const all = new Map<string, StoredEvent[]>();
  for (const stored of raised) all.set(stored.event.object, [...(all.get(stored.event.object) ?? []), stored]);
  return all;
}

/** One finding for an alarm, however often it was raised: the first time it was not acknowledged, else the first of all. */
function judged(evidence: Evidence, raised: readonly StoredEvent[]): readonly Finding[] {
  const open = raised.find((stored) => acknowledgedAt(evidence, stored) > evidence.span.to);
  const first = open ?? raised[0];
  if (first === undefined || (open === undefined && dataText(first, 'priority') !== always)) return [];
  const { event } = first;
  const value =
    typeof event.new === 'string' ? ` at ${event.new}${event.unit === undefined ? '' : ` ${event.unit}`}` : '';
  const times = raised.length === 1 ? 'raised once' : `raised ${raised.length} times`;
  const priority = `priority ${dataText(first, 'priority')}`;
  return [
    findingOf(first, timeOf(first), {
      skid: skidOf(first),
      title: `Alarm ${dataText(first, 'title') || event.object}`,
      detail: `${priority}, ${times}${value}; ${open === undefined ? 'acknowledged' : 'not acknowledged before the batch ended'}`,
    }),
  ];
}

function acknowledgedAt({ around: events }: Evidence, { scope, seq, event }: StoredEvent): number {
  const found = events.find(
    (one) =>
      one.scope === scope &&
      one.seq > seq &&
      one.event.object === event.object &&
      one.event.action === 'alarm-acknowledged',
  );
  return found === undefined ? Number.POSITIVE_INFINITY : timeOf(found);
}
