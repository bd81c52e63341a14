/** What stands in the way of signing a record as reviewed, and of deciding about the product. Pure. */
import type { BatchView } from '../../plant/batch-view.ts';
import type { ExceptionView } from '../../plant/review-view.ts';
import type { ReviewBook } from './review-book.ts';

export type Standing = Readonly<{
  ended: boolean;
  purpose: BatchView['purpose'];
  book: ReviewBook;
  /** The rules have read everything that stands in the record and around it now. */
  rulesAreCurrent: boolean;
}>;

/** Nobody has seen to it yet, and no later finding stands in its place. */
export const isOpen = ({ judged, deviation, replacedBy }: ExceptionView): boolean =>
  judged === null && deviation === null && replacedBy === null;

export function opposesReview({ ended, book, rulesAreCurrent }: Standing): readonly string[] {
  if (!ended) return ['The batch runs.'];
  const open = [...book.exceptions.values()].filter(isOpen);
  const notClosed = [...book.deviations.values()].filter(({ state }) => state !== 'closed');
  return [
    ...(rulesAreCurrent ? [] : ['The rules have not run over the record as it stands.']),
    ...(book.unreadable.length === 0 ? [] : [`Lines ${book.unreadable.join(', ')} cannot be read.`]),
    ...(open.length === 0
      ? []
      : [
          `${open.length === 1 ? '1 exception is' : `${open.length} exceptions are`} open: ${open.map(({ id }) => id).join(', ')}.`,
        ]),
    ...notClosed.map(({ id, state }) => `Deviation ${id} is ${state}, not closed.`),
  ];
}

/** Of every disposition. */
export function opposesDisposition(standing: Standing): readonly string[] {
  const { book, ended } = standing;
  const reviewed = book.reviewed;
  const review =
    reviewed === null
      ? ['Nobody of QA has signed the record as reviewed.']
      : reviewed.superseded === null
        ? []
        : [`The review no longer stands: ${reviewed.superseded}`];
  return [...opposesReview(standing), ...(ended ? review : [])];
}

/** Of a release beside those of every disposition. */
export function opposesRelease(standing: Standing): readonly string[] {
  const affected = [...standing.book.deviations.values()].filter(
    ({ decided }) => decided?.decision === 'product affected',
  );
  return [
    ...opposesDisposition(standing),
    ...(standing.purpose === 'rehearsal' ? ['A rehearsal makes no product.'] : []),
    ...affected.map(({ id }) => `Deviation ${id} found the product affected.`),
  ];
}
