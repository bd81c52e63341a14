/** The diverter behind the regulator, the valve before the waste tank, and where the liquid goes. Volumes are at 25 °C, as the pumps count them. */
import { approached } from './lag.ts';
import type { TwinParameters } from './parameters.ts';
import type { ControllerOutputs } from './signals.ts';

export type OutletState = Readonly<{
  /** Where the diverter stands: 0 on waste, 1 on product. */
  opening: number;
  /** The end switch it reached last. */
  position: 'waste' | 'product';
  /** Where the valve between the waste tank and the standby container stands: 0 on the tank, 1 on the container. */
  standbyOpening: number;
  wasteOn: 'tank' | 'standby';
  collectedMl: number;
  /** Sent to waste in all, wherever it went. */
  wasteMl: number;
  /** What the waste tank and the standby container hold, in mL. */
  tankMl: number;
  standbyMl: number;
}>;

export const initialOutlet = ({ outlet }: TwinParameters): OutletState => ({
  opening: 0,
  position: 'waste',
  standbyOpening: 0,
  wasteOn: 'tank',
  collectedMl: 0,
  wasteMl: 0,
  tankMl: (outlet.wasteTankStartPercent / 100) * outlet.wasteTankL * 1000,
  standbyMl: 0,
});

/** The two valves on their way; they are of one make. */
export function movedValves(
  { outlet }: TwinParameters,
  state: OutletState,
  { diverter, wasteTo }: Pick<ControllerOutputs, 'diverter' | 'wasteTo'>,
  dtS: number,
): OutletState {
  const most = dtS / outlet.diverterTravelS;
  const opening = approached(state.opening, diverter === 'product' ? 1 : 0, most);
  const standbyOpening =
    wasteTo === 'stays' ? state.standbyOpening : approached(state.standbyOpening, wasteTo === 'standby' ? 1 : 0, most);
  return {
    ...state,
    opening,
    position: opening >= 1 ? 'product' : opening <= 0 ? 'waste' : state.position,
    standbyOpening,
    wasteOn: standbyOpening >= 1 ? 'standby' : standbyOpening <= 0 ? 'tank' : state.wasteOn,
  };
}

/** What left the line passes the valves as they stand. */
export function withPassed(state: OutletState, passedMl: number): OutletState {
  const wasteMl = passedMl * (1 - state.opening);
  return {
    ...state,
    collectedMl: state.collectedMl + passedMl * state.opening,
    wasteMl: state.wasteMl + wasteMl,
    tankMl: state.tankMl + wasteMl * (1 - state.standbyOpening),
    standbyMl: state.standbyMl + wasteMl * state.standbyOpening,
  };
}

export const wasteLevelPercent = ({ outlet }: TwinParameters, { tankMl }: OutletState): number =>
  Math.min(100, tankMl / (outlet.wasteTankL * 10));

/** The tank after it was changed or filled up to a level; what it holds is of the same kind as before. */
export const withWasteLevel = ({ outlet }: TwinParameters, state: OutletState, percent: number): OutletState => ({
  ...state,
  tankMl: percent * outlet.wasteTankL * 10,
});
