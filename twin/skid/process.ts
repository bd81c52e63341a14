/**
 * The skid's process as one pure step: what the field controller moves, and what is wrong with the skid, go in; pressures,
 * temperatures, particles and volumes come out. Nothing here knows of registers or of sensors.
 */
import type { Faults } from '../faults/faults.ts';
import { pHNearer } from './acid-base.ts';
import { initialDeposits, stepDeposits, type DepositsState } from './deposits.ts';
import { headspaceAfter, noGas, type Headspace } from './gas.ts';
import { boiledKg, initialHeat, stepHeat, type HeatState } from './heat.ts';
import { feedPressureBarG, initialHydraulics, stepHydraulics, type HydraulicsState } from './hydraulics.ts';
import { lagged } from './lag.ts';
import { initialLiquid, stepLiquid } from './liquid.ts';
import { liquidPlanOf, type LiquidPlan } from './liquid-plan.ts';
import { initialOutlet, movedValves, withPassed, type OutletState } from './outlet.ts';
import { totalOf, type PerPump, type PumpName, type TwinParameters } from './parameters.ts';
import type { ProbePlace } from './probe.ts';
import { flowsOf, initialPumps, stepPumps, withAir, type PumpsInput, type PumpsState } from './pumps.ts';
import type { ControllerOutputs } from './signals.ts';
import { at, stride } from './species.ts';
import { densityKgPerM3 } from './water.ts';

export type ProcessState = Readonly<{
  pumps: PumpsState;
  /** What flows now, with ripple, in mL/min at 25 °C. */
  flowMlPerMin: PerPump;
  hydraulics: HydraulicsState;
  feedBarG: number;
  heat: HeatState;
  /** The liquid in the first stage and in the shell step, °C. */
  stage1C: number;
  shellC: number;
  /** Every tank of the line, and what was fed, collected and lost (twin/skid/liquid-plan.ts). Never written to. */
  liquid: Float64Array;
  /** Measured cold, of what leaves each module and of what the waste tank holds. */
  pH: Readonly<{ stage1: number; reactor: number; outlet: number; waste: number }>;
  /** What leaves the line, in mL/min at 25 °C: more than is pumped while liquid expands or boils. */
  outflowMlPerMin: number;
  outlet: OutletState;
  deposits: DepositsState;
  /** 0 to 1: how far light is taken away at each probe, by what has grown and what was put there. */
  windowFilm: Readonly<Record<ProbePlace, number>>;
  /** What stands over the line's liquid in equilibrium, in ppm. */
  headspacePpm: Headspace;
}>;

const atmosphereBar = 1.013;
const kgPerMl25 = densityKgPerM3(25) / 1e6;

