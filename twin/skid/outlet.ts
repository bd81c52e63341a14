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

export function stepOutlet(
  { outlet }: TwinParameters,
  state: OutletState,
  input: Readonly<{ diverter: 'waste' | 'product'; flowMlPerMin: number }>,
  dtS: number,
): OutletState {
  const opening = approached(state.opening, input.diverter === 'product' ? 1 : 0, dtS / outlet.diverterTravelS);
  const passed = (input.flowMlPerMin * dtS) / 60;
  return {
    opening,
    position: opening >= 1 ? 'product' : opening <= 0 ? 'waste' : state.position,
    collectedMl: state.collectedMl + passed * opening,
    wasteMl: state.wasteMl + passed * (1 - opening),
    tankMl: state.tankMl + passed * (1 - opening),
  };
}

export const wasteLevelPercent = ({ outlet }: TwinParameters, { tankMl }: OutletState): number =>
  Math.min(100, tankMl / (outlet.wasteTankL * 10));

/** The tank after it was changed or filled up to a level. */
export const withWasteLevel = ({ outlet }: TwinParameters, state: OutletState, percent: number): OutletState => ({
  ...state,
  tankMl: percent * outlet.wasteTankL * 10,
});
