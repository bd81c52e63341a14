/** A desk of reviews that knows of no batch. */
import type { ReviewDesk } from '../../../plant/ports/review-desk.ts';

export function fakeReviews(more: Partial<ReviewDesk> = {}): ReviewDesk {
  const refused = () => Promise.resolve({ done: false, reason: 'There is no such batch.', remedy: 'See the list.' } as const);
  const none = () => Promise.resolve(null);
  const noFile = () => Promise.reject(new Error('no file'));
  return {
    review: none,
    trace: none,
    judge: refused,
    raiseDeviation: refused,
    investigate: refused,
    decide: refused,
    enterLate: refused,
    signReviewed: refused,
    dispose: refused,
    document: none,
    pdf: noFile,
    exported: noFile,
    ...more,
  };
}
