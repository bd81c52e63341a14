/** What is in a container, by the lots and the dispensings: nobody types on a label what the record already says. Pure. */
import type { Kit, Lot, Weighing } from '../../../plant/material-view.ts';
import type { LabelText } from '../../../plant/ports/label-desk.ts';

/** Lots and dispensings, as the labels ask for them; `MaterialDesk` serves. */
export type ContainerSource = Readonly<{
  lots(): Promise<readonly Lot[]>;
  kits(): Promise<readonly (Kit & Readonly<{ weighings: readonly Weighing[] }>)[]>;
}>;
export type Contents = Readonly<{
  lots: Awaited<ReturnType<ContainerSource['lots']>>;
  kits: Awaited<ReturnType<ContainerSource['kits']>>;
}>;

/** A lot's containers by the supplier's lot and its last day; a weighing's by what is in it. Null where nothing is known of it. */
export function textOf(container: string, { lots, kits }: Contents): Omit<LabelText, 'hazards'> | null {
  const came = lots.find(({ containers }) => containers.includes(container));
  if (came !== undefined) {
    const expires = new Date(came.expires).toISOString().slice(0, 10);
    const content = `${came.supplier} ${came.supplierLot}, use by ${expires}`;
    return { subject: came.id, container, what: came.material, batch: null, lot: came.id, content };
  }
  for (const kit of kits) {
    const filled = kit.weighings.filter((each) => each.container === container);
    const [first] = filled;
    if (first === undefined) continue;
    const unitOf = (lot: string): string => lots.find(({ id }) => id === lot)?.unit ?? '';
    return {
      subject: kit.id,
      container,
      what: first.material,
      batch: kit.batch,
      lot: [...new Set(filled.map(({ lot }) => lot))].join(', '),
      content: filled.map(({ amount, lot }) => `${amount} ${unitOf(lot)} of ${lot}`).join(' + '),
    };
  }
  return null;
}

/** The product of a batch, by the name of its recipe: `CdSe-ZnS-3.6` makes CdSe/ZnS. Null where none of `known` is meant. */
export function productOf(recipe: string, known: Iterable<string>): string | null {
  const names = [...known].filter((name) => `${recipe}-`.startsWith(`${name.replaceAll('/', '-')}-`));
  return names.sort((a, b) => b.length - a.length)[0] ?? null;
}
