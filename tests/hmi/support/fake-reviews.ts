/** A desk of reviews that knows of no batch, and does whatever it is asked in none; it keeps what that was. */
import type { ReviewDesk } from '../../../plant/ports/review-desk.ts';
import type { ReviewView } from '../../../plant/review-view.ts';

type Asked = (what: string, input: unknown) => void;

const empty = (batch: string): ReviewView => ({
  batch,
  head: { count: 1, hash: 'a'.repeat(64) },
  ranAt: null,
  rules: [],
  exceptions: [],
  deviations: [],
  lateEntries: [],
  reviewed: null,
  disposition: null,
  earlierDispositions: [],
  opposesReview: [],
  opposesDisposition: [],
  opposesRelease: [],
});

export function fakeReviews(asked: Asked, more: Partial<ReviewDesk> = {}): ReviewDesk {
  const does =
    (what: string) =>
    (request: Readonly<{ batch: string }>): ReturnType<ReviewDesk['signReviewed']> => {
      asked(what, request);
      return Promise.resolve({ done: true, review: empty(request.batch) });
    };
  const none = () => Promise.resolve(null);
  const noFile = () => Promise.reject(new Error('no file'));
  return {
    review: none,
    reReviews: () => Promise.resolve([]),
    trace: none,
    judge: does('judge'),
    raiseDeviation: does('raise deviation'),
    investigate: does('investigate'),
    decide: does('decide'),
    enterLate: does('enter late'),
    signReviewed: does('sign reviewed'),
    dispose: does('dispose'),
    document: none,
    pdf: noFile,
    exported: noFile,
    ...more,
  };
}
