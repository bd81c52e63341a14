/** The book as the ledger has it, what was done under which command id, and what happened to each lot and container. */
import { actorName } from '../../plant/people.ts';
import type { Weighing, MaterialHistoryEntry } from '../../plant/material-view.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import { dayOf, GrowingBook, type MaterialBook, type MaterialEvent } from './book.ts';
import { readMaterial } from './events.ts';

type Done = Readonly<{ digest: string; id: string }>;

export class LedgerBook {
  #book = new GrowingBook();
  readonly #done = new Map<string, Done>();
  readonly #history = new Map<string, MaterialHistoryEntry[]>();
  readonly #unreadable: number[] = [];

  forget(): void {
    this.#book = new GrowingBook();
    this.#done.clear();
    this.#history.clear();
    this.#unreadable.splice(0);
  }

  get book(): MaterialBook {
    return this.#book.book;
  }

  /** Places in the scope that should say something, and cannot be read. */
  get unreadable(): readonly number[] {
    return this.#unreadable;
  }

  remember(stored: StoredEvent): void {
    const read = readMaterial(stored);
    if (read === null) return;
    if (read === 'unreadable') {
      this.#unreadable.push(stored.seq);
      // It may have said that the lot is bad, or that less is left: nothing more is weighed from it until QA has looked.
      this.#book.take({ kind: 'lot-status-changed', lot: stored.event.object, status: 'quarantine' });
      return;
    }
    const { actor, reason = '', data, object } = stored.event;
    const before = this.book;
    const entry = { at: stored.utc, by: actorName(actor), what: say(read, before), reason };
    for (const about of aboutOf(read, before)) this.#remember(about, entry);
    this.#book.take(read);
    const { commandId, digest } = data ?? {};
    // A weighing is recorded under its lot; who asked for it works on the dispensing.
    const id = read.kind === 'weighing-entered' ? read.weighing.kit : object;
    if (typeof commandId === 'string' && typeof digest === 'string') this.#done.set(commandId, { digest, id });
  }

  #remember(about: string, entry: MaterialHistoryEntry): void {
    const kept = this.#history.get(about);
    if (kept === undefined) this.#history.set(about, [entry]);
    else kept.push(entry);
  }

  /** What was done under this id; null where nothing was. */
  doneBy(commandId: string): Done | null {
    return this.#done.get(commandId) ?? null;
  }

  history(id: string): readonly MaterialHistoryEntry[] {
    return this.#history.get(id) ?? [];
  }
}

function aboutOf(event: MaterialEvent, before: MaterialBook): readonly string[] {
  switch (event.kind) {
    case 'lot-received':
      return [event.lot.id, ...event.lot.containers];
    case 'lot-corrected':
      return [event.lot, ...event.to.containers];
    case 'lot-status-changed':
      return [event.lot];
    case 'dispensing-opened':
      return [event.kit.id];
    case 'weighing-entered':
      return [event.weighing.lot, event.weighing.kit, event.weighing.container];
    case 'weighing-struck': {
      const weighing = weighingOf(event, before);
      return weighing === undefined ? [event.kit] : [weighing.lot, event.kit, weighing.container];
    }
    default:
      return [event.kit];
  }
}

const weighingOf = (
  { kit, number }: Extract<MaterialEvent, { kind: 'weighing-struck' }>,
  { weighings }: MaterialBook,
): Weighing | undefined => weighings.find((each) => each.kit === kit && each.number === number);

function say(event: MaterialEvent, before: MaterialBook): string {
  const { lots } = before;
  switch (event.kind) {
    case 'lot-received': {
      const { material, received, unit, supplier, supplierLot, expires } = event.lot;
      return `Received: ${received} ${unit} ${material} of ${supplier}, their lot ${supplierLot}, to ${dayOf(expires)}.`;
    }
    case 'lot-corrected': {
      const { supplier, supplierLot, received, expires, containers } = event.to;
      return `Corrected: ${supplier}, their lot ${supplierLot}, ${received} ${lots.get(event.lot)?.unit ?? ''} received, to ${dayOf(expires)}, containers ${containers.join(', ') || 'none'}.`;
    }
    case 'lot-status-changed':
      return `${event.lot}: ${event.status}.`;
    case 'dispensing-opened':
      return `Dispensing opened for ${event.kit.recipe} v${event.kit.version}.`;
    case 'weighing-entered':
      return sayWeighing(event.weighing, lots.get(event.weighing.lot)?.unit ?? '');
    case 'weighing-struck': {
      const { number, strike } = event;
      const weighing = weighingOf(event, before);
      const what =
        weighing === undefined
          ? ''
          : `: ${weighing.amount} ${lots.get(weighing.lot)?.unit ?? ''} ${weighing.material} of ${weighing.lot}`;
      const left = strike.gone ? 'it has left the lot all the same' : 'the lot has it again';
      return `Weighing ${number} struck out${what}; ${left}. By ${strike.by}, checked by ${strike.checkedBy}.`;
    }
    case 'dispensing-taken':
      return `Taken by ${event.batch}.`;
    case 'dispensing-given-back':
      return 'Given back: its batch never began.';
    case 'dispensing-given-up':
      return 'Given up.';
  }
}

const sayWeighing = (each: Omit<Weighing, 'number'>, unit: string): string =>
  `${each.amount} ${unit} ${each.material} from ${each.lot} into ${each.container} for ${each.kit}: tare ${each.tare}, scale ${each.scale}, by ${each.by}${each.checkedBy === null ? '' : `, checked by ${each.checkedBy}`}.`;
