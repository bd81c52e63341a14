/**
 * What one instrument of a zone has read for the last 60 h, in cells of 10 s. A cell knows the mean of its Good readings and
 * what share of it had any; the rest of it is a gap, bounded and never left out.
 */
import type { Breath } from './dose.ts';
import { whole, type Steps } from './steps.ts';

export const cellMs = 10_000;
/** A report of a shift that ended 28 h ago looks 32 h further back: a rolling 8 h of its last 24 h. */
export const keptMs = 60 * 3_600_000;
const cells = keptMs / cellMs;
const fineMs = 3_600_000;
const minuteMs = 60_000;
/** A Good reading speaks for the time up to the next one, at most this. */
const speaksForMs = 1000;

/** Cells that are looked at in one step. */
const cellsAtOnce = 360;

/** What was found of a cell; `low` and `high` differ where only its extremes are known. `top` is the highest reading in it. */
export type Cell = Readonly<{ low: number; high: number; top: number; share: number }>;

/** A stretch, and what a gap after it is bounded by. */
type Told = Readonly<{ breath: Breath; bound: number }>;

export class Series {
  readonly #numbers = new Float64Array(cells).fill(-1);
  readonly #low = new Float64Array(cells);
  readonly #high = new Float64Array(cells);
  readonly #top = new Float64Array(cells);
  readonly #share = new Float64Array(cells);
  readonly alarmHighHigh: number;
  readonly #minutes: ((Told & Readonly<{ minute: number; from: number }>) | null)[] = Array.from(
    { length: keptMs / minuteMs },
    () => null,
  );
  #lastAt: number | null = null;
  /** The end of the last cell that history has filled: it knows all of its cells. */
  #filledTo = 0;
  /** Cells outside of these were never set. */
  #oldest = Infinity;
  #newest = -Infinity;
  #lastGood: number | null = null;
  #lastGoodAt: number | null = null;

  /** @param alarmHighHigh the value at which the instrument's highest alarm comes: a gap is taken for no less than that */
  constructor(alarmHighHigh: number) {
    this.alarmHighHigh = alarmHighHigh;
  }

  /**
   * Where the clock was set back the same time is lived twice, and what was read then is added to what was read before: the dose
   * is that of both, and no reading is passed over.
   * @param value null where it is not Good
   */
  add(at: number, value: number | null): void {
    const before = this.#lastAt;
    if (at === before) return;
    const isBack = before !== null && at < before;
    if (isBack && this.#lastGoodAt !== null) this.#lastGoodAt = Math.min(this.#lastGoodAt, at);
    this.#lastAt = at;
    if (value === null) return;
    const from = before === null || isBack ? at : Math.max(before, at - speaksForMs);
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
    this.#filledTo = Math.max(this.#filledTo, (number + 1) * cellMs);
  }

  /** The last Good reading and when it was. */
  last(): Readonly<{ value: number; at: number }> | null {
    return this.#lastGood === null || this.#lastGoodAt === null
      ? null
      : { value: this.#lastGood, at: this.#lastGoodAt };
  }

  /** @see told, all at once */
  breaths(from: number, to: number, now: number = this.#lastAt ?? to): Breath[] {
    return whole(this.told(from, to, now));
  }

  /**
   * What was there to be breathed from `from` to `to`, without a hole: where nothing is known, from 0 to the upper bound.
   * Whole minutes of more than an hour before `now` are one stretch each: the dose is the same, and a day a sixth as many stretches.
   */
  *told(from: number, to: number, now: number): Steps<Breath[]> {
    const found: Breath[] = [];
    let bound = yield* this.#boundBefore(from);
    const fineFrom = now - fineMs;
    let looked = 0;
    for (let begin = from; begin < to;) {
      if (looked >= cellsAtOnce) {
        yield looked;
        looked = 0;
      }
      const minute = Math.floor(begin / minuteMs);
      const minuteEnd = (minute + 1) * minuteMs;
      if (begin === minute * minuteMs && minuteEnd <= to && minuteEnd < fineFrom) {
        const told = this.#minute(minute, bound);
        push(found, told.breath);
        bound = told.bound;
        begin = minuteEnd;
        looked += minuteMs / cellMs;
        continue;
      }
      const number = Math.floor(begin / cellMs);
      const end = Math.min(to, (number + 1) * cellMs);
      const told = this.#told(number, begin, end, bound, to);
      push(found, told.breath);
      bound = told.bound;
      begin = end;
      looked++;
    }
    yield looked;
    return found;
  }

  /** A whole minute that has passed as one stretch; kept, since everyone who was there asks for it. */
  #minute(minute: number, bound: number): Told {
    const slot = minute % this.#minutes.length;
    const kept = this.#minutes[slot];
    if (kept?.minute === minute && kept.from === bound) return kept;
    const first = (minute * minuteMs) / cellMs;
    let whole: Told | null = null;
    for (let number = first; number < first + minuteMs / cellMs; number++) {
      const begin = number * cellMs;
      const told: Told = this.#told(number, begin, begin + cellMs, whole?.bound ?? bound, begin + cellMs);
      whole = whole === null ? told : { breath: together(whole.breath, told.breath), bound: told.bound };
    }
    const told = whole ?? this.#told(first, minute * minuteMs, (minute + 1) * minuteMs, bound, 0);
    this.#minutes[slot] = { ...told, minute, from: bound };
    return told;
  }

  /** Of one cell what lies in `from` to `to`, and what a gap after it is bounded by. */
  #told(number: number, from: number, to: number, bound: number, upTo: number): Told {
    const cell = this.#cell(number);
    if (cell === null || cell.share === 0)
      return { breath: { from, to, lower: 0, upper: bound, top: 0, mostTop: bound, measured: 0 }, bound };
    // Of a cell that is still being read, what has passed of it counts as all of it.
    const passed = Math.max(upTo, this.#lastAt ?? 0, this.#filledTo);
    const length = Math.min((number + 1) * cellMs, passed) - number * cellMs;
    const share = wholeShare((cell.share * cellMs) / Math.max(1, length));
    const next = Math.max(this.alarmHighHigh, cell.high);
    const isWhole = share >= 1;
    const upper = isWhole ? cell.high * share : cell.high * share + (1 - share) * next;
    const mostTop = isWhole ? cell.top : Math.max(cell.top, next);
    const breath = { from, to, lower: cell.low * share, upper, top: cell.top, mostTop, measured: Math.min(1, share) };
    return { breath, bound: next };
  }

  *#boundBefore(from: number): Steps<number> {
    const first = Math.min(Math.floor(from / cellMs) - 1, this.#newest);
    const last = Math.max(this.#oldest, first - cells + 1);
    for (let number = first, looked = 1; number >= last; number--, looked++) {
      const cell = this.#cell(number);
      if (cell !== null && cell.share > 0) return Math.max(this.alarmHighHigh, cell.high);
      if (looked % cellsAtOnce === 0) yield cellsAtOnce;
    }
    return this.alarmHighHigh;
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
      // More than all of it: a time that was lived twice.
      share,
    });
  }

  #set(slot: number, number: number, cell: Cell): void {
    this.#minutes[Math.floor((number * cellMs) / minuteMs) % this.#minutes.length] = null;
    this.#numbers[slot] = number;
    this.#oldest = Math.min(this.#oldest, number);
    this.#newest = Math.max(this.#newest, number);
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

