/**
 * Whether one line could be the answer to two templates, so that an answer that comes late could be taken for another's.
 * Exact but for long runs of characters, whose most is not counted: there it may say yes too often, never too seldom. Pure.
 */
import { waysOf, type LinePart, type Template } from './line-template.ts';

type Step = Readonly<{ characters: ReadonlySet<string>; optional: boolean; again: boolean }>;

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i));
/** Runs longer than this are taken to be without end. */
const counted = 8;

export function overlap(one: Template, other: Template): boolean {
  const others = waysOf(other).map(stepsOf);
  return waysOf(one).some((way) => others.some((steps) => meet(stepsOf(way), steps)));
}

function stepsOf(way: readonly LinePart[]): readonly Step[] {
  return way.flatMap(([text, fewest, most]): Step[] => {
    const pattern = new RegExp(`^[${text}]$`, 'u');
    const characters = new Set(printable.filter((character) => pattern.test(character)));
    const needed = Array.from({ length: fewest }, () => ({ characters, optional: false, again: false }));
    const more = most - fewest;
    if (more > counted) return [...needed, { characters, optional: true, again: true }];
    return [...needed, ...Array.from({ length: more }, () => ({ characters, optional: true, again: false }))];
  });
}

/** Walks both at once, character by character. */
function meet(one: readonly Step[], other: readonly Step[]): boolean {
  const seen = new Set<number>();
  const waiting: (readonly [number, number])[] = [[0, 0]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [i, j] = pair;
    const key = i * (other.length + 1) + j;
    if (seen.has(key)) continue;
    seen.add(key);
    if (ends(one, i) && ends(other, j)) return true;
    for (const a of reached(one, i)) for (const b of reached(other, j)) waiting.push(...both(one, a, other, b));
  }
  return false;
}

const ends = (steps: readonly Step[], from: number): boolean => steps.slice(from).every(({ optional }) => optional);

/** The steps that may take the next character. */
function reached(steps: readonly Step[], from: number): readonly number[] {
  const found: number[] = [];
  for (let at = from; at < steps.length; at += 1) {
    found.push(at);
    if (steps[at]?.optional === false) break;
  }
  return found;
}

function both(
  one: readonly Step[],
  i: number,
  other: readonly Step[],
  j: number,
): readonly (readonly [number, number])[] {
  const [a, b] = [one[i], other[j]];
  if (a === undefined || b === undefined) return [];
  if (![...a.characters].some((character) => b.characters.has(character))) return [];
  const after = ({ again }: Step, at: number): readonly number[] => (again ? [at, at + 1] : [at + 1]);
  return after(a, i).flatMap((x) => after(b, j).map((y) => [x, y] as const));
}
