/**
 * Batches that were decided about, and of which something was found since: their disposition stands no longer, and QA has to see
 * that without opening each. Kept in a scope of its own, so that the list needs no record of a batch.
 */
import type { Actor } from '../../plant/people.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent, StoredEvent } from '../../plant/record-event.ts';
import type { Disposition, ReReviewView } from '../../plant/review-view.ts';
import { dispositions } from '../../plant/review-view.ts';
import { reviewActor } from './review-events.ts';

const scope = 'reviews';
const readAtOnce = 500;
/** An event names so many of them; the batch's review has all. */
const mostTitles = 5;

/** Null where nothing new was found; recorded with what was found in one. */
export function reReviewRecord(
  batch: string,
  decision: Disposition,
  lines: readonly RecordEvent[],
): RecordEvent | null {
  const titles = lines.filter(({ action }) => action === 'exception-found').map(({ data }) => textOf(data?.['title']));
  if (titles.length === 0) return null;
  const more = titles.length > mostTitles ? [`${titles.length - mostTitles} more`] : [];
  const reason = [...titles.slice(0, mostTitles), ...more].join('; ');
  return { scope, actor: reviewActor, action: 're-review-needed', object: batch, old: decision, reason };
}

export class ReReviews {
  readonly #records: Pick<GroupKeeper, 'read' | 'append'>;
  readonly #needed = new Map<string, ReReviewView>();
  #read = 0;

  constructor(records: Pick<GroupKeeper, 'read' | 'append'>) {
    this.#records = records;
  }

  /** Oldest first. */
  async needed(): Promise<readonly ReReviewView[]> {
    for (;;) {
      const stored = await this.#records.read(scope, this.#read + 1, readAtOnce);
      for (const each of stored) this.#take(each);
      if (stored.length < readAtOnce) return [...this.#needed.values()];
    }
  }

  /** It was decided about anew. */
  async decided(batch: string, decision: Disposition, actor: Actor): Promise<void> {
    const needed = await this.needed();
    if (!needed.some((one) => one.batch === batch)) return;
    await this.#records.append({ scope, actor, action: 're-review-done', object: batch, new: decision });
  }

  #take({ seq, utc, event }: StoredEvent): void {
    // Two that read at once read the same.
    if (seq <= this.#read) return;
    this.#read = seq;
    const { action, object: batch, old, reason = '' } = event;
    if (action === 're-review-done') this.#needed.delete(batch);
    const decision = dispositions.find((one) => one === old);
    if (action === 're-review-needed' && decision !== undefined)
      this.#needed.set(batch, { batch, decision, reason, at: utc });
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
