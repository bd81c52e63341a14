/**
 * The machine of one row, gone through breadth first from a row that is at rest: from every state that was met every input
 * (inputs.ts) for a scan, and what it was met with held until just short of each delay and until it is over. What comes is held against what the rules ask (expected.ts).
 * The first difference met is one of the shortest.
 */
import { demandRank, type Demand } from '../../../plant/safe-state.ts';
import type { PreparedRow, PreparedSkid } from '../prepare.ts';
import type { Reference } from '../reference.ts';
import { initialGuardState, type GuardState } from '../state.ts';
import { Drive, type Beside } from './drive.ts';
import { expectedOf, freshMemory, type Expected, type Memory } from './expected.ts';
import { factsOf, type Facts } from './facts.ts';
import type { Input, Inputs } from './inputs.ts';
import { doubts, isDoubt, lookupOf } from './world.ts';

export type Visit = Readonly<{
  state: GuardState;
  memory: Memory;
  at: number;
  input: Input;
  expected: Expected | null;
  from: Visit | null;
  /** Set where a reset was asked for at this scan. */
  reset: 'taken' | null;
}>;

export type Difference = Readonly<{ visit: Visit; expected: string; came: string; problem: string }>;
export type Walked = Readonly<{ states: number; steps: number; difference: Difference | null }>;

const scanMs = 100;
const justShort = 100;
/** At every so manieth state. */
const twinsEvery = 16;

export function walkRow(whole: PreparedSkid, row: PreparedRow, inputs: Inputs, bypassed: number | null): Walked {
  const walk = new Walk(whole, row, inputs, bypassed);
  return walk.run();
}

class Walk {
  readonly #drive: Drive;
  readonly #row: PreparedRow;
  readonly #inputs: readonly Input[];
  readonly #twins: readonly (readonly [Input, Input])[];
  readonly #bypassed: number | null;
  readonly #waits: readonly number[];
  readonly #facts = new Map<string, Facts>();
  #steps = 0;

