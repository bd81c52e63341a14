/** What the record says of lots and weighings, in one place: written here, and read back here. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs } from '../../plant/clock.ts';
import { amountUnits } from '../../plant/material-view.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../plant/record-event.ts';
import { emptyBook, evolve, type MaterialBook, type MaterialEvent } from './book.ts';
import { isAmount } from './decimal.ts';

export const lotsScope = 'materials/lots';

const text = Type.String({ minLength: 1 });
const time = Type.String({ pattern: '^[0-9]{1,15}$' });
const received = Compile(
  Type.Object({
    material: text,
    supplier: text,
    supplierLot: text,
    received: text,
    unit: Type.Enum([...amountUnits]),
    expires: time,
    containers: Type.Array(text),
  }),
);
const changed = Compile(Type.Object({ status: Type.Enum(['quarantine', 'released', 'rejected']) }));
const weighed = Compile(
  Type.Object({
    batch: text,
    material: text,
    amount: text,
    tare: text,
    scale: text,
    container: text,
    by: text,
    checkedBy: Type.Union([text, Type.Null()]),
    at: time,
  }),
);

/** @param data what belongs to the command, such as its id and who has signed */
export function materialRecord(
  event: MaterialEvent,
  actor: Actor,
  reason: string,
  data: Readonly<Record<string, RecordValue>>,
): RecordEvent {
  const head = { scope: lotsScope, actor, action: event.kind, reason };
  if (event.kind === 'lot-received') {
    const { id, expires, ...lot } = event.lot;
    return { ...head, object: id, data: { ...data, ...lot, expires: recordNumber(expires) } };
  }
  if (event.kind === 'lot-status-changed')
    return { ...head, object: event.lot, data: { ...data, status: event.status } };
  const { lot, at, ...weighing } = event.weighing;
  return { ...head, object: lot, data: { ...data, ...weighing, at: recordNumber(at) } };
}

/** The event a stored one tells; null where it is of another kind, `unreadable` where it is one of these and cannot be read. */
export function readMaterial({ event }: StoredEvent): MaterialEvent | null | 'unreadable' {
  const { action, object, data } = event;
  if (action === 'lot-received') {
    if (!received.Check(data) || !isAmount(data.received)) return 'unreadable';
    const { material, supplier, supplierLot, unit, containers } = data;
    const lot = { id: object, material, supplier, supplierLot, received: data.received, unit, containers };
    return { kind: action, lot: { ...lot, expires: utcMs(Number(data.expires)) } };
  }
  if (action === 'lot-status-changed')
    return changed.Check(data) ? { kind: action, lot: object, status: data.status } : 'unreadable';
  if (action !== 'weighing-entered') return null;
  if (!weighed.Check(data) || !isAmount(data.amount)) return 'unreadable';
  const { batch, material, amount, tare, scale, container, by, checkedBy } = data;
  const weighing = { lot: object, batch, material, amount, tare, scale, container, by, checkedBy };
  return { kind: action, weighing: { ...weighing, at: utcMs(Number(data.at)) } };
}

/** The book after all of `stored`, and the places in the scope that cannot be read. */
export function recall(
  stored: readonly StoredEvent[],
  before: MaterialBook = emptyBook,
): Readonly<{ book: MaterialBook; unreadable: readonly number[] }> {
  let book = before;
  const unreadable: number[] = [];
  for (const each of stored) {
    const event = readMaterial(each);
    if (event === 'unreadable') unreadable.push(each.seq);
    else if (event !== null) book = evolve(book, event);
  }
  return { book, unreadable };
}
