/**
 * One cycle of the field controller: which step it is in, and what it moves. Pure.
 *
 * It holds every run-enable of the skid. A safe state is entered upwards only (E > S > H > B) and left only by the rising edge
 * of a reset, with the request at 0 and a living heartbeat. Delays of the sequence are process time; the watchdog is wall time.
 */
import { elapsed, type Monotonic } from '../../plant/clock.ts';
import { lagged } from '../skid/lag.ts';
import { perPump, totalOf, type TwinParameters } from '../skid/parameters.ts';
import type { Readings } from '../skid/signals.ts';
import { controlledFlow } from './outputs.ts';
import { noSetpoints, type ControllerState, type FlushState } from './state.ts';
import { firstOut, isHotHold, request, stepRank, type ControllerStep, type FirstOut } from './steps.ts';
import { holdOutput, restingLoop, stepTemperature, type LoopInput } from './temperature.ts';

/** Steam comes of water that is let down above 100 °C; below 90 °C a thermometer may be wrong by 10 K. */
const coldC = 90;
const warmAgainC = 95;
const wasteFullPercent = 95;

export function stepController(
  parameters: TwinParameters,
  state: ControllerState,
  readings: Readings,
  now: Monotonic,
  dtS: number,
): ControllerState {
  const taken = takesReset(state, readings, now);
  const started: ControllerState = taken
    ? { ...state, step: 0, inStepS: 0, firstOut: firstOut.none, firstOutRow: 0, requestRow: 0, setpoints: noSetpoints }
    : { ...state, inStepS: state.inStepS + dtS };
  const current: ControllerState = {
    ...started,
    resetEdge: false,
    resetTaken: taken,
    measures: started.measuresAsked,
    firstOutRow: firstRow(started),
  };

  const called = highestCall(current, readings, now);
  if (called !== null && stepRank(called.step) > stepRank(current.step)) return entered(parameters, current, called);
  return sequenced(parameters, current, readings, dtS);
}

/** A row counts with a request only: one that is left over from before belongs to nothing. */
const firstRow = ({ firstOutRow, request: asked, requestRow }: ControllerState): number =>
  firstOutRow === 0 && asked !== request.none ? requestRow : firstOutRow;

/** What holds the skid by its wiring is let go first: a reset before that would only lower the state and hide its first cause. */
const takesReset = (state: ControllerState, { emergencyStop, airLost }: Readings, now: Monotonic): boolean =>
  state.step !== 0 &&
  state.resetEdge &&
  state.request === request.none &&
  isAlive(state, now) &&
  !emergencyStop &&
  !airLost;

/** The service counts: its heartbeat has changed since power-up, and within the watchdog's time. */
const isAlive = ({ heartbeatChanged, watchdog }: ControllerState, now: Monotonic): boolean =>
  heartbeatChanged !== null && (watchdog === null || elapsed(heartbeatChanged, now) < watchdog);

type Call = Readonly<{ step: ControllerStep; because: FirstOut }>;

/** The highest of what calls for a safe state now. A request by word is named first where two call for the same. */
function highestCall(state: ControllerState, readings: Readings, now: Monotonic): Call | null {
  const calls: Call[] = [];
  if (state.request === request.evacuate) calls.push({ step: 30, because: firstOut.serviceAsked });
  if (state.request === request.deEnergise) calls.push({ step: 20, because: firstOut.serviceAsked });
  if (readings.emergencyStop) calls.push({ step: 20, because: firstOut.emergencyStop });
  if (readings.airLost) calls.push({ step: 20, because: firstOut.airLost });
  // The reset that clears the pumps' limit reaches them with this cycle's outputs.
  if (readings.pumpLimitTripped && !state.resetTaken) calls.push({ step: 20, because: firstOut.pumpLimit });
  if (isHotHold(state.step) && isWasteFull(readings)) calls.push({ step: 20, because: firstOut.none });
  if (state.request === request.hotHold || state.request === request.cadmiumOffThenHotHold) {
    calls.push({ step: 10, because: firstOut.serviceAsked });
  }
  if (state.heartbeatChanged !== null && !isAlive(state, now))
    calls.push({ step: 10, because: firstOut.serviceSilent });
  return calls[0] ?? null;
}

/**
 * Either of the two is enough. A radar without a value leaves it to the float switch, whose circuit is closed while there is room: a
 * broken wire reports, so that the tank counts as full where neither is known.
 */
const isWasteFull = ({ wasteLevelPercent, wasteLevelHigh }: Readings): boolean =>
  wasteLevelHigh || wasteLevelPercent >= wasteFullPercent;

