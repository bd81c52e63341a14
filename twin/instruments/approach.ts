/** How a value follows another in time: first order, exact over any step of time. Pure. */

/** @param timeConstant in the unit of `dt`; after one of them 63 % of the way is gone */
export const approach = (from: number, to: number, dt: number, timeConstant: number): number =>
  to + (from - to) * Math.exp(-Math.max(0, dt) / timeConstant);

/** Towards `to` at no more than `rate` a unit of time. */
export const ramp = (from: number, to: number, dt: number, rate: number): number =>
  Math.abs(to - from) <= rate * dt ? to : from + Math.sign(to - from) * rate * dt;
