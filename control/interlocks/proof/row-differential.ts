/**
 * A row beside its envelope: both see the same field, scan after scan, through their own tags, and wherever the envelope's row
 * does something the actual one must do as much, at the same scan at the latest.
 *
 * Where both mean the same, with tags written out to their points, nothing needs to be tried. Where they do not, fields are tried:
 * corners of both rows' conditions, doubt, and the places where the envelope's row begins to act, found by halving the way from a
 * field in which it does not. A row with a memory (a rate, a reference) is brought to many states first.
 */
import { isGood } from '../../../plant/quality.ts';
import { hotAboveC } from '../step.ts';
import { factsOf, type FieldReading, type PointFacts, type PointName } from './field-points.ts';
import { between, FieldCorners } from './field-corners.ts';
import { doingKey, doingOf, doingText, lackOf, stricter, type Finding, type Lack } from './looser.ts';
import { meaningOf, namesIn, numbersOf, tagsOf } from './row-reads.ts';
import { shortest } from './shortest.ts';
import { advance, momentsOf, startOf, type ProofScan, type SeenRow } from './row-run.ts';
import type { RowState } from '../step-row.ts';
import { seeded, type Seeded } from './seeded.ts';
import { traceOf } from './trace.ts';

export type Effort = Readonly<{
  /** How many fields are tried of a row without a memory. */
  fields: number;
  /** Into how many states a row with a memory is brought, and how many fields are tried in each. */
  states: number;
  fieldsEach: number;
}>;

export const usualEffort: Effort = { fields: 1500, states: 120, fieldsEach: 40 };

/** Halvings of the way between two fields: as fine as the numbers themselves. */
const halvings = 44;
const healthyKept = 40;
const healthyTries = 200;

type Pair = Readonly<{ asked: SeenRow; actual: SeenRow }>;
type Both = Readonly<{ asked: RowState; actual: RowState }>;
type Modes = Pick<ProofScan, 'hot' | 'changeover'>;
/** A state that both were brought to. */
type Setting = Readonly<{ scans: readonly ProofScan[]; states: Both; now: number; last: FieldReading | null }>;

/** @returns null where the actual row does all that the envelope's does, as far as it was tried */
export function looserRow(asked: SeenRow, actual: SeenRow, effort: Effort = usualEffort): Finding | null {
  if (meaningOf(asked.row.definition, asked.sight) === meaningOf(actual.row.definition, actual.sight)) return null;
  return new RowDifferential({ asked, actual }, effort).find();
}

class RowDifferential {
  readonly #pair: Pair;
  readonly #effort: Effort;
  readonly #points: ReadonlyMap<PointName, PointFacts>;
  readonly #temperatures: readonly PointName[];
  readonly #random: Seeded;
  readonly #corners: FieldCorners;
  readonly #remembers: boolean;
  readonly #knowsChangeover: boolean;
  readonly #moments: readonly number[];
  readonly #off: number;

  constructor(pair: Pair, effort: Effort) {
    this.#pair = pair;
    this.#effort = effort;
    const { asked, actual } = pair;
    const [askedRow, actualRow] = [asked.row.definition, actual.row.definition];
    const behind = [
      ...actual.sight.pointsBehind(tagsOf(actualRow)),
      // The envelope's own say what a point is, where both read it.
      ...asked.sight.pointsBehind(tagsOf(askedRow)),
    ].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    this.#points = new Map(behind.map(([name, tag]) => [name, factsOf(tag)]));
    const temperatures = asked.sight.pointsBehind(asked.temperatures);
    this.#temperatures = [...temperatures.keys()];
    this.#random = seeded(askedRow.row);
    const numbers = [...new Set([...numbersOf(askedRow), ...numbersOf(actualRow)])];
    this.#corners = new FieldCorners(this.#points, numbers, this.#random);
    this.#remembers = askedRow.reference !== null || namesIn(askedRow, 'rate');
    this.#knowsChangeover = namesIn(askedRow, 'changeover') || namesIn(actualRow, 'changeover');
    this.#moments = momentsOf(askedRow);
    this.#off = Math.max(0, ...askedRow.trip.map(({ off }) => off), askedRow.warn?.off ?? 0);
  }

