/**
 * Whether what history answers for a tag is what was measured: every point of it within the sealed time has the value and quality that were
 * in force, and every change that history's rule keeps is there. Pure. Times are milliseconds UTC.
 *
 * History files a sample under its source time, or under the time of the scan where that source time has a point already; so a point may
 * stand at either, and both are looked at.
 */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { HistoryPoint } from '../../../plant/ports/history.ts';
import { isGood, type Quality } from '../../../plant/quality.ts';
import type { TagValue } from '../../../plant/sample.ts';
import type { SealedChange, Stretch } from './stretches.ts';

/**
 * How history thins a tag: a changing number at most once in `everyMs`, and only where it has left the `deadband` around what was kept last;
 * where `atOnce`, or `everyMs` is 0, every change.
 */
export type Keeping = Readonly<{ everyMs: number; atOnce: boolean; longestSilenceMs: number; deadband: number }>;

/** A time in which history gave points up, and says so. */
export type HistoryGap = Readonly<{ from: UtcMs; to: UtcMs }>;

export type Disagreement = Readonly<{
  time: UtcMs;
  measured: Readonly<{ value: TagValue; quality: Quality }>;
  /** Null where history has no point that says so. */
  historian: Readonly<{ value: TagValue; quality: Quality }> | null;
}>;

export type Comparison = Readonly<{
  /** Points of history that are as sealed. */
  compared: number;
  /** Sealed changes that history had to keep, and has. */
  kept: number;
  /** Changes that are not in history, in a gap that history has on record, or measured in the last moments before a kill. */
  excused: number;
  /** Points at the very end of a stretch, of a scan that may not have been sealed any more. */
  unproven: number;
  first: Disagreement | null;
}>;

/** The wall clock and the one by which history counts may part by so much. */
const clockSlackMs = 50;
/** A value that stands for so long was seen by a scan. */
const surelyScannedMs = 2_000;
/** What history has in memory only when it is killed. */
const lostByKillMs = 2_000;

/** @param points of history, ascending, from the oldest source time that a change of the stretches has to the end of the last */
export function compareTag(
  stretches: readonly Stretch[],
  points: readonly HistoryPoint[],
  keeping: Keeping,
  gaps: readonly HistoryGap[],
): Comparison {
  const byTime = new Map(points.map((point) => [point.time as number, point]));
  // What was measured of a sample that is analysed for long stands before the scan that saw it, maybe before the stretch.
  const isKept = (change: SealedChange): boolean =>
    [change.source, change.seen].some((time) => {
      const point = byTime.get(time);
      return point !== undefined && same(point, change);
    });
  const found = stretches.map((stretch) => {
    const own = points.filter(({ time }) => time >= stretch.from && time <= stretch.to);
    return compareStretch(stretch, own, { keeping, gaps, isKept });
  });
  const sum = (of: 'compared' | 'kept' | 'excused' | 'unproven'): number =>
    found.reduce((all, one) => all + one[of], 0);
  const disagreements = found.flatMap(({ first }) => (first === null ? [] : [first]));
  return {
    compared: sum('compared'),
    kept: sum('kept'),
    excused: sum('excused'),
    unproven: sum('unproven'),
    first: disagreements.reduce<Disagreement | null>(earlier, null),
  };
}

const earlier = (one: Disagreement | null, other: Disagreement): Disagreement =>
  one === null || other.time < one.time ? other : one;

/** A point of history, and the change that was in force at its time; what the point itself says is compared before. */
type Placed = Readonly<{ time: UtcMs; index: number }>;

type Rules = Readonly<{ keeping: Keeping; gaps: readonly HistoryGap[]; isKept: (change: SealedChange) => boolean }>;

