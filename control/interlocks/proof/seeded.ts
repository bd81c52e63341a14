/** Numbers that look random and are the same with every run: a proof that fails fails again. */

export type Seeded = Readonly<{
  /** 0 to below 1. */
  next: () => number;
  /** True in this share of the cases. */
  chance: (share: number) => boolean;
  pick: <T>(from: readonly T[]) => T | undefined;
}>;

/** Mulberry32 (T. Ettinger, public domain). */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    chance: (share) => next() < share,
    pick: (from) => from[Math.floor(next() * from.length)],
  };
}
