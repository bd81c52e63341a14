/** What the record does not know: gaps in the record and in what was measured, restarts, a clock that moved, lines that came late. */
import { isoUtc, utcMs } from '../../../plant/clock.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import {
  around,
  clockStates,
  dataText,
  inSpan,
  skidOf,
  timeOf,
  type Evidence,
  type UnitEvidence,
} from '../evidence.ts';
import { findingOf, type Finding, type Rule } from '../rule.ts';

/** Of the wall: between the end of one sealed segment and the beginning of the next. */
const longestGapMs = 5_000;

export const recordGaps: Rule = {
  name: 'record-gaps',
  version: '1',
  byDeviation: true,
  title: 'Nothing that happened is missing from the record',
  counts: 'lines',
  run: (evidence) => {
    const all = [...evidence.events, ...evidence.around.filter((stored) => inSpan(timeOf(stored), evidence.span))];
    return {
      looked: all.length,
      found: all
        .filter(({ event }) => event.action === 'record-gap' || event.action === 'records-lost')
        .map((stored) =>
          findingOf(stored, timeOf(stored), {
            skid: skidOf(stored),
            title: `Gap in the record of ${stored.event.object}`,
            detail: stored.event.reason ?? '',
          }),
        ),
    };
  },
};

export const telemetryGaps: Rule = {
  name: 'measured-gaps',
  version: '2',
  title: 'What was measured is sealed from the first step to the last, without a gap',
  counts: 'sealed segments',
  run: (evidence) => ({
    looked: evidence.units.reduce((sum, { segments }) => sum + segments.length, 0),
    found: evidence.units.flatMap((unit) => gapsOf(evidence, unit)),
  }),
};

function gapsOf(evidence: Evidence, { skid, span, segments }: UnitEvidence): readonly Finding[] {
  const lineOf = (seq: number): readonly StoredEvent[] => evidence.events.filter((stored) => stored.seq === seq);
  const found: Finding[] = [];
  const add = (key: string, from: number, to: number, title: string, detail: string, seq?: number): void => {
    const lines = seq === undefined ? [] : lineOf(seq);
    found.push({ key: `${key}@${skid}`, skid, from: utcMs(from), to: utcMs(to), title, detail, lines, tags: [] });
  };
  let until: number = span.from;
  const sealed = new Set(segments.map(({ number }) => `${skid}/${number}`));
  for (const stored of evidence.events) {
    const { action, object } = stored.event;
    if (action !== 'segment-opened' || skidOf(stored) !== skid || sealed.has(object)) continue;
    const at = Date.parse(dataText(stored, 'from'));
    const [title, detail] = ['What was measured was never sealed', `segment ${object} was begun, and no line seals it`];
    add(`never-sealed/${object}`, at, at, title, detail, stored.seq);
  }
  for (const { number, from, to, recovered, seq, gaps, dropped, aside } of segments) {
    for (const [index, gap] of gaps.entries()) {
      const scans = gap.scans === 0 ? 'nobody can say how many scans' : `${gap.scans} scans`;
      const detail = `${scans} are missing in segment ${number}: ${gap.why}`;
      add(`gap-in/${number}/${index + 1}`, gap.from, gap.to, 'Nothing was kept of what was measured', detail, seq);
    }
    if (aside !== null) {
      const detail = `of segment ${number} ${dropped === 0 ? 'the whole file' : `${dropped} lines`}, kept as ${aside}`;
      add(`aside/${number}`, from, to, 'What could not be sealed was put aside', detail, seq);
    }
    if (from - until > longestGapMs) {
      const seconds = ((from - until) / 1000).toFixed(0);
      add(`gap/${number}`, until, from, 'Nothing was measured', `${seconds} s before segment ${number}`, seq);
    }
    if (recovered)
      add(
        `recovered/${number}`,
        from,
        to,
        'Sealed only after a restart',
        `segment ${number} lay open on the disk when the service ended`,
        seq,
      );
    until = Math.max(until, to);
  }
  if (span.to - until > longestGapMs)
    add('gap/end', until, span.to, 'Nothing was measured', `${((span.to - until) / 1000).toFixed(0)} s before the end`);
  return found;
}

export const restarts: Rule = {
  name: 'restarts',
  version: '1',
  title: 'The service ran from start to end, as the same build on the same definitions',
  counts: 'lines',
  run: (evidence) => ({
    looked: evidence.around.length,
    found: around(evidence, 'service-started')
      .filter((stored) => stored.scope === 'service' && inSpan(timeOf(stored), evidence.span))
      .map((stored) =>
        findingOf(stored, timeOf(stored), {
          skid: null,
          title: 'The service was started anew',
          detail: detailOf(stored),
        }),
      ),
  }),
};

