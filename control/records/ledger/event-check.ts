/** What an event must be to become a record: checked where it is handed over, so that one bad event cannot spoil a transaction. */
import { mesolineError, messageOf, type MesolineError } from '../../../plant/errors.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { canonicalText, isPlainObject } from '../format/canonical.ts';
import { omit } from '../format/omit.ts';
import { signedAction } from '../format/signature.ts';

const scopePattern = /^[a-z][a-z0-9-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*){0,4}$/;
const actionPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const longestName = 200;
/** A control recipe's copy is some 10 kB; what is larger belongs elsewhere, with its digest here. */
const largestEvent = 1_048_576;

const reservedActions = new Set([signedAction, 'key-recorded', 'checkpoint-torn']);
const known = new Set(['scope', 'actor', 'action', 'object', 'old', 'new', 'unit', 'reason', 'data', 'happenedAt']);

/** @throws MesolineError `record-refused` naming the field. */
export function checkEvent(event: RecordEvent): void {
  checkScope(event.scope);
  const { action, object, happenedAt } = event;
  if (typeof action !== 'string' || !actionPattern.test(action) || action.length > longestName) {
    throw refused('action', action, 'Use a past-tense word in small letters with dashes, such as "phase-started".');
  }
  if (reservedActions.has(action))
    throw refused('action', action, 'The ledger writes this one itself; sign through the desk.');
  if (typeof object !== 'string' || object === '' || object.length > longestName) {
    throw refused('object', object, `Name what it happened to, in 1 to ${longestName} characters.`);
  }
  if (happenedAt !== undefined && !(Number.isFinite(happenedAt) && Math.abs(happenedAt) < 8.64e15)) {
    throw refused('happenedAt', happenedAt, 'Give milliseconds since 1970 UTC.');
  }
  for (const field of ['unit', 'reason'] as const) {
    if (field in event && typeof event[field] !== 'string')
      throw refused(field, event[field], 'Give text, or leave it out.');
  }
  if (event.data !== undefined && !isPlainObject(event.data)) throw refused('data', event.data, 'Give named values.');
  for (const field of Object.keys(event))
    if (!known.has(field)) throw refused(field, '', 'An event has no such field.');
  checkValues(event);
}

/**
 * The event with half surrogate pairs replaced by U+FFFD, as every text that leaves the program has them. They have no UTF-8
 * and so no record, and what a person typed must not keep a Hold, or what follows it, out of the record.
 */
export const recordable = (event: RecordEvent): RecordEvent => wellFormed(event) as RecordEvent;

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toWellFormed(), wellFormed(part)]));
}

/** @throws MesolineError `record-refused`. */
export function checkScope(scope: string): void {
  if (typeof scope !== 'string' || !scopePattern.test(scope) || scope.length > longestName || scope === 'site') {
    throw refused('scope', scope, 'Use a name such as "batch/B-2026-0001"; "site" is the ledger\'s own.');
  }
}

function checkValues(event: RecordEvent): void {
  const said = omit(event, 'happenedAt');
  let text: string;
  try {
    text = canonicalText(said);
  } catch (error) {
    throw mesolineError('record-refused', `event ${event.action}`, messageOf(error), 'Nothing was recorded.', error);
  }
  const number = numberIn(said, '$');
  if (number !== null) throw refused(number, 'a number', 'Write quantities with recordNumber: JSON loses digits.');
  if (text.length > largestEvent)
    throw refused('event', `${text.length} characters`, `Record at most ${largestEvent}.`);
  if (depthOf(said) > deepest)
    throw refused(
      'event',
      `values within more than ${deepest} lists and objects`,
      'Say it flatter: no verifier reads deeper.',
    );
}

/** Both verifiers doubt 128 (docs/record-format.md), of which the export around an event takes some. */
const deepest = 100;

const depthOf = (value: unknown): number =>
  value === null || typeof value !== 'object'
    ? 0
    : 1 + Object.values(value).reduce((most: number, part) => Math.max(most, depthOf(part)), 0);

/** Where a number stands that should be a decimal string, or null. */
function numberIn(value: unknown, path: string): string | null {
  if (typeof value === 'number') return path;
  if (value === null || typeof value !== 'object') return null;
  for (const [key, part] of Object.entries(value)) {
    const found = numberIn(part, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

const refused = (field: string, value: unknown, remedy: string): MesolineError =>
  mesolineError('record-refused', `event field ${field}`, `${shown(value)} cannot be recorded.`, remedy);

const shown = (value: unknown): string => (typeof value === 'string' ? `"${value.slice(0, 80)}"` : typeof value);
