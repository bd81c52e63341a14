/** What the record says of lots, dispensings and weighings: a pure fold. What contradicts the book changes nothing. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Kit, Lot, LotStatus, StruckWeighing, Weighing } from '../../plant/material-view.ts';
import { isMore, minus, plus } from './decimal.ts';

export type LotCorrection = Pick<Lot, 'supplier' | 'supplierLot' | 'received' | 'expires' | 'containers'>;

export type MaterialEvent =
  | Readonly<{ kind: 'lot-received'; lot: Omit<Lot, 'left' | 'status'> }>
  | Readonly<{ kind: 'lot-corrected'; lot: string; to: LotCorrection }>
  | Readonly<{ kind: 'lot-status-changed'; lot: string; status: Exclude<LotStatus, 'used up'> }>
  | Readonly<{ kind: 'dispensing-opened'; kit: Omit<Kit, 'status' | 'batch'> }>
  | Readonly<{ kind: 'weighing-entered'; weighing: Omit<Weighing, 'number'> }>
  | Readonly<{ kind: 'weighing-struck'; kit: string; number: number; strike: StruckWeighing['strike'] }>
  | Readonly<{ kind: 'dispensing-taken'; kit: string; batch: string }>
  | Readonly<{ kind: 'dispensing-given-back'; kit: string }>
  | Readonly<{ kind: 'dispensing-given-up'; kit: string }>;

export type MaterialBook = Readonly<{
  lots: ReadonlyMap<string, Lot>;
  kits: ReadonlyMap<string, Kit>;
  /** Those that stand. */
  weighings: readonly Weighing[];
  struck: readonly StruckWeighing[];
}>;

export const emptyBook: MaterialBook = { lots: new Map(), kits: new Map(), weighings: [], struck: [] };

export function evolve(book: MaterialBook, event: MaterialEvent): MaterialBook {
  switch (event.kind) {
    case 'lot-received':
      if (book.lots.has(event.lot.id)) return book;
      return withLot(book, { ...event.lot, left: event.lot.received, status: 'quarantine' });
    case 'dispensing-opened':
      if (book.kits.has(event.kit.id)) return book;
      return withKit(book, { ...event.kit, status: 'open', batch: null });
    case 'lot-corrected':
    case 'lot-status-changed':
      return evolveLot(book, event);
    case 'weighing-entered':
      return weighed(book, event.weighing);
    case 'weighing-struck':
      return struck(book, event);
    default:
      return evolveKit(book, event);
  }
}

const withLot = (book: MaterialBook, lot: Lot): MaterialBook => ({
  ...book,
  lots: new Map([...book.lots, [lot.id, lot]]),
});
const withKit = (book: MaterialBook, kit: Kit): MaterialBook => ({
  ...book,
  kits: new Map([...book.kits, [kit.id, kit]]),
});

function evolveLot(
  book: MaterialBook,
  event: Extract<MaterialEvent, { kind: 'lot-corrected' | 'lot-status-changed' }>,
): MaterialBook {
  const lot = book.lots.get(event.lot);
  if (lot === undefined) return book;
  if (event.kind === 'lot-status-changed')
    // What is used up may still be found bad: the batches that took it have to hear of it.
    return lot.status === 'used up' && event.status !== 'rejected'
      ? book
      : withLot(book, { ...lot, status: event.status });
  const left = leftAfter(lot, event.to.received);
  if (left === null) return book;
  // QA has released what was entered before: it looks at what stands there now.
  const status = lot.status === 'rejected' ? 'rejected' : left === '0' ? 'used up' : 'quarantine';
  return withLot(book, { ...lot, ...event.to, left, status });
}

/** What is left of a lot of which `received` came; null where more is weighed from it than that. */
export function leftAfter(lot: Lot, received: string): string | null {
  const used = minus(lot.received, lot.left);
  return isMore(used, received) ? null : minus(received, used);
}

function weighed(book: MaterialBook, weighing: Omit<Weighing, 'number'>): MaterialBook {
  const lot = book.lots.get(weighing.lot);
  if (lot === undefined || isMore(weighing.amount, lot.left)) return book;
  const left = minus(lot.left, weighing.amount);
  const after = withLot(book, { ...lot, left, status: left === '0' ? 'used up' : lot.status });
  const number = 1 + [...book.weighings, ...book.struck].filter(({ kit }) => kit === weighing.kit).length;
  return { ...after, weighings: [...book.weighings, { ...weighing, number }] };
}

function struck(
  book: MaterialBook,
  { kit, number, strike }: Extract<MaterialEvent, { kind: 'weighing-struck' }>,
): MaterialBook {
  const weighing = book.weighings.find((each) => each.kit === kit && each.number === number);
  const lot = weighing === undefined ? undefined : book.lots.get(weighing.lot);
  if (weighing === undefined || lot === undefined || book.kits.get(kit)?.status === 'taken') return book;
  const after = {
    ...book,
    weighings: book.weighings.filter((each) => each !== weighing),
    struck: [...book.struck, { ...weighing, strike }],
  };
  if (strike.gone) return after;
  // Of a lot that was taken for empty nobody has asked for a while whether it is still good: QA looks at it.
  const status = lot.status === 'used up' ? 'quarantine' : lot.status;
  return withLot(after, { ...lot, left: plus(lot.left, weighing.amount), status });
}

/** What has been in containers: a weighing that was struck out as never made has filled none. */
export const fillings = ({ weighings, struck }: MaterialBook): readonly Weighing[] => [
  ...weighings,
  ...struck.filter(({ strike }) => strike.gone),
];

function evolveKit(
  book: MaterialBook,
  event: Extract<MaterialEvent, { kind: `dispensing-${'taken' | 'given-back' | 'given-up'}` }>,
): MaterialBook {
  const kit = book.kits.get(event.kit);
  if (kit === undefined) return book;
  if (event.kind === 'dispensing-given-back')
    return kit.status === 'taken' ? withKit(book, { ...kit, status: 'open', batch: null }) : book;
  if (kit.status !== 'open') return book;
  return event.kind === 'dispensing-taken'
    ? withKit(book, { ...kit, status: 'taken', batch: event.batch })
    : withKit(book, { ...kit, status: 'given up' });
}

/** Why nothing may be weighed from a lot now, with what to do; null where it may. */
export function unfit(lot: Lot, now: UtcMs): Readonly<{ found: string; remedy: string }> | null {
  if (lot.status === 'quarantine')
    return {
      found: `Lot ${lot.id} is in quarantine.`,
      remedy: `Have QA release lot ${lot.id}, or weigh from another.`,
    };
  if (lot.status === 'rejected') return { found: `Lot ${lot.id} is rejected.`, remedy: 'Weigh from another lot.' };
  if (now > lot.expires)
    return {
      found: `Lot ${lot.id} expired on ${new Date(lot.expires).toISOString().slice(0, 10)}.`,
      remedy: 'Weigh from a lot in date.',
    };
  return null;
}

/** The last millisecond of a day `YYYY-MM-DD` in UTC; null where there is no such day. */
export function endOfDay(day: string): UtcMs | null {
  const begin = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  return Number.isNaN(begin) || new Date(begin).toISOString().slice(0, 10) !== day ? null : utcMs(begin + 86_399_999);
}

export const dayOf = (at: UtcMs): string => new Date(at).toISOString().slice(0, 10);