function compareStretch(
  stretch: Stretch,
  points: readonly HistoryPoint[],
  { keeping, gaps, isKept }: Rules,
): Comparison {
  const course = new Course(stretch.changes);
  const placed: Placed[] = [];
  let [first, compared, unproven, kept, excused] = [null as Disagreement | null, 0, 0, 0, 0];
  for (const point of points) {
    const { time } = point;
    const index = course.matching(point);
    placed.push({ time, index: index ?? course.indexAt(time) });
    if (index !== null) compared += 1;
    else if (time > stretch.to - course.lagMs) unproven += 1;
    else first = earlier(first, { time, measured: course.at(time), historian: point });
  }
  const isExcused = (time: number): boolean =>
    gaps.some(({ from, to }) => from <= time && time <= to) || (stretch.killed && time > stretch.to - lostByKillMs);
  const needed = (change: SealedChange, at: number, isThere: boolean): boolean => {
    const holds = isThere || isKept(change);
    if (holds) kept += 1;
    else if (isExcused(at)) excused += 1;
    else first = earlier(first, { time: utcMs(at), measured: change, historian: null });
    return holds;
  };
  eachChange(stretch, placed, keeping, needed);
  for (const at of silences(stretch, placed, keeping)) needed(course.at(at), at, false);
  return { compared, kept, excused, unproven, first };
}

/** @returns whether it is there. */
type Needed = (change: SealedChange, at: number, isThere: boolean) => boolean;

/** What history had to keep: each change of quality, each change of a tag whose every change matters, and of numbers what outlasts the rule. */
function eachChange(
  { from, to, changes }: Omit<Stretch, 'killed'>,
  placed: readonly Placed[],
  keeping: Keeping,
  needed: Needed,
): void {
  const everyChange = keeping.atOnce || keeping.everyMs === 0;
  const times = new Map(placed.map(({ time, index }) => [time as number, index]));
  for (const [index, change] of changes.entries()) {
    const before = changes[index - 1];
    if (before === undefined || (!everyChange && before.quality === change.quality)) continue;
    const isThere = [change.source, change.seen].some((time) => {
      const at = times.get(time);
      const held = at === undefined ? undefined : changes[at];
      return held !== undefined && same(held, change);
    });
    needed(change, change.seen, isThere);
  }
  if (!everyChange) changesOfNumber({ from, to, changes }, placed, keeping, needed);
}

/**
 * After a point the rule lets a changed number wait for `everyMs`, and for longer where a change of quality came before its turn. What was
 * seen by a scan after that is in history, or a point is missing.
 */
function changesOfNumber(
  { from, to, changes }: Omit<Stretch, 'killed'>,
  placed: readonly Placed[],
  { everyMs, deadband }: Keeping,
  needed: Needed,
): void {
  // What was kept before the stretch is not known: neither when, nor whether out of its turn.
  let due = from + everyMs;
  for (const [order, { time, index }] of placed.entries()) {
    const point = changes[index];
    if (point === undefined) continue;
    const before = changes[placed[order - 1]?.index ?? -1];
    // It was kept after its value had come and before the next one did.
    const keptBy = Math.max(time, changes[index + 1]?.seen ?? to);
    const inTurn = before !== undefined && before.quality === point.quality && !same(before, point);
    due = (inTurn ? keptBy : Math.max(due, keptBy)) + everyMs + clockSlackMs;
    const next = placed[order + 1];
    const last = next === undefined ? changes.length - 1 : next.index;
    for (let at = index + 1; at <= last; at += 1) {
      const change = changes[at];
      if (change === undefined || same(change, point) || isWithin(change, point, deadband)) continue;
      const asked = Math.max(due, change.seen);
      const isThere = at === next?.index && isKeptInTime(next.time, change, due);
      const over = Math.min(changes[at + 1]?.seen ?? to, at === next?.index ? Infinity : (next?.time ?? to));
      const wasAsked = change.seen >= due || over - asked > surelyScannedMs;
      if (!wasAsked && !isThere) continue;
      if (!needed(change, asked, isThere)) break;
    }
  }
}

