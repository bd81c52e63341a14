/** The desk of reviews: answers people, and lets them act where the record lets them; one at a time for a batch. */
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Person, Role } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { ReviewAnswer, ReviewDesk } from '../../plant/ports/review-desk.ts';
import type { Disposition, ReReviewView, TraceView } from '../../plant/review-view.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import { tagName, type SkidName, type TagName } from '../../plant/sample.ts';
import { chainOf, type ChainPorts } from './chain.ts';
import { asksOf, plan, type Planned, type Refused, type ReviewCommand } from './commands.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import { dataText, inSpan, timeOf, type Course } from './evidence.ts';
import { usable, type Outline } from './gather.ts';
import { ReReviews } from './re-reviews.ts';
import { reviewedBatch, viewOf, type Reviewed, type ReviewPorts } from './reviewing.ts';
import { batchScope, reviewActor } from './review-events.ts';
import { titlesOf, traceOf, widened } from './trace.ts';
import { watchedOf } from './watched.ts';

export type DeskPorts = ReviewPorts &
  ChainPorts &
  Readonly<{
    desk: Pick<RecordDesk, 'sign'>;
    authority: Authority;
    people: () => Promise<readonly Person[]>;
    log: Log;
  }>;

type Asked = Parameters<ReviewDesk['signReviewed']>[0];

export class Reviews {
  readonly #ports: DeskPorts;
  readonly #reReviews: ReReviews;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.#reReviews = new ReReviews(ports.records);
  }

  /** The review as it stands, the rules run where they have to; null where there is no such batch. */
  reviewed(batch: string): Promise<Reviewed | null> {
    return this.#inTurn(batch, () => reviewedBatch(this.#ports, batch));
  }

  reReviews(): Promise<readonly ReReviewView[]> {
    return this.#reReviews.needed();
  }

  /** A decision that was signed and whose mark the service did not come to take away: it does now. */
  async settleReReviews(): Promise<void> {
    for (const { batch } of await this.reReviews()) {
      const decided = (await this.reviewed(batch))?.book.disposition;
      if (decided?.superseded === null) await this.#reReviews.decided(batch, decided.decision, reviewActor);
    }
  }

  async trace(batch: string, exception: string): Promise<TraceView | null> {
    const found = await this.reviewed(batch);
    const one = found?.book.exceptions.get(exception);
    if (found === null || one === undefined || one.skid === null) return null;
    const { outline } = found;
    const within = outline.unitSpans.get(one.skid) ?? outline.span;
    const span = widened(one, outline.timeScale, within);
    const definition = this.#ports.skids.find(({ name }) => name === one.skid);
    const equipment = definition === undefined ? null : usable(definition);
    const tags = one.tags.length > 0 ? one.tags : usualTags(one.skid, equipment);
    const read = await this.#ports.sealed.course(batch, one.skid, tags, span.from, span.to);
    const courses: ReadonlyMap<TagName, Course> = new Map(read.map((course) => [course.tag, course]));
    const { watched } = watchedOf(outline.recipe, { skid: one.skid, equipment, courses });
    return traceOf({ courses }, tags, span, watched, titlesOf(this.#ports.skids, tags));
  }

  act(request: Asked, command: ReviewCommand): Promise<ReviewAnswer> {
    return this.#inTurn(request.batch, () => this.#act(request, command));
  }

  async #act(request: Asked, command: ReviewCommand): Promise<ReviewAnswer> {
    const { batch, commandId, actor } = request;
    const decision = this.#ports.authority.decide(actor, 'sign record');
    if (!decision.allowed) return refused(decision.reason, 'Log in as somebody who may.');
    const before = await reviewedBatch(this.#ports, batch);
    if (before === null) return refused(`There is no batch ${batch}.`, 'See the list of batches.');
    const { book, outline, standing } = before;
    const done = book.done.get(commandId);
    if (done === asksOf(command)) return { done: true, review: viewOf(before) };
    if (done !== undefined) return refused('This command was used for something else.', 'Ask it anew.');
    const planned = plan(batch, commandId, command, standing, {
      prepared: outline.events[0]?.utc ?? this.#ports.clock.utc(),
      now: this.#ports.clock.utc(),
    });
    if ('refusal' in planned) return refused(planned.refusal, planned.remedy);
    const proven = command.kind === 'dispose' ? await this.#proven(batch, planned, outline.segments) : planned;
    if ('refusal' in proven) return refused(proven.refusal, proven.remedy);
    try {
      await this.#sign(request, proven, planned.independent ? makersOf(outline) : []);
    } catch (thrown) {
      return refused(messageOf(thrown), 'Read the review again; nothing was recorded.');
    }
    if (command.kind === 'dispose') await this.#decided(batch, command.decision, actor);
    const after = await reviewedBatch(this.#ports, batch);
    return { done: true, review: viewOf(after ?? before) };
  }

  /** The decision is signed, whether its mark can be taken away now or at the next start. */
  async #decided(batch: string, decision: Disposition, actor: Asked['actor']): Promise<void> {
    try {
      await this.#reReviews.decided(batch, decision, actor);
    } catch (thrown) {
      this.#ports.log.error({ batch, reason: messageOf(thrown) }, 'the mark of a review could not be taken away');
    }
  }

  /** Nothing is decided about product by a record that is not whole; that it was, is part of the decision. */
  async #proven(batch: string, planned: Planned, segments: Outline['segments']): Promise<Planned | Refused> {
    const chain = await chainOf(this.#ports, batch, segments);
    if (!chain.holds) {
      const remedy = 'Keep the product where it is, and have whoever keeps the service verify the ledger.';
      return { refusal: `The record is not whole. ${chain.said.join(' ')}`, remedy };
    }
    return { ...planned, acts: planned.acts.map((act) => ({ ...act, data: { ...act.data, verified: chain.said } })) };
  }

  async #sign(request: Asked, planned: Planned, makers: readonly string[]): Promise<void> {
    const { batch, signer, readHash } = request;
    await this.#ports.desk.sign({
      ...signer,
      scope: batchScope(batch),
      meaning: planned.meaning,
      subject: planned.subject,
      role: await this.#roleOf(signer.userName, planned.roles),
      notPersons: [...new Set([...planned.notPersons, ...makers])].filter((id) => id !== ''),
      readHash,
      acts: planned.acts,
    });
  }

  /** The first of the roles that the signer holds; the first of all where it holds none, which the signature then refuses by name. */
  async #roleOf(userName: string, roles: readonly Role[]): Promise<Role> {
    const name = userName.trim().toLowerCase();
    const person = (await this.#ports.people()).find((one) => one.userName.toLowerCase() === name);
    return roles.find((role) => person?.roles.includes(role) === true) ?? roles[0] ?? 'QA reviewer';
  }

  #inTurn<T>(batch: string, task: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(batch) ?? Promise.resolve();
    const mine = before.then(task);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(batch, settled);
    void settled.then(() => {
      if (this.#turns.get(batch) === settled) this.#turns.delete(batch);
    });
    return mine;
  }
}

