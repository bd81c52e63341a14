/** The book of the exchange as the ledger has it, and what was done under which command id. */
import type { StoredEvent } from '../../../plant/record-event.ts';
import { emptyExchange, evolveExchange, readExchange, type ExchangeBook } from './events.ts';

type Done = Readonly<{ digest: string; id: string }>;

export class ExchangeLedger {
  #book: ExchangeBook = emptyExchange;
  readonly #done = new Map<string, Done>();
  readonly unreadable: number[] = [];

  get book(): ExchangeBook {
    return this.#book;
  }

  remember(stored: StoredEvent): void {
    const read = readExchange(stored);
    if (read === null) return;
    if (read === 'unreadable') {
      this.unreadable.push(stored.seq);
      return;
    }
    this.#book = evolveExchange(this.#book, read, stored.utc);
    const { commandId, command } = stored.event.data ?? {};
    if (typeof commandId === 'string' && typeof command === 'string')
      this.#done.set(commandId, { digest: command, id: stored.event.object });
  }

  doneBy(commandId: string): Done | null {
    return this.#done.get(commandId) ?? null;
  }
}
