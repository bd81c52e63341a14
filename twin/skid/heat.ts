/** Heat: heater with dead time and lag, the reactor's wall, its liquid and its steam, and the cooler after it. */
import { lagged } from './lag.ts';
import type { TwinParameters } from './parameters.ts';
import { densityKgPerM3, heatCapacityJPerGK, latentJPerKg, saturationC, steamDensityKgPerM3 } from './water.ts';

export type HeatState = Readonly<{
  /** Heater power on its way to the wall: a chain of short lags, which delays as a dead time does. W. */
  delayedW: readonly number[];
  /** What reaches the wall, in W. */
  heaterW: number;
  wallC: number;
  fluidC: number;
  /** 0 to 1: how much of the reactor is steam. */
  voidShare: number;
  /** The hard-wired cut-out has opened the heater; it stays open until a reset. */
  cutOut: boolean;
  /** What leaves the cooler and meets the regulator, °C. */
  outletC: number;
  ledger: HeatLedger;
}>;

/** Since the start, in J; what liquid carries is counted from 0 °C. */
export type HeatLedger = Readonly<{
  /** Of the heater, to the wall. */
  given: number;
  /** To the room, and to the jacket's coolant. */
  lost: number;
  carriedIn: number;
  carriedOut: number;
  /** With steam: what its water held, and its heat of evaporation. */
  boiledOff: number;
}>;

export type HeatInput = Readonly<{
  heaterW: number;
  /** What the reactor's liquid was before the step, and what passed in it. */
  heldKg: number;
  intoReactorKg: number;
  outOfReactorKg: number;
  steamKg: number;
  pressureBar: number;
  /** 0 to 1: how far the thermostat's loop is switched to cooling. */
  jacketCooling: number;
  outletCooling: boolean;
  /** What the cooler is given, °C: the reactor's liquid, or that of the step behind it. */
  hotC: number;
  /** Closes the cut-out, where the wall has cooled. */
  resetCutOut: boolean;
}>;

const delayCells = 5;
/** Boiling takes as much as is brought, within a kelvin or two, and no more of what is left than would be smooth. */
const boilingWPerK = 800;
const boilingShorterS = 0.1;
const mostVoid = 0.9;
/** Liquid in each mL of the reactor below which it counts as dry: a twentieth of the cold one's. */
const dryKgPerMl = 0.05e-3;
/** How fast bubbles leave or fall in on themselves. */
const collapseS = 3;
const jPerKgK = 1000 * heatCapacityJPerGK;

export const initialHeat = ({ reactor }: TwinParameters): HeatState => ({
  delayedW: Array.from({ length: delayCells }, () => 0),
  heaterW: 0,
  wallC: reactor.ambientC,
  fluidC: reactor.ambientC,
  voidShare: 0,
  cutOut: false,
  outletC: reactor.ambientC,
  ledger: { given: 0, lost: 0, carriedIn: 0, carriedOut: 0, boiledOff: 0 },
});

/** How much boils in a step, in kg: none below the saturation temperature, less where there is less liquid. */
export function boiledKg({ fluidC }: HeatState, heldKg: number, pressureBar: number, dtS: number): number {
  // The margin is seldom lost: most steps need no more than this.
  if (fluidC < 95) return 0;
  const overC = fluidC - saturationC(pressureBar);
  if (overC <= 0) return 0;
  const wPerK = Math.min(boilingWPerK, (heldKg * jPerKgK) / boilingShorterS);
  return (wPerK * overC * dtS) / latentJPerKg(fluidC);
}

