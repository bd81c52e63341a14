/** Comparisons that a busy machine does not spoil: each pair is measured back to back, in turns, and the middle one counts. */

export type Pair<Figures> = Readonly<{ ours: Figures; bare: Figures }>;

export type Pairs<Figures> = Readonly<{
  pairs: readonly Pair<Figures>[];
  /** How many were left out because the machine did not let one side do its work. */
  left: number;
}>;

/**
 * Measures `count` pairs; which of the two goes first alternates. A pair that is not `fair` is left out and measured again, at
 * most as often as there are pairs to be; then what there is counts, and if nothing was fair, everything.
 */
export async function interleaved<Figures>(
  count: number,
  measure: (side: 'ours' | 'bare') => Promise<Figures>,
  each: (pair: Pair<Figures>, number: number) => void = () => undefined,
  fair: (figures: Figures) => boolean = () => true,
): Promise<Pairs<Figures>> {
  const pairs: Pair<Figures>[] = [];
  const unfair: Pair<Figures>[] = [];
  for (let i = 0; pairs.length < count && i < 2 * count; i += 1) {
    const first = await measure(i % 2 === 0 ? 'ours' : 'bare');
    const second = await measure(i % 2 === 0 ? 'bare' : 'ours');
    const pair = i % 2 === 0 ? { ours: first, bare: second } : { ours: second, bare: first };
    (fair(pair.ours) && fair(pair.bare) ? pairs : unfair).push(pair);
    each(pair, i + 1);
  }
  return { pairs: pairs.length > 0 ? pairs : unfair, left: unfair.length };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that `part` of all (0.99) do not exceed; NaN of none. */
export function quantile(values: Iterable<number>, part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** Three decimals say all that a measurement like these knows. */
export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
