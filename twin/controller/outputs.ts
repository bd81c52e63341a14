/** What the field controller moves: every enable, set value and pilot of the skid. */
import type { FlushAgent } from '../skid/deposits.ts';
import { perPump, totalOf, type PerPump, type TwinParameters } from '../skid/parameters.ts';
import type { ControllerOutputs, Readings } from '../skid/signals.ts';
import { stage1SetpointC, type ControllerState } from './state.ts';
import { measure } from './steps.ts';

const noFlow: PerPump = perPump(() => 0);
/** Above this the way out is cooled even without flow. */
const coolingFromC = 35;

export function outputsOf(parameters: TwinParameters, state: ControllerState, readings: Readings): ControllerOutputs {
  const running = state.step === 0;
  const { A, B } = readings.temperatureC;
  const flows = controlledFlow(parameters, state);
  return {
    flowMlPerMin: flows,
    deEnergised: state.step === 1 || state.step === 20 || state.step === 30,
    heaterEnabled: running && state.loop.enabled,
    heaterW: running ? Math.max(0, state.loop.demandW) : 0,
    jacketCooling: running ? jacketShare(parameters, state, hottestOf(A, B)) : state.step === 1 ? 0 : 1,
    // A temperature that is not known counts as hot.
    stage1C: running ? orOff(stage1SetpointC(state.setpoints)) : null,
    shellC: running ? orOff(state.setpoints.shellC) : null,
    chalcogenRatio: state.setpoints.chalcogenRatio,
    extractionAtMaximum: state.step === 30,
    outletCooling: (!running && state.step !== 1) || totalOf(flows) > 0 || !(A < coolingFromC && B < coolingFromC),
    diverter: state.setpoints.diverter,
    wasteTo: (state.measures & measure.divertWaste) === 0 ? 'tank' : 'standby',
    flushLiquid: flushLiquidOf(state),
    backPressureBarG: state.backPressureBarG,
    clearPumpLimit: state.resetTaken,
  };
}

/** Where the acid's valve is held shut the flush draws water. */
const flushLiquidOf = ({ measures, setpoints: { flushLiquid } }: ControllerState): FlushAgent =>
  flushLiquid === 'dilute acid' && (measures & measure.blockAcid) !== 0 ? 'water' : flushLiquid;

const orOff = (celsius: number): number | null => (celsius > 0 ? celsius : null);

/** The flows it commands, in mL/min. Set points that come to more than the skid is made for are all scaled down alike. */
export function controlledFlow({ feeds, fieldController }: TwinParameters, state: ControllerState): PerPump {
  switch (state.step) {
    case 0: {
      const total = totalOf(state.setpoints.flowMlPerMin);
      const share = total > feeds.totalLimitMlPerMin ? feeds.totalLimitMlPerMin / total : 1;
      return perPump((pump) => state.setpoints.flowMlPerMin[pump] * share);
    }
    case 10:
    case 11:
      return { ...state.heldFlowMlPerMin, cadmium: 0, shell: 0 };
    case 12:
      return { ...state.heldFlowMlPerMin, cadmium: 0, shell: 0, chalcogen: 0 };
    case 13:
      return {
        ...noFlow,
        ligand: fieldController.hotHoldLigandMlPerMin,
        flush: state.flush.commandMlPerMin,
      };
    default:
      return noFlow;
  }
}

/** The hotter of the two, or the one that is known; NaN where neither is. */
const hottestOf = (one: number, other: number): number =>
  Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.max(one, other);

/** How far the thermostat is switched to cooling: as the loop asks, or wholly where the heater is off and the reactor warm. */
function jacketShare({ reactor, cooler }: TwinParameters, { loop }: ControllerState, celsius: number): number {
  if (!loop.enabled) return celsius <= coolingFromC ? 0 : 1;
  const most = reactor.coolingJacketWPerK * (celsius - cooler.coolantC);
  return loop.demandW >= 0 || !(most > 0) ? 0 : Math.min(1, -loop.demandW / most);
}
