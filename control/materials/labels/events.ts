/** What the record says of labels, in one place: written here, and read back here. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs } from '../../../plant/clock.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../../plant/record-event.ts';
import type { LabelEvent } from './book.ts';

export const labelsScope = 'materials/labels';

const text = Type.String({ minLength: 1 });
const orNull = Type.Union([text, Type.Null()]);
const done = { by: text, at: Type.String({ pattern: '^[0-9]{1,15}$' }) } as const;
const label = Type.Object(
  {
    serial: text,
    subject: text,
    container: text,
    what: text,
    batch: orNull,
    lot: orNull,
    content: Type.String(),
    hazards: Type.Array(text),
  },
  { additionalProperties: false },
);
const forms = {
  printed: Compile(Type.Object({ ...done, labels: Type.Array(label, { minItems: 1 }) })),
  reprinted: Compile(Type.Object({ ...done })),
  marked: Compile(Type.Object({ codes: Type.Array(text), as: Type.Enum(['used', 'destroyed']) })),
  counted: Compile(Type.Object({ ...done, left: Type.Array(text), checkedBy: text })),
};

/** @param data what belongs to the command, such as its id and who has signed */
export function labelRecord(
  event: LabelEvent,
  { actor, reason }: Pick<RecordEvent, 'actor'> & Readonly<{ reason: string }>,
  data: Readonly<Record<string, RecordValue>>,
): RecordEvent {
  const { object, own } = contentOf(event);
  return { scope: labelsScope, actor, action: event.kind, object, reason, data: { ...data, ...own } };
}

function contentOf(event: LabelEvent): Readonly<{ object: string; own: Readonly<Record<string, RecordValue>> }> {
  switch (event.kind) {
    case 'labels-printed':
      return {
        object: event.labels[0]?.subject ?? 'labels',
        own: { labels: event.labels, by: event.by, at: recordNumber(event.at) },
      };
    case 'label-reprinted':
      return { object: event.serial, own: { by: event.by, at: recordNumber(event.at) } };
    case 'labels-marked':
      return { object: event.codes[0] ?? 'labels', own: { codes: event.codes, as: event.as } };
    case 'labels-counted': {
      const { by, at, left, checkedBy } = event;
      return { object: event.subject, own: { by, at: recordNumber(at), left, checkedBy } };
    }
  }
}

/** The event a stored one tells; null where it is of another kind, `unreadable` where it is one of these and cannot be read. */
export function readLabelEvent({ event }: StoredEvent): LabelEvent | null | 'unreadable' {
  const { action, object, data, reason = '' } = event;
  switch (action) {
    case 'labels-printed':
      if (!forms.printed.Check(data)) return 'unreadable';
      return { kind: action, labels: data.labels, ...whoAndWhen(data) };
    case 'label-reprinted':
      return forms.reprinted.Check(data) ? { kind: action, serial: object, reason, ...whoAndWhen(data) } : 'unreadable';
    case 'labels-marked':
      return forms.marked.Check(data) ? { kind: action, codes: data.codes, as: data.as } : 'unreadable';
    case 'labels-counted': {
      if (!forms.counted.Check(data)) return 'unreadable';
      const { left, checkedBy } = data;
      return { kind: action, subject: object, left, checkedBy, reason, ...whoAndWhen(data) };
    }
    default:
      return null;
  }
}

const whoAndWhen = ({ by, at }: Readonly<{ by: string; at: string }>) => ({ by, at: utcMs(Number(at)) });
