/**
 * Repeatable noise. A draw depends on the seed, the step and the channel only, so that it needs no state and one channel's
 * noise does not change when another is added.
 */

/** Standard normal draws: the same `step` and `channel` always give the same number. */
export type Noise = (step: number, channel: number) => number;

export const createNoise =
  (seed: number): Noise =>
  (step, channel) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, step, 2 * channel)));
    return radius * Math.cos(2 * Math.PI * uniform(seed, step, 2 * channel + 1));
  };

/** Noise that is not there: for balances that shall close. */
export const silence: Noise = () => 0;

/** In [0, 1): the three numbers mixed by the finaliser of MurmurHash3. */
function uniform(seed: number, step: number, channel: number): number {
  let hash = Math.imul(seed, 0x9e3779b1) ^ Math.imul(step, 0x85ebca77) ^ Math.imul(channel + 1, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000;
}
