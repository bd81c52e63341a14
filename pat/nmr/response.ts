/**
 * What a species' area is for one amount of it: how far its magnetisation was there when it was pulsed. Pure.
 *
 * Of the liquid in the coil, the part that came in since the last pulse (plug flow) is magnetised as long as it was in the magnet before the coil;
 * the rest recovers from what the last pulse left of the mean, in the steady state of repeated pulses (Ernst, Anderson, Rev. Sci.
 * Instrum. 1966, 37, 93).
 * Inflow and T1 as a bias of areas in flow: Hall et al., Catal. Sci. Technol. 2016, c6cy01754a.
 */
import type { PhosphorusSpecies } from '../../plant/method/phosphorus-nmr.ts';

export type Taking = Readonly<{
  flowMlPerMin: number;
  repetitionS: number;
  pulseDegrees: number;
  volumeMl: number;
  magnetisedMl: number;
}>;

/** Area over amount, 1 at full magnetisation, and its relative standard uncertainty. */
export type Response = Readonly<{ factor: number; relative: number }>;

export function responseOf({ t1S, responseUncertaintyPercent }: PhosphorusSpecies, taking: Taking): Response {
  const factor = magnetisation(t1S.value, taking);
  const low = magnetisation(Math.max(0.1 * t1S.value, t1S.value - t1S.standardUncertainty), taking);
  const high = magnetisation(t1S.value + t1S.standardUncertainty, taking);
  return { factor, relative: Math.hypot((low - high) / (2 * factor), responseUncertaintyPercent / 100) };
}

function magnetisation(
  t1S: number,
  { flowMlPerMin, repetitionS, pulseDegrees, volumeMl, magnetisedMl }: Taking,
): number {
  const mlPerS = flowMlPerMin / 60;
  const fresh = Math.min(1, (mlPerS * repetitionS) / volumeMl);
  const onTheWay = mlPerS > 0 ? 1 - Math.exp(-magnetisedMl / (mlPerS * t1S)) : 1;
  const recovered = 1 - Math.exp(-repetitionS / t1S);
  const left = Math.cos((pulseDegrees * Math.PI) / 180);
  // m = fresh·onTheWay + (1 − fresh)·(recovered + (1 − recovered)·left·m), solved for m.
  return (fresh * onTheWay + (1 - fresh) * recovered) / (1 - (1 - fresh) * (1 - recovered) * left);
}
