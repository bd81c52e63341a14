/** The book of labels as the ledger has it, and what was done under which command id. */
import type { StoredEvent } from '../../../plant/record-event.ts';
import { copyCode, GrowingLabels, type LabelBook, type LabelEvent } from './book.ts';
import { readLabelEvent } from './events.ts';

type Done = Readonly<{ digest: string; codes: readonly string[] }>;

export class LabelLedger {
  readonly #book = new GrowingLabels();
  readonly #done = new Map<string, Done>();
  readonly unreadable: number[] = [];

  get book(): LabelBook {
    return this.#book.book;
  }

  remember(stored: StoredEvent): void {
    const read = readLabelEvent(stored);
    if (read === null) return;
    if (read === 'unreadable') {
      this.unreadable.push(stored.seq);
      return;
    }
    this.#book.take(read);
    const { commandId, digest } = stored.event.data ?? {};
    if (typeof commandId === 'string' && typeof digest === 'string')
      this.#done.set(commandId, { digest, codes: codesOf(read, this.book) });
  }

  doneBy(commandId: string): Done | null {
    return this.#done.get(commandId) ?? null;
  }
}

export function codesOf(event: LabelEvent, { labels }: LabelBook): readonly string[] {
  switch (event.kind) {
    case 'labels-printed':
      return event.labels.map(({ serial }) => copyCode(serial, 1));
    case 'label-reprinted':
      return [labels.get(event.serial)?.copies.at(-1)?.code ?? ''];
    case 'labels-marked':
      return event.codes;
    case 'labels-counted':
      return event.left;
  }
}
