/**
 * Pressure at the reactor and before it. The regulator holds back what the pumps push; without flow nothing builds pressure,
 * and a closed regulator keeps what there is.
 */
import { approached, lagged } from './lag.ts';
import type { TwinParameters } from './parameters.ts';
import { densityKgPerM3, viscosityPaS } from './water.ts';

export type HydraulicsState = Readonly<{
  /** Gauge pressure at the reactor's outlet, in bar. */
  outletBarG: number;
  /** Where the regulator's pilot stands, in bar(g); it follows the set point. */
  pilotBarG: number;
  /** +1 where the regulator was last approached from below, −1 from above: the side of its hysteresis it stands on. */
  side: 1 | -1;
  huntingS: number;
  /** Flow resistance against the clean reactor's, ≥ 1. */
  fouling: number;
}>;

export type HydraulicsInput = Readonly<{
  flowMlPerMin: number;
  /** Temperature of the liquid in the reactor, in °C. */
  reactorC: number;
  setpointBarG: number;
  failedOpen: boolean;
  blockedOutlet: boolean;
  /** Out of the line before the regulator, while it is under pressure, in mL/min. */
  leakMlPerMin: number;
  /** Added to the amplitude of the regulator's hunting, in bar. */
  huntingBar: number;
  /** Multiplies the resistance that has grown. */
  foulingFactor: number;
  /** Growth of the resistance in 1/h; negative where it is rinsed away. */
  foulingPerHour: number;
}>;

export const initialHydraulics: HydraulicsState = { outletBarG: 0, pilotBarG: 0, side: 1, huntingS: 0, fouling: 1 };

/** Of the clean resistance: what is more than this lets nothing through either. */
const closedTimes = 1e6;
/** Below this the pumps do not lift the regulator's seat. */
const leastFlowMlPerMin = 0.5;

export function stepHydraulics(
  parameters: TwinParameters,
  state: HydraulicsState,
  input: HydraulicsInput,
  dtS: number,
): HydraulicsState {
  const { backPressure } = parameters;
  const pilotBarG = input.failedOpen
    ? 0
    : approached(state.pilotBarG, input.setpointBarG, backPressure.slewBarPerS * dtS);
  const moved = pilotBarG - state.pilotBarG;
  const side = moved > 0 ? 1 : moved < 0 ? -1 : state.side;
  return {
    outletBarG: outletPressure(parameters, state, input, { pilotBarG, side }, dtS),
    pilotBarG,
    side,
    huntingS: (state.huntingS + dtS) % backPressure.huntingPeriodS,
    fouling: Math.min(closedTimes, Math.max(1, state.fouling + (input.foulingPerHour * dtS) / 3600)),
  };
}

function outletPressure(
  { backPressure, feeds }: TwinParameters,
  state: HydraulicsState,
  input: HydraulicsInput,
  regulator: Readonly<{ pilotBarG: number; side: 1 | -1 }>,
  dtS: number,
): number {
  // A line that is down to the last half bar leaks the less, the less there is.
  const leak = input.leakMlPerMin <= 0 ? 0 : input.leakMlPerMin * Math.min(1, 2 * state.outletBarG);
  const reaches = input.flowMlPerMin - leak;
  const flows = reaches >= leastFlowMlPerMin;
  const fastestRise = (Math.max(0, reaches) / 60) * feeds.risePerMl * dtS;
  const leastFall = (Math.max(0, -reaches) / 60) * feeds.risePerMl * dtS;
  if (input.blockedOutlet) return Math.max(0, state.outletBarG + fastestRise - leastFall);
  const amplitude = backPressure.huntingBar + input.huntingBar;
  const hunting = amplitude * Math.sin((2 * Math.PI * state.huntingS) / backPressure.huntingPeriodS);
  const holds = Math.max(
    0,
    regulator.pilotBarG + (regulator.side * backPressure.hysteresisBar) / 2 + (flows ? hunting : 0),
  );
  // A regulator without pilot pressure is an open pipe: it holds back nothing but its own drop.
  const target = regulator.pilotBarG <= 0 ? 0.002 * Math.max(0, input.flowMlPerMin) : holds;
  const closed = !flows && target >= state.outletBarG - backPressure.hysteresisBar;
  if (closed) return Math.max(0, state.outletBarG - (backPressure.leakBarPerMin * dtS) / 60 - leastFall);
  const next = lagged(state.outletBarG, target, backPressure.lagS, dtS);
  return Math.max(0, Math.min(next, state.outletBarG + fastestRise));
}

/** Gauge pressure before the reactor, where the pumps feel it, in bar. */
export const feedPressureBarG = (
  parameters: TwinParameters,
  { outletBarG, fouling }: HydraulicsState,
  input: Pick<HydraulicsInput, 'flowMlPerMin' | 'reactorC' | 'foulingFactor'>,
): number => outletBarG + fouling * input.foulingFactor * cleanDropBar(parameters, input.flowMlPerMin, input.reactorC);

/**
 * Pressure drop of the clean reactor in bar, as of a straight tube of the same volume: Hagen–Poiseuille below Re 2000, Blasius
 * above 4000, between them what lies between.
 */
export function cleanDropBar({ reactor }: TwinParameters, flowMlPerMin: number, celsius: number): number {
  // Less than a microlitre an hour drops nothing, and its Reynolds number may be 0.
  if (flowMlPerMin < 1e-5) return 0;
  const flowM3PerS = flowMlPerMin / 60e6;
  const diameterM = reactor.tubeDiameterMm / 1000;
  const areaM2 = (Math.PI / 4) * diameterM ** 2;
  const lengthM = (reactor.volumeMl * 1e-6) / areaM2;
  const density = densityKgPerM3(celsius);
  // The pumps count cold millilitres; hot, the same mass is faster.
  const velocity = (flowM3PerS / areaM2) * (densityKgPerM3(25) / density);
  const reynolds = (density * velocity * diameterM) / viscosityPaS(celsius);
  const turbulent = 0.316 / reynolds ** 0.25;
  const laminar = 64 / reynolds;
  const share = Math.min(1, Math.max(0, (reynolds - 2000) / 2000));
  const friction = laminar + (turbulent - laminar) * share;
  const pascal = (friction * (lengthM / diameterM) * density * velocity ** 2) / 2;
  return (pascal / 1e5) * (reactor.dropPercent / 100);
}
