/** The room: runs the rules when a batch ends, and answers people. */
import type { BatchView } from '../../plant/batch-view.ts';
import { messageOf } from '../../plant/errors.ts';
import type { BatchDesk, BatchListener } from '../../plant/ports/batch-desk.ts';
import type { ReviewDesk } from '../../plant/ports/review-desk.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import { Reviews, type DeskPorts } from './desk.ts';
import { Documents, type DocumentPorts } from './documents.ts';
import { viewOf } from './reviewing.ts';
import { RulesThread } from './threads.ts';

export type ReviewOptions = Omit<DeskPorts, 'run'> &
  Omit<DocumentPorts, 'run'> &
  Readonly<{ batches: Pick<BatchDesk, 'sections'> }>;

export type Review = Room &
  BatchListener &
  Readonly<{
    desk: ReviewDesk;
    /** Something has come that touches these batches, from wherever: the rules are run over them soon. */
    lookAgain: (batches: readonly string[]) => void;
  }>;

export const createReview = (options: ReviewOptions): Review => new ReviewRoom(options);

/** After the end of a batch the rules are run as soon as what was measured is sealed; it is looked for so often. */
const lookEveryMs = 2_000;
/** A record is complete within a minute after the end. */
const lookForMs = 55_000;

class ReviewRoom implements Review {
  readonly name = 'review';
  readonly desk: ReviewDesk;
  readonly #options: ReviewOptions;
  readonly #thread = new RulesThread();
  readonly #reviews: Reviews;
  readonly #documents: Documents;
  /** Batches that have ended and were not reviewed yet, with when they were first seen so. */
  readonly #ended = new Map<string, number>();
  readonly #seen = new Set<string>();
  #state: RoomState = 'stopped';
  #timer: NodeJS.Timeout | undefined;
  #failed: string | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: ReviewOptions) {
    this.#options = options;
    this.#reviews = new Reviews({ ...options, run: (evidence) => this.#thread.runOn(evidence) });
    this.#documents = new Documents({ ...options, reviews: this.#reviews });
    this.desk = deskOf(this.#reviews, this.#documents);
  }

  start(): Promise<void> {
    this.#state = 'ready';
    this.#looking = this.#looking.then(() => this.#settle());
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, lookEveryMs);
    this.#timer.unref();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    clearInterval(this.#timer);
    await Promise.all([this.#thread.stop(), this.#documents.stop()]);
    await this.#looking;
  }

  health(): RoomHealth {
    const figures = { waiting: this.#ended.size };
    if (this.#state === 'ready' && this.#failed !== null) return { state: 'degraded', detail: this.#failed, figures };
    const detail = this.#state === 'ready' ? 'Rules run over every record that ends.' : 'No record is reviewed.';
    return { state: this.#state, detail, figures };
  }

  changed({ id, endedAt }: BatchView): void {
    if (endedAt === null) this.#seen.delete(id);
    else if (!this.#seen.has(id)) {
      this.#seen.add(id);
      this.#ended.set(id, this.#options.clock.monotonic());
    }
  }

  readonly lookAgain = (batches: readonly string[]): void => {
    for (const batch of batches) this.#ended.set(batch, this.#options.clock.monotonic());
  };

  async #settle(): Promise<void> {
    try {
      await this.#reviews.settleReReviews();
    } catch (error) {
      this.#options.log.error({ reason: messageOf(error) }, 'the marks of reviews could not be read');
    }
  }

  async #look(): Promise<void> {
    for (const [batch, since] of this.#ended) {
      if (this.#state !== 'ready') return;
      const late = this.#options.clock.monotonic() - since > lookForMs;
      try {
        const found = await this.#reviews.reviewed(batch);
        this.#failed = null;
        if (found === null || found.standing.rulesAreCurrent || late) this.#ended.delete(batch);
      } catch (error) {
        this.#failed = `Batch ${batch} could not be reviewed: ${messageOf(error)}`;
        this.#options.log.error({ batch, reason: messageOf(error) }, 'the rules of review could not be run');
        if (late) this.#ended.delete(batch);
      }
    }
  }
}

function deskOf(reviews: Reviews, documents: Documents): ReviewDesk {
  return {
    async review(batch) {
      const found = await reviews.reviewed(batch);
      return found === null ? null : viewOf(found);
    },
    reReviews: () => reviews.reReviews(),
    trace: (batch, exception) => reviews.trace(batch, exception),
    judge: ({ exceptions, reason, ...asked }) => reviews.act(asked, { kind: 'judge', exceptions, reason }),
    raiseDeviation: ({ exceptions, title, classification, description, ...asked }) =>
      reviews.act(asked, { kind: 'raise deviation', exceptions, title, classification, description }),
    investigate: ({ deviation, cause, impact, ...asked }) =>
      reviews.act(asked, { kind: 'investigate', deviation, cause, impact }),
    decide: ({ deviation, decision, reason, action, ...asked }) =>
      reviews.act(asked, { kind: 'decide', deviation, decision, reason, action }),
    enterLate: ({ what, value, unit, happenedAt, reason, ...asked }) =>
      reviews.act(asked, { kind: 'enter late', what, value, unit, happenedAt, reason }),
    signReviewed: (asked) => reviews.act(asked, { kind: 'sign reviewed' }),
    dispose: ({ decision, reason, ...asked }) => reviews.act(asked, { kind: 'dispose', decision, reason }),
    document: (batch) => documents.document(batch),
    pdf: (batch) => documents.pdf(batch),
    exported: (batch) => documents.exported(batch),
  };
}