export function stepHeat(parameters: TwinParameters, state: HeatState, input: HeatInput, dtS: number): HeatState {
  const { reactor, heater, feeds, cooler } = parameters;
  const { heldKg, intoReactorKg, outOfReactorKg, steamKg } = input;
  let arriving = input.heaterW;
  const delayedW = state.delayedW.map(
    (power) => (arriving = lagged(power, arriving, heater.deadTimeS / delayCells, dtS)),
  );
  const heaterW = lagged(state.heaterW, arriving, heater.lagS, dtS);

  const filled = Math.min(1, heldKg / ((reactor.volumeMl * densityKgPerM3(state.fluidC)) / 1e6));
  const toFluidJ = filled * reactor.wallToFluidWPerK * (state.wallC - state.fluidC) * dtS;
  const toRoomJ = reactor.lossWPerK * (state.wallC - reactor.ambientC) * dtS;
  const toJacketJ = input.jacketCooling * reactor.coolingJacketWPerK * Math.max(0, state.wallC - cooler.coolantC) * dtS;
  const wallJ = state.wallC * reactor.wallHeatCapacityJPerK + heaterW * dtS - toFluidJ - toRoomJ - toJacketJ;

  const inJ = intoReactorKg * jPerKgK * feeds.temperatureC;
  const outJ = outOfReactorKg * jPerKgK * state.fluidC;
  const steamJ = steamKg * (jPerKgK * state.fluidC + latentJPerKg(state.fluidC));
  const leftKg = heldKg + intoReactorKg - outOfReactorKg - steamKg;
  const fluidJ = heldKg * jPerKgK * state.fluidC + toFluidJ + inJ - outJ - steamJ;
  // The last drops of a reactor that has run dry are as hot as its wall.
  const isDry = leftKg < dryKgPerMl * reactor.volumeMl;
  const evenC = (wallJ + fluidJ) / (reactor.wallHeatCapacityJPerK + leftKg * jPerKgK);
  const wallC = isDry ? evenC : wallJ / reactor.wallHeatCapacityJPerK;
  const fluidC = isDry ? evenC : fluidJ / (leftKg * jPerKgK);

  return {
    delayedW,
    heaterW,
    wallC,
    fluidC,
    voidShare: voidAfter(parameters, state, input, dtS),
    cutOut: (state.cutOut && !input.resetCutOut) || wallC >= heater.cutOutC,
    outletC: outletTemperature(parameters, state, input, dtS),
    ledger: {
      given: state.ledger.given + heaterW * dtS,
      lost: state.ledger.lost + toRoomJ + toJacketJ,
      carriedIn: state.ledger.carriedIn + inJ,
      carriedOut: state.ledger.carriedOut + outJ,
      boiledOff: state.ledger.boiledOff + steamJ,
    },
  };
}

/** Heat that wall and liquid hold, in J from 0 °C. */
export const heldJ = ({ reactor }: TwinParameters, { wallC, fluidC }: HeatState, heldKg: number): number =>
  reactor.wallHeatCapacityJPerK * wallC + heldKg * jPerKgK * fluidC;

/** Heat a flow takes up for each kelvin, in W/K. The pumps count millilitres at 25 °C. */
export const carriedWPerK = (flowMlPerMin: number): number =>
  (Math.max(0, flowMlPerMin) / 60) * (densityKgPerM3(25) / 1000) * heatCapacityJPerGK;

export const fluidHeatCapacityJPerK = ({ reactor }: TwinParameters, celsius: number): number =>
  reactor.volumeMl * (densityKgPerM3(celsius) / 1000) * heatCapacityJPerGK;

/** Steam makes room for itself and pushes the liquid out. */
function voidAfter(
  { reactor }: TwinParameters,
  { voidShare, fluidC }: HeatState,
  { steamKg, pressureBar }: HeatInput,
  dtS: number,
): number {
  if (steamKg <= 0 && voidShare < 1e-6) return 0;
  const madeShare = steamKg / steamDensityKgPerM3(pressureBar, fluidC) / (reactor.volumeMl * 1e-6);
  return Math.min(mostVoid, (voidShare + madeShare) / (1 + madeShare + dtS / collapseS));
}

/** A counter-current cooler with coolant to spare: the approach falls with exp(−NTU). Steam gives it its heat as well. */
function outletTemperature(
  { cooler, reactor }: TwinParameters,
  { outletC }: HeatState,
  { outOfReactorKg, steamKg, hotC, outletCooling }: HeatInput,
  dtS: number,
): number {
  const sink = outletCooling ? cooler.coolantC : reactor.ambientC;
  const kg = outOfReactorKg + steamKg;
  const carried = (kg * jPerKgK) / dtS;
  // Standing liquid in the cooler comes to the temperature around it within minutes.
  if (carried < 0.03) return lagged(outletC, sink, 30 * cooler.lagS, dtS);
  const transfer = outletCooling ? cooler.transferWPerK : 0;
  const condensingK = steamKg > 0 ? Math.min(200, (steamKg * latentJPerKg(hotC)) / (kg * jPerKgK)) : 0;
  const leavesC = sink + (hotC + condensingK - sink) * Math.exp(-transfer / carried);
  // Steam that is not yet water is no hotter than the water it comes with.
  return lagged(outletC, Math.min(leavesC, Math.max(hotC, sink)), cooler.lagS, dtS);
}
