/** What the record says of lots and weighings: a pure fold. What would take more from a lot than it has changes nothing. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Lot, LotStatus, Weighing } from '../../plant/material-view.ts';
import { isMore, minus } from './decimal.ts';

export type MaterialEvent =
  | Readonly<{ kind: 'lot-received'; lot: Omit<Lot, 'left' | 'status'> }>
  | Readonly<{ kind: 'lot-status-changed'; lot: string; status: Exclude<LotStatus, 'used up'> }>
  | Readonly<{ kind: 'weighing-entered'; weighing: Weighing }>;

export type MaterialBook = Readonly<{ lots: ReadonlyMap<string, Lot>; weighings: readonly Weighing[] }>;

export const emptyBook: MaterialBook = { lots: new Map(), weighings: [] };

export function evolve(book: MaterialBook, event: MaterialEvent): MaterialBook {
  const withLot = (lot: Lot): ReadonlyMap<string, Lot> => new Map([...book.lots, [lot.id, lot]]);
  if (event.kind === 'lot-received') {
    if (book.lots.has(event.lot.id)) return book;
    return { ...book, lots: withLot({ ...event.lot, left: event.lot.received, status: 'quarantine' }) };
  }
  const lot = book.lots.get(event.kind === 'weighing-entered' ? event.weighing.lot : event.lot);
  if (lot === undefined) return book;
  // What is used up may still be found bad: the batches that took it have to hear of it.
  if (event.kind === 'lot-status-changed')
    return lot.status === 'used up' && event.status !== 'rejected'
      ? book
      : { ...book, lots: withLot({ ...lot, status: event.status }) };
  const { weighing } = event;
  if (isMore(weighing.amount, lot.left)) return book;
  const left = minus(lot.left, weighing.amount);
  return {
    lots: withLot({ ...lot, left, status: left === '0' ? 'used up' : lot.status }),
    weighings: [...book.weighings, weighing],
  };
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
