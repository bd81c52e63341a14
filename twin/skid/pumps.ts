/** Four piston pumps: each follows its commanded flow with a lag, ripples with its stroke, and trips on its own pressure limit. */
import { lagged } from './lag.ts';
import { perPump, type PerPump, type PumpName, type TwinParameters } from './parameters.ts';

export type PumpsState = Readonly<{
  /** Mean flow, without ripple, in mL/min. */
  meanMlPerMin: PerPump;
  /** Strokes since the start; the fraction is where in its stroke a pump is. */
  strokes: PerPump;
  /** A pump met its pressure limit: all four stand until the limit is cleared. */
  limitTripped: boolean;
}>;

export type PumpsInput = Readonly<{
  commandMlPerMin: PerPump;
  /** The pump's enable is taken away, its valve closes: the flow ends at once rather than by the lag. */
  isolated: boolean;
  stopped: ReadonlySet<PumpName>;
  clearLimit: boolean;
}>;

export const initialPumps: PumpsState = {
  meanMlPerMin: perPump(() => 0),
  strokes: perPump(() => 0),
  limitTripped: false,
};

export function stepPumps(parameters: TwinParameters, state: PumpsState, input: PumpsInput, dtS: number): PumpsState {
  const { pumpLimitMlPerMin, timeConstantS, strokeVolumeMl } = parameters.feeds;
  const limitTripped = state.limitTripped && !input.clearLimit;
  const meanMlPerMin = perPump((pump) => {
    if (input.isolated || limitTripped) return 0;
    const wanted = input.stopped.has(pump)
      ? 0
      : Math.min(pumpLimitMlPerMin[pump], Math.max(0, input.commandMlPerMin[pump]));
    const flow = lagged(state.meanMlPerMin[pump], wanted, timeConstantS, dtS);
    return wanted === 0 && flow < 0.01 ? 0 : flow;
  });
  const strokes = perPump((pump) => state.strokes[pump] + (meanMlPerMin[pump] * dtS) / 60 / strokeVolumeMl);
  return { meanMlPerMin, strokes, limitTripped };
}

/** What flows now, in mL/min. */
export const flowsOf = (parameters: TwinParameters, { meanMlPerMin, strokes }: PumpsState): PerPump =>
  perPump(
    (pump) =>
      meanMlPerMin[pump] * (1 + (parameters.feeds.ripplePercent / 100) * Math.sin(2 * Math.PI * (strokes[pump] % 1))),
  );

/** The enables' answer: a pump turns where it is asked to, is not stopped and not tripped. */
export const isRunning = (state: PumpsState, input: PumpsInput, pump: PumpName): boolean =>
  input.commandMlPerMin[pump] > 0.05 && !input.isolated && !input.stopped.has(pump) && !state.limitTripped;
