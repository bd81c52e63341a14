/**
 * The reactor's temperature loop: a ramped set point, a PI controller, and a feed-forward of the heat that the feed, the ramp
 * and the losses take. Below 0 W it asks the thermostat to cool.
 */
import { approached, lagged } from '../skid/lag.ts';
import { carriedWPerK, fluidHeatCapacityJPerK } from '../skid/heat.ts';
import type { TwinParameters } from '../skid/parameters.ts';

export type TemperatureLoop = Readonly<{
  /** The ramped set point in °C; 0 while the heater is not enabled. */
  workingC: number;
  /** How fast the ramped set point moves now, in °C/s. */
  rateCPerS: number;
  integralW: number;
  /** The feed-forward, lagged: with it the heater's own lag is made up for. */
  laggedForwardW: number;
  /** What is asked of the heater in W; negative: of the cooling. */
  demandW: number;
  enabled: boolean;
  /** A person gives the output; the ramped set point stands where it was. */
  byHand: boolean;
}>;

export const restingLoop: TemperatureLoop = {
  workingC: 0,
  rateCPerS: 0,
  integralW: 0,
  laggedForwardW: 0,
  demandW: 0,
  enabled: false,
  byHand: false,
};

export type LoopInput = Readonly<{
  /** 0 switches the heater off. */
  setpointC: number;
  rampCPerMin: number;
  /** The hotter of the two reactor temperatures; NaN where neither is known. */
  measuredC: number;
  flowMlPerMin: number;
}>;

/** Five times less than the heater's own lag; a shorter one would make noise of the flow's ripple. */
const forwardLagS = 4;

export function stepTemperature(
  parameters: TwinParameters,
  loop: TemperatureLoop,
  { setpointC, rampCPerMin, measuredC, flowMlPerMin }: LoopInput,
  dtS: number,
): TemperatureLoop {
  if (setpointC <= 0 || Number.isNaN(measuredC)) return restingLoop;
  const { fieldController, heater } = parameters;
  // Enabled anew, or given back by hand, it starts where the reactor is, so that the ramp and not a step is followed.
  const from = loop.enabled && !loop.byHand ? loop.workingC : measuredC;
  const { workingC, rateCPerS } = ramped(from, loop.rateCPerS, setpointC, rampCPerMin / 60, dtS);

  const forward = forwardW(parameters, workingC, rateCPerS, flowMlPerMin);
  const laggedForwardW = loop.enabled ? lagged(loop.laggedForwardW, forward, forwardLagS, dtS) : forward;
  const lead = heater.lagS / forwardLagS;
  const led = forward * lead + laggedForwardW * (1 - lead);

  const error = workingC - measuredC;
  const unlimited = led + fieldController.gainWPerK * error + loop.integralW;
  const demandW = Math.min(heater.maximumW, Math.max(-heater.maximumW, unlimited));
  const saturated = unlimited !== demandW && Math.sign(unlimited) === Math.sign(error);
  const integralW = saturated
    ? loop.integralW
    : loop.integralW + (fieldController.gainWPerK * error * dtS) / fieldController.integralS;
  return { workingC, rateCPerS, integralW, laggedForwardW, demandW, enabled: true, byHand: false };
}

/**
 * The loop while a person gives its output: what it reckons follows, so that giving it back is no step. Without a temperature
 * the heater is off, by hand as well.
 */
export function holdOutput(
  parameters: TwinParameters,
  loop: TemperatureLoop,
  { measuredC, flowMlPerMin }: LoopInput,
  outputW: number,
): TemperatureLoop {
  if (Number.isNaN(measuredC)) return restingLoop;
  const forward = forwardW(parameters, measuredC, 0, flowMlPerMin);
  const integralW = outputW - forward;
  return {
    ...loop,
    rateCPerS: 0,
    integralW,
    laggedForwardW: forward,
    demandW: outputW,
    enabled: outputW > 0,
    byHand: true,
  };
}

/** How fast a ramp gathers and loses its rate, in °C/s²: the wall and the liquid cannot follow a corner. */
const rampGathering = 0.015;

/** The set point on its way: never faster than the ramp, slowing in time to arrive. */
function ramped(
  fromC: number,
  rateCPerS: number,
  towardsC: number,
  fastest: number,
  dtS: number,
): Pick<TemperatureLoop, 'workingC' | 'rateCPerS'> {
  const distance = towardsC - fromC;
  const wanted = Math.sign(distance) * Math.min(fastest, Math.sqrt(2 * rampGathering * Math.abs(distance)));
  const rate = approached(rateCPerS, wanted, rampGathering * dtS);
  const arrives = Math.abs(distance) <= Math.abs(rate) * dtS && rate * distance >= 0;
  return arrives ? { workingC: towardsC, rateCPerS: 0 } : { workingC: fromC + rate * dtS, rateCPerS: rate };
}

/** The power that holds `workingC` and moves it by `rateCPerS`, as far as it is known beforehand. */
function forwardW(parameters: TwinParameters, workingC: number, rateCPerS: number, flowMlPerMin: number): number {
  const { reactor, feeds } = parameters;
  const stored = (reactor.wallHeatCapacityJPerK + fluidHeatCapacityJPerK(parameters, workingC)) * rateCPerS;
  const carried = carriedWPerK(flowMlPerMin) * (workingC - feeds.temperatureC);
  return stored + carried + reactor.lossWPerK * (workingC - reactor.ambientC);
}
