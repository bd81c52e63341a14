/** Comparisons that a busy machine does not spoil: each pair is measured back to back, in turns, and the middle one counts. */

export type Pair<Figures> = Readonly<{ ours: Figures; bare: Figures }>;

/** Measures `count` pairs; which of the two goes first alternates. */
export async function interleaved<Figures>(
  count: number,
  measure: (side: 'ours' | 'bare') => Promise<Figures>,
  each: (pair: Pair<Figures>, number: number) => void = () => undefined,
): Promise<readonly Pair<Figures>[]> {
  const pairs: Pair<Figures>[] = [];
  for (let i = 0; i < count; i += 1) {
    const first = await measure(i % 2 === 0 ? 'ours' : 'bare');
    const second = await measure(i % 2 === 0 ? 'bare' : 'ours');
    const pair = i % 2 === 0 ? { ours: first, bare: second } : { ours: second, bare: first };
    pairs.push(pair);
    each(pair, i + 1);
  }
  return pairs;
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
