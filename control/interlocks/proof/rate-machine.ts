/**
 * A row that goes by how fast its channels change: every sequence of three in which each channel stands still, moves as fast as
 * trips or is Bad, on a cold and on a hot skid.
 */
import type { Evaluated } from '../../../plant/expression.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { good } from '../../../plant/quality.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { PreparedRow, PreparedSkid } from '../prepare.ts';
import { noReference } from '../reference.ts';
import { initialGuardState } from '../state.ts';
import { figuresIn } from './corners.ts';
import { Drive } from './drive.ts';
import { expectedOf, freshMemory } from './expected.ts';
import { factsOf, wordOf } from './facts.ts';
import type { Finding } from './looser.ts';
import { differenceOf, type Difference, type Visit } from './row-machine.ts';
import { isDoubt, lookupOf, type Reading, type Readings } from './world.ts';

const letters = ['still', 'moves', 'Bad'] as const;
type Letter = (typeof letters)[number];

/** From one sample to the next: a rate is taken over no less (rate.ts). */
const sampleMs = 500;
const depth = 3;
const starts = [25, 160];

export type RateWalk = Readonly<{ steps: number; difference: Difference | null; findings: readonly Finding[] }>;

export function walkRates(skid: PreparedSkid, row: PreparedRow): RateWalk {
  const { definition } = row;
  const path = ['interlocks', definition.row];
  const tags = definition.channels.map(({ root }) =>
    root.kind === 'tag' && skid.tags.get(root.tag)?.source.kind !== 'derived' ? root.tag : null,
  );
  const rate = tripping(skid, row);
  const plain = tags.filter((tag) => tag !== null);
  const fault = (problem: string, remedy: string): RateWalk => ({
    steps: 0,
    difference: null,
    findings: [{ path, problem, remedy }],
  });
  if (plain.length < tags.length) {
    return fault('A rate is taken of something that is no measured tag.', 'Take it of the tags themselves.');
  }
  if (rate === null) return fault('No rate brings the row to trip.', 'Correct the condition.');
  const walk = new RateMachine(skid, row, plain, rate);
  for (const start of starts) {
    const difference = walk.from(start);
    if (difference !== null) return { steps: walk.steps, difference, findings: [] };
  }
  return { steps: walk.steps, difference: null, findings: [] };
}

/** A rate at which the first condition that goes by one holds, a little past its limit. */
function tripping(skid: PreparedSkid, { definition }: PreparedRow): number | null {
  for (const { when } of definition.trip) {
    const figures = figuresIn(when.root, skid.tags);
    const found = figures
      .flatMap((figure) => [figure * 1.02, -figure * 1.02])
      .find((perSecond) => {
        const said: Evaluated = { value: perSecond, quality: good };
        return evaluate(when.root, () => said, { value: { value: 0, quality: good }, rate: said }).value === true;
      });
    if (found !== undefined) return found;
  }
  return null;
}

class RateMachine {
  readonly #drive: Drive;
  readonly #row: PreparedRow;
  readonly #tags: readonly LocalTag[];
  readonly #step: number;
  readonly #words: readonly (readonly Letter[])[];
  readonly #held: number;
  steps = 0;

  constructor(skid: PreparedSkid, row: PreparedRow, tags: readonly LocalTag[], perSecond: number) {
    this.#drive = new Drive(skid, row);
    this.#row = row;
    this.#tags = tags;
    this.#step = (perSecond * sampleMs) / 1000;
    this.#words = tags.reduce<readonly (readonly Letter[])[]>(
      (words) => words.flatMap((word) => letters.map((letter) => [...word, letter])),
      [[]],
    );
    this.#held = 1 + Math.ceil(Math.max(...row.definition.trip.map((one) => one.for)) / sampleMs);
  }

  from(start: number): Difference | null {
    const { temperatures } = this.#drive.skid;
    const readings = new Map([...temperatures, ...this.#tags].map((tag) => [tag, start] as const));
    const memory = freshMemory(this.#row.definition);
    const nothing = this.#visitOf(null, readings, 0, memory);
    const rest = this.#visitOf(nothing, readings, 61_000, memory);
    const beside = { at: 61_000, changeover: false, bypassed: null };
    const { state } = this.#drive.reset(rest.state, readings, beside);
    const letGo = this.#drive.step(state, readings, { ...beside, at: 61_500, leaving: true });
    if (letGo.verdict.demand !== 'none') {
      const problem = 'With every channel at rest for a minute the row cannot be reset.';
      return { visit: rest, expected: 'nothing is held', came: letGo.verdict.demand, problem };
    }
    return this.#onwards({ ...rest, state: letGo, at: 61_500, from: null, memory }, depth);
  }

  #onwards(from: Visit, left: number): Difference | null {
    if (left === 0) return null;
    for (const word of this.#words) {
      let visit = from;
      for (let i = 0; i < this.#held; i++) {
        visit = this.#visitOf(visit, this.#moved(visit.input.readings, word), visit.at + sampleMs, visit.memory);
        const difference = differenceOf(visit);
        if (difference !== null) return difference;
      }
      const difference = this.#onwards(visit, left - 1);
      if (difference !== null) return difference;
    }
    return null;
  }

  /** What was Bad comes back where the skid stands. */
  #moved(before: Readings, word: readonly Letter[]): Readings {
    const others = this.#tags.map((tag) => before.get(tag)).find((one) => typeof one === 'number');
    return new Map([
      ...before,
      ...this.#tags.map((tag, i): readonly [LocalTag, Reading] => {
        const said = before.get(tag);
        const last = typeof said === 'number' ? said : typeof others === 'number' ? others : starts[0];
        return [tag, word[i] === 'Bad' || last === undefined ? 'Bad' : word[i] === 'moves' ? last + this.#step : last];
      }),
    ]);
  }

  #visitOf(from: Visit | null, readings: Readings, at: number, memory: Visit['memory']): Visit {
    this.steps++;
    const { skid } = this.#drive;
    const rates = this.#tags.map((tag) => {
      const said = readings.get(tag);
      let last = from;
      while (last !== null && isDoubt(last.input.readings.get(tag))) last = last.from;
      if (last === null || isDoubt(said)) return 0;
      return (Number(said) - Number(last.input.readings.get(tag))) / ((at - last.at) / 1000);
    });
    const facts = factsOf(skid, this.#row, {
      lookup: lookupOf(skid.tags, readings),
      changeover: false,
      reference: noReference,
      rates,
    });
    const state = this.#drive.step(from?.state ?? initialGuardState(skid), readings, {
      at,
      changeover: false,
      bypassed: null,
    });
    const { definition } = this.#row;
    const expected = expectedOf(
      { definition, facts, now: at, bypassed: null, controlled: skid.field !== null, ofFirstOut: false },
      memory,
    );
    const input = { word: wordOf(facts), readings, changeover: false, facts };
    return { state, memory: expected.memory, at, input, expected, from, reset: null };
  }
}
