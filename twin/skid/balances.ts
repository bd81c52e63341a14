/** Whether the line's books close: what was fed is held, was collected, wasted, or ran out; heat likewise. */
import { addHeld } from '../blocks/tanks.ts';
import { heldJ, initialHeat } from './heat.ts';
import { initialLiquid } from './liquid.ts';
import { liquidPlanOf, type LiquidPlan } from './liquid-plan.ts';
import type { TwinParameters } from './parameters.ts';
import type { ProcessState } from './process.ts';
import { at, elements, species, stride } from './species.ts';

export type Balance = Readonly<{
  what: string;
  unit: 'mol' | 'mol·nm⁶' | 'kg' | 'J';
  /** Came in, beside what stood in the line at first. */
  fed: number;
  /** Gained by reactions; 0 for what none can make. */
  reacted: number;
  /** Collected, wasted, leaked; of heat, lost or carried away. */
  left: number;
  /** Stands in the line now, less what stood there at first. */
  held: number;
  /** fed + reacted − left − held. */
  error: number;
  /** The error against the largest of the four; of less than a picomole, a microgram or a millijoule, against that. */
  relative: number;
}>;

/**
 * The balance of every species with what reactions made of it, of every element without, of water and of heat. A number of 1e-12 or so
 * is what rounding leaves; anything that grows is a fault of the model.
 */
export function balancesOf(parameters: TwinParameters, process: ProcessState): readonly Balance[] {
  const plan = liquidPlanOf(parameters);
  const first = heldIn(plan, initialLiquid(parameters, 0));
  const now = heldIn(plan, process.liquid);
  const row = (from: number, place: number): number => process.liquid[from + place] ?? 0;
  const { rows } = plan;
  const left = (place: number): number =>
    row(rows.collected, place) + row(rows.wasted, place) + row(rows.leaked, place);
  const held = (place: number): number => (now[place] ?? 0) - (first[place] ?? 0);

  const ofSpecies = species.map((name) => {
    const place = at[name];
    const unit = name === 'secondMoment' ? 'mol·nm⁶' : 'mol';
    return closed(name, unit, row(rows.fed, place), row(rows.reacted, place), left(place), held(place));
  });
  const ofElements = Object.entries(elements).map(([name, shares]) => {
    const sum = (of: (place: number) => number): number =>
      Object.entries(shares).reduce((all, [one, share]) => all + share * of(at[one as keyof typeof shares]), 0);
    return closed(
      `${name} in all`,
      'mol',
      sum((place) => row(rows.fed, place)),
      0,
      sum(left),
      sum(held),
    );
  });
  const liquid = closed('liquid', 'kg', row(rows.fed, at.kg), 0, left(at.kg), held(at.kg));
  return [...ofSpecies, ...ofElements, liquid, heatOf(parameters, plan, process)];
}

function heldIn({ trains }: LiquidPlan, liquid: Float64Array): Float64Array {
  const sums = new Float64Array(stride);
  for (const train of Object.values(trains)) if (train !== null) addHeld(liquid, stride, train, sums);
  return sums;
}

function heatOf(parameters: TwinParameters, { trains }: LiquidPlan, { heat, liquid }: ProcessState): Balance {
  const kg = (cells: Float64Array): number => {
    const sums = new Float64Array(stride);
    addHeld(cells, stride, trains.reactor, sums);
    return sums[at.kg] ?? 0;
  };
  const { given, lost, carriedIn, carriedOut, boiledOff } = heat.ledger;
  const before = heldJ(parameters, initialHeat(parameters), kg(initialLiquid(parameters, 0)));
  const held = heldJ(parameters, heat, kg(liquid)) - before;
  return closed('heat', 'J', given + carriedIn, 0, lost + carriedOut + boiledOff, held);
}

const least: Readonly<Record<Balance['unit'], number>> = { mol: 1e-12, 'mol·nm⁶': 1e-12, kg: 1e-9, J: 1e-3 };

function closed(
  what: string,
  unit: Balance['unit'],
  fed: number,
  reacted: number,
  left: number,
  held: number,
): Balance {
  const error = fed + reacted - left - held;
  const most = Math.max(Math.abs(fed), Math.abs(reacted), Math.abs(left), Math.abs(held), least[unit]);
  return { what, unit, fed, reacted, left, held, error, relative: Math.abs(error) / most };
}
