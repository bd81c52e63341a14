/** Printing, reprinting, marking and counting labels: what may be done, against the book as it stands. */
import type { UtcMs } from '../../../plant/clock.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { LabelDesk, LabelText } from '../../../plant/ports/label-desk.ts';
import { copiesOf, copyCode, countOf, findCopy, mostCopies, type LabelBook } from './book.ts';
import { productOf, textOf, type ContainerSource } from './content.ts';
import { copyCodeIn, fits, hazardsFit } from './drawing.ts';
import { enter, refused, type Entry, type EntryPorts, type Refused } from './entry.ts';

export type LabelEntryOptions = EntryPorts &
  Readonly<{
    containers: ContainerSource;
    batch: (id: string) => Promise<BatchView | null>;
    hazards: ReadonlyMap<string, readonly string[]>;
  }>;

const mostAtOnce = 200;
const longestContent = 58;
const longestHazard = 200;
const containerForm = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/;
const lookAtLabels = 'See the list of labels.';

export function labelEntries(
  options: LabelEntryOptions,
): Pick<LabelDesk, 'printKnown' | 'printProduct' | 'reprint' | 'mark' | 'reconcile'> {
  const { clock, ledger, hazards } = options;
  const book = (): LabelBook => ledger().book;

  /** The event that prints these, or why one of them cannot be. */
  const printing = (texts: readonly LabelText[]): Entry | Refused => {
    const serials = nextSerials(book(), clock.utc(), texts.length);
    const labels = texts.map((text, i) => ({ ...text, serial: serials[i] ?? '' }));
    if (labels.length === 0 || labels.length > mostAtOnce)
      return refused(`${labels.length} labels were asked for.`, `Print 1 to ${mostAtOnce} at once.`);
    for (const { container, serial, content, hazards: words } of labels) {
      const own = labels.filter((each) => each.container === container);
      const there = [...book().labels.values()].find((each) => each.container === container);
      if (own.length > 1) return refused(`${container} stands there twice.`, 'Name each container once.');
      if (there !== undefined)
        return refused(`${container} has label ${there.serial}.`, 'Print that again, and say why.');
      if (!containerForm.test(container))
        return refused(`"${container}" is no code of a container.`, 'Use up to 40 letters, digits and . _ / -.');
      if (!fits(container, copyCode(serial, 1)))
        return refused(
          `"${container}" is too long for the bars of a label.`,
          'Name the container in fewer characters.',
        );
      if (content.trim() === '' || content.length > longestContent * 2)
        return refused(
          `What is in ${container} reads "${content}".`,
          `Say it in 1 to ${longestContent * 2} characters.`,
        );
      if (!hazardsFit(words))
        return refused(`The dangers of ${container} do not fit on a label.`, 'Give fewer of your own.');
    }
    return unsigned(({ printedName }) => ({ kind: 'labels-printed', labels, by: printedName, at: clock.utc() }));
  };
  const copiesIn = (scanned: readonly string[]): readonly string[] | Refused => {
    const codes: string[] = [];
    for (const each of scanned) {
      const code = copyCodeIn(each);
      if (code === null || findCopy(book(), code) === null)
        return refused(`"${each.slice(0, 60)}" is no label printed here.`, lookAtLabels);
      if (codes.includes(code)) return refused(`${code} was scanned twice.`, 'Scan each label once.');
      codes.push(code);
    }
    return codes;
  };

  return {
    printKnown: ({ containers, ...request }) =>
      enter(options, request, ['print known', containers], async () => {
        const [lots, kits] = await Promise.all([options.containers.lots(), options.containers.kits()]);
        const texts: LabelText[] = [];
        for (const container of containers) {
          const text = textOf(container, { lots, kits });
          if (text === null)
            return refused(`Nothing is known of container ${container}.`, 'Enter its lot or weighing first.');
          const words = hazards.get(text.what);
          if (words === undefined)
            return refused(`No words of danger are known for ${text.what}.`, 'Have QA enter them in hazards.yaml.');
          texts.push({ ...text, hazards: words });
        }
        return printing(texts);
      }),

    printProduct: ({ batch: id, containers, hazards: more, ...request }) =>
      enter(options, request, ['print product', id, containers, more], async () => {
        const batch = await options.batch(id);
        if (batch === null) return refused(`There is no batch ${id}.`, 'See the list of batches.');
        const long = more.find((each) => each.trim() === '' || each.length > longestHazard);
        if (long !== undefined)
          return refused(`"${long.slice(0, 60)}" is no word of danger.`, 'Give it as on the data sheet.');
        const product = productOf(batch.recipe, hazards.keys());
        const words = [...new Set([...(product === null ? [] : (hazards.get(product) ?? [])), ...more])];
        if (words.length === 0)
          return refused(
            `No words of danger are known for what ${batch.recipe} makes.`,
            'Give those of its data sheet.',
          );
        return printing(
          containers.map((each) => ({
            ...each,
            subject: id,
            what: batch.recipe,
            batch: id,
            lot: null,
            hazards: words,
          })),
        );
      }),

    reprint: ({ serial, ...request }) =>
      enter(options, request, ['reprint', serial], () => {
        const label = book().labels.get(serial);
        if (label === undefined) return refused(`There is no label ${serial}.`, lookAtLabels);
        if (request.reason.trim() === '') return refused('Nothing says why it is printed again.', 'Give the reason.');
        if (label.copies.length >= mostCopies)
          return refused(`${serial} was printed ${mostCopies} times.`, 'Fill another container.');
        const { reason } = request;
        return unsigned(({ printedName }) => ({
          kind: 'label-reprinted',
          serial,
          reason,
          by: printedName,
          at: clock.utc(),
        }));
      }),

    mark: ({ codes: scanned, as, ...request }) =>
      enter(options, request, ['mark', scanned, as], () => {
        const codes = copiesIn(scanned);
        if ('done' in codes) return codes;
        if (codes.length === 0) return refused('No label was scanned.', 'Scan each label.');
        if (as === 'destroyed' && request.reason.trim() === '')
          return refused('Nothing says why it is destroyed.', 'Give the reason.');
        for (const code of codes) {
          const found = findCopy(book(), code);
          const state = found?.copy.state ?? 'printed';
          if (state === 'destroyed' || state === as) return refused(`${code} is ${state}.`, lookAtLabels);
          const other = as === 'used' ? found?.label.copies.find((copy) => copy.state === 'used') : undefined;
          const twice = as === 'used' && codes.some((each) => each !== code && each.slice(0, -2) === code.slice(0, -2));
          if (other !== undefined || twice)
            return refused(`Another copy of ${code.slice(0, -2)} is on its container.`, 'Destroy that one first.');
        }
        return unsigned(() => ({ kind: 'labels-marked', codes, as }));
      }),

    reconcile: ({ subject, left: scanned, signers, ...request }) =>
      enter(options, request, ['reconcile', subject, scanned], (actor) => {
        const copies = copiesOf(book(), subject);
        if (copies.length === 0) return refused(`No label was printed for ${subject}.`, lookAtLabels);
        const left = copiesIn(scanned);
        if ('done' in left) return left;
        for (const code of left) {
          const copy = copies.find((each) => each.code === code);
          if (copy === undefined) return refused(`${code} is not of ${subject}.`, 'Put it back to its own.');
          if (copy.state !== 'printed')
            return refused(`${code} is said to be ${copy.state}, and was found.`, lookAtLabels);
        }
        const { printed, used, destroyed, missing } = countOf(book(), subject, left);
        if (missing.length > 0 && request.reason.trim() === '')
          return refused(
            `Nobody has found ${missing.join(', ')}, and nothing says why.`,
            'Look again, or give the reason.',
          );
        if (signers.length !== 2 || signers[0]?.userName !== actor.userName)
          return refused(`${actor.printedName} counts, and another checks.`, 'Both sign, whoever counted first.');
        const { reason } = request;
        return {
          subject: `labels of ${subject}: ${printed} printed, ${used} used, ${destroyed} destroyed, ${left.length} left, ${missing.length} missing`,
          signers,
          event: ({ printedName }, signatures) => ({
            kind: 'labels-counted',
            subject,
            left,
            by: signatures[0]?.printedName ?? printedName,
            checkedBy: signatures[1]?.printedName ?? '',
            reason,
            at: clock.utc(),
          }),
        };
      }),
  };
}

const unsigned = (event: Entry['event']): Entry => ({ subject: null, signers: [], event });

/** Two digits of the year and six of its count: `26000001`. */
function nextSerials({ labels }: LabelBook, now: UtcMs, count: number): readonly string[] {
  const year = new Date(now).toISOString().slice(2, 4);
  let last = 0;
  for (const serial of labels.keys()) if (serial.startsWith(year)) last = Math.max(last, Number(serial.slice(2)));
  return Array.from({ length: count }, (_, i) => year + String(last + 1 + i).padStart(6, '0'));
}
