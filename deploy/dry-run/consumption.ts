/** What a skid took from its vessels from the start of a batch to its end, and whether all of it is found again. Pure. */
import type { FeedName, MasterRecipe } from '../../plant/recipe/recipe.ts';
import {
  bookedElements,
  type BookedElement,
  type FedSubstance,
  type Head,
  type LineBooks,
  type Whereabouts,
} from '../../twin/virtual/index.ts';
import { namesOf, type Weighed } from './substances.ts';

/** `g`: of `weighedAs`; both null where the house has no molar mass of it. */
export type SubstanceUse = Readonly<{ name: string; mmol: number; g: number | null; weighedAs: string | null }>;

/** `ml`: of the solution. The chalcogen feed has two heads, and so two solutions. */
export type FeedUse = Readonly<{
  feed: FeedName;
  name: string;
  ml: number;
  solutions: readonly Readonly<{ of: string; ml: number }>[];
  substances: readonly SubstanceUse[];
}>;

/** `held`: stands in the line, more than at the start. `errorPercent`: of what was fed, what is not found again. */
export type BalanceLine = Readonly<{ of: BookedElement | 'liquid'; unit: 'mL' | 'mmol'; errorPercent: number }> &
  Whereabouts;

export type Consumption = Readonly<{
  skid: string;
  feeds: readonly FeedUse[];
  flush: Readonly<{ waterMl: number; oilMl: number; diluteAcidMl: number; acidMmol: number }>;
  balance: readonly BalanceLine[];
  /** Whether every line of the balance closes within `accuracyPercent`. */
  isClosed: boolean;
  accuracyPercent: number;
}>;

/** Of what was fed. The twin's own ledger closes to rounding; this leaves room for what flows are counted by. */
export const accuracyPercent = 0.1;

const headsOf: Readonly<Record<FeedName, readonly Head[]>> = {
  chalcogen: ['tcep', 'source'],
  cadmium: ['cadmium'],
  ligand: ['ligand'],
  shell: ['shell'],
};
const substancesOf: Readonly<Record<FeedName, readonly FedSubstance[]>> = {
  chalcogen: ['tcep', 'source'],
  cadmium: ['cadmium'],
  ligand: ['ligand'],
  shell: ['zinc', 'shellSource'],
};

/** @param from the books at the start of the batch, `to` at its end */
export function consumptionOf(
  skid: string,
  recipe: Pick<MasterRecipe, 'feedstocks'>,
  weighed: readonly Weighed[],
  from: LineBooks,
  to: LineBooks,
): Consumption {
  const names = namesOf(recipe);
  const ml = (head: Head): number => to.pumpedMl[head] - from.pumpedMl[head];
  const mmol = (substance: FedSubstance): number => to.pumpedMmol[substance] - from.pumpedMmol[substance];
  const use = (substance: FedSubstance): SubstanceUse => {
    const name = names[substance] ?? substance;
    const as = weighed.find((each) => each.name === name || each.for.includes(name));
    const amount = mmol(substance);
    return {
      name,
      mmol: amount,
      g: as === undefined ? null : (amount * as.gPerMol) / 1000,
      weighedAs: as?.name ?? null,
    };
  };
  const balance = [
    balanceLine('liquid', 'mL', from.liquidMl, to.liquidMl),
    ...bookedElements.map((element) =>
      balanceLine(element, 'mmol', from.elementsMmol[element], to.elementsMmol[element]),
    ),
  ].filter(({ fed, held, product, waste }) => fed !== 0 || held !== 0 || product !== 0 || waste !== 0);
  return {
    skid,
    feeds: recipe.feedstocks.map(({ feed, name }) => ({
      feed,
      name,
      ml: headsOf[feed].reduce((sum, head) => sum + ml(head), 0),
      solutions: headsOf[feed].map((head) => ({
        of: head === 'tcep' || head === 'source' ? (names[head] ?? head) : name,
        ml: ml(head),
      })),
      substances: substancesOf[feed].map(use),
    })),
    flush: { waterMl: ml('water'), oilMl: ml('oil'), diluteAcidMl: ml('diluteAcid'), acidMmol: mmol('acid') },
    balance,
    isClosed: balance.every(({ errorPercent }) => Math.abs(errorPercent) <= accuracyPercent),
    accuracyPercent,
  };
}

function balanceLine(
  of: BalanceLine['of'],
  unit: BalanceLine['unit'],
  from: Whereabouts,
  to: Whereabouts,
): BalanceLine {
  const [fed, product, waste, leaked, held] = [
    to.fed - from.fed,
    to.product - from.product,
    to.waste - from.waste,
    to.leaked - from.leaked,
    to.held - from.held,
  ];
  const missing = fed - product - waste - leaked - held;
  const moved = Math.max(Math.abs(fed), Math.abs(held), Math.abs(product) + Math.abs(waste));
  return { of, unit, fed, product, waste, leaked, held, errorPercent: moved === 0 ? 0 : (100 * missing) / moved };
}

/** What the recipe has weighed for the whole batch, against what its skids took. `amount` is null where the units do not compare. */
export type MaterialUse = Readonly<{ name: string; takenMmol: number; weighedMmol: number; isEnough: boolean }>;

const inMmol: Readonly<Record<string, number>> = { mol: 1000, mmol: 1 };

/** Materials in grams are compared by the molar mass of what is weighed; what is weighed for no feed is left out. */
export function materialUses(
  { materials }: Pick<MasterRecipe, 'materials'>,
  weighed: readonly Weighed[],
  skids: readonly Consumption[],
): readonly MaterialUse[] {
  const substances = skids.flatMap(({ feeds }) => feeds.flatMap((feed) => feed.substances));
  return materials.flatMap(({ name, amount, unit }) => {
    const taken = substances.filter((each) => each.name === name);
    const gPerMol = weighed.find((each) => each.name === name || each.for.includes(name))?.gPerMol;
    const factor = inMmol[unit] ?? (gPerMol === undefined ? undefined : gramsToMmol(unit, gPerMol));
    if (taken.length === 0 || factor === undefined) return [];
    const takenMmol = taken.reduce((sum, { mmol }) => sum + mmol, 0);
    return [{ name, takenMmol, weighedMmol: amount * factor, isEnough: takenMmol <= amount * factor }];
  });
}

function gramsToMmol(unit: string, gPerMol: number): number | undefined {
  const grams = { kg: 1000, g: 1, mg: 0.001 }[unit];
  return grams === undefined ? undefined : (1000 * grams) / gPerMol;
}
