/** What is weighed for a dispensing, held against what its recipe wants; and which dispensing a start goes by. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import type { Kit, KitLine, KitView, Lot, Weighing } from '../../plant/material-view.ts';
import type { RecipeMaterial } from '../../plant/recipe/recipe.ts';
import { unfit, type MaterialBook } from './book.ts';
import { convert, serves, type Substance } from './substances.ts';

/** `amount` in the unit of the recipe; null where the lot's substance or unit does not count as what was asked. */
export type Counted = Readonly<{ weighing: Weighing; lot: Lot; amount: number | null }>;

export type Weighed = Readonly<{
  book: MaterialBook;
  substances: readonly Substance[];
  /** How far below the recipe's amount a weighing may stay, as a share of it. */
  tolerance: number;
}>;

export const countsAs = (
  substances: readonly Substance[],
  lot: Pick<Lot, 'material' | 'unit'>,
  amount: number,
  { name, unit }: Pick<RecipeMaterial, 'name' | 'unit'>,
): number | null => {
  const substance = substances.find((each) => each.name === lot.material);
  return substance !== undefined && serves(substance, name) ? convert(amount, lot.unit, unit, substance.gPerMol) : null;
};

export function countedFor(
  { book, substances }: Pick<Weighed, 'book' | 'substances'>,
  kit: string,
  material: Pick<RecipeMaterial, 'name' | 'unit'>,
): readonly Counted[] {
  return book.weighings.flatMap((weighing) => {
    const lot = book.lots.get(weighing.lot);
    if (lot === undefined || weighing.kit !== kit || weighing.material !== material.name) return [];
    return [{ weighing, lot, amount: countsAs(substances, lot, Number(weighing.amount), material) }];
  });
}

export const sumOf = (counted: readonly Counted[]): number =>
  Number(counted.reduce((total, { amount }) => total + (amount ?? 0), 0).toPrecision(6));

export const isEnough = (weighed: number, asked: number, tolerance: number): boolean =>
  weighed >= asked * (1 - tolerance);

/** Whether a weighing counts: of what is asked, checked where that is asked, from a lot that is still fit. */
export const isSound = ({ weighing, lot, amount }: Counted, checked: boolean, now: UtcMs): boolean =>
  amount !== null && unfit(lot, now) === null && (!checked || weighing.checkedBy !== null);

/**
 * The dispensing of a start: the one that its batch has taken; else the oldest open one of the recipe that has everything; else
 * the oldest open one, of which is said what it lacks. Null where there is none.
 */
export function kitFor(
  weighed: Weighed,
  batch: string,
  recipe: Readonly<{ name: string; materials: readonly RecipeMaterial[] }>,
  now: UtcMs,
): Kit | null {
  const kits = [...weighed.book.kits.values()];
  const own = kits.find((kit) => kit.batch !== null && kit.batch === batch);
  if (own !== undefined) return own;
  const open = kits.filter((kit) => kit.status === 'open' && kit.recipe === recipe.name);
  const hasAll = ({ id }: Kit): boolean =>
    recipe.materials.every((material) => {
      const counted = countedFor(weighed, id, material);
      return (
        isEnough(sumOf(counted), material.amount, weighed.tolerance) &&
        counted.every((each) => isSound(each, material.checked, now))
      );
    });
  return open.find(hasAll) ?? open[0] ?? null;
}

/** Of all of them at once: a house has thousands, and what each would look for anew is looked for once. */
export function kitViews({ book, substances, tolerance }: Weighed, now: UtcMs): readonly KitView[] {
  const weighings = Map.groupBy(book.weighings, ({ kit }) => kit);
  const struck = Map.groupBy(book.struck, ({ kit }) => kit);
  const lotsFor = fitLots({ book, substances }, now);
  return [...book.kits.values()].map((kit) => {
    const own = { ...book, weighings: weighings.get(kit.id) ?? [], struck: struck.get(kit.id) ?? [] };
    const lines = kit.materials.map((material): KitLine => {
      const sum = sumOf(countedFor({ book: own, substances }, kit.id, material));
      const enough = isEnough(sum, Number(material.amount), tolerance);
      return { ...material, weighed: sum, enough, lots: kit.status === 'open' ? lotsFor(material) : [] };
    });
    return { ...kit, lines, weighings: own.weighings, struck: own.struck };
  });
}

/** Lots from which a material may be weighed, soonest expiry first; looked for once for each name and unit. */
function fitLots(
  { book, substances }: Pick<Weighed, 'book' | 'substances'>,
  now: UtcMs,
): (material: Pick<RecipeMaterial, 'name' | 'unit'>) => KitLine['lots'] {
  const fit = [...book.lots.values()]
    .filter((lot) => lot.left !== '0' && unfit(lot, now) === null)
    .sort((a, b) => a.expires - b.expires);
  const known = new Map<string, KitLine['lots']>();
  return (material) => {
    const key = `${material.name} ${material.unit}`;
    const lots =
      known.get(key) ??
      fit
        .filter((lot) => countsAs(substances, lot, 1, material) !== null)
        .map(({ id, material: substance, left, unit, expires }) => ({ lot: id, substance, left, unit, expires }));
    known.set(key, lots);
    return lots;
  };
}
