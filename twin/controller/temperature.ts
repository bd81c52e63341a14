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
  integralW: number;
  /** The feed-forward, lagged: with it the heater's own lag is made up for. */
  laggedForwardW: number;
  /** What is asked of the heater in W; negative: of the cooling. */
  demandW: number;
  enabled: boolean;
}>;

export const restingLoop: TemperatureLoop = {
  workingC: 0,
  integralW: 0,
  laggedForwardW: 0,
  demandW: 0,
  enabled: false,
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
  // Enabled anew, it starts where the reactor is, so that the ramp and not a step is followed.
  const from = loop.enabled ? loop.workingC : measuredC;
  const workingC = approached(from, setpointC, (rampCPerMin / 60) * dtS);

  const forward = forwardW(parameters, workingC, (workingC - from) / dtS, flowMlPerMin);
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
  return { workingC, integralW, laggedForwardW, demandW, enabled: true };
}

/** The power that holds `workingC` and moves it by `rateCPerS`, as far as it is known beforehand. */
function forwardW(parameters: TwinParameters, workingC: number, rateCPerS: number, flowMlPerMin: number): number {
  const { reactor, feeds } = parameters;
  const stored = (reactor.wallHeatCapacityJPerK + fluidHeatCapacityJPerK(parameters, workingC)) * rateCPerS;
  const carried = carriedWPerK(flowMlPerMin) * (workingC - feeds.temperatureC);
  return stored + carried + reactor.lossWPerK * (workingC - reactor.ambientC);
}