  constructor(whole: PreparedSkid, row: PreparedRow, { all }: Inputs, bypassed: number | null) {
    this.#drive = new Drive(whole, row);
    this.#row = row;
    this.#inputs = all.filter((input) => twinOf(input, all, bypassed) === null);
    this.#twins = all.flatMap((input) => {
      const twin = twinOf(input, all, bypassed);
      return [...(twin === null ? [] : [[input, twin] as const]), ...otherDoubts(input)];
    });
    this.#bypassed = bypassed;
    const { trip, warn, reset } = row.definition;
    const delays = [...trip.flatMap((one) => [one.for, one.off]), ...(warn === null ? [] : [warn.for, warn.off])];
    const waits = [...delays.flatMap((delay) => [delay - justShort, delay]), reset.away];
    this.#waits = [...new Set(waits.filter((wait) => wait > scanMs))].sort((one, other) => one - other);
  }

  run(): Walked {
    const root = this.#atRest();
    if ('problem' in root) return { states: 0, steps: this.#steps, difference: root };
    const seen = new Set([this.#keyOf(root)]);
    const open: Visit[] = [root];
    for (let i = 0; i < open.length; i++) {
      const from = open[i];
      if (from === undefined) break;
      const next = [
        ...this.#inputs.map((input) => [input, scanMs] as const),
        ...this.#waits.map((wait) => [from.input, wait] as const),
      ];
      const twin = i % twinsEvery === 0 ? this.#asItsTwin(from) : null;
      if (twin !== null) return { states: seen.size, steps: this.#steps, difference: twin };
      for (const [input, wait] of next) {
        const visit = this.#visit(from, input, from.at + wait);
        const difference =
          differenceOf(visit) ?? (this.#keep(visit, open, seen) ? this.#afterReset(visit, open, seen) : null);
        if (difference !== null) return { states: seen.size, steps: this.#steps, difference };
      }
    }
    return { states: seen.size, steps: this.#steps, difference: null };
  }

  /** Whether it is a state that was not met before. */
  #keep(visit: Visit, open: Visit[], seen: Set<string>): boolean {
    const key = this.#keyOf(visit);
    if (seen.has(key)) return false;
    seen.add(key);
    open.push(visit);
    return true;
  }

  /** That the temperature matters to a doubt alone, and that every kind of doubt is like the others, is not taken for granted. */
  #asItsTwin(from: Visit): Difference | null {
    for (const [input, twin] of this.#twins) {
      const visit = this.#visit(from, input, from.at + scanMs);
      const difference = differenceOf(visit);
      if (difference !== null) return difference;
      const other = this.#visit(from, twin, from.at + scanMs);
      if (this.#keyOf(visit) === this.#keyOf(other)) continue;
      const problem =
        'Of two inputs that must be the same to the row, each leads elsewhere: hot and cold, or one doubt and another.';
      return { visit, expected: other.state.verdict.demand, came: visit.state.verdict.demand, problem };
    }
    return null;
  }

  /** From the start of the service to a row that is reset and asks for nothing. */
  #atRest(): Visit | Difference {
    const { skid } = this.#drive;
    const input =
      this.#inputs.find((one) => isHealthy(one.facts) && one.facts.temperature === 'cold') ??
      this.#inputs.find((one) => isHealthy(one.facts));
    const first = this.#inputs[0];
    const start = {
      memory: freshMemory(this.#row.definition),
      at: 0,
      expected: null,
      from: null,
      reset: null,
    } as const;
    const nothing: Visit = { ...start, state: initialGuardState(skid), input: input ?? (first as Input) };
    if (input === undefined) {
      const problem = 'No values of its tags leave the row at rest: it would always ask for something.';
      return { visit: nothing, expected: 'values at which nothing is asked', came: 'none were found', problem };
    }
    let visit: Visit = nothing;
    for (const at of [scanMs, 61_000]) visit = { ...this.#visit(visit, input, at), memory: start.memory };
    const beside = this.#beside(visit);
    const { state, refusedBy } = this.#drive.reset(visit.state, input.readings, beside);
    const let_go = this.#drive.step(state, input.readings, { ...beside, at: visit.at + scanMs, leaving: true });
    if (refusedBy.length > 0 || let_go.verdict.demand !== (input.changeover ? 'B' : 'none')) {
      const problem = 'With everything healthy for a minute the row cannot be reset.';
      return {
        visit,
        expected: 'a reset is taken',
        came: refusedBy.join(' ') || `it demands ${let_go.verdict.demand}`,
        problem,
      };
    }
    return { ...visit, state: let_go, at: visit.at + scanMs, from: null, reset: null };
  }

  #beside({ at, input }: Pick<Visit, 'at' | 'input'>): Beside {
    return { at, changeover: input.changeover, bypassed: this.#bypassed };
  }

  #visit(from: Visit, input: Input, at: number): Visit {
    this.#steps++;
    const facts = this.#factsOf(input, from.state.rows[0]?.reference);
    const state = this.#drive.step(from.state, input.readings, this.#beside({ at, input }));
    const expected = expectedOf(
      {
        definition: this.#row.definition,
        facts,
        now: at,
        bypassed: this.#bypassed,
        controlled: this.#drive.skid.field !== null,
        ofFirstOut: this.#row.ofFirstOut,
      },
      from.memory,
    );
    return { state, memory: expected.memory, at, input, expected, from, reset: null };
  }

  #factsOf(input: Input, reference: Reference | undefined): Facts {
    if (reference === undefined || this.#row.definition.reference === null) return input.facts;
    const key = `${input.word} from ${reference.value ?? ''} ${reference.following}`;
    const known = this.#facts.get(key);
    if (known !== undefined) return known;
    const lookup = lookupOf(this.#drive.skid.tags, input.readings);
    const facts = factsOf(this.#drive.skid, this.#row, { lookup, changeover: input.changeover, reference, rates: [] });
    this.#facts.set(key, facts);
    return facts;
  }

  /** Asks for a reset where one would mean something; one that is taken leads on to another state. */
  #afterReset(visit: Visit, open: Visit[], seen: Set<string>): Difference | null {
    const { expected, state, input, at } = visit;
    if (expected === null || state.latches.length === 0) return null;
    const { refusedBy, state: releasing } = this.#drive.reset(state, input.readings, this.#beside(visit));
    if (expected.refuses !== null && refusedBy.length === 0) {
      const problem = `A reset is taken though ${expected.refuses}.`;
      return { visit, expected: `a reset is refused: ${expected.refuses}`, came: 'it is taken', problem };
    }
    if (expected.mayReset && refusedBy.length > 0) {
      const problem = 'A reset is refused though the cause has been away long enough, so that the row is never left.';
      return { visit, expected: 'a reset is taken', came: refusedBy.join(' '), problem };
    }
    if (refusedBy.length > 0) return null;
    const beside = this.#beside(visit);
    const held = this.#drive.step(releasing, input.readings, { ...beside, at: at + scanMs });
    if (this.#drive.skid.field !== null && demandRank(held.verdict.demand) < demandRank(state.verdict.demand)) {
      const problem = 'The demand falls before the field was let go.';
      return { visit, expected: state.verdict.demand, came: held.verdict.demand, problem };
    }
    const letGo = this.#drive.step(releasing, input.readings, { ...beside, at: at + scanMs, leaving: true });
    if (letGo.latches.length > 0) {
      const problem = 'A reset was taken and the field let go, and the row still holds its demand.';
      return { visit, expected: 'nothing is held', came: letGo.verdict.demand, problem };
    }
    const memory = { ...visit.memory, held: 'none' as const, heldMeasures: [] };
    this.#keep({ ...visit, state: letGo, at: at + scanMs, memory, from: visit, reset: 'taken' }, open, seen);
    return null;
  }

  /** States that differ only in how long something has stood are one, between the times at which it comes to matter. */
  #keyOf({ state, memory, at }: Visit): string {
    const row = state.rows[0];
    if (row === undefined) return '';
    const away = this.#row.definition.reset.away;
    const { trip, warn } = this.#row.definition;
    const marks = [...trip, ...(warn === null ? [] : [warn])].map((one) => [one.for, one.off]);
    const age = (since: number | null, i: number): number =>
      since === null ? -1 : stageOf(at - since, marks[i] ?? []);
    const gone = (since: number | null): number => (since === null ? -1 : at - since >= away ? 2 : 1);
    const delays = [...row.delays, ...(warn === null ? [] : [row.warnDelay])].map((delay, i) =>
      delay === null ? '-' : `${age(delay.since, i)},${age(delay.seen, i)},${delay.acts}`,
    );
    const latches = state.latches.map(
      ({ source, demand, measures, awaySince, cleared }) =>
        `${source}${demand}${measures.join('+')}${gone(awaySince)}${cleared}`,
    );
    return [
      row.armed,
      row.reference.value,
      row.reference.following,
      delays.join(';'),
      row.lost,
      row.blind,
      row.demand,
      row.tripping,
      gone(row.awaySince),
      latches.join(';'),
      state.losses.length,
      state.warnings.length,
      state.changeover,
      memory.since.map(age).join(),
      age(memory.warnSince, trip.length),
      memory.held,
      memory.heldMeasures.join(),
      gone(memory.awaySince),
    ].join('|');
  }
}

/** Past how many of the delays, and of the moments just short of them, it is. */
function stageOf(age: number, marks: readonly number[]): number {
  let stage = 0;
  for (const mark of marks) if (mark > 0) stage += age >= mark ? 2 : age >= mark - justShort ? 1 : 0;
  return stage;
}

/** The same with every doubt of another kind. */
const otherDoubts = (input: Input): readonly (readonly [Input, Input])[] =>
  doubts.flatMap((doubt) => {
    const readings = new Map([...input.readings].map(([tag, said]) => [tag, isDoubt(said) ? doubt : said]));
    const same = [...input.readings].every(([tag, said]) => readings.get(tag) === said);
    return same ? [] : [[{ ...input, readings }, input] as const];
  });

/** The same input on a cold skid, where the temperature cannot matter: something is left to go by whatever is bypassed. */
function twinOf({ word, facts, changeover }: Input, all: readonly Input[], bypassed: number | null): Input | null {
  if (facts.temperature === 'cold' || facts.reference.value !== null) return null;
  const blind = facts.trips.some(
    ({ arming, says }) =>
      arming !== 'out of mode' &&
      says.every((said, i) => i === bypassed || (arming === 'armed' ? said === null : facts.able[i] !== true)),
  );
  if (blind) return null;
  const cold = word.replace(' hot', ' cold');
  return all.find((one) => one.word === cold && one.changeover === changeover) ?? null;
}

export const isHealthy = ({ able, trips, warn }: Facts): boolean =>
  able.every(Boolean) &&
  [...trips, ...(warn === null ? [] : [warn])].every(({ says }) => says.every((one) => one !== true));

/** What the row does less than the rules ask. */
export function differenceOf(visit: Visit): Difference | null {
  const { expected, state } = visit;
  if (expected === null) return null;
  const { verdict } = state;
  if (demandRank(verdict.demand) < demandRank(expected.demand)) {
    return {
      visit,
      expected: `${demandText(expected.demand)}, for ${expected.because}`,
      came: demandText(verdict.demand),
      problem: `The row asks for ${verdict.demand} where ${expected.demand} is due: ${expected.because}.`,
    };
  }
  const missing = expected.measures.find((measure) => !(verdict.measures ?? []).includes(measure));
  if (missing !== undefined) {
    const problem = `The measure "${missing}" is due and is not taken.`;
    return { visit, expected: missing, came: verdict.measures?.join(', ') ?? 'no measure', problem };
  }
  const tripped = state.rows[0]?.tripped === true;
  if (expected.warns && !tripped && (verdict.warnings ?? []).length === 0) {
    return { visit, expected: 'a warning', came: 'none', problem: 'The warning is due and does not come.' };
  }
  return null;
}

export const demandText = (demand: Demand): string => (demand === 'none' ? 'nothing' : demand);
