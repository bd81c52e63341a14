/**
 * Doses, as 29 CFR 1910.1000(d) computes them, of concentrations that are known between two bounds.
 *
 * Pure. A breath is a stretch of time at a concentration; outside of all stretches nothing is breathed. Concentrations are
 * in the limit's unit, doses in unit·h, times in UTC milliseconds, so that a day of 23 or 25 hours has its own length.
 */
import type { Interval } from '../../plant/exposure.ts';
import { whole, type Steps } from './steps.ts';

/** From `from` up to, not including, `to`. */
export type Breath = Readonly<{
  from: number;
  to: number;
  lower: number;
  upper: number;
  /** The highest that was read within it, where that is known apart from its mean: what a ceiling is held against. */
  top?: number;
  /** The highest that it may have been, where part of it was not read. */
  mostTop?: number;
  /** Share of it for which there was a value; all of it where left out. */
  measured?: number;
  /** Of a filter that says enough for the fraction asked. */
  sampled?: boolean;
  /** In a zone that has no instrument of the agent: nobody waits for one to come back. */
  unfitted?: boolean;
}>;

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
/** The denominator of a time-weighted average, also for shifts that are shorter or longer (1910.1000(d)(1)(i)). */
export const twaHours = 8;

export const nothing: Interval = { lower: 0, upper: 0 };

/** ΣC·T in unit·h over `from` to `to`. */
export function dose(breaths: readonly Breath[], from = -Infinity, to = Infinity): Interval {
  let lower = 0;
  let upper = 0;
  for (const breath of breaths) {
    const hours = (Math.min(breath.to, to) - Math.max(breath.from, from)) / hourMs;
    if (hours <= 0) continue;
    lower += breath.lower * hours;
    upper += breath.upper * hours;
  }
  return { lower, upper };
}

/** ΣC·T/8 over `from` to `to`. */
export const timeWeightedAverage = (breaths: readonly Breath[], from?: number, to?: number): Interval =>
  over(dose(breaths, from, to), twaHours);

export const over = ({ lower, upper }: Interval, by: number): Interval => ({ lower: lower / by, upper: upper / by });

/**
 * The highest mean over any `windowMs` that ends within `from` to `to`; each bound by itself. A window reaches back before
 * `from`: what was breathed then counts.
 * @param breaths in order of time and apart
 */
export const worstMean = (breaths: readonly Breath[], windowMs: number, from: number, to: number): Interval =>
  whole(worstMeanSteps(breaths, windowMs, from, to));

export function* worstMeanSteps(
  breaths: readonly Breath[],
  windowMs: number,
  from: number,
  to: number,
): Steps<Interval> {
  const worst = { lower: 0, upper: 0 };
  yield* rollingMeans(breaths, windowMs, from, to, (_, lower, upper) => {
    worst.lower = Math.max(worst.lower, lower);
    worst.upper = Math.max(worst.upper, upper);
  });
  return worst;
}

/** The highest concentration within `from` to `to`. */
export function peak(breaths: readonly Breath[], from: number, to: number): Interval {
  let lower = 0;
  let upper = 0;
  for (const breath of breaths) {
    if (breath.to <= from || breath.from >= to) continue;
    lower = Math.max(lower, breath.top ?? breath.lower);
    upper = Math.max(upper, breath.mostTop ?? Math.max(breath.upper, breath.top ?? 0));
  }
  return { lower, upper };
}

/** Spells in which the rolling mean over `windowMs` was above `above`, by the bound asked; each as the time it was. */
export const excursions = (breaths: readonly Breath[], asked: ExcursionsAsked): readonly Excursion[] =>
  whole(excursionsSteps(breaths, asked));

export type Excursion = Readonly<{ from: number; to: number }>;
export type ExcursionsAsked = Readonly<{
  windowMs: number;
  above: number;
  bound: keyof Interval;
  from: number;
  to: number;
}>;

export function* excursionsSteps(breaths: readonly Breath[], asked: ExcursionsAsked): Steps<readonly Excursion[]> {
  const { windowMs, above, bound, from, to } = asked;
  const spells: { from: number; to: number }[] = [];
  let before: Readonly<{ at: number; mean: number }> | null = null;
  yield* rollingMeans(breaths, windowMs, from, to, (at, lower, upper) => {
    const mean = bound === 'lower' ? lower : upper;
    if (before !== null && before.at < at) addSpell(spells, before, { at, mean }, above);
    before = { at, mean };
  });
  return spells;
}

