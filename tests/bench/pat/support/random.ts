/** Random numbers that are the same for the same seed (mulberry32; normal by Box and Muller). */
export type Random = Readonly<{
  /** Evenly from 0 (included) to 1. */
  even(): number;
  between(from: number, to: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  oneOf<T>(things: readonly T[]): T;
}>;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  let spare: number | null = null;
  const even = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - even()));
    const angle = 2 * Math.PI * even();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    even,
    between: (from, to) => from + (to - from) * even(),
    normal,
    oneOf: (things) => things[Math.floor(even() * things.length)]!,
  };
}
