import { describe, expect, it } from 'vitest';
import {
  inOrder,
  isOpen,
  nextOf,
  openOnes,
  ruleText,
  stateText,
  summaryText,
} from '../../hmi/web/src/review/review-text.ts';
import { utcMs } from '../../plant/clock.ts';
import type { DeviationView, ExceptionView, ReviewView } from '../../plant/review-view.ts';

const by = { by: 'Rosa', personId: 'P-1', at: utcMs(1), seq: 9 };
const exception = (id: string, more: Partial<ExceptionView> = {}): ExceptionView => ({
  id,
  rule: 'alarms',
  skid: null,
  from: utcMs(Number(id.slice(2))),
  to: utcMs(0),
  title: 'Alarm',
  detail: '',
  lines: [],
  tags: [],
  stillFound: true,
  judged: null,
  deviation: null,
  replacedBy: null,
  byDeviation: false,
  ...more,
});
const judged = exception('E-1', { judged: { ...by, reason: 'seen' } });
const inDeviation = exception('E-2', { deviation: 'D-1' });
const replaced = exception('E-3', { replacedBy: 'E-4' });
const open = exception('E-4');
const hard = exception('E-5', { byDeviation: true });
const review = (exceptions: readonly ExceptionView[], ranAt: number | null = 1): ReviewView => {
  const rule = { rule: 'alarms', version: '1', title: 'None', looked: 12_000, counts: 'alarms', found: 0 };
  const nobody = { reviewed: null, disposition: null, earlierDispositions: [], deviations: [], lateEntries: [] };
  const free = { opposesReview: [], opposesDisposition: [], opposesRelease: [] };
  const head = { count: 1, hash: '' };
  return { batch: 'B', head, ranAt: ranAt as ReviewView['ranAt'], rules: [rule, rule], exceptions, ...nobody, ...free };
};

describe('an exception in words', () => {
  it.each([
    [judged, 'no deviation: seen (Rosa)', false],
    [inDeviation, 'in D-1', false],
    [replaced, 'found otherwise since: E-4', false],
    [open, 'open', true],
    [hard, 'open, closed by a deviation only', true],
  ] as const)('%# says what became of it, and whether it needs eyes', (one, words, needsEyes) => {
    expect(stateText(one)).toBe(words);
    expect(isOpen(one)).toBe(needsEyes);
  });

  it('stands first while it needs eyes, the oldest first', () => {
    const all = inOrder([judged, hard, inDeviation, open]);
    expect(all.map(({ id }) => id)).toEqual(['E-4', 'E-5', 'E-1', 'E-2']);
    expect(openOnes(review([judged, open, replaced])).map(({ id }) => id)).toEqual(['E-4']);
  });
});

describe('a review in one line', () => {
  it.each([
    [review([], null), 'The rules run when the batch has ended and what was measured is sealed.'],
    [review([]), '2 rules ran and found nothing.'],
    [review([judged, inDeviation]), '2 rules ran. 2 exceptions, all of them seen to.'],
    [review([judged]), '2 rules ran. 1 exception, all of them seen to.'],
    [review([judged, open]), '2 rules ran. 1 exception of 2 needs eyes.'],
    [review([open, hard, judged]), '2 rules ran. 2 exceptions of 3 need eyes.'],
  ])('%# says how much needs eyes', (one, words) => {
    expect(summaryText(one)).toBe(words);
  });

  it('says of a rule on how much it ran and what it found', () => {
    const [rule] = review([]).rules;
    expect(ruleText(rule!)).toBe('12,000 alarms looked at, nothing found');
    expect(ruleText({ ...rule!, found: 1 })).toBe('12,000 alarms looked at, 1 exception');
  });

  it('says of a deviation what comes next', () => {
    const states = ['raised', 'investigated', 'closed'] as const;
    expect(states.map((state) => nextOf({ state } as DeviationView))).toEqual(['investigate', 'decide', null]);
  });
});
