/** What the batch began on: gates, calibrations, training, signatures; and what of it was found wanting since. */
import type { RecordValue, StoredEvent } from '../../../plant/record-event.ts';
import { actions, around, inSpan, skidOf, timeOf, type Evidence } from '../evidence.ts';
import { findingOf, type Finding, type Looked, type Rule } from '../rule.ts';

type Gate = Readonly<{ gate: string; object: string; verdict: string; found: string }>;

const textOf = (value: RecordValue | undefined): string => (typeof value === 'string' ? value : '');

function gatesOf(started: StoredEvent | undefined): readonly Gate[] {
  const gates = started?.event.data?.['gates'];
  if (!Array.isArray(gates)) return [];
  return (gates as readonly RecordValue[]).map((each) => {
    const { gate, object, verdict, found } = each as Readonly<Record<string, RecordValue>>;
    return { gate: textOf(gate), object: textOf(object), verdict: textOf(verdict), found: textOf(found) };
  });
}

/** Gates that another rule speaks of. */
const calibrationGate = 'calibration';
const notWatched = 'not watched';

export const gates: Rule = {
  name: 'start-gates',
  version: '1',
  title: 'Everything that has to be in order before a start was watched and in order',
  counts: 'gates',
  run: (evidence) => overGates(evidence, ({ gate }) => gate !== calibrationGate),
};

/** What was not watched is found once for each kind of gate: it is one decision that it was not. */
function overGates(evidence: Evidence, meant: (gate: Gate) => boolean): Looked {
  const [started] = actions(evidence, 'batch-started');
  const all = gatesOf(started).filter(meant);
  if (started === undefined) return { looked: 0, found: [] };
  const about = (key: string, title: string, detail: string): Finding => ({
    ...findingOf(started, timeOf(started), { skid: null, title, detail }),
    key: `gate/${key}`,
  });
  const against = all
    .filter(({ verdict }) => verdict !== 'ok' && verdict !== notWatched)
    .map(({ gate, object, verdict, found }) => about(`${gate}/${object}`, `${gate} of ${object}: ${verdict}`, found));
  const unwatched = Map.groupBy(
    all.filter(({ verdict }) => verdict === notWatched),
    ({ gate }) => gate,
  );
  const grouped = [...unwatched].map(([gate, of]) =>
    about(
      `${gate}/${notWatched}`,
      `${gate} was not watched`,
      of.map(({ object, found }) => `${object}: ${found}`).join(' '),
    ),
  );
  return { looked: all.length, found: [...against, ...grouped] };
}

export const calibrations: Rule = {
  name: 'calibration',
  version: '3',
  byDeviation: true,
  title: 'Every instrument was in date at the start, and none was found out of tolerance since',
  counts: 'calibrations',
  run: (evidence) => {
    const atStart = overGates(evidence, ({ gate }) => gate === calibrationGate);
    const since = around(evidence, 'calibration-recorded').filter((stored) => timeOf(stored) >= evidence.span.from);
    const failed = since
      .filter(({ event }) => event.data?.['asFoundWithin'] === false)
      .filter((stored) => touches(evidence, since, stored))
      .map((stored) =>
        findingOf(stored, timeOf(stored), {
          skid: skidOf(stored),
          title: `${stored.event.object} was found out of tolerance`,
          detail: 'what it measured in this batch was measured before that',
        }),
      );
    return { looked: atStart.looked + since.length, found: [...atStart.found, ...failed] };
  },
};

/** A failed calibration says which batches it touches; one that was recorded before they did is judged by what was found around it. */
function touches(evidence: Evidence, all: readonly StoredEvent[], failed: StoredEvent): boolean {
  const listed = failed.event.data?.['batches'];
  return Array.isArray(listed) ? listed.includes(evidence.batch) : !foundGoodBetween(evidence, all, failed);
}

/** What was found good after the batch and before it failed was good while the batch ran. */
function foundGoodBetween({ span }: Evidence, all: readonly StoredEvent[], failed: StoredEvent): boolean {
  return all.some(
    (one) =>
      one.scope === failed.scope &&
      one.seq < failed.seq &&
      one.event.object === failed.event.object &&
      one.event.data?.['asFoundWithin'] === true &&
      timeOf(one) >= span.to,
  );
}

export const signatures: Rule = {
  name: 'signatures',
  version: '1',
  byDeviation: true,
  title: 'Every act that asks signatures has them, by different people, and none was refused',
  counts: 'signatures',
  run: (evidence) => {
    const signed = actions(evidence, 'signed');
    const wanted = evidence.recipe.signatures['start batch'];
    const subject = `start of batch ${evidence.batch}`;
    const start = signed.filter(({ event }) => event.object === subject);
    const [started] = actions(evidence, 'batch-started');
    const found: Finding[] = [];
    const held = start.map(({ event }) => textOf(event.data?.['role']));
    const lacking = wanted.filter((role) => !held.includes(role));
    if (started !== undefined && lacking.length > 0)
      found.push({
        ...findingOf(started, timeOf(started), {
          skid: null,
          title: 'The start lacks a signature',
          detail: lacking.join(', '),
        }),
        key: 'start/lacking',
      });
    const signers = start.map(({ event }) => textOf(event.data?.['signer']));
    const [first] = start;
    if (first !== undefined && new Set(signers).size < signers.length)
      found.push(
        findingOf(first, timeOf(first), {
          skid: null,
          title: 'One person signed the start twice',
          detail: signers.join(', '),
        }),
      );
    const refused = around(evidence, 'signature-refused').filter(
      ({ event }) => event.object === `batch/${evidence.batch}`,
    );
    for (const stored of refused)
      found.push(
        findingOf(stored, timeOf(stored), {
          skid: null,
          title: 'A signature was refused',
          detail: stored.event.reason ?? '',
        }),
      );
    const locked = around(evidence, 'person-locked').filter((stored) => inSpan(timeOf(stored), evidence.span));
    for (const stored of locked)
      found.push(
        findingOf(stored, timeOf(stored), {
          skid: null,
          title: `${stored.event.object} was locked out`,
          detail: stored.event.reason ?? '',
        }),
      );
    return { looked: signed.length + refused.length, found };
  },
};
