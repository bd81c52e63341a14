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
  switch (event.kind) {
    case 'labels-printed': {
      const fresh = event.labels.filter(({ serial }) => !book.labels.has(serial));
      const views = fresh.map((label): LabelView => ({ ...label, copies: [copyOf(label.serial, 1, '', event)] }));
      return touched(withLabels(book, views), views);
    }
    case 'label-reprinted': {
      const label = book.labels.get(event.serial);
      if (label === undefined) return book;
      const copy = copyOf(label.serial, label.copies.length + 1, event.reason, event);
      const view = { ...label, copies: [...label.copies, copy] };
      return touched(withLabels(book, [view]), [view]);
    }
    case 'labels-marked': {
      const changed = [...book.labels.values()].filter(({ copies }) => copies.some((copy) => mayMark(copy, event)));
      const views = changed.map((label) => ({
        ...label,
        copies: label.copies.map((copy) => (mayMark(copy, event) ? { ...copy, state: event.as } : copy)),
      }));
      return touched(withLabels(book, views), views);
    }
    case 'labels-counted': {
      const { subject, by, at, checkedBy, reason } = event;
      const count = { ...countOf(book, subject, event.left), by, at, checkedBy, reason, stands: true };
      return { ...book, counts: new Map([...book.counts, [subject, count]]) };
    }
  }
}

/** Digits only, which a bar code packs in pairs: year, number, copy. */
export const copyCode = (serial: string, number: number): string => serial + String(number).padStart(2, '0');
export const mostCopies = 99;

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

const withLabels = (book: LabelBook, views: readonly LabelView[]): LabelBook => ({
  ...book,
  labels: new Map([...book.labels, ...views.map((view) => [view.serial, view] as const)]),
});

/** A count holds for what was there when it was made. */
function touched(book: LabelBook, views: readonly LabelView[]): LabelBook {
  const subjects = new Set(views.map(({ subject }) => subject));
  const counts = [...book.counts].map(
    ([subject, count]) => [subject, subjects.has(subject) ? { ...count, stands: false } : count] as const,
  );
  return { ...book, counts: new Map(counts) };
}

export const copiesOf = ({ labels }: LabelBook, subject: string): readonly LabelCopy[] =>
  [...labels.values()].filter((label) => label.subject === subject).flatMap(({ copies }) => copies);

export const findCopy = (
  { labels }: LabelBook,
  code: string,
): Readonly<{ label: LabelView; copy: LabelCopy }> | null => {
  const label = labels.get(code.slice(0, -2));
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