  find(): Finding | null {
    const start: Setting = { scans: [], states: this.#start(), now: 0, last: null };
    if (!this.#remembers) return this.#tryFields(start, this.#effort.fields);
    for (let i = 0; i < this.#effort.states; i++) {
      const found = this.#tryFields(this.#brought(start, 1 + (i % 4)), this.#effort.fieldsEach);
      if (found !== null) return found;
    }
    return null;
  }

  #start(): Both {
    return { asked: startOf(this.#pair.asked), actual: startOf(this.#pair.actual) };
  }

  /** Goes on for some scans; what is found wanting on the way is found by the fields tried there. */
  #brought(from: Setting, count: number): Setting {
    const scans: ProofScan[] = [];
    let [{ states, now }, last] = [from, from.last];
    for (let i = 0; i < count; i++) {
      const field = last === null ? this.#corners.next(0) : this.#corners.moved(last);
      const scan = this.#scan(now, field, { hot: true, changeover: false });
      states = this.#advance(states, scan);
      scans.push(scan);
      last = field;
      now += 1000;
    }
    return { scans, states, now, last };
  }

  #tryFields(setting: Setting, count: number): Finding | null {
    const healthy = this.#healthyOnes(setting);
    for (let i = 0; i < count; i++) {
      const fresh = setting.last === null || this.#random.chance(0.2);
      const field = fresh ? this.#corners.next(0.4) : this.#corners.moved(setting.last);
      const modes: Modes = {
        hot: this.#random.chance(0.5),
        changeover: this.#knowsChangeover && this.#random.chance(0.5),
      };
      const tail = this.#tail(setting, field, modes);
      const less = this.#gravest(setting.states, tail);
      if (less !== null) return this.#finding(setting, tail.slice(0, less.at + 1), less.lack, healthy);
      const key = this.#asked(setting, field, modes);
      if (key === nothing && healthy.length < healthyKept) healthy.push(field);
      const from = this.#random.chance(0.4) ? this.#random.pick(healthy) : this.#corners.atEnds(field);
      const edge = key === nothing || from === undefined ? null : this.#edge(setting, from, field, modes);
      if (edge === null) continue;
      const atEdge = this.#tail(setting, edge, modes);
      const short = this.#gravest(setting.states, atEdge);
      if (short !== null) return this.#finding(setting, atEdge.slice(0, short.at + 1), short.lack, healthy);
    }
    return null;
  }

  /** Some in which the envelope's row does nothing, where there are such. */
  #healthyOnes(setting: Setting): FieldReading[] {
    for (let i = 0; i < healthyTries; i++) {
      const field = this.#corners.next(0);
      if (this.#asked(setting, field, { hot: false, changeover: false }) === nothing) return [field];
    }
    return [];
  }

  /** The field held for as long as anything of the envelope's row waits; then, where something goes on, gone for a moment. */
  #tail({ now, last }: Setting, field: FieldReading, modes: Modes): readonly ProofScan[] {
    const held = this.#moments.map((moment) => this.#scan(now + moment, field, modes));
    const gone = last ?? this.#calm;
    if (this.#off <= 1 || gone === null) return held;
    return [...held, this.#scan((held.at(-1)?.at ?? now) + this.#off - 1, gone, modes)];
  }

  #calm: FieldReading | null = null;

  /** What the envelope's row comes to do at last, in words that compare. */
  #asked(setting: Setting, field: FieldReading, modes: Modes): string {
    let state = setting.states.asked;
    for (const moment of this.#moments) {
      state = advance(this.#pair.asked, state, this.#scan(setting.now + moment, field, modes));
    }
    const key = doingKey(doingOf(state));
    if (key === nothing) this.#calm ??= field;
    return key;
  }

  /** The field nearest to `from` on the way to `to` in which the envelope's row does what it does at `to`. */
  #edge(s: Setting, from: FieldReading, to: FieldReading, modes: Modes): FieldReading | null {
    const there = this.#asked(s, to, modes);
    if (there === nothing || this.#asked(s, between(from, to, 0), modes) === there) return null;
    let [low, high] = [0, 1];
    for (let i = 0; i < halvings; i++) {
      const middle = (low + high) / 2;
      if (this.#asked(s, between(from, to, middle), modes) === there) high = middle;
      else low = middle;
    }
    return between(from, to, high);
  }

  #advance({ asked, actual }: Both, scan: ProofScan): Both {
    return { asked: advance(this.#pair.asked, asked, scan), actual: advance(this.#pair.actual, actual, scan) };
  }

  /** Whether the skid is hot is what these points make of it; where they do not say it all, it may be otherwise. */
  #scan(at: number, field: FieldReading, { hot, changeover }: Modes): ProofScan {
    const known = this.#temperatures.flatMap((point) => field.get(point) ?? []);
    const isHot = known.some(({ value, quality }) => !isGood(quality) || Number(value) >= hotAboveC);
    return { at, field, hot: isHot || (known.length < this.#temperatures.length && hot), changeover };
  }

  #after(scans: readonly ProofScan[]): Both {
    return scans.reduce(
      (both, { at, field, ...modes }) => this.#advance(both, this.#scan(at, field, modes)),
      this.#start(),
    );
  }

  #isInRange(field: FieldReading): boolean {
    return [...field].every(([point, { value }]) => {
      const { low, high } = this.#points.get(point)?.range ?? { low: -Infinity, high: Infinity };
      return typeof value !== 'number' || (value >= low && value <= high);
    });
  }

  /** The first scan at which less is done than asked; one at which only the cause is not seen, where there is no graver one. */
  #gravest(from: Both, scans: readonly ProofScan[]): Readonly<{ at: number; lack: Lack }> | null {
    let states = from;
    let unseen: Readonly<{ at: number; lack: Lack }> | null = null;
    for (const [at, scan] of scans.entries()) {
      states = this.#advance(states, scan);
      const lack = lackOf(doingOf(states.actual), doingOf(states.asked));
      if (lack === 'presence') unseen ??= { at, lack };
      else if (lack !== null) return { at, lack };
    }
    return unseen;
  }

  #finding(setting: Setting, tail: readonly ProofScan[], lack: Lack, healthy: readonly FieldReading[]): Finding {
    const lacks = (scans: readonly ProofScan[]): boolean => {
      if (!scans.every(({ field }) => this.#isInRange(field))) return false;
      const states = this.#after(scans);
      return lackOf(doingOf(states.actual), doingOf(states.asked)) === lack;
    };
    const calm = healthy.find((field) => [...field.values()].every(({ quality }) => isGood(quality))) ?? new Map();
    const scans = shortest([...setting.scans, ...tail], calm, lacks).map(({ at, field, ...modes }) =>
      this.#scan(at, field, modes),
    );
    const states = this.#after(scans);
    const [asked, actual] = [doingText(doingOf(states.asked)), doingText(doingOf(states.actual))];
    const { row, title } = this.#pair.asked.row.definition;
    return {
      path: ['interlocks', String(row)],
      problem: `Row ${row}, ${title}, is looser than its envelope: where that ${asked}, it ${actual}.`,
      remedy: stricter,
      trace: [
        ...traceOf(
          scans,
          this.#points,
          (point) => this.#pair.actual.sight.tagAt(point) ?? this.#pair.asked.sight.tagAt(point),
        ),
        `Expected, by the envelope: the row ${asked}.`,
        `What came: the row ${actual}.`,
      ],
    };
  }
}

const nothing = doingKey({ demand: 'none', measures: [], warned: false, impaired: false, present: false });
