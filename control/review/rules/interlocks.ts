/** Interlocks while the batch ran: what tripped, and what was put out of force. */
import { utcMs } from '../../../plant/clock.ts';
import { actorName } from '../../../plant/people.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { around, dataText, inSpan, skidOf, timeOf, type Evidence } from '../evidence.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

export const trips: Rule = {
  name: 'interlock-trips',
  version: '1',
  byDeviation: true,
  title: 'No interlock tripped',
  counts: 'lines',
  run: (evidence) => ({
    looked: evidence.around.length,
    found: around(evidence, 'interlock-tripped')
      .filter((stored) => inSpan(timeOf(stored), evidence.span))
      .map((stored) =>
        findingOf(stored, timeOf(stored), {
          skid: skidOf(stored),
          title: `${titleOf(stored)} tripped`,
          detail: stored.event.reason ?? '',
        }),
      ),
  }),
};

/** What begins each, by what it is ended, and how people call it. A bypass may have been there before the batch began. */
const outOfForce = [
  { begun: 'interlock-bypassed', ended: 'interlock-bypass-ended', word: 'bypassed' },
  { begun: 'interlock-forced', ended: 'interlock-force-ended', word: 'held at a value by people' },
  {
    begun: 'interlock-proof-test-begun',
    ended: 'interlock-proof-tested',
    void: 'interlock-proof-test-void',
    word: 'under proof test',
  },
  { begun: 'changeover-entered', ended: 'changeover-left', word: 'in changeover' },
] as const;

export const bypasses: Rule = {
  name: 'bypasses',
  version: '1',
  byDeviation: true,
  title: 'No interlock was bypassed, forced, under test or in changeover',
  counts: 'lines',
  run: (evidence) => ({
    looked: evidence.around.length,
    found: outOfForce.flatMap((kind) => standing(evidence, kind)),
  }),
};

function standing(evidence: Evidence, kind: (typeof outOfForce)[number]): readonly Finding[] {
  const { begun, ended, word } = kind;
  const ends = around(evidence, ended, ...('void' in kind ? [kind.void] : []));
  return around(evidence, begun).flatMap((stored) => {
    const from = timeOf(stored);
    const end = ends.find(
      (one) => one.scope === stored.scope && one.seq > stored.seq && one.event.object === stored.event.object,
    );
    const to = end === undefined ? evidence.span.to : timeOf(end);
    if (to < evidence.span.from || from > evidence.span.to) return [];
    const { event } = stored;
    const detail = [
      `by ${actorName(event.actor)}`,
      event.reason ?? '',
      end === undefined ? 'no end of it on record' : '',
    ]
      .filter((part) => part !== '')
      .join('; ');
    return [
      findingOf(stored, utcMs(Math.max(from, evidence.span.from)), {
        skid: skidOf(stored),
        title: `${titleOf(stored)} ${word}`,
        detail,
        to: utcMs(Math.min(to, evidence.span.to)),
      }),
    ];
  });
}

const titleOf = (stored: StoredEvent): string => {
  const title = dataText(stored, 'title');
  const { object } = stored.event;
  return title === '' || title === object ? object : `${object} (${title})`;
};
