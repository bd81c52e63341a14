/**
 * The skid's process as one pure step: what the field controller moves, and what is wrong with the skid, go in; pressures,
 * temperatures, particles and volumes come out. Nothing here knows of registers or of sensors.
 */
import type { Faults } from '../faults.ts';
import { growthNm3PerS, stepCells, stoichiometry, water, type Parcel } from './chemistry.ts';
import { initialHeat, stepHeat, type HeatState } from './heat.ts';
import { feedPressureBarG, initialHydraulics, stepHydraulics, type HydraulicsState } from './hydraulics.ts';
import { initialOutlet, stepOutlet, type OutletState } from './outlet.ts';
import { totalOf, type PerPump, type TwinParameters } from './parameters.ts';
import { flowsOf, initialPumps, stepPumps, type PumpsInput, type PumpsState } from './pumps.ts';
import type { ControllerOutputs } from './signals.ts';
import { densityKgPerM3 } from './water.ts';

export type ProcessState = Readonly<{
  pumps: PumpsState;
  /** What flows now, with ripple, in mL/min at 25 °C. */
  flowMlPerMin: PerPump;
  hydraulics: HydraulicsState;
  feedBarG: number;
  heat: HeatState;
  reactor: readonly Parcel[];
  probeLine: readonly Parcel[];
  outlet: OutletState;
}>;

const atmosphereBar = 1.013;

export function initialProcess(parameters: TwinParameters): ProcessState {
  const filled = (cells: number): readonly Parcel[] => Array.from({ length: cells }, () => water);
  return {
    pumps: initialPumps,
    flowMlPerMin: initialPumps.meanMlPerMin,
    hydraulics: initialHydraulics,
    feedBarG: 0,
    heat: initialHeat(parameters),
    reactor: filled(parameters.reactor.cells),
    probeLine: filled(parameters.outlet.probeLineCells),
    outlet: initialOutlet(parameters),
  };
}

/** @param dtS process time in s, at most 0.05 for the pressure and the boiling to stay stable. */
export function stepProcess(
  parameters: TwinParameters,
  state: ProcessState,
  outputs: ControllerOutputs,
  faults: Faults,
  dtS: number,
): ProcessState {
  const pumps = stepPumps(parameters, state.pumps, pumpsInput(outputs, faults), dtS);
  const flowMlPerMin = flowsOf(parameters, pumps);
  const total = totalOf(flowMlPerMin);
  const reactorC = state.heat.fluidC;
  const flow = { flowMlPerMin: total, reactorC, foulingFactor: faults.foulingFactor };
  const hydraulics = stepHydraulics(
    parameters,
    state.hydraulics,
    {
      ...flow,
      setpointBarG: outputs.backPressureBarG,
      failedOpen: faults.pressureLoss,
      blockedOutlet: faults.blockedOutlet,
      foulingPerHour: foulingPerHour(parameters, flowMlPerMin, total, reactorC),
    },
    dtS,
  );
  const pressed = pressAgainstLimit(parameters, pumps, hydraulics, feedPressureBarG(parameters, hydraulics, flow));

  const heat = stepHeat(
    parameters,
    state.heat,
    {
      heaterW: heaterPower(parameters, outputs, faults),
      flowMlPerMin: total,
      pressureBar: pressed.hydraulics.outletBarG + atmosphereBar,
      jacketCooling: outputs.jacketCooling,
      outletCooling: outputs.outletCooling,
    },
    dtS,
  );

  const hotMlPerS = ((total / 60) * densityKgPerM3(25)) / densityKgPerM3(reactorC);
  const cellMl = parameters.reactor.volumeMl / parameters.reactor.cells;
  const reactor = stepCells(
    state.reactor,
    entering(flowMlPerMin, total),
    hotMlPerS,
    cellMl,
    growthNm3PerS(parameters, reactorC),
    dtS,
  );
  const lineCellMl = parameters.outlet.probeLineMl / parameters.outlet.probeLineCells;
  const probeLine = stepCells(state.probeLine, state.reactor.at(-1) ?? water, total / 60, lineCellMl, 0, dtS);
  const outlet = stepOutlet(parameters, state.outlet, { diverter: outputs.diverter, flowMlPerMin: total }, dtS);

  return {
    pumps: pressed.pumps,
    flowMlPerMin,
    hydraulics: pressed.hydraulics,
    feedBarG: pressed.feedBarG,
    heat,
    reactor,
    probeLine,
    outlet,
  };
}

export const pumpsInput = (outputs: ControllerOutputs, faults: Faults): PumpsInput => ({
  commandMlPerMin: outputs.flowMlPerMin,
  isolated: outputs.deEnergised,
  stopped: faults.stoppedPumps,
  clearLimit: outputs.clearPumpLimit,
});

/** A shorted thyristor gives all there is, but the contactor before it still opens. */
const heaterPower = ({ heater }: TwinParameters, outputs: ControllerOutputs, faults: Faults): number =>
  !outputs.heaterEnabled || outputs.deEnergised ? 0 : faults.heaterStuckOn ? heater.maximumW : outputs.heaterW;

const entering = (flows: PerPump, total: number): Parcel =>
  total <= 0
    ? water
    : {
        cadmium: flows.cadmium / total,
        chalcogen: flows.chalcogen / total,
        ligand: flows.ligand / total,
        grownNm3: 0,
      };

/** Deposits grow with what could precipitate, most where it is hot; flush alone takes them away. */
function foulingPerHour(parameters: TwinParameters, flows: PerPump, total: number, celsius: number): number {
  if (total <= 0) return 0;
  const reactive = flows.cadmium + flows.chalcogen;
  if (reactive < 0.01 * total && flows.flush > 0.5 * total) return -parameters.fouling.rinsePerHour;
  const supersaturation = stoichiometry(flows.cadmium, flows.chalcogen) * ((1.5 * reactive) / total);
  return (
    parameters.fouling.growthPerHour *
    supersaturation *
    (growthNm3PerS(parameters, celsius) / growthNm3PerS(parameters, 160))
  );
}

/** The pumps stop themselves at their limit, within a stroke, and the liquid gives no way: pressure stays where they stopped. */
function pressAgainstLimit(
  { feeds }: TwinParameters,
  pumps: PumpsState,
  hydraulics: HydraulicsState,
  feedBarG: number,
): Pick<ProcessState, 'pumps' | 'hydraulics' | 'feedBarG'> {
  const excess = feedBarG - feeds.pressureLimitBarG;
  if (excess <= 0) return { pumps, hydraulics, feedBarG };
  return {
    pumps: { ...pumps, limitTripped: true },
    hydraulics: { ...hydraulics, outletBarG: Math.max(0, hydraulics.outletBarG - excess) },
    feedBarG: feeds.pressureLimitBarG,
  };
}
