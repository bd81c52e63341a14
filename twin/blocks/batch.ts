/** A batch at one temperature, or, which is the same, a plug that flows: its reactions over a time, within a tolerance. */
import { react, reactBackwards, type Network } from './reactions.ts';

export type Tolerance = Readonly<{
  /** Of each amount. */
  relative: number;
  /** Below this an amount is as good as nothing, in mol. */
  absoluteMol: number;
}>;

const fine: Tolerance = { relative: 1e-7, absoluteMol: 1e-12 };
/** A step shorter than this share of the whole gets nowhere. */
const leastStep = 1e-12;

/**
 * What the amounts are after `durationS`. Steps are as long as two halves and one whole agree within the tolerance; the two are
 * then extrapolated (Richardson), where that leaves no amount below zero.
 *
 * @throws RangeError where no step is short enough for the tolerance
 */
export function reactFor(
  network: Network,
  amounts: Float64Array,
  litres: number,
  constants: Float64Array,
  durationS: number,
  tolerance: Tolerance = fine,
): Float64Array {
  let state: Float64Array = amounts.slice();
  let doneS = 0;
  let stepS = durationS / 100;
  while (doneS < durationS) {
    if (stepS < leastStep * durationS)
      throw new RangeError(`no step of ${durationS} s is short enough for the tolerance`);
    const nowS = Math.min(stepS, durationS - doneS);
    const whole = stepped(network, state, litres, constants, nowS);
    const halves = stepped(network, stepped(network, state, litres, constants, nowS / 2), litres, constants, nowS / 2);
    const error = worst(whole, halves, tolerance);
    if (error <= 1) {
      state = extrapolated(whole, halves);
      doneS += nowS;
    }
    stepS = nowS * Math.min(4, Math.max(0.2, 0.9 / Math.cbrt(Math.max(error, 1e-6))));
  }
  return state;
}

function stepped(
  network: Network,
  from: Float64Array,
  litres: number,
  constants: Float64Array,
  dtS: number,
): Float64Array {
  const to = from.slice();
  react(network, to, 0, litres, constants, dtS / 2);
  reactBackwards(network, to, litres, constants, dtS / 2);
  return to;
}

/** The largest difference against what is tolerated. */
const worst = (whole: Float64Array, halves: Float64Array, { relative, absoluteMol }: Tolerance): number =>
  halves.reduce(
    (most, amount, i) => Math.max(most, Math.abs(amount - (whole[i] ?? 0)) / 3 / (relative * amount + absoluteMol)),
    0,
  );

function extrapolated(whole: Float64Array, halves: Float64Array): Float64Array {
  const better = halves.map((amount, i) => amount + (amount - (whole[i] ?? 0)) / 3);
  return better.every((amount) => amount >= 0) ? better : halves;
}