const detailOf = ({ event: { data } }: StoredEvent): string =>
  typeof data?.['build'] === 'string' ? data['build'] : '';

/** A step of the clock that nobody was told of is found by the lines themselves. */
const longestStepMs = 1_000;
/** What happened to the clock just before the first step or just after the last may still bear on what was measured. */
const marginMs = 60_000;

export const clock: Rule = {
  name: 'clock',
  version: '2',
  title: 'The clock went on evenly and was synchronised; lines stand in the order of their numbers',
  counts: 'lines',
  run: (evidence) => {
    const near = { from: utcMs(evidence.span.from - marginMs), to: utcMs(evidence.span.to + marginMs) };
    const told = around(evidence, 'clock-stepped', 'clock-unsynchronised')
      .filter((stored) => inSpan(stored.utc, near))
      .map((stored) =>
        findingOf(stored, timeOf(stored), {
          skid: null,
          title: stored.event.action === 'clock-stepped' ? 'The clock was set' : 'The clock was no longer synchronised',
          detail: stored.event.action === 'clock-stepped' ? stepText(stored) : sourceText(stored),
        }),
      );
    const back = evidence.events.flatMap((stored, index) => {
      const before = evidence.events[index - 1];
      if (before === undefined || stored.utc >= before.utc - longestStepMs) return [];
      const seconds = ((before.utc - stored.utc) / 1000).toFixed(1);
      const detail = `line ${stored.seq} says ${isoUtc(stored.utc)}, ${seconds} s before line ${before.seq}; the numbers give the order`;
      return [findingOf(stored, stored.utc, { skid: null, title: 'The clock went back', detail })];
    });
    const found = [...told, ...atStart(evidence, near.from), ...back];
    return { looked: evidence.events.length + evidence.around.length, found };
  },
};

function stepText({ event: { old, new: now, data, reason } }: StoredEvent): string {
  const step = Number(data?.['stepMs']) / 1000;
  if (typeof old !== 'string' || typeof now !== 'string' || !Number.isFinite(step)) return reason ?? '';
  return `from ${old} to ${now}, ${Math.abs(step).toFixed(1)} s ${step < 0 ? 'back' : 'forward'}`;
}

function sourceText(stored: StoredEvent): string {
  const source = dataText(stored, 'source');
  return source === '' || source === 'unknown'
    ? 'nobody on the machine could say that it was'
    : `${source} said that it was not`;
}

/** Nothing was said of it while the batch ran where nothing changed: what was said last before stands, however long ago. */
function atStart(evidence: Evidence, nearFrom: number): readonly Finding[] {
  const { from } = evidence.span;
  const last = around(evidence, ...clockStates).findLast(({ utc }) => utc < from);
  const title = 'The clock was not synchronised when the batch began';
  if (last === undefined) {
    const detail = 'nothing on record says whether it was';
    return [{ key: 'clock/unsaid', skid: null, from, to: from, title, detail, lines: [], tags: [] }];
  }
  if (last.event.action !== 'clock-unsynchronised' || last.utc >= nearFrom) return [];
  return [findingOf(last, from, { skid: null, title, detail: `${sourceText(last)}, since ${isoUtc(last.utc)}` })];
}

/** From here on a line was not written when it happened. */
const lateMs = 60_000;

export const lateLines: Rule = {
  name: 'late-lines',
  version: '1',
  title: 'Every line was written when it happened; nothing was entered late',
  counts: 'lines',
  run: (evidence) => {
    const late = evidence.events.filter(
      (stored) => stored.event.action !== 'late-entry' && stored.utc - timeOf(stored) > lateMs,
    );
    const [first] = late;
    const found: Finding[] = evidence.events
      .filter(({ event }) => event.action === 'late-entry')
      .map((stored) =>
        findingOf(stored, timeOf(stored), {
          skid: skidOf(stored),
          title: `Late entry: ${stored.event.object}`,
          detail: `${typeof stored.event.new === 'string' ? stored.event.new : ''}, ${stored.event.reason ?? ''}`,
        }),
      );
    if (first !== undefined) {
      const longest = Math.max(...late.map((stored) => stored.utc - timeOf(stored)));
      const detail = `${late.length} lines, up to ${(longest / 1000).toFixed(0)} s after they happened`;
      found.push({
        ...findingOf(first, timeOf(first), { skid: null, title: 'Lines written late', detail }),
        lines: late.slice(0, 20),
      });
    }
    return { looked: evidence.events.length, found };
  },
};
