/**
 * The moments a row can tell apart, each with tag values that bring it about.
 *
 * A search goes from a moment to its neighbours, one tag changed at a time to a corner value or to a doubt, and keeps the
 * first witness of every word (facts.ts) that it meets. A word it never meets is one that no such values bring about.
 */
import type { LocalTag } from '../../../plant/sample.ts';
import { measuredIn, type PreparedRow, type PreparedSkid } from '../prepare.ts';
import { noReference, referenceAt, type Reference } from '../reference.ts';
import { cornersOf, figuresIn } from './corners.ts';
import { factsOf, wordOf, type Facts } from './facts.ts';
import { judgedBy, namesChangeover, readsOf } from './row-words.ts';
import { lookupOf, type Reading, type Readings } from './world.ts';

export type Input = Readonly<{ word: string; readings: Readings; changeover: boolean; facts: Facts }>;

export type Inputs = Readonly<{
  /** One for each word. */
  all: readonly Input[];
  /** The reference that its conditions were held against; none where the row has none. */
  reference: Reference;
  /** The measured tags behind the row. */
  measured: readonly LocalTag[];
}>;

const mostLooks = 60_000;
const pairsTried = 300;
const away = new Map<string, Reading>([
  ['cold', 25],
  ['hot', 160],
  ['unknown', 'Bad'],
]);

/** The inputs of a row, with the reference it is judged against already reached. */
export function inputsOf(skid: PreparedSkid, row: PreparedRow): Inputs {
  const measured = [...measuredIn(readsOf(row.definition), skid.tags)];
  const figures = figuresOf(skid, row);
  const reference = reachedReference(skid, row);
  const from = reference.value;
  const against = from === null ? figures : [...figures, from, ...figures.map((figure) => from + figure)];
  const all = search(skid, row, measured, { figures: against, reference }).filter(
    ({ facts }) => facts.reference.value === from && facts.reference.following === reference.following,
  );
  return { all, reference, measured };
}

/** As after a ramp that was reached: everything the reference goes by lies at one value, in the middle of what it may be. */
export function reachedReference(skid: PreparedSkid, row: PreparedRow): Reference {
  const readings = atReference(skid, row);
  if (readings === null) return noReference;
  return referenceAt(row, noReference, lookupOf(skid.tags, readings)).state;
}

function atReference(skid: PreparedSkid, { definition: { reference } }: PreparedRow): Readings | null {
  if (reference === null) return null;
  const { target, ramped, value, heating } = reference;
  const tags = measuredIn(
    [target, ramped, value].flatMap((each) => each.tags),
    skid.tags,
  );
  const highest = Math.min(...[...tags].map((tag) => skid.tags.get(tag)?.range?.high ?? Infinity));
  const readings = new Map<LocalTag, Reading>();
  for (const tag of measuredIn(heating.tags, skid.tags)) readings.set(tag, true);
  for (const tag of tags) readings.set(tag, 0.7 * highest);
  return readings;
}

function figuresOf(skid: PreparedSkid, row: PreparedRow): readonly number[] {
  const { definition } = row;
  const expressions = [...definition.channels, ...judgedBy(definition)].map(({ root }) => root);
  return [...new Set(expressions.flatMap((expression) => figuresIn(expression, skid.tags)))];
}

type Search = Readonly<{ figures: readonly number[]; reference: Reference }>;
type Move = readonly (readonly [LocalTag, Reading])[];

function search(
  skid: PreparedSkid,
  row: PreparedRow,
  measured: readonly LocalTag[],
  { figures, reference }: Search,
): Input[] {
  const choices = measured.map((tag): readonly [LocalTag, readonly Reading[]] => {
    const definition = skid.tags.get(tag);
    return [tag, definition === undefined ? ['Bad'] : [...cornersOf(definition, figures), 'Bad']];
  });
  const beside = skid.temperatures.filter((tag) => !measured.includes(tag));
  const moves: Move[] = choices.flatMap(([tag, values]) => values.map((value): Move => [[tag, value]]));
  if (beside.length > 0) for (const value of away.values()) moves.push(beside.map((tag) => [tag, value] as const));
  const modes = namesChangeover(row.definition) ? [false, true] : [false];
  const found = new Map<string, Input>();
  const look = (readings: Readings, changeover: boolean): Input | null => {
    const rates = row.channels.map(() => 0);
    const facts = factsOf(skid, row, { lookup: lookupOf(skid.tags, readings), changeover, reference, rates });
    const word = `${wordOf(facts)}${changeover ? ' changeover' : ''}`;
    if (found.has(word)) return null;
    const input = { word, readings, changeover, facts };
    found.set(word, input);
    return input;
  };
  const start = new Map(choices.map(([tag, [first]]) => [tag, first ?? 'Bad'] as const));
  for (const [tag, value] of atReference(skid, row) ?? []) start.set(tag, value);
  for (const tag of beside) start.set(tag, 25);
  const open = modes.map((changeover) => look(start, changeover)).filter((input) => input !== null);
  let looks = 0;
  for (let next = open.shift(); next !== undefined && looks < mostLooks; next = open.shift()) {
    for (const move of [...moves, ...pairsOf(moves, open.length + found.size)]) {
      looks++;
      const readings = new Map([...next.readings, ...move]);
      const input = look(readings, next.changeover);
      if (input !== null) open.push(input);
    }
  }
  return [...found.values()];
}

/** Some words stand two changes from every other; which pairs are tried goes round, and is the same each time. */
function pairsOf(moves: readonly Move[], from: number): readonly Move[] {
  return Array.from({ length: pairsTried }, (_, i) => {
    const [one, other] = [draw(from * pairsTried + i), draw(from * pairsTried + i + 0.5)];
    return [...(moves[Math.floor(one * moves.length)] ?? []), ...(moves[Math.floor(other * moves.length)] ?? [])];
  });
}

/** As good as a random number from 0 to 1 for its place in a row. */
const draw = (place: number): number => {
  const wild = Math.sin(place * 12.9898 + 78.233) * 43_758.5453;
  return wild - Math.floor(wild);
};
