/**
 * Fields worth looking at for a row: values at the ends of ranges, at the numbers that stand in its conditions and a little to
 * both sides of them, beside one another by such a number, and in doubt.
 */
import type { Evaluated } from '../../../plant/expression.ts';
import { bad, good } from '../../../plant/quality.ts';
import type { FieldReading, PointFacts, PointName } from './field-points.ts';
import type { Seeded } from './seeded.ts';

/** A little beside, as a share of the range: far below what any instrument resolves. */
const little = 1e-5;
const inDoubt: Evaluated = { value: null, quality: bad };
const inDoubtWithValue = (value: Evaluated['value']): Evaluated => ({ value, quality: bad });

export class FieldCorners {
  readonly #points: readonly (readonly [PointName, PointFacts, readonly (number | boolean)[]])[];
  readonly #numbers: readonly number[];
  readonly #random: Seeded;

  constructor(points: ReadonlyMap<PointName, PointFacts>, numbers: readonly number[], random: Seeded) {
    this.#points = [...points].map(([name, facts]) => [name, facts, cornersOf(facts, numbers)]);
    this.#numbers = numbers;
    this.#random = random;
  }

  /** @param doubt the share of fields in which a point may be in doubt */
  next(doubt: number): FieldReading {
    const field = new Map<PointName, Evaluated>();
    for (const [name, facts, corners] of this.#points) field.set(name, this.#value(facts, corners, field));
    if (this.#random.chance(doubt)) {
      for (const [name] of this.#points) {
        if (!this.#random.chance(0.35)) continue;
        field.set(name, this.#random.chance(0.5) ? inDoubt : inDoubtWithValue(field.get(name)?.value ?? null));
      }
    }
    return field;
  }

  /** The field a moment later: one or two points of it have moved. */
  moved(from: FieldReading): FieldReading {
    const field = new Map(from);
    const count = this.#random.chance(0.7) ? 1 : 2;
    for (let i = 0; i < count; i++) {
      const chosen = this.#random.pick(this.#points);
      if (chosen === undefined) continue;
      const [name, facts, corners] = chosen;
      const before = from.get(name);
      const near = typeof before?.value === 'number' && this.#random.chance(0.5);
      field.set(name, near ? this.#beside(before.value, facts) : this.#value(facts, corners, field));
    }
    return field;
  }

  /** The field with one point, or all of one unit together, at an end of its range. */
  atEnds(of: FieldReading): FieldReading {
    const field = new Map(of);
    const chosen = this.#random.pick(this.#points);
    if (chosen === undefined) return field;
    const together = this.#random.chance(0.5);
    const high = this.#random.chance(0.5);
    for (const [name, facts] of this.#points) {
      const alike = facts.unit === chosen[1].unit && facts.kind === chosen[1].kind;
      if (name !== chosen[0] && !(together && alike)) continue;
      const value = facts.kind === 'boolean' ? high : high ? facts.range.high : facts.range.low;
      field.set(name, { value, quality: good });
    }
    return field;
  }

  #value(facts: PointFacts, corners: readonly (number | boolean)[], field: FieldReading): Evaluated {
    if (facts.kind === 'number' && facts.states === null) {
      const which = this.#random.next();
      if (which < 0.2) {
        const { low, high } = facts.range;
        return { value: low + (high - low) * this.#random.next(), quality: good };
      }
      if (which < 0.45) {
        const other = this.#random.pick([...field.values()].filter(({ value }) => typeof value === 'number'));
        if (other !== undefined) return this.#beside(Number(other.value), facts);
      }
    }
    return { value: this.#random.pick(corners) ?? 0, quality: good };
  }

  #beside(value: number, { range }: PointFacts): Evaluated {
    const number = this.#random.chance(0.3) ? 0 : (this.#random.pick(this.#numbers) ?? 0);
    const sign = this.#random.chance(0.5) ? 1 : -1;
    const step = (range.high - range.low) * little * (this.#random.pick([-1, 0, 1]) ?? 0);
    return { value: Math.min(range.high, Math.max(range.low, value + sign * number + step)), quality: good };
  }
}

function cornersOf({ kind, range, states }: PointFacts, numbers: readonly number[]): readonly (number | boolean)[] {
  if (kind === 'boolean') return [false, true];
  if (states !== null) return states;
  const { low, high } = range;
  const step = (high - low) * little;
  const quarters = [0.25, 0.5, 0.75].map((share) => low + (high - low) * share);
  const near = numbers.flatMap((number) => [number - step, number, number + step]);
  return [low, high, ...quarters, ...near.filter((value) => value >= low && value <= high)];
}

/** Between two fields: the numbers in between, all else as in `to`. */
export function between(from: FieldReading, to: FieldReading, share: number): FieldReading {
  const field = new Map<PointName, Evaluated>();
  for (const [name, there] of to) {
    const here = from.get(name);
    const both = typeof there.value === 'number' && typeof here?.value === 'number';
    const value = both ? here.value + (there.value - here.value) * share : there.value;
    field.set(name, { value, quality: there.quality });
  }
  return field;
}
