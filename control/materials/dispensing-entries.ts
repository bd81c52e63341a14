/** Dispensing: opened for a batch of a recipe, weighed container by container, given up or given back. */
import type { Clock } from '../../plant/clock.ts';
import type { Kit } from '../../plant/material-view.ts';
import type { MaterialDesk } from '../../plant/ports/material-desk.ts';
import type { Credentials } from '../../plant/ports/record-desk.ts';
import type { RecipeStore } from '../../plant/ports/recipe-desk.ts';
import { recordNumber } from '../../plant/record-event.ts';
import { fillings, unfit } from './book.ts';
import { isAmount, isMore } from './decimal.ts';
import { countsAs } from './kits.ts';
import { isCode, nextId } from './lot-entries.ts';
import { enter, refused, type EntryPorts, type PersonActor, type Refused, type Signing } from './signed-entry.ts';
import type { Substance } from './substances.ts';

export type DispensingOptions = EntryPorts &
  Readonly<{
    clock: Clock;
    substances: readonly Substance[];
    store: RecipeStore;
    /** Whether the batches know of one under this number: it began. */
    began: (batch: string) => Promise<boolean>;
  }>;

const longestScale = 60;

export function dispensingEntries(
  options: DispensingOptions,
): Pick<MaterialDesk, 'open' | 'weigh' | 'strike' | 'giveUp' | 'giveBack'> {
  const { clock, substances, store, ledger } = options;
  const find = (id: string): Kit | undefined => ledger().book.kits.get(id);
  const notOpen = (id: string): Refused => {
    const kit = find(id);
    return kit === undefined
      ? refused(`There is no dispensing ${id}.`, 'See the list of dispensings.')
      : refused(`${id} is ${kit.status}${kit.batch === null ? '' : ` by ${kit.batch}`}.`, 'Open another.');
  };

  return {
    open: ({ recipe: name, version, ...request }) =>
      enter(options, request, 'dispense', { recipe: name, version: recordNumber(version) }, (actor) => {
        const stored = store.recipe(name, version);
        if (stored === null) return refused(`There is no recipe ${name} v${version}.`, 'See the list of recipes.');
        const { recipe } = stored;
        if (recipe.materials.length === 0) return refused(`${name} v${version} wants nothing weighed.`, 'Start it so.');
        const id = nextId('D', clock, ledger().book.kits.keys());
        const materials = recipe.materials.map((each) => ({ ...each, amount: recordNumber(each.amount) }));
        const opened = { openedBy: actor.printedName, openedAt: clock.utc() };
        const kit = { id, recipe: recipe.name, version: stored.version, materials, ...opened };
        return { id, subject: '', signings: [], event: () => ({ kind: 'dispensing-opened', kit }) };
      }),

    weigh: ({ kit: id, material: name, lot: from, amount, tare, scale, container, signers, ...request }) => {
      const content = { kit: id, material: name, lot: from, amount, tare, scale, container };
      return enter(options, request, 'dispense', content, (actor) => {
        const { lots } = ledger().book;
        const kit = find(id);
        if (kit?.status !== 'open') return notOpen(id);
        const material = kit.materials.find((each) => each.name === name);
        if (material === undefined)
          return refused(
            `${kit.recipe} wants no ${name} weighed.`,
            `It wants ${kit.materials.map((each) => each.name).join(', ')}.`,
          );
        const lot = lots.get(from);
        if (lot === undefined) return refused(`There is no lot ${from}.`, 'See the list of lots.');
        // Before its status: an empty lot is said to be empty.
        if (lot.status === 'used up') return refused(`Lot ${from} is used up.`, 'Weigh from another lot.');
        const fault = unfit(lot, clock.utc());
        if (fault !== null) return refused(fault.found, fault.remedy);
        if (countsAs(substances, lot, 1, material) === null)
          return refused(
            `${lot.material} in ${lot.unit} does not count as ${name} in ${material.unit}.`,
            `Weigh from a lot of ${name}.`,
          );
        if (!isAmount(amount) || !isMore(amount, '0') || !isAmount(tare))
          return refused(`"${amount}" net with tare "${tare}" is no weighing.`, 'Give decimals, such as 12.5 and 1.2.');
        if (isMore(amount, lot.left))
          return refused(
            `${amount} ${lot.unit} is more than the ${lot.left} ${lot.unit} left of ${from}.`,
            'Weigh the rest from another lot.',
          );
        if (scale.trim() === '' || scale.length > longestScale)
          return refused('Nothing says which scale.', `Name it, in up to ${longestScale} characters.`);
        if (!isCode(container))
          return refused(`"${container}" is no code of a container.`, 'Use up to 40 letters, digits and . _ / -.');
        const other = fillings(ledger().book).find(
          (each) => each.container === container && (each.kit !== id || each.material !== name),
        );
        if (other !== undefined)
          return refused(`${container} holds ${other.material} of ${other.kit}.`, 'Take an empty container.');
        if ([...lots.values()].some((each) => each.id === container || each.containers.includes(container)))
          return refused(`${container} is of a lot.`, 'Take an empty container.');
        const wanted = material.checked ? 2 : 1;
        if (signers.length !== wanted || signers[0]?.userName !== actor.userName)
          return refused(
            `${name} is weighed by whoever asks${material.checked ? ', and checked by another' : ''}.`,
            wanted === 2 ? 'Both sign, whoever weighs first.' : 'Sign with your own name.',
          );
        return {
          id,
          subject: `${amount} ${lot.unit} ${name} from lot ${from} into ${container} for ${id}`,
          signings: signingsOf(signers, actor),
          event: ({ printedName }, signatures) => ({
            kind: 'weighing-entered',
            weighing: {
              ...content,
              by: signatures[0]?.printedName ?? printedName,
              checkedBy: signatures[1]?.printedName ?? null,
              at: clock.utc(),
            },
          }),
        };
      });
    },

    strike: ({ kit: id, number, gone, signers, ...request }) =>
      enter(options, request, 'dispense', { kit: id, number: recordNumber(number), gone, strike: true }, (actor) => {
        const { lots, weighings } = ledger().book;
        const kit = find(id);
        if (kit === undefined || kit.status === 'taken') return notOpen(id);
        const weighing = weighings.find((each) => each.kit === id && each.number === number);
        if (weighing === undefined)
          return refused(`${id} has no weighing ${number} that stands.`, 'See what was weighed for it.');
        if (request.reason.trim() === '')
          return refused('Nothing says why it is struck out.', 'Say what was wrong, and what is right.');
        if (signers.length !== 2 || signers[0]?.userName !== actor.userName)
          return refused(`${actor.printedName} strikes it out, and another checks.`, 'Both sign, whoever asks first.');
        const { amount, material, lot, container } = weighing;
        const what = `${amount} ${lots.get(lot)?.unit ?? ''} ${material} from lot ${lot} into ${container}`;
        return {
          id,
          subject: `weighing ${number} of ${id} struck out: ${what}; ${gone ? 'gone' : 'back in the lot'}`,
          signings: signingsOf(signers, actor),
          event: ({ printedName }, signatures) => ({
            kind: 'weighing-struck',
            kit: id,
            number,
            strike: {
              reason: request.reason.trim(),
              by: signatures[0]?.printedName ?? printedName,
              checkedBy: signatures[1]?.printedName ?? '',
              at: clock.utc(),
              gone,
            },
          }),
        };
      }),

    giveUp: ({ kit: id, ...request }) =>
      enter(options, request, 'dispense', { kit: id }, () => {
        if (find(id)?.status !== 'open') return notOpen(id);
        if (request.reason.trim() === '') return refused('Nothing says why.', 'Give the reason.');
        return { id, subject: '', signings: [], event: () => ({ kind: 'dispensing-given-up', kit: id }) };
      }),

    giveBack: async ({ kit: id, ...request }) => {
      const batch = find(id)?.batch ?? null;
      const isBegun = batch !== null && (await options.began(batch));
      return enter(options, request, 'dispense', { kit: id, back: true }, () => {
        const kit = find(id);
        if (kit?.status !== 'taken') return refused(`No batch has taken ${id}.`, 'Nothing has to be given back.');
        if (isBegun || kit.batch !== batch)
          return refused(`${kit.batch ?? 'A batch'} began with ${id}.`, 'It stays with that batch.');
        if (request.reason.trim() === '') return refused('Nothing says why.', 'Give the reason.');
        return { id, subject: '', signings: [], event: () => ({ kind: 'dispensing-given-back', kit: id }) };
      });
    },
  };
}

/** Whoever does it first, then whoever checks. */
const signingsOf = (signers: readonly Credentials[], { id }: PersonActor): readonly Signing[] =>
  signers.map((credentials, i) =>
    i === 0
      ? { credentials, meaning: 'performed', roles: ['operator', 'process engineer'], notPersons: [] }
      : {
          credentials,
          meaning: 'checked',
          roles: ['checker', 'process engineer', 'operator', 'QA reviewer'],
          notPersons: [id],
        },
  );
