/** What the record says of labels: a pure fold. What contradicts the book changes nothing. */
import type { UtcMs } from '../../../plant/clock.ts';
import type { LabelCopy, LabelCount, LabelText, LabelView } from '../../../plant/ports/label-desk.ts';

type Done = Readonly<{ by: string; at: UtcMs }>;

export type LabelEvent =
  | (Done & Readonly<{ kind: 'labels-printed'; labels: readonly (LabelText & Readonly<{ serial: string }>)[] }>)
  | (Done & Readonly<{ kind: 'label-reprinted'; serial: string; reason: string }>)
  | Readonly<{ kind: 'labels-marked'; codes: readonly string[]; as: 'used' | 'destroyed' }>
  | (Done &
      Readonly<{
        kind: 'labels-counted';
        subject: string;
        left: readonly string[];
        checkedBy: string;
        reason: string;
      }>);

export type LabelBook = Readonly<{
  labels: ReadonlyMap<string, LabelView>;
  counts: ReadonlyMap<string, LabelCount>;
}>;
export const emptyLabels: LabelBook = { labels: new Map(), counts: new Map() };

export function evolveLabels(book: LabelBook, event: LabelEvent): LabelBook {
  const grown = new GrowingLabels(book);
  grown.take(event);
  return grown.book;
}

/** A book that takes in event after event without being copied for each: years of labels are read at a start. */
export class GrowingLabels {
  readonly #labels: Map<string, LabelView>;
  readonly #counts: Map<string, LabelCount>;

  constructor({ labels, counts }: LabelBook = emptyLabels) {
    this.#labels = new Map(labels);
    this.#counts = new Map(counts);
  }

  /** As it is now; it grows with what is taken in later. */
  get book(): LabelBook {
    return { labels: this.#labels, counts: this.#counts };
  }

  take(event: LabelEvent): void {
    switch (event.kind) {
      case 'labels-printed':
        for (const label of event.labels) {
          if (this.#labels.has(label.serial)) continue;
          this.#set({ ...label, copies: [copyOf(label.serial, 1, '', event)] });
        }
        return;
      case 'label-reprinted': {
        const label = this.#labels.get(event.serial);
        if (label === undefined) return;
        const copy = copyOf(label.serial, label.copies.length + 1, event.reason, event);
        this.#set({ ...label, copies: [...label.copies, copy] });
        return;
      }
      case 'labels-marked':
        for (const serial of new Set(event.codes.map(serialOf))) this.#mark(serial, event);
        return;
      case 'labels-counted': {
        const { subject, by, at, checkedBy, reason, left } = event;
        const count = { ...countOf(this.book, subject, left), by, at, checkedBy, reason, stands: true };
        this.#counts.set(subject, count);
      }
    }
  }

  #mark(serial: string, event: Extract<LabelEvent, { kind: 'labels-marked' }>): void {
    const label = this.#labels.get(serial);
    if (label?.copies.some((copy) => mayMark(copy, event)) !== true) return;
    const copies = label.copies.map((copy) => (mayMark(copy, event) ? { ...copy, state: event.as } : copy));
    this.#set({ ...label, copies });
  }

  #set(label: LabelView): void {
    this.#labels.set(label.serial, label);
    // A count holds for what was there when it was made.
    const count = this.#counts.get(label.subject);
    if (count !== undefined) this.#counts.set(label.subject, { ...count, stands: false });
  }
}

/** Digits only, which a bar code packs in pairs: year, number, copy. */
export const copyCode = (serial: string, number: number): string => serial + String(number).padStart(2, '0');
export const mostCopies = 99;
const serialOf = (code: string): string => code.slice(0, -2);

const copyOf = (serial: string, number: number, reason: string, { by, at }: Done): LabelCopy => ({
  code: copyCode(serial, number),
  state: 'printed',
  reason,
  by,
  at,
});

/** A label that was taken off again is destroyed; what is destroyed stays so. */
const mayMark = (copy: LabelCopy, { codes, as }: Extract<LabelEvent, { kind: 'labels-marked' }>): boolean =>
  codes.includes(copy.code) && (copy.state === 'printed' || (copy.state === 'used' && as === 'destroyed'));

export const copiesOf = ({ labels }: LabelBook, subject: string): readonly LabelCopy[] =>
  [...labels.values()].filter((label) => label.subject === subject).flatMap(({ copies }) => copies);

export const findCopy = (
  { labels }: LabelBook,
  code: string,
): Readonly<{ label: LabelView; copy: LabelCopy }> | null => {
  const label = labels.get(serialOf(code));
  const copy = label?.copies.find((each) => each.code === code);
  return label === undefined || copy === undefined ? null : { label, copy };
};

type Balance = Pick<LabelCount, 'subject' | 'printed' | 'used' | 'destroyed' | 'left' | 'missing'>;

/** printed = used + destroyed + left + missing, where only copies nobody has used or destroyed can be left. */
export function countOf(book: LabelBook, subject: string, left: readonly string[]): Balance {
  const copies = copiesOf(book, subject);
  const unused = copies.filter(({ state }) => state === 'printed');
  const missing = unused.filter(({ code }) => !left.includes(code)).map(({ code }) => code);
  return {
    subject,
    printed: copies.length,
    used: copies.filter(({ state }) => state === 'used').length,
    destroyed: copies.filter(({ state }) => state === 'destroyed').length,
    left: unused.length - missing.length,
    missing,
  };
}
