/** What of a skid's parameters its liquid is stepped by, worked out once: where its cells stand, its reactions, its feeds. */
import { createNetwork, type Network, type Reaction } from '../blocks/reactions.ts';
import type { Train } from '../blocks/tanks.ts';
import { alkalinity } from './acid-base.ts';
import type { TwinParameters } from './parameters.ts';
import { at, species, stride, type Species } from './species.ts';
import { densityKgPerM3 } from './water.ts';

export type LiquidPlan = Readonly<{
  trains: Readonly<{
    stage1: Train;
    /** From the first stage to where cadmium meets it: the flow cell of its probe is the last of it. */
    stage1Line: Train;
    reactor: Train;
    shell: Train | null;
    /** From the cooler to the regulator, past the probes. */
    outlet: Train;
  }>;
  /** Rows that stand behind the cells in the same array. */
  rows: Readonly<Record<Row, number>>;
  length: number;
  network: Network;
  /** Of what 1 mL of each feed holds, at 25 °C. */
  perMl: Readonly<Record<Stock, Float64Array>>;
  /** Mol of CdX in a mol of particles for each nm³ of D³. */
  unitsPerNm3: number;
  /** Rewritten in every step; they save making new ones. */
  scratch: Readonly<{ moving: Float64Array; feed: Float64Array; constants: Float64Array; calm: Float64Array }>;
}>;

/** What was fed, what reactions made or took, what ran out by leaks, what was collected, what was sent to waste; what the waste tank and the standby container hold. */
export const rows = ['fed', 'reacted', 'leaked', 'collected', 'wasted', 'tank', 'standby'] as const;
export type Row = (typeof rows)[number];

export const stocks = ['tcep', 'source', 'cadmium', 'ligand', 'flush', 'shell'] as const;
export type Stock = (typeof stocks)[number];

/** Places of the reactions in the network, whose speed depends on more than the temperature. */
export const reactionAt = { coupling: 0, decoupling: 1, oxidation: 2, exchange: 3, shell: 4 } as const;

const plans = new WeakMap<TwinParameters, LiquidPlan>();

export function liquidPlanOf(parameters: TwinParameters): LiquidPlan {
  const known = plans.get(parameters);
  if (known !== undefined) return known;
  const plan = planned(parameters);
  plans.set(parameters, plan);
  return plan;
}

function planned(parameters: TwinParameters): LiquidPlan {
  const { stage1, reactor, shell, outlet } = parameters;
  let next = 0;
  const train = (volumeMl: number, cells: number): Train => {
    const made = { firstCell: next, cells, litresPerCell: volumeMl / 1000 / cells };
    next += cells;
    return made;
  };
  const trains = {
    stage1: train(stage1.volumeMl, stage1.cells),
    stage1Line: train(stage1.lineMl, stage1.lineCells),
    reactor: train(reactor.volumeMl, reactor.cells),
    shell: shell === undefined ? null : train(shell.volumeMl, shell.cells),
    outlet: train(outlet.probeLineMl, outlet.probeLineCells),
  };
  const row = (one: Row): number => (next + rows.indexOf(one)) * stride;
  const unitsPerNm3 = Math.PI / 6 / parameters.dots.unitVolumeNm3;
  const numbers = (length: number): Float64Array => new Float64Array(length);
  return {
    trains,
    rows: {
      fed: row('fed'),
      reacted: row('reacted'),
      leaked: row('leaked'),
      collected: row('collected'),
      wasted: row('wasted'),
      tank: row('tank'),
      standby: row('standby'),
    },
    length: (next + rows.length) * stride,
    network: createNetwork(species, reactionsOf(parameters, unitsPerNm3)),
    perMl: stocksOf(parameters),
    unitsPerNm3,
    scratch: { moving: numbers(stride), feed: numbers(stride), constants: numbers(5), calm: numbers(5) },
  };
}

/**
 * TCEP takes up the chalcogen, and for tellurium gives it back; dissolved oxygen takes TCEP for its oxide; TCEP=X gives its
 * chalcogen to cadmium with water, which leaves the oxide and two protons. A share of each CdX goes into seeds of the seeds'
 * diameter, the rest is what they grow by: where all of it is used up they have the largest diameter there is.
 */
function reactionsOf({ chemistry, growth }: TwinParameters, unitsPerNm3: number): readonly Reaction<Species>[] {
  const seedNm3 = growth.seedDiameterNm ** 3;
  const seeds = seedNm3 / growth.largestDiameterNm ** 3;
  const particles = seeds / (unitsPerNm3 * seedNm3);
  return [
    { name: 'coupling', takes: { tcep: 1, source: 1 }, gives: { tcepX: 1 }, rate: chemistry.coupling },
    { name: 'decoupling', takes: { tcepX: 1 }, gives: { tcep: 1, source: 1 }, rate: chemistry.decoupling },
    { name: 'oxidation', takes: { tcep: 2, oxygen: 1 }, gives: { oxide: 2 }, rate: chemistry.oxidation },
    {
      name: 'exchange',
      takes: { tcepX: 1, cadmium: 1 },
      gives: { oxide: 1, core: seeds, monomer: 1 - seeds, particles, secondMoment: particles * seedNm3 ** 2, base: -2 },
      rate: chemistry.exchange,
    },
    { name: 'shell', takes: { zinc: 1, shellSource: 1 }, gives: { shellUnits: 1 }, rate: chemistry.shell },
  ];
}

function stocksOf({ stocks: given }: TwinParameters): Readonly<Record<Stock, Float64Array>> {
  const perMl = (stock: Stock, molPerL: Readonly<Partial<Record<Species, number>>>): Float64Array => {
    const made = new Float64Array(stride);
    for (const [name, amount] of Object.entries(molPerL)) made[at[name as Species]] = amount / 1000;
    made[at.oxygen] = given.oxygenMolPerL / 1000;
    made[at.base] = alkalinity(given.pH[stock], molPerL.tcep ?? 0, molPerL.ligand ?? 0) / 1000;
    made[at.kg] = densityKgPerM3(25) / 1e6;
    return made;
  };
  return {
    tcep: perMl('tcep', { tcep: given.tcepMolPerL }),
    source: perMl('source', { source: given.sourceMolPerL }),
    cadmium: perMl('cadmium', { cadmium: given.cadmiumMolPerL }),
    ligand: perMl('ligand', { ligand: given.ligandMolPerL }),
    flush: perMl('flush', {}),
    shell: perMl('shell', { zinc: given.zincMolPerL, shellSource: given.shellSourceMolPerL }),
  };
}
