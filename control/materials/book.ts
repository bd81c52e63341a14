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

/** The book after one more event; the same book where the event contradicts it. */
export function evolve(book: MaterialBook, event: MaterialEvent): MaterialBook {
  const grown = new GrowingBook(book);
  return grown.take(event) ? grown.book : book;
}

/** A book that takes in event after event without being copied for each: years of weighings are read at a start. */
export class GrowingBook {
  readonly #lots: Map<string, Lot>;
  readonly #kits: Map<string, Kit>;
  readonly #weighings: Weighing[];
  readonly #struck: StruckWeighing[];
  /** How many weighings each dispensing has had, those that were struck out among them. */
  readonly #numbers = new Map<string, number>();

  constructor({ lots, kits, weighings, struck }: MaterialBook = emptyBook) {
    this.#lots = new Map(lots);
    this.#kits = new Map(kits);
    this.#weighings = [...weighings];
    this.#struck = [...struck];
    for (const { kit } of [...weighings, ...struck]) this.#count(kit);
  }

  /** As it is now; it grows with what is taken in later. */
  get book(): MaterialBook {
    return { lots: this.#lots, kits: this.#kits, weighings: this.#weighings, struck: this.#struck };
  }

  /** @returns whether it says something else now */
  take(event: MaterialEvent): boolean {
    switch (event.kind) {
      case 'lot-received':
        return (
          !this.#lots.has(event.lot.id) &&
          this.#setLot({ ...event.lot, left: event.lot.received, status: 'quarantine' })
        );
      case 'dispensing-opened':
        return !this.#kits.has(event.kit.id) && this.#setKit({ ...event.kit, status: 'open', batch: null });
      case 'lot-corrected':
        return this.#correct(event);
      case 'lot-status-changed':
        return this.#changeStatus(event);
      case 'weighing-entered':
        return this.#weigh(event.weighing);
      case 'weighing-struck':
        return this.#strike(event);
      default:
        return this.#changeKit(event);
    }
  }

  #changeStatus({ lot: id, status }: Of<'lot-status-changed'>): boolean {
    const lot = this.#lots.get(id);
    // What is used up may still be found bad: the batches that took it have to hear of it.
    if (lot === undefined || (lot.status === 'used up' && status !== 'rejected')) return false;
    return this.#setLot({ ...lot, status });
  }

  #correct({ lot: id, to }: Of<'lot-corrected'>): boolean {
    const lot = this.#lots.get(id);
    const left = lot === undefined ? null : leftAfter(lot, to.received);
    if (lot === undefined || left === null) return false;
    // QA has released what was entered before: it looks at what stands there now.
    const status = lot.status === 'rejected' ? 'rejected' : left === '0' ? 'used up' : 'quarantine';
    return this.#setLot({ ...lot, ...to, left, status });
  }

  #weigh(weighing: Omit<Weighing, 'number'>): boolean {
    const lot = this.#lots.get(weighing.lot);
    if (lot === undefined || isMore(weighing.amount, lot.left)) return false;
    const left = minus(lot.left, weighing.amount);
    this.#weighings.push({ ...weighing, number: this.#count(weighing.kit) });
    return this.#setLot({ ...lot, left, status: left === '0' ? 'used up' : lot.status });
  }

  #strike({ kit, number, strike }: Of<'weighing-struck'>): boolean {
    const place = this.#weighings.findIndex((each) => each.kit === kit && each.number === number);
    const weighing = this.#weighings[place];
    const lot = weighing === undefined ? undefined : this.#lots.get(weighing.lot);
    if (weighing === undefined || lot === undefined || this.#kits.get(kit)?.status === 'taken') return false;
    this.#weighings.splice(place, 1);
    this.#struck.push({ ...weighing, strike });
    if (strike.gone) return true;
    // Of a lot that was taken for empty nobody has asked for a while whether it is still good: QA looks at it.
    const status = lot.status === 'used up' ? 'quarantine' : lot.status;
    return this.#setLot({ ...lot, left: plus(lot.left, weighing.amount), status });
  }

  #changeKit(event: Of<'dispensing-taken' | 'dispensing-given-back' | 'dispensing-given-up'>): boolean {
    const kit = this.#kits.get(event.kit);
    if (kit === undefined) return false;
    if (event.kind === 'dispensing-given-back')
      return kit.status === 'taken' && this.#setKit({ ...kit, status: 'open', batch: null });
    if (kit.status !== 'open') return false;
    return event.kind === 'dispensing-taken'
      ? this.#setKit({ ...kit, status: 'taken', batch: event.batch })
      : this.#setKit({ ...kit, status: 'given up' });
  }

  #setLot(lot: Lot): true {
    this.#lots.set(lot.id, lot);
    return true;
  }

  #setKit(kit: Kit): true {
    this.#kits.set(kit.id, kit);
    return true;
  }

  #count(kit: string): number {
    const count = 1 + (this.#numbers.get(kit) ?? 0);
    this.#numbers.set(kit, count);
    return count;
  }
}

type Of<Kind extends MaterialEvent['kind']> = Extract<MaterialEvent, { kind: Kind }>;

/** What is left of a lot of which `received` came; null where more is weighed from it than that. */
export function leftAfter(lot: Lot, received: string): string | null {
  const used = minus(lot.received, lot.left);
  return isMore(used, received) ? null : minus(received, used);
}

/** What has been in containers: a weighing that was struck out as never made has filled none. */
export const fillings = ({ weighings, struck }: MaterialBook): readonly Weighing[] => [
  ...weighings,
  ...struck.filter(({ strike }) => strike.gone),
];

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
