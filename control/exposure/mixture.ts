/** Agents that act alike: the sum of what each takes of its own limit (29 CFR 1910.1000(d)(2)(i)). Pure. */
import type { Interval } from '../../plant/exposure.ts';

/** Concentration against its limit, in the same unit and averaged over the same time. */
export type MixturePart = Readonly<{ concentration: Interval; limit: number }>;

/** ΣC/L; above 1 the mixture is over its limit though no part of it need be. */
export function equivalentExposure(parts: readonly MixturePart[]): Interval {
  let lower = 0;
  let upper = 0;
  for (const { concentration, limit } of parts) {
    lower += concentration.lower / limit;
    upper += concentration.upper / limit;
  }
  return { lower, upper };
}