/** What is drawn beside something that is about no tag of its own: heat, pressure, and where the outlet led. */
function usualTags(skid: SkidName, equipment: Equipment | null): readonly TagName[] {
  if (equipment === null) return [];
  const { temperatureA, temperatureB, pressureA, pressureB, diverter } = equipment.points;
  return [temperatureA, temperatureB, pressureA, pressureB, diverter].map(({ name }) => tagName(skid, name));
}

const refused = (reason: string, remedy: string): ReviewAnswer => ({ done: false, reason, remedy });

/**
 * Who started the batch, drove it on, answered for it, wrote to its skids, put an interlock out of force or signed as performed: they review
 * nothing of their own. Who held or stopped it may.
 */
function makersOf({ events, around, span }: Pick<Outline, 'events' | 'around' | 'span'>): readonly string[] {
  const own = events.flatMap((stored) => {
    const { action, actor } = stored.event;
    if (action === 'signed') {
      const subject = stored.event.data?.['subject'];
      const late = typeof subject === 'string' && subject.startsWith('late entry');
      return dataText(stored, 'meaning') === 'performed' && !late ? [dataText(stored, 'signer')] : [];
    }
    return isWork(stored) && actor.kind === 'person' ? [actor.id] : [];
  });
  const beside = around.flatMap((stored) => {
    const { action, actor, data } = stored.event;
    const writes = action === 'command-intended' && data?.['kind'] === 'write';
    return actor.kind === 'person' && inSpan(timeOf(stored), span) && (writes || loosens.has(action)) ? [actor.id] : [];
  });
  return [...own, ...beside];
}

const loosens: ReadonlySet<string> = new Set([
  'interlock-bypassed',
  'interlock-forced',
  'interlock-reset',
  'changeover-entered',
]);
const works: ReadonlySet<string> = new Set([
  'batch-prepared',
  'mode-changed',
  'prompt-answered',
  'unit-joined',
  'branch-chosen',
]);
const towardsSafety = /^(Hold|Stop|Abort)/u;

const isWork = ({ event: { action, object } }: StoredEvent): boolean =>
  works.has(action) || (action === 'batch-commanded' && !towardsSafety.test(object));
