/**
 * A network of reactions between dissolved species, and how far it goes in a mixed volume within a time.
 *
 * Amounts, in mol, stand in a typed array, each species at its place. A step takes the reactions one after another, each solved
 * in closed form where it is of first order in one or two reactants: amounts never fall below zero, whatever the step and however
 * fast the reaction, and what a reaction takes and gives is exactly in its proportions.
 */
import { rateConstant, type Arrhenius } from './arrhenius.ts';

export type Shares<Species extends string> = Readonly<Partial<Record<Species, number>>>;

export type Reaction<Species extends string> = Readonly<{
  name: string;
  /** Mol taken for each mol of the reaction's extent. */
  takes: Shares<Species>;
  gives: Shares<Species>;
  /** The rate's order in each species; without it, 1 in each that is taken. */
  orders?: Shares<Species>;
  rate: Arrhenius;
}>;

export type Network = Readonly<{
  species: readonly string[];
  names: readonly string[];
  rates: readonly Arrhenius[];
  steps: readonly CompiledReaction[];
}>;

type CompiledReaction = Readonly<{
  /** Of what is taken: its place, and mol for each mol of extent. */
  taken: Int32Array;
  takes: Float64Array;
  given: Int32Array;
  gives: Float64Array;
  /** Places of the species in the rate's law, and its order in each. */
  lawful: Int32Array;
  orders: Float64Array;
  closedForm: 'one' | 'two' | 'none';
}>;

export function createNetwork<Species extends string>(
  species: readonly Species[],
  reactions: readonly Reaction<Species>[],
): Network {
  const place = (name: string): number => species.indexOf(name as Species);
  return {
    species,
    names: reactions.map(({ name }) => name),
    rates: reactions.map(({ rate }) => rate),
    steps: reactions.map((reaction) => compiled(reaction, place)),
  };
}

function compiled<Species extends string>(
  { takes, gives, orders }: Reaction<Species>,
  place: (name: string) => number,
): CompiledReaction {
  const entries = (shares: Shares<Species>): readonly (readonly [string, number])[] =>
    Object.entries(shares).map(([name, share]) => [name, Number(share)]);
  const law = orders === undefined ? entries(takes).map(([name]) => [name, 1] as const) : entries(orders);
  const taken = Int32Array.from(entries(takes), ([name]) => place(name));
  const lawful = Int32Array.from(law, ([name]) => place(name));
  const simple =
    law.every(([, order]) => order === 1) &&
    lawful.length === taken.length &&
    lawful.every((one, i) => one === taken[i]);
  return {
    taken,
    takes: Float64Array.from(entries(takes), ([, share]) => share),
    given: Int32Array.from(entries(gives), ([name]) => place(name)),
    gives: Float64Array.from(entries(gives), ([, share]) => share),
    lawful,
    orders: Float64Array.from(law, ([, order]) => order),
    closedForm: simple && taken.length === 1 ? 'one' : simple && taken.length === 2 ? 'two' : 'none',
  };
}

/** Fills `constants` with the rate constant of each reaction at a temperature. */
export function constantsAt({ rates }: Network, celsius: number, constants: Float64Array): Float64Array {
  for (let i = 0; i < rates.length; i += 1) {
    const rate = rates[i];
    if (rate !== undefined) constants[i] = rateConstant(rate, celsius);
  }
  return constants;
}

/**
 * One step of every reaction, first to last.
 *
 * @param amounts mol, of each species from `offset` on; changed in place
 * @param litres of the liquid they are dissolved in
 * @param reacted where given, what each species gained or lost is added to it, in mol
 */
export function react(
  { steps }: Network,
  amounts: Float64Array,
  offset: number,
  litres: number,
  constants: Float64Array,
  dtS: number,
  reacted?: Float64Array,
): void {
  for (let i = 0; i < steps.length; i += 1) {
    const step = steps[i];
    const constant = constants[i] ?? 0;
    if (step === undefined || constant <= 0) continue;
    const extent = extentOf(step, amounts, offset, litres, constant, dtS);
    if (extent > 0) apply(step, amounts, offset, extent, reacted);
  }
}

/** The same, last to first: after `react`, each with half the time, the error of taking turns cancels to second order. */
export function reactBackwards(
  { steps }: Network,
  amounts: Float64Array,
  litres: number,
  constants: Float64Array,
  dtS: number,
): void {
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    const step = steps[i];
    if (step === undefined) continue;
    const extent = extentOf(step, amounts, 0, litres, constants[i] ?? 0, dtS);
    if (extent > 0) apply(step, amounts, 0, extent);
  }
}

