/**
 * Lines that no other rule reads and that are not of an ordinary day: whatever else a room writes of the batch's skids is shown to a person
 * until somebody has said here that it is ordinary, or has written a rule for it.
 */
import { actorName } from '../../../plant/people.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { inSpan, skidOf, timeOf, type Evidence } from '../evidence.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

/** What other rules read, or what is read where the sections, the tables and the trends of the record are made. */
const ofBatch: ReadonlySet<string> = new Set([
  'batch-commanded', 'batch-ended', 'batch-prepared', 'batch-started', 'branch-chosen', 'command-refused', 'ending-begun',
  'equipment-asked', 'equipment-done-without', 'equipment-granted', 'equipment-released', 'equipment-taken', 'equipment-taken-away',
  'equipment-withdrawn', 'exception-found', 'exception-judged', 'exception-raised', 'deviation-raised', 'deviation-investigated',
  'deviation-decided', 'batch-disposed', 'late-entry', 'mode-changed', 'procedure-begun', 'prompt-answered', 'prompt-asked',
  'prompt-withdrawn', 'record-gap', 'records-lost', 'rules-executed', 'segment-opened', 'segment-sealed', 'set-points-asked', 'signed',
  'state-changed', 'step-ended', 'step-finished', 'step-started', 'turn-ended', 'unit-archived', 'unit-given-up', 'volume-collected',
  'wait-ended', 'service-restarted', 'restart-planned',
]); // prettier-ignore

const aroundBatch: ReadonlySet<string> = new Set([
  'alarm-raised', 'alarm-cleared', 'alarm-acknowledged', 'alarm-confirmed', 'batch-began', 'batch-ended-here', 'calibration-recorded',
  'changeover-entered', 'changeover-left', 'clock-jumped', 'clock-set-back', 'clock-stepped', 'clock-synchronised',
  'clock-unsynchronised', 'cleaned', 'command-done', 'command-intended', 'interlock-bypass-ended', 'interlock-bypassed',
  'interlock-cleared', 'interlock-force-ended', 'interlock-forced', 'interlock-proof-test-begun', 'interlock-proof-test-void',
  'interlock-proof-tested', 'interlock-reset', 'interlock-reset-accepted', 'interlock-response', 'interlock-restored',
  'interlock-tripped', 'key-recorded', 'person-locked', 'record-gap', 'records-lost', 'service-started', 'service-stopped',
  'signature-refused', 'to-be-cleaned', 'fouling-flushed', 'configuration-recorded', 'record-read',
]); // prettier-ignore

/** Of the batch's own commands another rule speaks. */
const ofCommands: ReadonlySet<string> = new Set(['command-failed', 'command-refused']);

export const otherLines: Rule = {
  name: 'other-lines',
  version: '1',
  title: 'Nothing is on record of the batch and its skids but what the other rules read and what is ordinary',
  counts: 'lines',
  run: (evidence) => {
    const around = evidence.around.filter((stored) => inSpan(timeOf(stored), evidence.span));
    const strange = [...evidence.events.filter(({ event }) => !ofBatch.has(event.action)), ...around.filter(isStrange)];
    return { looked: evidence.events.length + around.length, found: grouped(evidence, strange) };
  },
};

function isStrange({ event }: StoredEvent): boolean {
  if (ofCommands.has(event.action)) return event.actor.kind !== 'batch';
  return !aroundBatch.has(event.action);
}

/** One finding for each kind of line on each skid. */
function grouped(evidence: Evidence, lines: readonly StoredEvent[]): readonly Finding[] {
  const kinds = Map.groupBy(lines, (stored) => `${skidOf(stored) ?? ''} ${stored.event.action}`);
  return [...kinds.values()].flatMap((all) => {
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { action, object, actor, reason } = first.event;
    const times = all.length === 1 ? '' : `${all.length} times, first `;
    const why = reason === undefined ? '' : `: ${reason}`;
    return [
      {
        ...findingOf(first, timeOf(first), {
          skid: skidOf(first),
          title: sentence(action),
          detail: `${times}${object}, by ${actorName(actor)}${why}`,
          to: timeOf(last),
        }),
        lines: all,
      },
    ];
  });
}

const sentence = (action: string): string => {
  const words = action.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
