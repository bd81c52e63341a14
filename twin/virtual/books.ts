/**
 * What went into a line and where it went. What is fed is counted from the flow of each pump head and what its stock holds; where it
 * is now is read from the line's tanks: the two come by different ways, so that they can be held against each other.
 */
import { addHeld } from '../blocks/tanks.ts';
import type { FlushAgent } from '../skid/deposits.ts';
import type { LiquidPlan } from '../skid/liquid-plan.ts';
import type { PerPump, TwinParameters } from '../skid/parameters.ts';
import { at, elements, stride } from '../skid/species.ts';
import { densityKgPerM3 } from '../skid/water.ts';

/** The chalcogen feed has two heads, one for TCEP and one for the chalcogen's source. */
export const heads = ['tcep', 'source', 'cadmium', 'ligand', 'shell', 'water', 'oil', 'diluteAcid'] as const;
export type Head = (typeof heads)[number];

export const fedSubstances = ['tcep', 'source', 'cadmium', 'ligand', 'zinc', 'shellSource', 'acid'] as const;
export type FedSubstance = (typeof fedSubstances)[number];

/** What is neither made nor lost. */
export const bookedElements = ['phosphorus', 'chalcogen', 'cadmium', 'ligand', 'zinc', 'shellSulfur'] as const;
export type BookedElement = (typeof bookedElements)[number];

/** `held`: stands in the line. */
export type Whereabouts = Readonly<Record<'fed' | 'product' | 'waste' | 'leaked' | 'held', number>>;

/** Since power-up. Volumes at 25 °C, as pumps count them. */
export type LineBooks = Readonly<{
  pumpedMl: Readonly<Record<Head, number>>;
  pumpedMmol: Readonly<Record<FedSubstance, number>>;
  liquidMl: Whereabouts;
  elementsMmol: Readonly<Record<BookedElement, Whereabouts>>;
  /** In the product: cadmium in particles, and zinc in their shells. */
  coreMmol: number;
  shellMmol: number;
}>;

/** Which substances hold an element when they are fed, and what the line's tanks call it. */
const madeOf: Readonly<Record<BookedElement, Readonly<{ fedBy: readonly FedSubstance[]; tanks: string }>>> = {
  phosphorus: { fedBy: ['tcep'], tanks: 'phosphorus' },
  chalcogen: { fedBy: ['source'], tanks: 'chalcogen' },
  cadmium: { fedBy: ['cadmium'], tanks: 'cadmium' },
  ligand: { fedBy: ['ligand'], tanks: 'ligand' },
  zinc: { fedBy: ['zinc'], tanks: 'zinc' },
  shellSulfur: { fedBy: ['shellSource'], tanks: 'sulfur of the shell' },
};

const kgPerMl25 = densityKgPerM3(25) / 1e6;
const flushHeads: Readonly<Record<FlushAgent, Head>> = {
  water: 'water',
  'oil slug': 'oil',
  'dilute acid': 'diluteAcid',
};

/** The counters of a line's pump heads, in mL; they only rise. */
export class HeadCounters {
  readonly #stocks: TwinParameters['stocks'];
  readonly #ml: Record<Head, number> = {
    tcep: 0,
    source: 0,
    cadmium: 0,
    ligand: 0,
    shell: 0,
    water: 0,
    oil: 0,
    diluteAcid: 0,
  };

  constructor({ stocks }: Pick<TwinParameters, 'stocks'>) {
    this.#stocks = stocks;
  }

  /** @param chalcogenRatio mol of chalcogen to one of TCEP, by which the two heads share their flow */
  count(flowMlPerMin: PerPump, chalcogenRatio: number, agent: FlushAgent, seconds: number): void {
    const minutes = seconds / 60;
    const ml = this.#ml;
    const sourceToTcep = (chalcogenRatio * this.#stocks.tcepMolPerL) / this.#stocks.sourceMolPerL;
    ml.tcep += (flowMlPerMin.chalcogen * minutes) / (1 + sourceToTcep);
    ml.source += (flowMlPerMin.chalcogen * minutes * sourceToTcep) / (1 + sourceToTcep);
    ml.cadmium += flowMlPerMin.cadmium * minutes;
    ml.ligand += flowMlPerMin.ligand * minutes;
    ml.shell += flowMlPerMin.shell * minutes;
    ml[flushHeads[agent]] += flowMlPerMin.flush * minutes;
  }

  get ml(): Readonly<Record<Head, number>> {
    return { ...this.#ml };
  }
}

/** @param liquid the line's tanks, as `twin/skid/liquid-plan.ts` lays them out */
export function booksOf(
  { stocks, fouling }: TwinParameters,
  plan: LiquidPlan,
  liquid: Float64Array,
  pumpedMl: LineBooks['pumpedMl'],
): LineBooks {
  const pumpedMmol: LineBooks['pumpedMmol'] = {
    tcep: pumpedMl.tcep * stocks.tcepMolPerL,
    source: pumpedMl.source * stocks.sourceMolPerL,
    cadmium: pumpedMl.cadmium * stocks.cadmiumMolPerL,
    ligand: pumpedMl.ligand * stocks.ligandMolPerL,
    zinc: pumpedMl.shell * stocks.zincMolPerL,
    shellSource: pumpedMl.shell * stocks.shellSourceMolPerL,
    acid: pumpedMl.diluteAcid * fouling.acidMolPerL,
  };
  const held = new Float64Array(stride);
  for (const train of Object.values(plan.trains)) if (train !== null) addHeld(liquid, stride, train, held);
  const { rows } = plan;
  const row = (from: number, place: number): number => liquid[from + place] ?? 0;
  const whereabouts = (fed: number, of: (amount: (place: number) => number) => number): Whereabouts => ({
    fed,
    product: of((place) => row(rows.collected, place)),
    waste: of((place) => row(rows.wasted, place)),
    leaked: of((place) => row(rows.leaked, place)),
    held: of((place) => held[place] ?? 0),
  });
  const element = (name: BookedElement): Whereabouts => {
    const { fedBy, tanks } = madeOf[name];
    const shares = Object.entries(elements[tanks] ?? {});
    const fed = fedBy.reduce((sum, substance) => sum + pumpedMmol[substance], 0);
    return whereabouts(
      fed,
      (amount) =>
        1000 * shares.reduce((sum, [species, share]) => sum + share * amount(at[species as keyof typeof at]), 0),
    );
  };
  const pumped = heads.reduce((sum, head) => sum + pumpedMl[head], 0);
  return {
    pumpedMl,
    pumpedMmol,
    liquidMl: whereabouts(pumped, (amount) => amount(at.kg) / kgPerMl25),
    elementsMmol: {
      phosphorus: element('phosphorus'),
      chalcogen: element('chalcogen'),
      cadmium: element('cadmium'),
      ligand: element('ligand'),
      zinc: element('zinc'),
      shellSulfur: element('shellSulfur'),
    },
    coreMmol: 1000 * row(rows.collected, at.core),
    shellMmol: 1000 * row(rows.collected, at.shellUnits),
  };
}
