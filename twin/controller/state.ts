/** What the field controller remembers from one cycle to the next. */
import type { Milliseconds, Monotonic } from '../../plant/clock.ts';
import type { FlushAgent } from '../skid/deposits.ts';
import { perPump, type PerPump, type TwinParameters } from '../skid/parameters.ts';
import { firstOut, type ControllerStep, type FirstOut } from './steps.ts';
import { restingLoop, type TemperatureLoop } from './temperature.ts';

/** What is set to run the skid. None of it stays on entering any safe state. */
export type RunSetpoints = Readonly<{
  flowMlPerMin: PerPump;
  reactorC: number;
  /** Of the first stage's thermostat; null: nobody has said, and it stands at `stage1DefaultC` while chalcogen is fed. */
  stage1C: number | null;
  /** Of the shell step's thermostat; 0: off. */
  shellC: number;
  /** Mol of chalcogen to a mol of TCEP. */
  chalcogenRatio: number;
  diverter: 'waste' | 'product';
  /** What the flush pump draws. */
  flushLiquid: FlushAgent;
}>;

/** What the first stage is kept at, and fed with, where nobody says otherwise. */
export const stage1DefaultC = 60;
export const defaultChalcogenRatio = 1.2;

export type ControllerState = Readonly<{
  step: ControllerStep;
  /** Process time in this step, in s. */
  inStepS: number;
  /** Why it left step 0, or was not in it; the first cause since the last reset. */
  firstOut: FirstOut;
  request: number;
  /** The matrix row that the service gives as behind its request; 0: none. */
  requestRow: number;
  /** The first row that came with a request since the last reset; 0: none came. */
  firstOutRow: number;
  /** Bits of `measure`: as the service asks, and as the program has taken it up. */
  measuresAsked: number;
  measures: number;
  resetPulse: number;
  /** A rising edge has been written since the last cycle. */
  resetEdge: boolean;
  heartbeat: number;
  /** When the service's counter last changed; null until it has since power-up. */
  heartbeatChanged: Monotonic | null;
  setpoints: RunSetpoints;
  rampCPerMin: number;
  backPressureBarG: number;
  /** What was commanded when the safe state was entered: chalcogen and ligand follow cadmium, they do not go before it. */
  heldFlowMlPerMin: PerPump;
  flush: FlushState;
  loop: TemperatureLoop;
  mode: LoopMode;
  /** What the heater is given while the mode is manual, in %. */
  manualPercent: number;
  /** The key switch at the skid: in Local the set points are the panel's, and the service's are refused. */
  local: boolean;
  /** After how long without a change of the service's counter it goes to HOT-HOLD by itself; null: it does not watch. */
  watchdog: Milliseconds | null;
  /** True for the one cycle in which a reset was taken. */
  resetTaken: boolean;
}>;

/** Whose the heater is: the loop's on the panel's set point, a person's, or the loop's on the service's set point. */
export const loopModes = ['auto', 'manual', 'remote'] as const;
export type LoopMode = (typeof loopModes)[number];

export type FlushState = Readonly<{
  commandMlPerMin: number;
  /** Process time for which the flush flow has not been what was commanded, in s. */
  unprovenS: number;
  /** The hottest temperature, lagged: how far the present one is below it says how fast it falls. */
  laggedC: number;
}>;

export const noSetpoints: RunSetpoints = {
  flowMlPerMin: perPump(() => 0),
  reactorC: 0,
  stage1C: null,
  shellC: 0,
  chalcogenRatio: defaultChalcogenRatio,
  diverter: 'waste',
  flushLiquid: 'water',
};

/** What the first stage's thermostat is set to, in °C; 0: off. */
export const stage1SetpointC = ({ stage1C, flowMlPerMin }: RunSetpoints): number =>
  stage1C ?? (flowMlPerMin.chalcogen > 0 ? stage1DefaultC : 0);

export const poweredUp = ({ fieldController }: TwinParameters, watchdog: Milliseconds | null): ControllerState => ({
  step: 1,
  inStepS: 0,
  firstOut: firstOut.powerUp,
  request: 0,
  requestRow: 0,
  firstOutRow: 0,
  measuresAsked: 0,
  measures: 0,
  resetPulse: 0,
  resetEdge: false,
  heartbeat: 0,
  heartbeatChanged: null,
  setpoints: noSetpoints,
  rampCPerMin: fieldController.defaultRampCPerMin,
  backPressureBarG: 0,
  heldFlowMlPerMin: noSetpoints.flowMlPerMin,
  flush: { commandMlPerMin: 0, unprovenS: 0, laggedC: Number.NaN },
  loop: restingLoop,
  mode: 'auto',
  manualPercent: 0,
  local: false,
  watchdog,
  resetTaken: false,
});
