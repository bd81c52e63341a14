/** What people may do in a review: who signs it, by which role, and what it writes. Pure. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import type { Role } from '../../plant/people.ts';
import type { DeviationClass, DeviationDecision, Disposition } from '../../plant/review-view.ts';
import { opposesDisposition, opposesRelease, opposesReview, type Standing } from './opposes.ts';
import type { Act } from './review-events.ts';
import { recordSubject, type ReviewBook } from './review-book.ts';

/** What is asked, without who asks. */
export type ReviewCommand =
  | Readonly<{ kind: 'judge'; exceptions: readonly string[]; reason: string }>
  | Readonly<{
      kind: 'raise deviation';
      exceptions: readonly string[];
      title: string;
      classification: DeviationClass;
      description: string;
    }>
  | Readonly<{ kind: 'investigate'; deviation: string; cause: string; impact: string }>
  | Readonly<{ kind: 'decide'; deviation: string; decision: DeviationDecision; reason: string; action: string }>
  | Readonly<{
      kind: 'enter late';
      what: string;
      value: string;
      unit: string | null;
      happenedAt: UtcMs;
      reason: string;
    }>
  | Readonly<{ kind: 'sign reviewed' }>
  | Readonly<{ kind: 'dispose'; decision: Disposition; reason: string }>;

export type Planned = Readonly<{
  acts: readonly Act[];
  /** Beside the signature. */
  meaning: string;
  subject: string;
  /** The signer holds one of them. */
  roles: readonly Role[];
  /** Who may not sign it, beside those who made the batch where `independent`. */
  notPersons: readonly string[];
  /** Nobody who ran the batch signs it. */
  independent: boolean;
}>;

export type Refused = Readonly<{ refusal: string; remedy: string }>;

export const asksOf = (command: ReviewCommand): string =>
  createHash('sha256')
    .update(canonicalize(command) ?? '')
    .digest('hex');

const qa: readonly Role[] = ['QA reviewer', 'QA releaser'];
const everybody: readonly Role[] = [
  'operator',
  'checker',
  'process engineer',
  'maintenance',
  'QA reviewer',
  'QA releaser',
];

/** When the batch was prepared, and now. */
export type Times = Readonly<{ prepared: UtcMs; now: UtcMs }>;

export function plan(
  batch: string,
  commandId: string,
  command: ReviewCommand,
  standing: Standing,
  times: Times,
): Planned | Refused {
  const { book } = standing;
  const mark = { commandId, asks: asksOf(command) };
  const blank = emptyField(command);
  if (blank !== null) return { refusal: `Nothing is said of the ${blank}.`, remedy: 'Say it; it is recorded.' };
  const known = { notPersons: [], independent: true, roles: qa, meaning: 'reviewed' } as const;
  switch (command.kind) {
    case 'judge': {
      const fault = notOpen(book, command.exceptions) ?? notByWord(book, command.exceptions);
      if (fault !== null) return fault;
      const acts = command.exceptions.map((id): Act => ({
        action: 'exception-judged',
        object: id,
        reason: command.reason,
        data: mark,
      }));
      return { ...known, acts, subject: `${named(command.exceptions)} of batch ${batch}` };
    }
    case 'raise deviation': {
      const fault = notOpen(book, command.exceptions);
      if (fault !== null) return fault;
      const id = `D-${book.deviations.size + 1}`;
      const { title, classification, exceptions, description } = command;
      const data = { ...mark, title, classification, exceptions, description };
      return {
        ...known,
        acts: [{ action: 'deviation-raised', object: id, data }],
        meaning: 'raised',
        subject: `deviation ${id} of batch ${batch}`,
      };
    }
    case 'investigate': {
      const fault = notIn(book, command.deviation, 'raised');
      if (fault !== null) return fault;
      const { deviation, cause, impact } = command;
      return {
        ...known,
        acts: [{ action: 'deviation-investigated', object: deviation, data: { ...mark, cause, impact } }],
        meaning: 'investigated',
        subject: `deviation ${deviation} of batch ${batch}`,
      };
    }
    case 'decide': {
      const fault = notIn(book, command.deviation, 'investigated');
      if (fault !== null) return fault;
      const { deviation, decision, reason, action } = command;
      return {
        ...known,
        acts: [{ action: 'deviation-decided', object: deviation, new: decision, reason, data: { ...mark, action } }],
        meaning: 'decided',
        subject: `deviation ${deviation} of batch ${batch}`,
        // Whoever has raised it or found the cause does not close it as well.
        notPersons: [
          book.deviations.get(deviation)?.investigated?.personId ?? '',
          book.deviations.get(deviation)?.raised.personId ?? '',
        ],
      };
    }
    case 'enter late': {
      const untimely = outOfTime(command.happenedAt, times);
      if (untimely !== null) return untimely;
      const { what, value, unit, happenedAt, reason } = command;
      const act: Act = {
        action: 'late-entry',
        object: what,
        new: value,
        reason,
        happenedAt,
        data: mark,
        ...(unit === null ? {} : { unit }),
      };
      return {
        ...known,
        acts: [act],
        meaning: 'performed',
        subject: `late entry in batch ${batch}`,
        roles: everybody,
        independent: false,
      };
    }
    case 'sign reviewed': {
      const against = opposesReview(standing);
      if (against.length > 0) return refusedBy(against, 'Judge what is open, or close its deviation; then sign.');
      return { ...known, acts: [], subject: recordSubject(batch), roles: ['QA reviewer'] };
    }
    case 'dispose': {
      const { decision, reason } = command;
      const again = againstAnother(decision, book);
      if (again !== null) return again;
      const against = decision === 'released' ? opposesRelease(standing) : opposesDisposition(standing);
      if (against.length > 0)
        return refusedBy(against, 'Close what is open and have the record reviewed; then decide.');
      return {
        ...known,
        acts: [{ action: 'batch-disposed', object: batch, new: decision, reason, data: mark }],
        meaning: decision,
        subject: `disposition of batch ${batch}`,
        roles: ['QA releaser'],
        notPersons: [book.reviewed?.personId ?? ''],
      };
    }
  }
}

