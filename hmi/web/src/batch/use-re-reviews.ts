/** Batches that are to be reviewed again, by their number; asked for by those who may read a review only. */
import { useEffect, useState } from 'preact/hooks';
import type { ReReviewView } from '../../../../plant/review-view.ts';
import { watch } from '../api.ts';

const everyMs = 15_000;

export function useReReviews(may: boolean): ReadonlyMap<string, ReReviewView> {
  const [known, setKnown] = useState<ReadonlyMap<string, ReReviewView>>(new Map());
  useEffect(() => {
    if (!may) return;
    let stopped = false;
    const read = async (): Promise<void> => {
      const answer = await watch<Readonly<{ batches: readonly ReReviewView[] }>>('/api/reviews/again');
      if (!stopped && answer.ok) setKnown(new Map(answer.value.batches.map((one) => [one.batch, one])));
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [may]);
  return known;
}
