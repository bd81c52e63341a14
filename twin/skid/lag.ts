/** A first-order lag, exact for a constant input whatever the step. */
export const lagged = (value: number, target: number, timeConstantS: number, dtS: number): number =>
  timeConstantS <= 0 ? target : target + (value - target) * Math.exp(-dtS / timeConstantS);

/** Moves towards the target by at most `most`. */
export const approached = (value: number, target: number, most: number): number =>
  value + Math.min(most, Math.max(-most, target - value));
