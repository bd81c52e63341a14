/** Taking in a lot, correcting what was entered of it, and deciding of it. */
import type { Clock } from '../../plant/clock.ts';
import type { Lot } from '../../plant/material-view.ts';
import type { MaterialDesk } from '../../plant/ports/material-desk.ts';
import { dayOf, endOfDay, fillings, leftAfter, type LotCorrection } from './book.ts';
import { isAmount, isMore } from './decimal.ts';
import { enter, refused, type EntryPorts, type Refused } from './signed-entry.ts';
import type { Substance } from './substances.ts';

export type LotOptions = EntryPorts & Readonly<{ clock: Clock; substances: readonly Substance[] }>;

const longestText = 200;
const mostContainers = 100;
/** No lot or container takes the place of an action's code, or of another's. */
const codeForm = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/;

export const isCode = (text: string): boolean => codeForm.test(text);

type Form = Readonly<Omit<LotCorrection, 'expires'> & { expires: string }>;

export function lotEntries(options: LotOptions): Pick<MaterialDesk, 'receive' | 'correct' | 'decide'> {
  const { clock, substances, ledger } = options;
  const find = (id: string): Lot | undefined => ledger().book.lots.get(id);
  const noLot = (id: string): Refused => refused(`There is no lot ${id}.`, 'See the list of lots.');

  /** The day is looked at when it is entered; that it has passed since is for the gate to say. */
  const read = (form: Form): LotCorrection | Refused => {
    const { supplier, supplierLot, received, containers } = form;
    for (const [what, text] of [
      ['supplier', supplier],
      ['supplier’s lot', supplierLot],
    ] as const)
      if (text.trim() === '' || text.length > longestText)
        return refused(`The ${what} is "${text.slice(0, longestText)}".`, `Give it in 1 to ${longestText} characters.`);
    if (!isAmount(received) || !isMore(received, '0'))
      return refused(`"${received}" is no amount.`, 'Give a decimal above 0 with up to nine places, such as 12.5.');
    const expires = endOfDay(form.expires);
    if (expires === null) return refused(`"${form.expires}" is no day.`, 'Give the expiry as YYYY-MM-DD.');
    const bad = containers.find((each) => !isCode(each));
    if (bad !== undefined)
      return refused(`"${bad}" is no code of a container.`, 'Use up to 40 letters, digits and . _ / -.');
    if (containers.length > mostContainers || new Set(containers).size < containers.length)
      return refused(
        'The containers are too many, or one stands there twice.',
        `Name each of up to ${mostContainers}.`,
      );
    return { supplier: supplier.trim(), supplierLot: supplierLot.trim(), received, expires, containers };
  };
  const takenContainer = (containers: readonly string[], but: string | null): Refused | null => {
    const { lots } = ledger().book;
    for (const lot of lots.values()) {
      const both = lot.id === but ? undefined : lot.containers.find((each) => containers.includes(each));
      if (both !== undefined) return refused(`Container ${both} is of lot ${lot.id}.`, 'Look at its label.');
    }
    const filled = fillings(ledger().book).find(({ container }) => containers.includes(container));
    return filled === undefined
      ? null
      : refused(`Container ${filled.container} is of dispensing ${filled.kit}.`, 'Look at its label.');
  };

  return {
    receive: ({ material, unit, ...request }) =>
      enter(options, request, 'handle lots', { material, unit, ...formOf(request) }, (actor) => {
        if (!substances.some(({ name }) => name === material))
          return refused(
            `"${material}" is no substance known here.`,
            `Use one of: ${substances.map(({ name }) => name).join(', ')}.`,
          );
        const form = read(request);
        if ('done' in form) return form;
        if (form.expires < clock.utc())
          return refused(`The lot expired on ${dayOf(form.expires)}.`, 'Send it back, or look at its label again.');
        const taken = takenContainer(form.containers, null);
        if (taken !== null) return taken;
        const id = nextId('L', clock, ledger().book.lots.keys());
        const lot = { id, material, unit, ...form, receivedBy: actor.id };
        return { id, subject: '', signings: [], event: () => ({ kind: 'lot-received', lot }) };
      }),

    correct: ({ lot: id, ...request }) =>
      enter(options, request, 'handle lots', { lot: id, ...formOf(request) }, () => {
        const lot = find(id);
        if (lot === undefined) return noLot(id);
        if (request.reason.trim() === '') return refused('A correction needs its reason.', 'Say why.');
        const to = read(request);
        if ('done' in to) return to;
        if (leftAfter(lot, to.received) === null)
          return refused(`More than ${to.received} ${lot.unit} is weighed from ${id}.`, 'Look at what was weighed.');
        const taken = takenContainer(to.containers, id);
        if (taken !== null) return taken;
        return { id, subject: '', signings: [], event: () => ({ kind: 'lot-corrected', lot: id, to }) };
      }),

    decide: ({ lot: id, status, signer, ...request }) =>
      enter(options, request, 'release lots', { lot: id, status }, (actor) => {
        const lot = find(id);
        if (lot === undefined) return noLot(id);
        if (signer.userName !== actor.userName)
          return refused(`${actor.printedName} decides, and signs.`, 'Sign with your own name.');
        if (lot.receivedBy === actor.id)
          return refused(`${actor.printedName} has received ${id}.`, 'Have another of QA decide.');
        if (lot.status === 'used up' && status !== 'rejected')
          return refused(`${id} is used up.`, 'It can only be rejected, so that the batches which took it hear of it.');
        if (lot.status === status) return refused(`${id} is ${status}.`, 'Nothing has to be done.');
        if (status === 'released' && lot.status === 'rejected')
          return refused(`${id} is rejected.`, 'Put it back into quarantine first, and say why.');
        if (status === 'released' && lot.expires < clock.utc())
          return refused(`${id} expired on ${dayOf(lot.expires)}.`, 'Reject it.');
        if (status !== 'released' && request.reason.trim() === '')
          return refused(`${id} is to be ${status}, and nothing says why.`, 'Give the reason.');
        const what = `${lot.received} ${lot.unit} ${lot.material}, ${lot.supplier} ${lot.supplierLot}`;
        return {
          id,
          subject: `lot ${id} (${what}): ${status}`,
          signings: [
            {
              credentials: signer,
              meaning: status === 'released' ? 'released' : 'reviewed',
              roles: ['QA reviewer', 'QA releaser'],
              notPersons: [lot.receivedBy],
            },
          ],
          event: () => ({ kind: 'lot-status-changed', lot: id, status }),
        };
      }),
  };
}

const formOf = ({ supplier, supplierLot, received, expires, containers }: Form) => ({
  supplier,
  supplierLot,
  received,
  expires,
  containers,
});

/** The next free number of the year: `L-2026-0001`. */
export function nextId(letter: 'L' | 'D', clock: Clock, taken: Iterable<string>): string {
  const prefix = `${letter}-${new Date(clock.utc()).getUTCFullYear()}-`;
  const used = [...taken].filter((id) => id.startsWith(prefix)).map((id) => Number(id.slice(prefix.length)));
  return `${prefix}${String(Math.max(0, ...used) + 1).padStart(4, '0')}`;
}
