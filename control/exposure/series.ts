/**
 * What one instrument of a zone has read for the last 36 h, in cells of 10 s. A cell knows the mean of its Good readings and
 * what share of it had any; the rest of it is a gap, bounded and never left out.
 */
import type { Breath } from './dose.ts';

export const cellMs = 10_000;
export const keptMs = 36 * 3_600_000;
const cells = keptMs / cellMs;
/** A Good reading speaks for the time up to the next one, at most this. */
const speaksForMs = 1000;

/** What was found of a cell; `low` and `high` differ where only its extremes are known. `top` is the highest reading in it. */
export type Cell = Readonly<{ low: number; high: number; top: number; share: number }>;

export class Series {
  readonly #numbers = new Float64Array(cells).fill(-1);
  readonly #low = new Float64Array(cells);
  readonly #high = new Float64Array(cells);
  readonly #top = new Float64Array(cells);
  readonly #share = new Float64Array(cells);
  readonly #alarmHighHigh: number;
  #lastAt: number | null = null;
  #lastGood: number | null = null;
  #lastGoodAt: number | null = null;

  /** @param alarmHighHigh the value at which the instrument's highest alarm comes: a gap is taken for no less than that */
  constructor(alarmHighHigh: number) {
    this.#alarmHighHigh = alarmHighHigh;
  }

  /** @param value null where it is not Good. A clock that was set back adds nothing until it has caught up. */
  add(at: number, value: number | null): void {
    const before = this.#lastAt;
    if (before !== null && at <= before) return;
    this.#lastAt = at;
    if (value === null) return;
    const from = Math.max(before ?? at, at - speaksForMs);
    for (let begin = from; begin < at;) {
      const end = Math.min(at, (Math.floor(begin / cellMs) + 1) * cellMs);
      this.#grow(begin, end - begin, value);
      begin = end;
    }
    this.#lastGood = value;
    this.#lastGoodAt = at;
  }

  /** Puts in what history has of a cell that was not watched; what was watched stays. */
  fill(from: number, cell: Cell): void {
    const slot = this.#slot(from);
    const number = Math.floor(from / cellMs);
    if (this.#numbers[slot] === number || (this.#numbers[slot] ?? -1) > number) return;
    this.#set(slot, number, cell);
  }

  /** The last Good reading and when it was. */
  last(): Readonly<{ value: number; at: number }> | null {
    return this.#lastGood === null || this.#lastGoodAt === null
      ? null
      : { value: this.#lastGood, at: this.#lastGoodAt };
  }

  /** What was there to be breathed from `from` to `to`, without a hole: where nothing is known, from 0 to the upper bound. */
  breaths(from: number, to: number): Breath[] {
    const found: Breath[] = [];
    let bound = this.#boundBefore(from);
    for (let number = Math.floor(from / cellMs); number * cellMs < to; number++) {
      const begin = Math.max(from, number * cellMs);
      const end = Math.min(to, (number + 1) * cellMs);
      const cell = this.#cell(number);
      const whole = Math.min((number + 1) * cellMs, Math.max(to, this.#lastAt ?? 0)) - number * cellMs;
      const share = cell === null ? 0 : wholeShare((cell.share * cellMs) / whole);
      const lower = cell === null ? 0 : cell.low * share;
      if (cell !== null && cell.share > 0) bound = Math.max(this.#alarmHighHigh, cell.high);
      const upper = (cell === null ? 0 : cell.high * share) + (1 - share) * bound;
      push(
        found,
        {
          from: begin,
          to: end,
          lower,
          upper: share === 1 && cell !== null ? cell.high : upper,
          top: cell?.top ?? 0,
        },
        to,
      );
    }
    return found;
  }

  /** For how much of `from` to `to` there was a Good reading, in ms. */
  measuredMs(from: number, to: number): number {
    let sum = 0;
    for (let number = Math.floor(from / cellMs); number * cellMs < to; number++) {
      const cell = this.#cell(number);
      const inside = Math.min(to, (number + 1) * cellMs) - Math.max(from, number * cellMs);
      if (cell !== null) sum += Math.min(inside, cell.share * cellMs);
    }
    return sum;
  }

  #boundBefore(from: number): number {
    const first = Math.floor(from / cellMs) - 1;
    for (let number = first; number > first - cells; number--) {
      const cell = this.#cell(number);
      if (cell !== null && cell.share > 0) return Math.max(this.#alarmHighHigh, cell.high);
    }
    return this.#alarmHighHigh;
  }

  #grow(at: number, ms: number, value: number): void {
    const slot = this.#slot(at);
    const number = Math.floor(at / cellMs);
    const old = this.#cell(number) ?? { low: 0, high: 0, top: 0, share: 0 };
    const share = old.share + ms / cellMs;
    const mean = (was: number): number => (was * old.share + (value * ms) / cellMs) / share;
    this.#set(slot, number, {
      low: mean(old.low),
      high: mean(old.high),
      top: Math.max(old.top, value),
      share: Math.min(1, share),
    });
  }

  #set(slot: number, number: number, cell: Cell): void {
    this.#numbers[slot] = number;
    this.#low[slot] = cell.low;
    this.#high[slot] = cell.high;
    this.#top[slot] = cell.top;
    this.#share[slot] = cell.share;
  }

  #slot(at: number): number {
    return Math.floor(at / cellMs) % cells;
  }

  #cell(number: number): Cell | null {
    const slot = number % cells;
    if (this.#numbers[slot] !== number) return null;
    return {
      low: this.#low[slot] ?? 0,
      high: this.#high[slot] ?? 0,
      top: this.#top[slot] ?? 0,
      share: this.#share[slot] ?? 0,
    };
  }
}

/** What is older than this is told by the minute: the dose is the same, and a day is a sixth as many stretches. */
const fineMs = 3_600_000;
const minuteMs = 60_000;

/** Stretches of one concentration are one: an empty hour is one gap, not 360. */
function push(found: Breath[], breath: Breath, to: number): void {
  const last = found.at(-1);
  const same = last?.lower === breath.lower && last.upper === breath.upper && last.top === breath.top;
  if (last?.to === breath.from && same) found[found.length - 1] = { ...last, to: breath.to };
  else if (last?.to === breath.from && breath.to < to - fineMs && inOneMinute(last, breath))
    found[found.length - 1] = together(last, breath);
  else found.push(breath);
}

const inOneMinute = (a: Breath, b: Breath): boolean =>
  Math.floor(a.from / minuteMs) === Math.floor((b.to - 1) / minuteMs);

function together(a: Breath, b: Breath): Breath {
  const share = (a.to - a.from) / (b.to - a.from);
  const mean = (of: 'lower' | 'upper'): number => a[of] * share + b[of] * (1 - share);
  return { from: a.from, to: b.to, lower: mean('lower'), upper: mean('upper'), top: Math.max(a.top ?? 0, b.top ?? 0) };
}

/** A hundred scans of a tenth of a second are ten seconds, whatever their sum is as binary fractions. */
const wholeShare = (share: number): number => (share > 0.9999 ? 1 : share);
