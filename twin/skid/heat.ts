/** Heat: heater with dead time and lag, the reactor's wall, its liquid, and the cooler after it. */
import { lagged } from './lag.ts';
import type { TwinParameters } from './parameters.ts';
import { densityKgPerM3, heatCapacityJPerGK, saturationC } from './water.ts';

export type HeatState = Readonly<{
  /** Heater power on its way to the wall: a chain of short lags, which delays as a dead time does. W. */
  delayedW: readonly number[];
  heaterW: number;
  wallC: number;
  fluidC: number;
  /** What leaves the cooler and meets the regulator, °C. */
  outletC: number;
}>;

export type HeatInput = Readonly<{
  heaterW: number;
  flowMlPerMin: number;
  /** Absolute pressure in the reactor, in bar: water above its saturation temperature boils. */
  pressureBar: number;
  /** 0 to 1: how far the thermostat's loop is switched to cooling. */
  jacketCooling: number;
  outletCooling: boolean;
}>;

const delayCells = 5;
/** Boiling takes as much as is brought, within a kelvin or two. */
const boilingWPerK = 800;

export const initialHeat = ({ reactor }: TwinParameters): HeatState => ({
  delayedW: Array.from({ length: delayCells }, () => 0),
  heaterW: 0,
  wallC: reactor.ambientC,
  fluidC: reactor.ambientC,
  outletC: reactor.ambientC,
});

export function stepHeat(parameters: TwinParameters, state: HeatState, input: HeatInput, dtS: number): HeatState {
  const { reactor, heater, feeds, cooler } = parameters;
  let arriving = input.heaterW;
  const delayedW = state.delayedW.map(
    (power) => (arriving = lagged(power, arriving, heater.deadTimeS / delayCells, dtS)),
  );
  const heaterW = lagged(state.heaterW, arriving, heater.lagS, dtS);

  const toFluidW = reactor.wallToFluidWPerK * (state.wallC - state.fluidC);
  const lossW = reactor.lossWPerK * (state.wallC - reactor.ambientC);
  const jacketW = input.jacketCooling * reactor.coolingJacketWPerK * Math.max(0, state.wallC - cooler.coolantC);
  const wallC = state.wallC + ((heaterW - toFluidW - lossW - jacketW) * dtS) / reactor.wallHeatCapacityJPerK;

  const carried = carriedWPerK(input.flowMlPerMin);
  const boilingW = boilingWPerK * Math.max(0, state.fluidC - saturationC(input.pressureBar));
  const feedW = carried * (feeds.temperatureC - state.fluidC);
  const fluidC =
    state.fluidC + ((toFluidW + feedW - boilingW) * dtS) / fluidHeatCapacityJPerK(parameters, state.fluidC);

  return {
    delayedW,
    heaterW,
    wallC,
    fluidC,
    outletC: outletTemperature(parameters, state, carried, input.outletCooling, dtS),
  };
}

/** Heat a flow takes up for each kelvin, in W/K. The pumps count millilitres at 25 °C. */
export const carriedWPerK = (flowMlPerMin: number): number =>
  (Math.max(0, flowMlPerMin) / 60) * (densityKgPerM3(25) / 1000) * heatCapacityJPerGK;

export const fluidHeatCapacityJPerK = ({ reactor }: TwinParameters, celsius: number): number =>
  reactor.volumeMl * (densityKgPerM3(celsius) / 1000) * heatCapacityJPerGK;

/** A counter-current cooler with coolant to spare: the approach falls with exp(−NTU). */
function outletTemperature(
  { cooler, reactor }: TwinParameters,
  { fluidC, outletC }: HeatState,
  carried: number,
  cooling: boolean,
  dtS: number,
): number {
  const sink = cooling ? cooler.coolantC : reactor.ambientC;
  // Standing liquid in the cooler comes to the temperature around it within minutes.
  if (carried < 0.03) return lagged(outletC, sink, 30 * cooler.lagS, dtS);
  const transfer = cooling ? cooler.transferWPerK : 0;
  return lagged(outletC, sink + (fluidC - sink) * Math.exp(-transfer / carried), cooler.lagS, dtS);
}