/** A safe state begins: nothing that was set to run stays set, by hand neither; the back pressure does. */
function entered(parameters: TwinParameters, state: ControllerState, { step, because }: Call): ControllerState {
  return {
    ...state,
    step,
    inStepS: 0,
    firstOut: state.firstOut === firstOut.none ? because : state.firstOut,
    heldFlowMlPerMin: controlledFlow(parameters, state),
    setpoints: noSetpoints,
    loop: restingLoop,
    mode: 'auto',
    manualPercent: 0,
  };
}

/** On within the state it is in. */
function sequenced(
  parameters: TwinParameters,
  state: ControllerState,
  readings: Readings,
  dtS: number,
): ControllerState {
  const to = (step: ControllerStep): ControllerState => ({ ...state, step, inStepS: 0 });
  switch (state.step) {
    case 0:
      return { ...state, loop: stepLoop(parameters, state, readings, dtS) };
    case 10:
      if (state.inStepS < 0.2) return state;
      return to(state.request === request.cadmiumOffThenHotHold ? 11 : 12);
    case 11:
      return readings.flowMlPerMin.cadmium < 0.5 || state.inStepS >= 2 ? to(12) : state;
    case 12: {
      const onWaste = readings.diverter === 'waste' && state.inStepS >= 0.5;
      if (!onWaste && state.inStepS < 3) return state;
      return isCold(readings) ? to(15) : { ...to(13), flush: flushBegins(parameters, readings) };
    }
    case 13: {
      const flush = stepFlush(parameters, state.flush, readings, dtS);
      if (isCold(readings)) return to(15);
      return flush.unprovenS >= 5 ? to(14) : { ...state, flush };
    }
    case 14:
      return isCold(readings) ? to(15) : state;
    case 15:
      // The wall can warm what stands in it, and a broken thermometer says nothing: then 15 would promise too much.
      return temperatures(readings).every((celsius) => celsius < warmAgainC) ? state : to(14);
    case 1:
    case 20:
    case 30:
      return state;
  }
}

const stepLoop = (parameters: TwinParameters, state: ControllerState, readings: Readings, dtS: number) => {
  const input = loopInput(state, readings);
  return state.mode === 'manual'
    ? holdOutput(parameters, state.loop, input, (state.manualPercent / 100) * parameters.heater.maximumW)
    : stepTemperature(parameters, state.loop, input, dtS);
};

const temperatures = ({
  temperatureC: { A, B, independent, outlet },
  stage1C,
  shellC,
}: Readings): readonly number[] => [A, B, independent, outlet, stage1C, shellC];

/** Every wetted temperature is known and below 90 °C. */
export const isCold = (readings: Readings): boolean => temperatures(readings).every((celsius) => celsius < coldC);

const hottest = (readings: Readings): number =>
  temperatures(readings)
    .filter((celsius) => !Number.isNaN(celsius))
    .reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);

const loopInput = (state: ControllerState, { temperatureC: { A, B }, flowMlPerMin }: Readings): LoopInput => {
  const known = [A, B].filter((celsius) => !Number.isNaN(celsius));
  return {
    setpointC: state.setpoints.reactorC,
    rampCPerMin: state.rampCPerMin,
    measuredC: known.length === 0 ? Number.NaN : Math.max(...known),
    flowMlPerMin: totalOf(perPump((pump) => flowMlPerMin[pump] || 0)),
  };
};

const rateLagS = 20;
const leastFlushMlPerMin = 6;

const flushBegins = ({ fieldController }: TwinParameters, readings: Readings): FlushState => ({
  commandMlPerMin: fieldController.hotHoldFlushMlPerMin,
  unprovenS: 0,
  laggedC: hottest(readings),
});

/** The flush is proven by its own flow meter, and throttled where the reactor cools faster than it may. */
function stepFlush(
  { fieldController }: TwinParameters,
  flush: FlushState,
  readings: Readings,
  dtS: number,
): FlushState {
  const now = hottest(readings);
  const laggedC = lagged(flush.laggedC, now, rateLagS, dtS);
  const coolingCPerMin = ((laggedC - now) / rateLagS) * 60;
  const change = coolingCPerMin > fieldController.coolingLimitCPerMin ? -dtS : dtS;
  const proven = readings.flowMlPerMin.flush >= 0.7 * flush.commandMlPerMin;
  return {
    commandMlPerMin: Math.min(
      fieldController.hotHoldFlushMlPerMin,
      Math.max(leastFlushMlPerMin, flush.commandMlPerMin + change),
    ),
    unprovenS: proven ? 0 : flush.unprovenS + dtS,
    laggedC,
  };
}