/** @param seed of what is chance in the process: when a deposit lodges */
export function initialProcess(parameters: TwinParameters, seed = 1): ProcessState {
  const outlet = initialOutlet(parameters);
  const flushPH = parameters.stocks.pH.flush;
  return {
    pumps: initialPumps,
    flowMlPerMin: initialPumps.meanMlPerMin,
    hydraulics: initialHydraulics,
    feedBarG: 0,
    heat: initialHeat(parameters),
    stage1C: parameters.reactor.ambientC,
    shellC: parameters.reactor.ambientC,
    liquid: initialLiquid(parameters, outlet.tankMl * kgPerMl25),
    pH: { stage1: flushPH, reactor: flushPH, outlet: flushPH, waste: flushPH },
    outflowMlPerMin: 0,
    outlet,
    deposits: initialDeposits(parameters, seed),
    windowFilm: { stage1: 0, stage2: 0, shell: 0 },
    headspacePpm: noGas,
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
  const plan = liquidPlanOf(parameters);
  const pumps = stepPumps(parameters, state.pumps, pumpsInput(outputs, faults), dtS);
  const flowMlPerMin = flowsOf(parameters, pumps, faults.checkValveLoss);
  const total = totalOf(flowMlPerMin);
  const reactorC = state.heat.fluidC;
  const deposited = stepDeposits(
    parameters,
    state.deposits,
    {
      flowMlPerMin,
      totalMlPerMin: total,
      reactorC,
      ligandToCadmium: ligandToCadmium(plan, flowMlPerMin),
      linedUp: outputs.flushLiquid,
    },
    dtS,
  );
  const flow = { flowMlPerMin: total, reactorC, foulingFactor: faults.foulingFactor };
  const hydraulics = stepHydraulics(
    parameters,
    { ...state.hydraulics, fouling: state.hydraulics.fouling * deposited.step },
    {
      ...flow,
      setpointBarG: outputs.backPressureBarG,
      failedOpen: faults.pressureLoss,
      blockedOutlet: faults.blockedOutlet,
      leakMlPerMin: faults.leakMlPerMin.feed + faults.leakMlPerMin.reactor,
      huntingBar: faults.huntingBar,
      foulingPerHour: deposited.foulingPerHour,
    },
    dtS,
  );
  const pressed = pressAgainstLimit(parameters, pumps, hydraulics, feedPressureBarG(parameters, hydraulics, flow));
  const pressureBar = pressed.hydraulics.outletBarG + atmosphereBar;

  const stage1C = thermostatAfter(state.stage1C, outputs.stage1C, parameters.reactor.ambientC, parameters.stage1, dtS);
  const shellC = shellAfter(parameters, state, outputs, total, dtS);
  const heldKg = kgOf(state.liquid, plan.trains.reactor);
  const moved = movedValves(parameters, state.outlet, outputs, dtS);
  const liquid = state.liquid.slice();
  const passed = stepLiquid(
    parameters,
    liquid,
    {
      flowMlPerMin,
      chalcogenRatio: outputs.chalcogenRatio,
      celsius: { stage1: stage1C, reactor: reactorC, shell: shellC, outlet: state.heat.outletC },
      pH: state.pH,
      voidShare: state.heat.voidShare,
      steamKg: boiledKg(state.heat, heldKg, pressureBar, dtS),
      leakMlPerMin: faults.leakMlPerMin,
      opening: moved.opening,
      standbyOpening: moved.standbyOpening,
      flushAgent: deposited.agent,
    },
    dtS,
  );
  const heat = stepHeat(
    parameters,
    state.heat,
    {
      heaterW: state.heat.cutOut ? 0 : heaterPower(parameters, outputs, faults),
      heldKg,
      ...passed,
      pressureBar,
      jacketCooling: faults.coolingLost ? 0 : outputs.jacketCooling,
      outletCooling: outputs.outletCooling && !faults.coolingLost,
      hotC: plan.trains.shell === null ? reactorC : shellC,
      resetCutOut: outputs.clearPumpLimit,
    },
    dtS,
  );
  const passedMl = passed.outOfLineKg / kgPerMl25;
  const outlet = withPassed(moved, passedMl);
  keepTank(plan, liquid, outlet.tankMl * kgPerMl25);
  const pH = pHAfter(plan, state.pH, liquid, faults);
  const { film } = deposited.deposits;
  return {
    pumps: pressed.pumps,
    flowMlPerMin,
    hydraulics: pressed.hydraulics,
    feedBarG: pressed.feedBarG,
    heat,
    stage1C,
    shellC,
    liquid,
    pH,
    outflowMlPerMin: (passedMl / dtS) * 60,
    outlet,
    deposits: deposited.deposits,
    windowFilm: {
      stage1: both(film.stage1, faults.windowFilm.stage1),
      stage2: both(film.stage2, faults.windowFilm.stage2),
      shell: both(film.shell, faults.windowFilm.shell),
    },
    headspacePpm: headspaceAfter(parameters, state.headspacePpm, liquid, lastCell(plan.trains.outlet), pH.outlet, dtS),
  };
}

/** The process after a pump has drawn air. */
export const withAirBubble = (state: ProcessState, pump: PumpName, ml: number): ProcessState => ({
  ...state,
  pumps: withAir(state.pumps, pump, ml),
});

export const pumpsInput = (outputs: ControllerOutputs, faults: Faults): PumpsInput => ({
  commandMlPerMin: outputs.flowMlPerMin,
  isolated: outputs.deEnergised,
  stopped: faults.stoppedPumps,
  checkValveLoss: faults.checkValveLoss,
  clearLimit: outputs.clearPumpLimit,
});

/** A shorted thyristor gives all there is, but the contactor before it still opens. */
const heaterPower = ({ heater }: TwinParameters, outputs: ControllerOutputs, faults: Faults): number =>
  !outputs.heaterEnabled || outputs.deEnergised
    ? 0
    : faults.heaterShare * (faults.heaterStuckOn ? heater.maximumW : outputs.heaterW);

/** A thermostat holds its liquid at its set point within its lag; switched off, the room cools it slowly. */
const thermostatAfter = (
  celsius: number,
  target: number | null,
  ambientC: number,
  { lagS }: Readonly<{ lagS: number }>,
  dtS: number,
): number => (target === null ? lagged(celsius, ambientC, 10 * lagS, dtS) : lagged(celsius, target, lagS, dtS));

/** What comes out of the reactor keeps the shell step hot where its thermostat is off. */
function shellAfter(
  { shell, reactor }: TwinParameters,
  state: ProcessState,
  outputs: ControllerOutputs,
  totalMlPerMin: number,
  dtS: number,
): number {
  if (shell === undefined) return reactor.ambientC;
  const around = totalMlPerMin > 1 ? state.heat.fluidC : reactor.ambientC;
  return thermostatAfter(state.shellC, outputs.shellC, around, shell, dtS);
}

const ligandToCadmium = ({ perMl }: LiquidPlan, flow: PerPump): number =>
  flow.cadmium <= 0
    ? Number.MAX_VALUE
    : (flow.ligand * (perMl.ligand[at.ligand] ?? 0)) / (flow.cadmium * (perMl.cadmium[at.cadmium] ?? 1));

const lastCell = ({ firstCell, cells }: Readonly<{ firstCell: number; cells: number }>): number =>
  (firstCell + cells - 1) * stride;

function kgOf(liquid: Float64Array, { firstCell, cells }: Readonly<{ firstCell: number; cells: number }>): number {
  let kg = 0;
  for (let cell = firstCell; cell < firstCell + cells; cell += 1) kg += liquid[cell * stride + at.kg] ?? 0;
  return kg;
}

/** Where somebody has changed what stands in the tank, it is more or less of the same. */
function keepTank({ rows }: LiquidPlan, liquid: Float64Array, kg: number): void {
  const held = liquid[rows.tank + at.kg] ?? 0;
  if (Math.abs(held - kg) <= 1e-6 * Math.max(1e-3, kg)) return;
  const times = held > 0 ? kg / held : 0;
  for (let i = 0; i < stride; i += 1) liquid[rows.tank + i] = (liquid[rows.tank + i] ?? 0) * times;
  liquid[rows.tank + at.kg] = kg;
}

/** A pH that a fault gives is the liquid's own: what depends on it, depends on that. */
function pHAfter(
  { trains, rows }: LiquidPlan,
  before: ProcessState['pH'],
  liquid: Float64Array,
  faults: Faults,
): ProcessState['pH'] {
  return {
    stage1: faults.pH.feed ?? pHNearer(before.stage1, liquid, lastCell(trains.stage1)),
    reactor: pHNearer(before.reactor, liquid, lastCell(trains.reactor)),
    outlet: faults.pH.waste ?? pHNearer(before.outlet, liquid, lastCell(trains.outlet)),
    waste: faults.pH.waste ?? pHNearer(before.waste, liquid, rows.tank),
  };
}

const both = (one: number, other: number): number => (other <= 0 ? one : 1 - (1 - one) * (1 - other));

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
