/** What the batch itself called out of the ordinary: exceptions, holds, ends before the end, answers outside their limits. */
import { utcMs } from '../../../plant/clock.ts';
import type { RecordValue, StoredEvent } from '../../../plant/record-event.ts';
import { actions, dataText, skidOf, timeOf, type Evidence } from '../evidence.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

/** The same on the same skid within this is one thing that comes and goes. */
const oneThingMs = 10 * 60_000;

export const exceptions: Rule = {
  name: 'exceptions',
  version: '1',
  title: 'The batch raised no exception: nothing was diverted, withheld or done without',
  counts: 'lines',
  run: (evidence) => {
    const found: Finding[] = [];
    for (const stored of actions(evidence, 'exception-raised', 'equipment-done-without')) {
      const at = timeOf(stored);
      const skid = skidOf(stored);
      const title =
        stored.event.action === 'exception-raised'
          ? stored.event.object
          : `Went on without shared equipment: ${stored.event.object}`;
      const detail = stored.event.reason ?? '';
      const last = found.findLastIndex(
        (one) => one.skid === skid && one.title === title && at - one.to < oneThingMs / evidence.timeScale,
      );
      const before = found[last];
      if (before === undefined) found.push(findingOf(stored, at, { skid, title, detail }));
      else found[last] = { ...before, to: utcMs(at), lines: [...before.lines, stored] };
    }
    return { looked: evidence.events.length, found };
  },
};

const unwanted: ReadonlySet<string> = new Set(['Holding', 'Stopping', 'Aborting']);

export const holds: Rule = {
  name: 'holds',
  version: '1',
  title: 'No skid was held, stopped, aborted or given up',
  counts: 'changes of state',
  run: (evidence) => {
    const changes = actions(evidence, 'state-changed', 'unit-given-up');
    const found = changes.flatMap((stored): readonly Finding[] => {
      const { action, reason = '', new: now } = stored.event;
      const skid = skidOf(stored);
      if (action === 'unit-given-up')
        return [findingOf(stored, timeOf(stored), { skid, title: 'Given up', detail: reason })];
      if (typeof now !== 'string' || !unwanted.has(now)) return [];
      const back = changes.find((one) => one.seq > stored.seq && skidOf(one) === skid && one.event.new === 'Running');
      return [
        findingOf(stored, timeOf(stored), {
          skid,
          title: now,
          detail: reason,
          to: back === undefined ? evidence.span.to : timeOf(back),
        }),
      ];
    });
    return { looked: changes.length, found };
  },
};

export const answers: Rule = {
  name: 'answers',
  version: '1',
  title: 'Every question was answered once, within its limits',
  counts: 'answers',
  run: (evidence) => {
    const asked = new Map<string, StoredEvent>();
    for (const stored of actions(evidence, 'prompt-asked')) asked.set(dataText(stored, 'prompt'), stored);
    const given = actions(evidence, 'prompt-answered');
    const found = given.flatMap((stored): readonly Finding[] => {
      const { object, new: value, reason, data } = stored.event;
      const first = given.find((one) => one.event.object === object);
      const question = asked.get(object);
      const title = question === undefined ? object : dataText(question, 'title');
      const about = { skid: skidOf(stored), detail: `${say(value)}${reason === undefined ? '' : `, ${reason}`}` };
      if (data?.['outside'] === true)
        return [findingOf(stored, timeOf(stored), { ...about, title: `${title}: answered outside its limits` })];
      if (first !== stored) return [findingOf(stored, timeOf(stored), { ...about, title: `${title}: answered again` })];
      return [];
    });
    const withdrawn = actions(evidence, 'prompt-withdrawn').map((stored) =>
      findingOf(stored, timeOf(stored), {
        skid: skidOf(stored),
        title: `${titleOf(evidence, stored)}: nobody had to answer any more`,
        detail: stored.event.reason ?? '',
      }),
    );
    return { looked: given.length, found: [...found, ...withdrawn] };
  },
};

const titleOf = (evidence: Evidence, { event }: StoredEvent): string => {
  const asked = actions(evidence, 'prompt-asked').find((one) => dataText(one, 'prompt') === event.object);
  return asked === undefined ? event.object : dataText(asked, 'title');
};

const say = (value: RecordValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
