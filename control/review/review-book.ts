/**
 * A review as the batch's record tells it, read line by line. What a person did counts only with the signature that was recorded
 * with it. Pure.
 */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import {
  deviationClasses,
  deviationDecisions,
  dispositions,
  type DeviationView,
  type DispositionView,
  type ExceptionView,
  type LateEntryView,
  type RuleView,
  type SaidBy,
} from '../../plant/review-view.ts';
import type { SkidName, TagName } from '../../plant/sample.ts';
import { actActions, changesRecord, contentDigest } from './review-events.ts';
import { needsDeviation } from './rules/index.ts';

const text = Type.String();
const count = Type.String({ pattern: '^[0-9]{1,15}$' });
const found = Compile(
  Type.Object({
    key: text,
    rule: text,
    version: text,
    skid: Type.Union([text, Type.Null()]),
    from: text,
    to: text,
    title: text,
    detail: text,
    lines: Type.Array(Type.Object({ scope: text, seq: count, hash: text })),
    lineCount: count,
    tags: Type.Array(text),
  }),
);
const ruleForm = Type.Object({ rule: text, version: text, title: text, counts: text, looked: count, found: count });
const executed = Compile(
  Type.Object({
    fingerprint: text,
    readTo: count,
    readHash: text,
    build: text,
    rules: Type.Array(ruleForm),
    standing: Type.Array(text),
  }),
);
const asked = { commandId: text, asks: text } as const;
const judged = Compile(Type.Object({ ...asked }));
const raised = Compile(
  Type.Object({
    ...asked,
    title: text,
    classification: Type.Enum([...deviationClasses]),
    exceptions: Type.Array(text),
    description: text,
  }),
);
const investigated = Compile(Type.Object({ ...asked, cause: text, impact: text }));
const decided = Compile(Type.Object({ ...asked, action: text }));
const signedForm = Compile(
  Type.Object({ signer: text, printedName: text, signedSeq: count, signedHash: text, meaning: text, subject: text }),
);

/** With the key by which a rule finds it again, and the digest of what was found of it. */
export type KnownException = ExceptionView & Readonly<{ key: string; digest: string }>;

export type ReviewBook = Readonly<{
  /** By number. */
  exceptions: ReadonlyMap<string, KnownException>;
  deviations: ReadonlyMap<string, DeviationView>;
  lateEntries: readonly LateEntryView[];
  run: Readonly<{ at: UtcMs; fingerprint: string; rules: readonly RuleView[]; readTo: number }> | null;
  reviewed: (SaidBy & Readonly<{ superseded: string | null }>) | null;
  disposition: DispositionView | null;
  /** Oldest first. */
  earlierDispositions: readonly DispositionView[];
  /** What was asked by each command id, so that it is done once. */
  done: ReadonlyMap<string, string>;
  /** Lines that should be of a review and cannot be read. */
  unreadable: readonly number[];
}>;

export const recordSubject = (batch: string): string => `record of batch ${batch}`;

export function reviewBook(events: readonly StoredEvent[]): ReviewBook {
  const reader = new BookReader(events);
  events.forEach((stored, index) => reader.take(stored, index));
  return reader.book();
}

class BookReader {
  readonly #events: readonly StoredEvent[];
  readonly #exceptions = new Map<string, KnownException>();
  readonly #earlier: DispositionView[] = [];
  readonly #deviations = new Map<string, DeviationView>();
  readonly #lateEntries: LateEntryView[] = [];
  readonly #done = new Map<string, string>();
  readonly #unreadable: number[] = [];
  #run: ReviewBook['run'] = null;
  #runSeq = 0;
  #reviewed: ReviewBook['reviewed'] = null;
  #disposition: DispositionView | null = null;

  constructor(events: readonly StoredEvent[]) {
    this.#events = events;
  }

  take(stored: StoredEvent, index: number): void {
    const { action } = stored.event;
    if (changesRecord(stored)) this.#supersede(stored);
    if (action === 'exception-found') this.#found(stored);
    else if (action === 'rules-executed') this.#executed(stored);
    else if (action === 'signed') this.#signed(stored);
    else if ((actActions as readonly string[]).includes(action)) this.#act(stored, index);
  }

  book(): ReviewBook {
    return {
      exceptions: this.#exceptions,
      deviations: this.#deviations,
      lateEntries: this.#lateEntries,
      run: this.#run,
      reviewed: this.#reviewed,
      disposition: this.#disposition,
      earlierDispositions: this.#earlier,
      done: this.#done,
      unreadable: this.#unreadable,
    };
  }

