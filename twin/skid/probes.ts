/** What stands in front of each probe of the skid. */
import { sizesOf } from './growth.ts';
import { liquidPlanOf, type LiquidPlan } from './liquid-plan.ts';
import { totalOf, type TwinParameters } from './parameters.ts';
import type { Dissolved, Dots, ProbePlace, ProbeTruth } from './probe.ts';
import type { ProcessState } from './process.ts';
import { quantumYield, shellThicknessNm, surfaceSites } from './quality.ts';
import { at, stride } from './species.ts';

/**
 * The truth in front of every probe, cold as it is there. Where the skid has no shell step, that probe sees what the one behind the
 * second stage sees; where it has, the second stage's looks at the liquid between the two.
 */
export function probesOf(parameters: TwinParameters, process: ProcessState): Readonly<Record<ProbePlace, ProbeTruth>> {
  const plan = liquidPlanOf(parameters);
  const { trains } = plan;
  const { pH, heat, windowFilm } = process;
  const total = totalOf(process.flowMlPerMin);
  const end = truth(parameters, plan, process.liquid, lastOf(trains.outlet), {
    pH: pH.outlet,
    celsius: heat.outletC,
    flowMlPerMin: total,
    film: windowFilm.shell,
  });
  const between = trains.shell === null ? lastOf(trains.outlet) : lastOf(trains.reactor);
  return {
    stage1: truth(parameters, plan, process.liquid, lastOf(trains.stage1Line), {
      pH: pH.stage1,
      celsius: parameters.reactor.ambientC,
      flowMlPerMin: process.flowMlPerMin.chalcogen,
      film: windowFilm.stage1,
    }),
    stage2: truth(parameters, plan, process.liquid, between, {
      pH: trains.shell === null ? pH.outlet : pH.reactor,
      celsius: heat.outletC,
      flowMlPerMin: total - (trains.shell === null ? 0 : process.flowMlPerMin.shell),
      film: windowFilm.stage2,
    }),
    shell: end,
  };
}

/** CdX in particles, in mol/L, below which a probe cannot tell them from water. */
const leastCoreMolPerL = 2e-5;

const lastOf = ({ firstCell, cells }: Readonly<{ firstCell: number; cells: number }>): number =>
  (firstCell + cells - 1) * stride;

const isProduct = (liquid: Float64Array, from: number): boolean =>
  (liquid[from + at.core] ?? 0) > (leastCoreMolPerL * (liquid[from + at.kg] ?? 0)) / 0.997;

const sizesAt = (
  parameters: TwinParameters,
  { unitsPerNm3 }: LiquidPlan,
  liquid: Float64Array,
  from: number,
): ReturnType<typeof sizesOf> =>
  sizesOf(
    parameters,
    liquid[from + at.particles] ?? 0,
    liquid[from + at.core] ?? 0,
    liquid[from + at.secondMoment] ?? 0,
    unitsPerNm3,
  );

function truth(
  parameters: TwinParameters,
  plan: LiquidPlan,
  liquid: Float64Array,
  from: number,
  around: Pick<ProbeTruth, 'pH' | 'celsius' | 'flowMlPerMin' | 'film'>,
): ProbeTruth {
  const litres = (liquid[from + at.kg] ?? 0) / 0.997;
  const molPerL = (species: number): number => (litres > 0 ? (liquid[from + species] ?? 0) / litres : 0);
  const dots = isProduct(liquid, from) ? dotsAt(parameters, plan, liquid, from, around.pH, molPerL) : null;
  // What covers particles is no longer free.
  const bound = dots === null ? 0 : Math.min(molPerL(at.ligand), surfaceSites(dots) * dots.particlesMolPerL);
  const dissolved: Dissolved = {
    tcep: molPerL(at.tcep),
    oxide: molPerL(at.oxide),
    tcepX: molPerL(at.tcepX),
    source: molPerL(at.source),
    cadmium: molPerL(at.cadmium),
    ligand: molPerL(at.ligand) - bound,
    zinc: molPerL(at.zinc),
    oxygen: molPerL(at.oxygen),
  };
  return { dissolved, dots, ...around };
}

function dotsAt(
  parameters: TwinParameters,
  plan: LiquidPlan,
  liquid: Float64Array,
  from: number,
  pH: number,
  molPerL: (species: number) => number,
): Dots {
  const { diameterNm, spread } = sizesAt(parameters, plan, liquid, from);
  const particlesMolPerL = molPerL(at.particles);
  const shellNm = shellThicknessNm(diameterNm, molPerL(at.shellUnits) / particlesMolPerL);
  return {
    material: parameters.dots.material,
    diameterNm,
    spread,
    shellNm,
    quantumYield: quantumYield(parameters, {
      shellNm,
      spread,
      pH,
      ligandToCadmium:
        molPerL(at.ligand) / Math.max(1e-12, molPerL(at.cadmium) + molPerL(at.monomer) + molPerL(at.core)),
    }),
    particlesMolPerL,
  };
}