const refusedBy = (against: readonly string[], remedy: string): Refused => ({ refusal: against.join(' '), remedy });

/** The first field that has to say something and does not. */
function emptyField(command: ReviewCommand): string | null {
  const fields: readonly (readonly [string, string])[] = (() => {
    switch (command.kind) {
      case 'judge':
        return [['reason', command.reason]];
      case 'raise deviation':
        return [
          ['title', command.title],
          ['description', command.description],
        ];
      case 'investigate':
        return [
          ['cause', command.cause],
          ['impact', command.impact],
        ];
      case 'decide':
        return [['reason', command.reason]];
      case 'enter late':
        return [
          ['subject', command.what],
          ['value', command.value],
          ['reason', command.reason],
        ];
      case 'sign reviewed':
        return [];
      case 'dispose':
        return [['reason', command.reason]];
    }
  })();
  return fields.find(([, value]) => value.trim() === '')?.[0] ?? null;
}

function notOpen(book: ReviewBook, ids: readonly string[]): Refused | null {
  if (ids.length === 0) return { refusal: 'No exception is named.', remedy: 'Choose those that are meant.' };
  if (new Set(ids).size < ids.length) return { refusal: 'An exception is named twice.', remedy: 'Name each once.' };
  for (const id of ids) {
    const one = book.exceptions.get(id);
    if (one === undefined) return { refusal: `There is no exception ${id}.`, remedy: 'Read the review again.' };
    if (one.judged !== null) return { refusal: `${id} was judged by ${one.judged.by}.`, remedy: 'Leave it out.' };
    if (one.replacedBy !== null)
      return { refusal: `${id} is found otherwise since, as ${one.replacedBy}.`, remedy: 'Read the review again.' };
    if (one.deviation !== null)
      return { refusal: `${id} belongs to deviation ${one.deviation}.`, remedy: 'Leave it out.' };
  }
  return null;
}

/** Subjects are short. */
const mostNamed = 10;
const named = (ids: readonly string[]): string =>
  ids.length <= mostNamed ? ids.join(', ') : `${ids.slice(0, mostNamed).join(', ')} and ${ids.length - mostNamed} more`;

function notByWord(book: ReviewBook, ids: readonly string[]): Refused | null {
  const one = ids.map((id) => book.exceptions.get(id)).find((each) => each?.byDeviation === true);
  return one === undefined
    ? null
    : { refusal: `${one.id} (${one.title}) is closed by a deviation only.`, remedy: 'Raise a deviation for it.' };
}

/** A day before its preparation what concerns a batch may have happened: a solution, a cleaning. */
const earliestMs = 24 * 3_600_000;
/** Clocks of pages and service differ. */
const clocksApartMs = 60_000;

function outOfTime(happenedAt: UtcMs, { prepared, now }: Times): Refused | null {
  if (happenedAt > now + clocksApartMs)
    return { refusal: `${isoUtc(happenedAt)} has not come yet.`, remedy: 'Enter when it happened.' };
  if (happenedAt >= prepared - earliestMs) return null;
  const refusal = `${isoUtc(happenedAt)} is more than a day before the batch was prepared.`;
  return { refusal, remedy: 'Enter when it happened; what is older belongs to another record.' };
}

/** A decision is made once; a rejection is final. */
function againstAnother(decision: Disposition, { disposition }: ReviewBook): Refused | null {
  if (disposition?.decision === 'rejected')
    return { refusal: `It was rejected by ${disposition.by}.`, remedy: 'A rejection is final.' };
  if (disposition?.superseded !== null || disposition.decision !== decision) return null;
  return { refusal: `It is ${decision} already, by ${disposition.by}.`, remedy: 'Nothing more is to be done.' };
}

function notIn(book: ReviewBook, id: string, state: 'raised' | 'investigated'): Refused | null {
  const one = book.deviations.get(id);
  if (one === undefined) return { refusal: `There is no deviation ${id}.`, remedy: 'Read the review again.' };
  return one.state === state
    ? null
    : { refusal: `Deviation ${id} is ${one.state}, not ${state}.`, remedy: 'Read the review again.' };
}