/** Stretches of one concentration are one: an empty hour is one gap, not 360. */
function push(found: Breath[], breath: Breath): void {
  const last = found.at(-1);
  const same =
    last?.to === breath.from &&
    last.lower === breath.lower &&
    last.upper === breath.upper &&
    last.top === breath.top &&
    last.mostTop === breath.mostTop &&
    last.measured === breath.measured;
  if (same) found[found.length - 1] = { ...last, to: breath.to };
  else found.push(breath);
}

function together(a: Breath, b: Breath): Breath {
  const share = (a.to - a.from) / (b.to - a.from);
  const mean = (of: 'lower' | 'upper' | 'measured'): number => (a[of] ?? 1) * share + (b[of] ?? 1) * (1 - share);
  const highest = (of: 'top' | 'mostTop'): number => Math.max(a[of] ?? 0, b[of] ?? 0);
  return {
    from: a.from,
    to: b.to,
    lower: mean('lower'),
    upper: mean('upper'),
    top: highest('top'),
    mostTop: highest('mostTop'),
    measured: mean('measured'),
  };
}

/** A hundred scans of a tenth of a second are ten seconds, whatever their sum is as binary fractions. */
const wholeShare = (share: number): number => (Math.abs(share - 1) < 0.0001 ? 1 : share);