function apply(
  { taken, takes, given, gives }: CompiledReaction,
  amounts: Float64Array,
  offset: number,
  extent: number,
  reacted?: Float64Array,
): void {
  for (let i = 0; i < taken.length; i += 1) {
    const at = taken[i] ?? 0;
    const change = (takes[i] ?? 0) * extent;
    amounts[offset + at] = Math.max(0, (amounts[offset + at] ?? 0) - change);
    if (reacted !== undefined) reacted[at] = (reacted[at] ?? 0) - change;
  }
  for (let i = 0; i < given.length; i += 1) {
    const at = given[i] ?? 0;
    const change = (gives[i] ?? 0) * extent;
    amounts[offset + at] = (amounts[offset + at] ?? 0) + change;
    if (reacted !== undefined) reacted[at] = (reacted[at] ?? 0) + change;
  }
}

/** Mol by which a reaction goes on within `dtS`. */
function extentOf(
  step: CompiledReaction,
  amounts: Float64Array,
  offset: number,
  litres: number,
  constant: number,
  dtS: number,
): number {
  const { taken, takes, closedForm } = step;
  if (closedForm === 'none') return generalExtent(step, amounts, offset, litres, constant, dtS);
  const first = (amounts[offset + (taken[0] ?? 0)] ?? 0) / (takes[0] ?? 1);
  if (first <= 0) return 0;
  if (closedForm === 'one') return -first * Math.expm1(-constant * (takes[0] ?? 1) * dtS);
  const second = (amounts[offset + (taken[1] ?? 0)] ?? 0) / (takes[1] ?? 1);
  if (second <= 0) return 0;
  // dx/dt = k·(a − x)·(b − x), with a the larger: x = a·b·w/(1 + b·w), w = (1 − exp(−(a − b)·k·t))/(a − b).
  const speed = (constant * (takes[0] ?? 1) * (takes[1] ?? 1) * dtS) / litres;
  const [more, less] = first > second ? [first, second] : [second, first];
  const ahead = (more - less) * speed;
  const w = ahead < 1e-9 ? speed : (-Math.expm1(-ahead) / ahead) * speed;
  return (more * less * w) / (1 + less * w);
}

/** Any power law: half a step, linearly implicit, then a whole one at the rate found there; never more than there is. */
function generalExtent(
  step: CompiledReaction,
  amounts: Float64Array,
  offset: number,
  litres: number,
  constant: number,
  dtS: number,
): number {
  const most = leastShareLeft(step, amounts, offset);
  if (most <= 0) return 0;
  const rate = powerLaw(step, amounts, offset, litres, constant, 0);
  const half = (rate * dtS) / 2 / (1 + ((rate * dtS) / 2) * stiffness(step, amounts, offset));
  const middle = powerLaw(step, amounts, offset, litres, constant, Math.min(half, most / 2)) * dtS;
  return middle < most / 2 ? middle : (rate * dtS) / (1 + rate * dtS * stiffness(step, amounts, offset));
}

/** mol/s in all, after `extent`. */
function powerLaw(
  { lawful, orders, taken, takes }: CompiledReaction,
  amounts: Float64Array,
  offset: number,
  litres: number,
  constant: number,
  extent: number,
): number {
  let rate = constant * litres;
  for (let i = 0; i < lawful.length; i += 1) {
    const at = lawful[i] ?? 0;
    const which = taken.indexOf(at);
    const amount = (amounts[offset + at] ?? 0) - (which < 0 ? 0 : (takes[which] ?? 0) * extent);
    rate *= Math.max(0, amount / litres) ** (orders[i] ?? 0);
  }
  return rate;
}

/** The largest extent that what is taken allows. */
function leastShareLeft({ taken, takes }: CompiledReaction, amounts: Float64Array, offset: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < taken.length; i += 1) {
    least = Math.min(least, (amounts[offset + (taken[i] ?? 0)] ?? 0) / (takes[i] ?? 1));
  }
  return least;
}

/** 1/mol, at least 1/the largest extent: with it the implicit step never takes more than there is. */
function stiffness({ taken, takes, lawful, orders }: CompiledReaction, amounts: Float64Array, offset: number): number {
  let sum = 0;
  for (let i = 0; i < taken.length; i += 1) {
    const at = taken[i] ?? 0;
    const order = Math.max(1, orders[lawful.indexOf(at)] ?? 1);
    sum += ((takes[i] ?? 0) * order) / Math.max(1e-300, amounts[offset + at] ?? 0);
  }
  return sum;
}
