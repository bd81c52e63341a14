/** An event as it is hashed and stored, and back. Times are ISO 8601 with their zone; quantities are decimal strings. */
import { isoUtc, utcMs, type Monotonic, type UtcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../../plant/record-event.ts';
import { isPlainObject } from './canonical.ts';
import { omit } from './omit.ts';

/** When an event was handed to the ledger. */
export type Stamp = Readonly<{ utc: UtcMs; monotonic: Monotonic }>;

export type EventBody = Readonly<{
  schema: 1;
  scope: string;
  /** Counts the events of the scope from 1. */
  seq: number;
  utc: string;
  /** Milliseconds of the service's monotonic clock; comparable only between two starts of the service. */
  monotonic: string;
  actor: Actor;
  action: string;
  object: string;
  old?: RecordValue;
  new?: RecordValue;
  unit?: string;
  reason?: string;
  data?: Readonly<{ [key: string]: RecordValue }>;
  happenedAt?: string;
}>;

export function bodyOf(event: RecordEvent, seq: number, stamp: Stamp): EventBody {
  const { happenedAt, ...said } = event;
  return {
    schema: 1,
    ...said,
    seq,
    utc: isoUtc(stamp.utc),
    monotonic: recordNumber(stamp.monotonic),
    ...(happenedAt === undefined ? {} : { happenedAt: isoUtc(happenedAt) }),
  };
}

export function eventOf(body: EventBody): { event: RecordEvent; utc: UtcMs } {
  const { happenedAt } = body;
  const said = omit(body, 'schema', 'seq', 'utc', 'monotonic', 'happenedAt');
  return {
    event: happenedAt === undefined ? said : { ...said, happenedAt: utcMs(Date.parse(happenedAt)) },
    utc: utcMs(Date.parse(body.utc)),
  };
}

const known = new Set([
  'schema', 'scope', 'seq', 'utc', 'monotonic', 'actor', 'action', 'object', 'old', 'new', 'unit', 'reason', 'data', 'happenedAt',
]); // prettier-ignore

/** Whether something read back has the shape of a stored event of this schema. */
export function isEventBody(value: unknown): value is EventBody {
  if (!isPlainObject(value)) return false;
  return (
    value.schema === 1 &&
    Number.isSafeInteger(value.seq) &&
    ['scope', 'utc', 'monotonic', 'action', 'object'].every((field) => isText(value[field])) &&
    ['unit', 'reason', 'happenedAt'].every((field) => !(field in value) || isText(value[field])) &&
    (!('data' in value) || isPlainObject(value.data)) &&
    isActor(value.actor) &&
    Object.keys(value).every((key) => known.has(key))
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

const fieldsOfActor: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['person', ['kind', 'id', 'userName', 'printedName', 'roles', 'terminal']],
  ['batch', ['kind', 'batch']],
  ['service', ['kind', 'part']],
]);

/** Exactly the fields of its kind: audit.csv shows all of them, and nothing stands beside them unseen. */
function isActor(value: unknown): value is Actor {
  if (!isPlainObject(value)) return false;
  const fields = fieldsOfActor.get(value.kind);
  if (fields === undefined || Object.keys(value).length !== fields.length) return false;
  return fields.every((field) => (field === 'roles' ? isTexts(value.roles) : isText(value[field])));
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