type Mark = Readonly<{ at: number; mean: number }>;

/** Between two marks the mean goes straight: what of it lies above is one stretch. */
function addSpell(spells: { from: number; to: number }[], a: Mark, b: Mark, above: number): void {
  if (a.mean <= above && b.mean <= above) return;
  const crossing = a.at + ((above - a.mean) / (b.mean - a.mean)) * (b.at - a.at);
  const from = a.mean > above ? a.at : crossing;
  const to = b.mean > above ? b.at : crossing;
  const last = spells.at(-1);
  if (last !== undefined && last.to >= from) last.to = Math.max(last.to, to);
  else spells.push({ from, to });
}

/**
 * Minutes until the 8-h limit at `concentration`: 60·(8L − ΣCT)/C, ΣCT in unit·h. 0 where it is reached; null where nothing is
 * breathed, so that it never is.
 */
export function minutesLeft(limit: number, unitHours: number, concentration: number): number | null {
  const left = twaHours * limit - unitHours;
  if (left <= 0) return 0;
  return concentration <= 0 ? null : (60 * left) / concentration;
}

/** The average at the end of a shift in which `concentration` is breathed for the `leftMs` that remain. */
export const forecast = (soFarUnitHours: Interval, concentration: Interval, leftMs: number): Interval => {
  const hours = Math.max(0, leftMs) / hourMs;
  return {
    lower: (soFarUnitHours.lower + concentration.lower * hours) / twaHours,
    upper: (soFarUnitHours.upper + concentration.upper * hours) / twaHours,
  };
};

/** Where the slope of a rolling mean changes, within `from` to `to` and in order. */
function windowEnds(breaths: readonly Breath[], windowMs: number, from: number, to: number): Float64Array {
  const edges: number[] = [];
  for (const breath of breaths) {
    if (breath.to + windowMs <= from || breath.from >= to) continue;
    if (edges.at(-1) !== breath.from) edges.push(breath.from);
    edges.push(breath.to);
  }
  // Edges are in order, and so are those of the window's other end: two lists become one.
  const ends = new Float64Array(2 * edges.length + 2);
  let length = 0;
  ends[length++] = from;
  for (let [late, early] = [0, 0]; early < edges.length;) {
    const [one, other] = [edges[late] ?? Infinity, (edges[early] ?? 0) + windowMs];
    const end = Math.min(one, other);
    if (one <= other) late++;
    else early++;
    if (end > from && end < to) ends[length++] = end;
  }
  ends[length++] = to;
  return ends.subarray(0, length);
}

/** Tells `each` the mean of the window at every end where its slope changes: no maximum lies elsewhere. */
function* rollingMeans(
  breaths: readonly Breath[],
  windowMs: number,
  from: number,
  to: number,
  each: (at: number, lower: number, upper: number) => void,
): Steps<void> {
  const hours = windowMs / hourMs;
  const first = Math.max(
    0,
    breaths.findIndex((breath) => breath.to + windowMs > from),
  );
  const [late, early] = [new Running(breaths, first), new Running(breaths, first)];
  yield breaths.length;
  let looked = 0;
  for (const end of windowEnds(breaths, windowMs, from, to)) {
    if (++looked % endsAtOnce === 0) yield endsAtOnce;
    late.goTo(end);
    early.goTo(end - windowMs);
    each(end, (late.lower - early.lower) / hours, (late.upper - early.upper) / hours);
  }
  yield looked % endsAtOnce;
}

/** Ends of windows that are looked at in one step. */
const endsAtOnce = 500;

/** The dose up to a time, from a breath on, asked in rising order. */
class Running {
  readonly #breaths: readonly Breath[];
  #next: number;
  #pastLower = 0;
  #pastUpper = 0;
  lower = 0;
  upper = 0;

  constructor(breaths: readonly Breath[], first: number) {
    this.#breaths = breaths;
    this.#next = first;
  }

  goTo(at: number): void {
    let now = this.#breaths[this.#next];
    while (now !== undefined && now.to <= at) {
      const hours = (now.to - now.from) / hourMs;
      this.#pastLower += now.lower * hours;
      this.#pastUpper += now.upper * hours;
      now = this.#breaths[++this.#next];
    }
    const hours = now === undefined || now.from >= at ? 0 : (at - now.from) / hourMs;
    this.lower = this.#pastLower + (now?.lower ?? 0) * hours;
    this.upper = this.#pastUpper + (now?.upper ?? 0) * hours;
  }
}
