/** What keeps its order where things have moved. */

/**
 * Which of the pairs of an old and a new place keep their order, the most of them that can (longest increasing subsequence):
 * the others have moved. @returns indexes of `pairs`
 */
export function longestInOrder(pairs: readonly (readonly [number, number])[]): ReadonlySet<number> {
  const sorted = pairs.map(([old, now], i) => ({ old, now, i })).sort((one, other) => one.old - other.old);
  const tails: number[] = [];
  const before: number[] = [];
  sorted.forEach(({ now }, at) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[tails[middle] ?? 0]?.now ?? 0) < now) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = at;
  });
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) kept.add(sorted[at]?.i ?? -1);
  return kept;
}
