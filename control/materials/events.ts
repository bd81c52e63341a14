/** What the record says of lots, dispensings and weighings, in one place: written here, and read back here. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs } from '../../plant/clock.ts';
import { amountUnits } from '../../plant/material-view.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../plant/record-event.ts';
import { emptyBook, GrowingBook, type LotCorrection, type MaterialBook, type MaterialEvent } from './book.ts';
import { isAmount } from './decimal.ts';

export const lotsScope = 'materials/lots';

const text = Type.String({ minLength: 1 });
const time = Type.String({ pattern: '^[0-9]{1,15}$' });
const corrected = Type.Object({
  supplier: text,
  supplierLot: text,
  received: text,
  expires: time,
  containers: Type.Array(text),
});
const forms = {
  corrected: Compile(corrected),
  received: Compile(
    Type.Object({ ...corrected.properties, material: text, unit: Type.Enum([...amountUnits]), receivedBy: text }),
  ),
  changed: Compile(Type.Object({ status: Type.Enum(['quarantine', 'released', 'rejected']) })),
  opened: Compile(
    Type.Object({
      recipe: text,
      version: Type.String({ pattern: '^[0-9]{1,7}$' }),
      openedBy: text,
      openedAt: time,
      materials: Type.Array(Type.Object({ name: text, amount: text, unit: text, checked: Type.Boolean() })),
    }),
  ),
  weighed: Compile(
    Type.Object({
      kit: text,
      material: text,
      amount: text,
      tare: text,
      scale: text,
      container: text,
      by: text,
      checkedBy: Type.Union([text, Type.Null()]),
      at: time,
    }),
  ),
  struck: Compile(
    Type.Object({
      number: Type.String({ pattern: '^[1-9][0-9]{0,5}$' }),
      strike: Type.Object({ reason: text, by: text, checkedBy: text, at: time, gone: Type.Boolean() }),
    }),
  ),
  taken: Compile(Type.Object({ batch: text })),
};

/**
 * @param before the book it changes: what stood there is recorded beside what stands now
 * @param data what belongs to the command, such as its id and who has signed
 */
export function materialRecord(
  event: MaterialEvent,
  before: MaterialBook,
  actor: Actor,
  reason: string,
  data: Readonly<Record<string, RecordValue>>,
): RecordEvent {
  const { object, own } = contentOf(event);
  const change = changeOf(event, before);
  return { scope: lotsScope, actor, action: event.kind, object, ...change, reason, data: { ...data, ...own } };
}

function changeOf(event: MaterialEvent, before: MaterialBook): Pick<RecordEvent, 'old' | 'new'> {
  const lot = 'lot' in event && typeof event.lot === 'string' ? before.lots.get(event.lot) : undefined;
  if (event.kind === 'lot-status-changed') return { old: lot?.status ?? null, new: event.status };
  if (event.kind === 'lot-corrected') return { old: lot === undefined ? null : ofLot(lot), new: ofLot(event.to) };
  return {};
}

const ofLot = ({ supplier, supplierLot, received, expires, containers }: LotCorrection) => ({
  supplier,
  supplierLot,
  received,
  expires: recordNumber(expires),
  containers,
});

function contentOf(event: MaterialEvent): Readonly<{ object: string; own: Readonly<Record<string, RecordValue>> }> {
  switch (event.kind) {
    case 'lot-received': {
      const { id, expires, ...lot } = event.lot;
      return { object: id, own: { ...lot, expires: recordNumber(expires) } };
    }
    case 'lot-corrected':
      return { object: event.lot, own: ofLot(event.to) };
    case 'lot-status-changed':
      return { object: event.lot, own: { status: event.status } };
    case 'dispensing-opened': {
      const { id, version, openedAt, ...kit } = event.kit;
      return { object: id, own: { ...kit, version: recordNumber(version), openedAt: recordNumber(openedAt) } };
    }
    case 'weighing-entered': {
      const { lot, at, ...weighing } = event.weighing;
      return { object: lot, own: { ...weighing, at: recordNumber(at) } };
    }
    case 'weighing-struck': {
      const { at, ...strike } = event.strike;
      return {
        object: event.kit,
        own: { number: recordNumber(event.number), strike: { ...strike, at: recordNumber(at) } },
      };
    }
    case 'dispensing-taken':
      return { object: event.kit, own: { batch: event.batch } };
    default:
      return { object: event.kit, own: {} };
  }
}

/** The event a stored one tells; null where it is of another kind, `unreadable` where it is one of these and cannot be read. */
export function readMaterial({ event }: StoredEvent): MaterialEvent | null | 'unreadable' {
  const { action, object, data } = event;
  switch (action) {
    case 'lot-received': {
      if (!forms.received.Check(data) || !isAmount(data.received)) return 'unreadable';
      const { material, unit, receivedBy } = data;
      return { kind: action, lot: { id: object, material, unit, receivedBy, ...correctionIn(data) } };
    }
    case 'lot-corrected':
      if (!forms.corrected.Check(data) || !isAmount(data.received)) return 'unreadable';
      return { kind: action, lot: object, to: correctionIn(data) };
    case 'lot-status-changed':
      return forms.changed.Check(data) ? { kind: action, lot: object, status: data.status } : 'unreadable';
    case 'dispensing-opened': {
      if (!forms.opened.Check(data)) return 'unreadable';
      const { recipe, version, materials, openedBy, openedAt } = data;
      const kit = { id: object, recipe, version: Number(version), materials, openedBy };
      return { kind: action, kit: { ...kit, openedAt: utcMs(Number(openedAt)) } };
    }
    case 'weighing-entered': {
      if (!forms.weighed.Check(data) || !isAmount(data.amount)) return 'unreadable';
      const { kit, material, amount, tare, scale, container, by, checkedBy, at } = data;
      const weighing = { lot: object, kit, material, amount, tare, scale, container, by, checkedBy };
      return { kind: action, weighing: { ...weighing, at: utcMs(Number(at)) } };
    }
    case 'weighing-struck': {
      if (!forms.struck.Check(data)) return 'unreadable';
      const { number, strike } = data;
      const when = { ...strike, at: utcMs(Number(strike.at)) };
      return { kind: action, kit: object, number: Number(number), strike: when };
    }
    case 'dispensing-taken':
      return forms.taken.Check(data) ? { kind: action, kit: object, batch: data.batch } : 'unreadable';
    case 'dispensing-given-back':
    case 'dispensing-given-up':
      return { kind: action, kit: object };
    default:
      return null;
  }
}

type Corrected = Readonly<{
  supplier: string;
  supplierLot: string;
  received: string;
  expires: string;
  containers: readonly string[];
}>;

const correctionIn = ({ supplier, supplierLot, received, expires, containers }: Corrected) => ({
  supplier,
  supplierLot,
  received,
  expires: utcMs(Number(expires)),
  containers,
});

/** The book after all of `stored`, and the places in the scope that cannot be read. */
export function recall(
  stored: readonly StoredEvent[],
  before: MaterialBook = emptyBook,
): Readonly<{ book: MaterialBook; unreadable: readonly number[] }> {
  const grown = new GrowingBook(before);
  const unreadable: number[] = [];
  for (const each of stored) {
    const event = readMaterial(each);
    if (event === 'unreadable') unreadable.push(each.seq);
    else if (event !== null) grown.take(event);
  }
  return { book: grown.book, unreadable };
}
