/** What people did to a running batch: modes, set points, values of the formula, commands that did not go as they were meant. */
import { utcMs } from '../../../plant/clock.ts';
import { actorName } from '../../../plant/people.ts';
import type { RecordValue, StoredEvent } from '../../../plant/record-event.ts';
import { actions, around, inSpan, skidOf, timeOf } from '../evidence.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

export const manualIntervals: Rule = {
  name: 'manual-intervals',
  version: '1',
  title: 'Every skid ran in automatic from start to end',
  counts: 'changes of mode',
  run: (evidence) => {
    const changes = actions(evidence, 'mode-changed');
    const found = changes.flatMap((stored): readonly Finding[] => {
      const mode = textOf(stored.event.new);
      if (mode === 'automatic') return [];
      const skid = skidOf(stored);
      const next = changes.find((one) => one.seq > stored.seq && skidOf(one) === skid);
      const to = next === undefined ? evidence.span.to : timeOf(next);
      const detail = stored.event.reason ?? 'no reason given';
      return [findingOf(stored, timeOf(stored), { skid, title: `In mode ${mode}`, detail, to })];
    });
    return { looked: changes.length, found };
  },
};

export const overrides: Rule = {
  name: 'overrides',
  version: '1',
  title: 'The batch ran by the values of its recipe, and nobody wrote a set point',
  counts: 'lines',
  run: (evidence) => {
    const written = around(evidence, 'command-intended').filter(
      (stored) =>
        stored.event.actor.kind === 'person' &&
        stored.event.data?.['kind'] === 'write' &&
        inSpan(timeOf(stored), evidence.span),
    );
    const [prepared] = actions(evidence, 'batch-prepared');
    const ordered = Object.entries(evidence.ordered).flatMap(([name, value]): readonly Finding[] =>
      prepared === undefined
        ? []
        : [
            {
              ...findingOf(prepared, timeOf(prepared), {
                skid: null,
                title: `${name} was ordered as ${value}`,
                detail: 'within the range that the recipe allows, but not the value of the recipe',
              }),
              key: `ordered/${name}`,
            },
          ],
    );
    const writes = written.map((stored) =>
      findingOf(stored, timeOf(stored), {
        skid: skidOf(stored),
        title: `Set point ${stored.event.object} written by ${actorName(stored.event.actor)}`,
        detail: changeOf(stored),
      }),
    );
    return { looked: evidence.around.length + Object.keys(evidence.ordered).length, found: [...ordered, ...writes] };
  },
};

function changeOf({ event: { old, new: now, unit, reason } }: StoredEvent): string {
  const say = (value: RecordValue | undefined): string =>
    typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return `${say(old)} → ${say(now)}${unit === undefined ? '' : ` ${unit}`}${reason === undefined ? '' : `, ${reason}`}`;
}

/** Failures within this are of one cause, and found once. */
const oneCauseMs = 60_000;

export const failedCommands: Rule = {
  name: 'failed-commands',
  version: '1',
  title: 'What the batch asked of its skids was done',
  counts: 'commands',
  run: (evidence) => {
    const asked = around(evidence, 'command-done', 'command-failed', 'command-refused').filter(
      ({ event }) => event.actor.kind === 'batch',
    );
    const found: Finding[] = [];
    for (const stored of asked) {
      if (stored.event.action === 'command-done') continue;
      const at = timeOf(stored);
      const skid = skidOf(stored);
      const message = textOf(stored.event.data?.['message']);
      const last = found.findLastIndex((one) => one.skid === skid && at - one.to < oneCauseMs);
      const before = found[last];
      if (before === undefined) {
        const title =
          stored.event.action === 'command-failed'
            ? 'A command of the batch failed'
            : 'A command of the batch was refused';
        found.push(findingOf(stored, at, { skid, title, detail: `${stored.event.object}: ${message}` }));
      } else found[last] = { ...before, to: utcMs(at), lines: [...before.lines, stored] };
    }
    return { looked: asked.length, found };
  },
};

/** Of people, on the batch itself: what was asked and refused, out of turn or without the right. */
export const refusedCommands: Rule = {
  name: 'refused-commands',
  version: '1',
  title: 'Nobody was refused a command of this batch',
  counts: 'lines',
  run: (evidence) => ({
    looked: evidence.events.length,
    found: actions(evidence, 'command-refused').map((stored) =>
      findingOf(stored, timeOf(stored), {
        skid: skidOf(stored),
        title: `${stored.event.object} by ${actorName(stored.event.actor)} was refused`,
        detail: stored.event.reason ?? '',
      }),
    ),
  }),
};

const textOf = (value: RecordValue | undefined): string => (typeof value === 'string' ? value : '');
