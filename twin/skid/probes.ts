/** What stands in front of each probe of the skid. */
import { productDiameterNm, water, type Parcel } from './chemistry.ts';
import { totalOf, type TwinParameters } from './parameters.ts';
import { probePlaces, type Dissolved, type Dots, type ProbePlace, type ProbeTruth } from './probe.ts';
import type { ProcessState } from './process.ts';

const noSolute: Dissolved = {
  tcep: 0,
  oxide: 0,
  tcepX: 0,
  source: 0,
  cadmium: 0,
  ligand: 0,
  zinc: 0,
  oxygen: 0,
};

/** The truth in front of every probe; a place the skid does not have sees what the one before it sees. */
export function probesOf(parameters: TwinParameters, process: ProcessState): Readonly<Record<ProbePlace, ProbeTruth>> {
  const flowMlPerMin = totalOf(process.flowMlPerMin);
  const outlet = process.probeLine.at(-1) ?? water;
  const behindReactor: ProbeTruth = {
    dissolved: { ...noSolute, ligand: 0.024 * outlet.ligand, cadmium: 0.01 * outlet.cadmium },
    dots: dotsOf(parameters, outlet),
    pH: 10.5,
    celsius: process.heat.outletC,
    flowMlPerMin,
    film: 0,
  };
  const stage1: ProbeTruth = {
    ...behindReactor,
    dissolved: { ...noSolute, tcep: 0.0002, tcepX: 0.0098, source: 0.0022, oxide: 0.0001 },
    dots: null,
    celsius: parameters.reactor.ambientC,
    flowMlPerMin: process.flowMlPerMin.chalcogen,
  };
  const truths = { stage1, stage2: behindReactor, shell: behindReactor };
  return Object.fromEntries(probePlaces.map((place) => [place, truths[place]])) as Record<ProbePlace, ProbeTruth>;
}

function dotsOf(parameters: TwinParameters, parcel: Parcel): Dots | null {
  const diameterNm = productDiameterNm(parameters, parcel);
  if (Number.isNaN(diameterNm)) return null;
  return {
    material: 'CdSe',
    diameterNm,
    spread: 0.08,
    shellNm: 0,
    quantumYield: 0.2,
    particlesMolPerL: (0.01 * Math.min(parcel.cadmium, parcel.chalcogen)) / 1200,
  };
}
