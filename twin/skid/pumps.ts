/** Piston pumps: each follows its commanded flow with a lag, ripples with its stroke, and trips on its own pressure limit. */
import { lagged } from './lag.ts';
import { perPump, type PerPump, type PumpName, type TwinParameters } from './parameters.ts';

export type PumpsState = Readonly<{
  /** Mean displacement, without ripple, in mL/min. */
  meanMlPerMin: PerPump;
  /** Strokes since the start; the fraction is where in its stroke a pump is. */
  strokes: PerPump;
  /** Air in a pump's head: until it has been pushed through, the pump gives no liquid. */
  airMl: PerPump;
  /** A pump met its pressure limit: all of them stand until the limit is cleared. */
  limitTripped: boolean;
}>;

export type PumpsInput = Readonly<{
  commandMlPerMin: PerPump;
  /** The pump's enable is taken away, its valve closes: the flow ends at once rather than by the lag. */
  isolated: boolean;
  stopped: ReadonlySet<PumpName>;
  /** The share of its stroke that runs back through a check valve, 0 to 1. */
  checkValveLoss: PerPump;
  clearLimit: boolean;
}>;

const none: PerPump = perPump(() => 0);

export const initialPumps: PumpsState = { meanMlPerMin: none, strokes: none, airMl: none, limitTripped: false };

export function stepPumps(parameters: TwinParameters, state: PumpsState, input: PumpsInput, dtS: number): PumpsState {
  const { pumpLimitMlPerMin, timeConstantS, strokeVolumeMl } = parameters.feeds;
  const limitTripped = state.limitTripped && !input.clearLimit;
  const meanMlPerMin = perPump((pump) => {
    if (input.isolated || limitTripped) return 0;
    const wanted = input.stopped.has(pump)
      ? 0
      : Math.min(pumpLimitMlPerMin[pump], Math.max(0, input.commandMlPerMin[pump]));
    if (wanted === 0 && state.meanMlPerMin[pump] === 0) return 0;
    const flow = lagged(state.meanMlPerMin[pump], wanted, timeConstantS, dtS);
    return wanted === 0 && flow < 0.01 ? 0 : flow;
  });
  const strokes = perPump((pump) => state.strokes[pump] + (meanMlPerMin[pump] * dtS) / 60 / strokeVolumeMl);
  const airMl = holdsAir(state)
    ? perPump((pump) => Math.max(0, state.airMl[pump] - (meanMlPerMin[pump] * dtS) / 60))
    : state.airMl;
  return { meanMlPerMin, strokes, airMl, limitTripped };
}

const holdsAir = ({ airMl }: PumpsState): boolean =>
  airMl !== none && airMl.chalcogen + airMl.cadmium + airMl.ligand + airMl.flush + airMl.shell > 0;

/** Of the flow: what a stroke that half runs back does to its evenness. */
const rippleOfLoss = 0.5;

/** What flows now, in mL/min: with ripple, less what a check valve lets back, and nothing while air passes. */
export const flowsOf = (
  parameters: TwinParameters,
  { meanMlPerMin, strokes, airMl }: PumpsState,
  checkValveLoss: PerPump,
): PerPump =>
  perPump((pump) => {
    const mean = meanMlPerMin[pump];
    if (mean === 0 || airMl[pump] > 0) return 0;
    const loss = checkValveLoss[pump];
    const ripple = parameters.feeds.ripplePercent / 100 + rippleOfLoss * loss;
    return mean * parameters.feeds.gain[pump] * (1 - loss) * (1 + ripple * Math.sin(2 * Math.PI * (strokes[pump] % 1)));
  });

/** The enables' answer: a pump turns where it is asked to, is not stopped and not tripped. */
export const isRunning = (state: PumpsState, input: PumpsInput, pump: PumpName): boolean =>
  input.commandMlPerMin[pump] > 0.05 && !input.isolated && !input.stopped.has(pump) && !state.limitTripped;

/** The pumps after one has drawn air. */
export const withAir = (state: PumpsState, pump: PumpName, ml: number): PumpsState => ({
  ...state,
  airMl: { ...state.airMl, [pump]: state.airMl[pump] + ml },
});
