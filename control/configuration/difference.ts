/** What differs between two texts, line by line (longest common subsequence), with a few lines around each change. Pure. */
import type { DifferenceLine } from '../../plant/configuration-view.ts';

const around = 3;
/** Beyond so many pairs of lines between the first and the last change, all of the old is told as removed and all of the new as added. */
const mostPairs = 4_000_000;

type Line = Omit<DifferenceLine, 'kind'> & Readonly<{ kind: 'same' | 'removed' | 'added' }>;

/** @param old null where there was no file; an empty file has no lines either */
export function differenceOf(old: string | null, now: string | null): readonly DifferenceLine[] {
  return shortened(lines(linesOf(old), linesOf(now)));
}

function linesOf(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  const all = text.split('\n');
  // A last line that is ended, and one that is not, are two things; an end alone is no line.
  return all.at(-1) === '' ? all.slice(0, -1) : [...all.slice(0, -1), `${all.at(-1) ?? ''} (without an end of line)`];
}

function lines(old: readonly string[], now: readonly string[]): readonly Line[] {
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const same = (from: number, count: number): readonly Line[] =>
    Array.from({ length: count }, (_, i) => lineOf('same', old[from + i] ?? '', from + i, from + i));
  const between = changed(old.slice(start, old.length - end), now.slice(start, now.length - end), start);
  const shift = now.length - old.length;
  const tail = same(old.length - end, end).map((line) => ({ ...line, newLine: (line.newLine ?? 0) + shift }));
  return [...same(0, start), ...between, ...tail];
}

const lineOf = (kind: Line['kind'], text: string, old: number | null, now: number | null): Line => ({
  kind,
  text,
  oldLine: old === null ? null : old + 1,
  newLine: now === null ? null : now + 1,
});

function changed(old: readonly string[], now: readonly string[], offset: number): readonly Line[] {
  const removed = (i: number): Line => lineOf('removed', old[i] ?? '', offset + i, null);
  const added = (j: number): Line => lineOf('added', now[j] ?? '', null, offset + j);
  const pairs = old.length * now.length;
  if (pairs === 0 || pairs > mostPairs) return [...old.map((_, i) => removed(i)), ...now.map((_, j) => added(j))];
  const width = now.length + 1;
  /** Lines in common from `i` and `j` on, at `i * width + j`. */
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const all: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      all.push(lineOf('same', old[i] ?? '', offset + i, offset + j));
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      all.push(removed(i));
      i += 1;
    } else {
      all.push(added(j));
      j += 1;
    }
  }
  return all;
}

/** Without what is far from every change; how many lines that are is said. */
function shortened(all: readonly Line[]): readonly DifferenceLine[] {
  const near = new Set<number>();
  all.forEach(({ kind }, index) => {
    if (kind === 'same') return;
    for (let i = index - around; i <= index + around; i += 1) near.add(i);
  });
  const told: DifferenceLine[] = [];
  let left = 0;
  const leave = (): void => {
    if (left > 0) told.push({ kind: 'left out', text: String(left), oldLine: null, newLine: null });
    left = 0;
  };
  all.forEach((line, index) => {
    if (!near.has(index)) {
      left += 1;
      return;
    }
    leave();
    told.push(line);
  });
  leave();
  return told;
}
