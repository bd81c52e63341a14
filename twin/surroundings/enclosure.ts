/**
 * The skid's enclosure as one pure step: the air that is drawn through it, and what a leak brings into it, as gas, as spray and
 * as liquid in the drip tray. Well mixed; a leak's own plume is not followed.
 */

import { gases, type Faults, type Gas } from '../faults/faults.ts';
import { approached, lagged } from '../skid/lag.ts';
import type { EnclosureParameters } from './surroundings.ts';

export type EnclosureState = Readonly<{
  /** The air drawn, against its normal flow. */
  airShare: number;
  /** In the enclosure's air, beside what a fault brings of its own. */
  gasPpm: Readonly<Record<Gas, number>>;
  /** Above the background of the room. */
  aerosolMgPerM3: number;
  /** What stands in the drip tray. */
  trayMl: number;
}>;

export type EnclosureInput = Readonly<{
  extractionAtMaximum: boolean;
  /** At the reactor, above 0: what drives spray out of a leak there. */
  pressureBarG: number;
  /** Of a gas that stands in equilibrium with the line's liquid, in ppm. */
  headspacePpm: Readonly<Record<Gas, number>>;
}>;

export const initialEnclosure: EnclosureState = {
  airShare: 1,
  gasPpm: { h2s: 0, h2se: 0, h2: 0 },
  aerosolMgPerM3: 0,
  trayMl: 0,
};

export function stepEnclosure(
  parameters: EnclosureParameters,
  state: EnclosureState,
  { extractionAtMaximum, pressureBarG, headspacePpm }: EnclosureInput,
  faults: Faults,
  dtS: number,
): EnclosureState {
  const wanted = faults.ventilationFailed ? 0 : extractionAtMaximum ? parameters.extractionAtMaximum : 1;
  const airShare = approached(state.airShare, wanted, dtS / parameters.fanRunDownS);
  const leak = faults.leakMlPerMin;
  const leakMlPerMin = leak.feed + leak.reactor + leak.outlet;
  const dries = (parameters.evaporationMlPerMin * dtS) / 60;
  const trayMl = Math.max(0, state.trayMl + (leakMlPerMin * dtS) / 60 - dries);
  // The common case, in which nothing is there and nothing comes.
  if (leakMlPerMin <= 0 && state.aerosolMgPerM3 < 1e-9 && gases.every((gas) => state.gasPpm[gas] < 1e-9)) {
    return { airShare, gasPpm: initialEnclosure.gasPpm, aerosolMgPerM3: 0, trayMl };
  }

  const airM3PerMin = parameters.airM3PerMin * Math.max(airShare, parameters.leastAirShare);
  const exchangeS = (parameters.volumeM3 / airM3PerMin) * 60;
  const sprayMlPerMin = leak.reactor * Math.max(0, pressureBarG);
  const aerosol = (sprayMlPerMin * parameters.sprayMgPerMlBar) / airM3PerMin;
  const freed = (leakMlPerMin * 1e-6 * parameters.strippedMlPerMl) / airM3PerMin;
  const gas = (one: Gas): number => lagged(state.gasPpm[one], headspacePpm[one] * freed, exchangeS, dtS);
  return {
    airShare,
    gasPpm: { h2s: gas('h2s'), h2se: gas('h2se'), h2: gas('h2') },
    aerosolMgPerM3: lagged(state.aerosolMgPerM3, aerosol, exchangeS, dtS),
    trayMl,
  };
}

/** Air velocity at the openings, in m/s: an open door is a larger one. */
export const airVelocityMPerS = (
  { velocityMPerS, openDoorVelocityShare }: EnclosureParameters,
  { airShare }: EnclosureState,
  faults: Faults,
): number => velocityMPerS * airShare * (faults.openDoors.size > 0 ? openDoorVelocityShare : 1);

/** Pressure in the enclosure against the room, in Pa: by the square of the air that is drawn; gone where a door is open. */
export const enclosurePa = (
  { pressurePa, openDoorPressureShare }: EnclosureParameters,
  { airShare }: EnclosureState,
  faults: Faults,
): number => pressurePa * airShare ** 2 * (faults.openDoors.size > 0 ? openDoorPressureShare : 1);
