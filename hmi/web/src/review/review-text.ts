/** Words of a review. Pure. */
import type { DeviationView, ExceptionView, ReviewView, RuleView } from '../../../../plant/review-view.ts';

export const openOnes = ({ exceptions }: ReviewView): readonly ExceptionView[] => exceptions.filter(isOpen);

export const isOpen = ({ judged, deviation, replacedBy }: ExceptionView): boolean =>
  judged === null && deviation === null && replacedBy === null;

/** What needs eyes first, then what has been seen to; the oldest of each first. */
export const inOrder = (exceptions: readonly ExceptionView[]): readonly ExceptionView[] =>
  [...exceptions].sort((one, other) => Number(isOpen(other)) - Number(isOpen(one)) || one.from - other.from);

export function stateText({ judged, deviation, replacedBy, byDeviation }: ExceptionView): string {
  if (judged !== null) return `no deviation: ${judged.reason} (${judged.by})`;
  if (deviation !== null) return `in ${deviation}`;
  if (replacedBy !== null) return `found otherwise since: ${replacedBy}`;
  return byDeviation ? 'open, closed by a deviation only' : 'open';
}

export function summaryText(review: ReviewView): string {
  if (review.ranAt === null) return 'The rules run when the batch has ended and what was measured is sealed.';
  const open = openOnes(review).length;
  const { length } = review.exceptions;
  const rules = `${review.rules.length} rules ran`;
  if (length === 0) return `${rules} and found nothing.`;
  if (open === 0) return `${rules}. ${countText(length, 'exception')}, all of them seen to.`;
  return `${rules}. ${countText(open, 'exception')} of ${length} ${open === 1 ? 'needs' : 'need'} eyes.`;
}

export const countText = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export const ruleText = ({ looked, counts, found }: RuleView): string =>
  `${looked.toLocaleString('en-GB')} ${counts} looked at, ${found === 0 ? 'nothing found' : countText(found, 'exception')}`;

export const nextOf = ({ state }: DeviationView): 'investigate' | 'decide' | null =>
  state === 'raised' ? 'investigate' : state === 'investigated' ? 'decide' : null;