/** A change that came when the rule waited for it has its own time; one that had to wait was kept by one of the next scans. */
const isKeptInTime = (time: number, { source, seen }: SealedChange, due: number): boolean =>
  time === source || time === seen || (seen < due && time - due <= surelyScannedMs);

/** Anything is kept once in so long, whether it changes or not: times at which nothing was. */
function silences({ from, to }: Stretch, placed: readonly Placed[], { longestSilenceMs }: Keeping): readonly number[] {
  const most = longestSilenceMs + surelyScannedMs;
  const times: readonly number[] = [from, ...placed.map(({ time }) => time), to];
  return times.flatMap((time, index) => {
    const next = times[index + 1];
    return next !== undefined && next - time > most ? [time + longestSilenceMs] : [];
  });
}

/** The value in force, by the time of the source and by that of the scan. */
class Course {
  readonly #changes: readonly SealedChange[];
  readonly #bySource: readonly number[];
  /** How much later than its source time a Good value was seen, at most. */
  readonly lagMs: number;

  constructor(changes: readonly SealedChange[]) {
    this.#changes = changes;
    const order = changes.map((_, index) => index);
    this.#bySource = order.sort((one, other) => this.#source(one) - this.#source(other) || one - other);
    const lags = changes.filter(
      ({ quality, source }, index) => index > 0 && isGood(quality) && source > (changes[index - 1]?.source ?? source),
    );
    this.lagMs = lags.reduce((most, { seen, source }) => Math.max(most, seen - source), 0);
  }

  /** Of the change in force, by the source where one has just that time, else by the scan. */
  indexAt(time: number): number {
    const bySource = this.#bySource[this.#firstAfter(time) - 1];
    if (bySource !== undefined && this.#source(bySource) === time) return bySource;
    return Math.max(0, this.#lastSeen(time));
  }

  at(time: number): SealedChange {
    const change = this.#changes[this.indexAt(time)];
    if (change === undefined) throw new RangeError('a stretch has a change');
    return change;
  }

  /** The change that a point stands for, or null where none in force then has its value and quality. */
  matching(point: HistoryPoint): number | null {
    for (const index of this.#inForce(point.time)) {
      const change = this.#changes[index];
      if (change !== undefined && same(change, point)) return index;
    }
    return null;
  }

  *#inForce(time: number): Generator<number> {
    const [low, high] = [this.#firstAfter(time - 1), this.#firstAfter(time)];
    for (let at = high - 1; at >= low; at -= 1) yield this.#bySource[at] ?? -1;
    const seen = this.#lastSeen(time);
    if (this.#changes[seen]?.seen === time) yield seen;
    const last = this.#bySource[low - 1];
    if (last !== undefined) yield last;
    yield seen;
  }

  #source(index: number): number {
    return this.#changes[index]?.source ?? 0;
  }

  /** In the order of sources, the first that is later. */
  #firstAfter(time: number): number {
    return lowest(this.#bySource.length, (at) => this.#source(this.#bySource[at] ?? 0) > time);
  }

  #lastSeen(time: number): number {
    return lowest(this.#changes.length, (at) => (this.#changes[at]?.seen ?? 0) > time) - 1;
  }
}

/** The lowest number below `end` from which on `holds`; `end` where none. */
function lowest(end: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

type Held = Readonly<{ value: TagValue; quality: Quality }>;

/** History keeps no number that is none (NaN, infinite): its quality speaks alone. */
const kept = (value: TagValue): TagValue => (typeof value === 'number' && !Number.isFinite(value) ? null : value);

/** A number that history takes for unchanged. */
const isWithin = (one: Held, other: Held, deadband: number): boolean =>
  one.quality >>> 0 === other.quality >>> 0 &&
  typeof one.value === 'number' &&
  typeof other.value === 'number' &&
  Math.abs(one.value - other.value) <= deadband;

const same = (one: Held, other: Held): boolean =>
  one.quality >>> 0 === other.quality >>> 0 && kept(one.value) === kept(other.value);