  #supersede({ seq, event }: StoredEvent): void {
    const why = `Line ${seq} (${event.action}) came after it.`;
    if (this.#reviewed?.superseded === null) this.#reviewed = { ...this.#reviewed, superseded: why };
    if (this.#disposition?.superseded === null) this.#disposition = { ...this.#disposition, superseded: why };
  }

  #found(stored: StoredEvent): void {
    const { data, object } = stored.event;
    if (!found.Check(data) || stored.event.actor.kind !== 'service') {
      this.#cannotRead(stored);
      return;
    }
    for (const [id, one] of this.#exceptions)
      if (one.key === data.key && one.replacedBy === null) this.#exceptions.set(id, { ...one, replacedBy: object });
    this.#exceptions.set(object, {
      id: object,
      key: data.key,
      digest: contentDigest(data),
      rule: data.rule,
      skid: data.skid as SkidName | null,
      from: utcMs(Date.parse(data.from)),
      to: utcMs(Date.parse(data.to)),
      title: data.title,
      detail: data.detail,
      lines: data.lines.map(({ scope, seq, hash }) => ({ scope, seq: Number(seq), hash })),
      tags: data.tags as TagName[],
      stillFound: true,
      judged: null,
      deviation: null,
      replacedBy: null,
      byDeviation: needsDeviation(data.rule),
    });
  }

  #executed(stored: StoredEvent): void {
    const { data, actor } = stored.event;
    if (!executed.Check(data) || actor.kind !== 'service') {
      this.#cannotRead(stored);
      return;
    }
    const rules = data.rules.map((rule: Static<typeof ruleForm>) => ({
      ...rule,
      looked: Number(rule.looked),
      found: Number(rule.found),
    }));
    this.#runSeq = stored.seq;
    this.#run = { at: stored.utc, fingerprint: data.fingerprint, rules, readTo: Number(data.readTo) };
    const standing = new Set(data.standing);
    for (const [id, one] of this.#exceptions) this.#exceptions.set(id, { ...one, stillFound: standing.has(id) });
  }

  #signed(stored: StoredEvent): void {
    const { data } = stored.event;
    if (!signedForm.Check(data)) {
      this.#cannotRead(stored);
      return;
    }
    if (data.meaning !== 'reviewed' || data.subject !== recordSubject(batchOf(stored))) return;
    // Whoever signed before the rules ran has not read what they found.
    if (this.#run === null || Number(data.signedSeq) < this.#runSeq) return;
    const by = { by: data.printedName, personId: data.signer, at: stored.utc, seq: stored.seq };
    this.#reviewed = { ...by, superseded: null };
  }

  #act(stored: StoredEvent, index: number): void {
    const by = this.#signerOf(stored, index);
    // Without its signature it was never done; it stays in the record as it stands there.
    if (by === null) return;
    const { action, object, data, reason = '', new: now, unit } = stored.event;
    if (action === 'exception-judged' && judged.Check(data)) {
      const one = this.#exceptions.get(object);
      if (one !== undefined) this.#exceptions.set(object, { ...one, judged: { ...by, reason } });
      this.#done.set(data.commandId, data.asks);
    } else if (action === 'deviation-raised' && raised.Check(data)) {
      const { title, classification, exceptions, description } = data;
      this.#deviations.set(object, {
        id: object,
        title,
        classification,
        exceptions,
        description,
        raised: by,
        investigated: null,
        decided: null,
        state: 'raised',
      });
      for (const id of exceptions) {
        const one = this.#exceptions.get(id);
        if (one !== undefined) this.#exceptions.set(id, { ...one, deviation: object });
      }
      this.#done.set(data.commandId, data.asks);
    } else if (action === 'deviation-investigated' && investigated.Check(data)) {
      const { cause, impact } = data;
      this.#deviation(object, (one) => ({ ...one, investigated: { ...by, cause, impact }, state: 'investigated' }));
      this.#done.set(data.commandId, data.asks);
    } else if (action === 'deviation-decided' && decided.Check(data)) {
      const decision = deviationDecisions.find((one) => one === now);
      if (decision === undefined) {
        this.#cannotRead(stored);
        return;
      }
      const { action: taken } = data;
      this.#deviation(object, (one) => ({
        ...one,
        decided: { ...by, decision, reason, action: taken },
        state: 'closed',
      }));
      this.#done.set(data.commandId, data.asks);
    } else if (action === 'late-entry' && judged.Check(data) && typeof now === 'string') {
      const happenedAt = stored.event.happenedAt ?? stored.utc;
      this.#lateEntries.push({ ...by, what: object, value: now, unit: unit ?? null, happenedAt, reason });
      this.#done.set(data.commandId, data.asks);
    } else if (action === 'batch-disposed' && judged.Check(data)) {
      const decision = dispositions.find((one) => one === now);
      if (decision === undefined) {
        this.#cannotRead(stored);
        return;
      }
      if (this.#disposition !== null) this.#earlier.push(this.#disposition);
      this.#disposition = { ...by, decision, reason, superseded: null };
      this.#done.set(data.commandId, data.asks);
    } else this.#cannotRead(stored);
  }

  #deviation(id: string, change: (one: DeviationView) => DeviationView): void {
    const one = this.#deviations.get(id);
    if (one !== undefined) this.#deviations.set(id, change(one));
  }

  /** Who signed it: the line after the acts of one person, theirs, over the line before it. */
  #signerOf(stored: StoredEvent, index: number): SaidBy | null {
    const { actor } = stored.event;
    if (actor.kind !== 'person') return null;
    for (const next of this.#events.slice(index + 1)) {
      const { event } = next;
      if (event.actor.kind !== 'person' || event.actor.id !== actor.id) return null;
      if (event.action !== 'signed') {
        if ((actActions as readonly string[]).includes(event.action)) continue;
        return null;
      }
      if (!signedForm.Check(event.data) || event.data.signer !== actor.id) return null;
      if (Number(event.data.signedSeq) !== next.seq - 1) return null;
      if (event.data.meaning !== meaningOf(stored)) return null;
      return { by: event.data.printedName, personId: actor.id, at: next.utc, seq: stored.seq };
    }
    return null;
  }

  #cannotRead({ seq }: StoredEvent): void {
    this.#unreadable.push(seq);
  }
}

/** What the signature beside an act has to mean. */
function meaningOf({ event: { action, new: now } }: StoredEvent): string | null {
  switch (action) {
    case 'exception-judged':
      return 'reviewed';
    case 'deviation-raised':
      return 'raised';
    case 'deviation-investigated':
      return 'investigated';
    case 'deviation-decided':
      return 'decided';
    case 'late-entry':
      return 'performed';
    default:
      return typeof now === 'string' ? now : null;
  }
}

const batchOf = ({ scope }: StoredEvent): string => scope.slice('batch/'.length);
