/** The nearest known name to one that is not known: what a message offers as "Did you mean …?". */

/** The name of `known` with the fewest single-letter changes from `name`, or null where none is near. */
export function nearest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let fewest = (name.length <= 3 ? 1 : name.length <= 5 ? 2 : Math.floor(name.length / 3) + 1) + 0.6;
  for (const candidate of known) {
    const letters = editDistance(name.toLowerCase(), candidate.toLowerCase());
    // of two as near, the one as long: a wrong letter is likelier than a lost one
    const changes = letters + (candidate.length === name.length ? 0 : 0.5);
    if (changes < fewest && letters < Math.max(name.length, candidate.length)) [best, fewest] = [candidate, changes];
  }
  return best;
}

/** Whether another of `known` is as near to `name` as its nearest: no one of them is the likelier to be meant. */
export function isUndecided(name: string, known: readonly string[]): boolean {
  const near = nearest(name, known);
  return near !== null && nearest(name, known.toReversed()) !== near;
}

/** ` Did you mean "x"?`, or what else may be done. */
export function didYouMean(name: string, known: Iterable<string>, otherwise: string): string {
  const near = nearest(name, known);
  return near === null ? otherwise : `Did you mean "${near}"?`;
}

/** Levenshtein's distance. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
