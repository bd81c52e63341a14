/** The diverter behind the regulator, and where the liquid goes. Volumes are at 25 °C, as the pumps count them. */
import { approached } from './lag.ts';
import type { TwinParameters } from './parameters.ts';

export type OutletState = Readonly<{
  /** Where the diverter stands: 0 on waste, 1 on product. */
  opening: number;
  /** The end switch it reached last. */
  position: 'waste' | 'product';
  collectedMl: number;
  wasteMl: number;
  /** What the waste tank holds, in mL. */
  tankMl: number;
}>;

export const initialOutlet = ({ outlet }: TwinParameters): OutletState => ({
  opening: 0,
  position: 'waste',
  collectedMl: 0,
  wasteMl: 0,
  tankMl: (outlet.wasteTankStartPercent / 100) * outlet.wasteTankL * 1000,
});

export function movedDiverter(
  { outlet }: TwinParameters,
  state: OutletState,
  diverter: 'waste' | 'product',
  dtS: number,
): OutletState {
  const opening = approached(state.opening, diverter === 'product' ? 1 : 0, dtS / outlet.diverterTravelS);
  return { ...state, opening, position: opening >= 1 ? 'product' : opening <= 0 ? 'waste' : state.position };
}

/** What left the line passes the diverter as it stands. */
export const withPassed = (state: OutletState, passedMl: number): OutletState => ({
  ...state,
  collectedMl: state.collectedMl + passedMl * state.opening,
  wasteMl: state.wasteMl + passedMl * (1 - state.opening),
  tankMl: state.tankMl + passedMl * (1 - state.opening),
});

export const wasteLevelPercent = ({ outlet }: TwinParameters, { tankMl }: OutletState): number =>
  Math.min(100, tankMl / (outlet.wasteTankL * 10));

/** The tank after it was changed or filled up to a level; what it holds is of the same kind as before. */
export const withWasteLevel = ({ outlet }: TwinParameters, state: OutletState, percent: number): OutletState => ({
  ...state,
  tankMl: percent * outlet.wasteTankL * 10,
});
