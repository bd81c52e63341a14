/**
 * One processing interval: points and stretches of time are added in order, and every aggregate can be told of it at the end. Pure.
 *
 * A value stands until the next, `carriedForMs` at most (what does not change is kept once a minute); after that there is no data.
 */
import { utcMs } from '../../plant/clock.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { isGood } from '../../plant/quality.ts';
import type { TagValue } from '../../plant/sample.ts';
import type { AggregateConfiguration, AggregateFunction, MadeValue } from '../../plant/history-aggregate.ts';
import { badBits, badNoData, historianBits, uncertainDataSubNormal } from './functions.ts';

/** Where an interval begins and ends in the order in which it is asked for: `begin` is later than `end` where time runs backwards. */
export type Bounds = Readonly<{ begin: number; end: number }>;

type Worst = Readonly<{ quality: number; times: number }>;
type Extreme = { value: number; time: number; times: number };

/** What is known when an interval begins: what stood last, and the last Good value with whether anything worse came after it. */
export type Standing = Readonly<{ last: HistoryPoint | null; good: HistoryPoint | null; disturbed: boolean }>;

export class Interval {
  readonly bounds: Bounds;
  /** It ends before a whole interval is over: what was asked for ends there. */
  readonly #partial: boolean;
  readonly #isGood: (quality: number) => boolean;
  readonly #configuration: AggregateConfiguration;
  #atBegin: Standing | null = null;
  #first: HistoryPoint | null = null;
  #last: HistoryPoint | null = null;
  #firstGood: HistoryPoint | null = null;
  #lastGood: HistoryPoint | null = null;
  #goods = 0;
  #others = 0;
  /** Uncertain values that count as Good: what is made of them is Uncertain. */
  #uncertains = 0;
  #uncertainMs = 0;
  #numbers = 0;
  #mean = 0;
  #squares = 0;
  #least: Extreme | null = null;
  #most: Extreme | null = null;
  #goodMs = 0;
  #area = 0;
  #areaMs = 0;
  #zeroMs = 0;
  #worst: Worst | null = null;

  constructor(bounds: Bounds, partial: boolean, configuration: AggregateConfiguration) {
    this.bounds = bounds;
    this.#partial = partial;
    this.#configuration = configuration;
    this.#isGood = goodBy(configuration);
  }

  get #lengthMs(): number {
    return Math.abs(this.bounds.end - this.bounds.begin);
  }

  /** What stands at its beginning; what is said later does not count. */
  begins(standing: Standing): void {
    this.#atBegin ??= standing;
  }

  /** A raw value within the interval, in the order of time. */
  take(point: HistoryPoint): void {
    this.#first ??= point;
    this.#last = point;
    this.#worst = worseOf(this.#worst, { quality: point.quality >>> 0, times: 1 });
    if (!this.#isGood(point.quality)) {
      this.#others += 1;
      return;
    }
    if (!isGood(point.quality)) this.#uncertains += 1;
    this.#firstGood ??= point;
    this.#lastGood = point;
    this.#goods += 1;
    const value = numberOf(point.value);
    if (value === null) return;
    // Welford: no difference of large sums.
    this.#numbers += 1;
    const before = value - this.#mean;
    this.#mean += before / this.#numbers;
    this.#squares += before * (value - this.#mean);
    this.#least = extreme(this.#least, value, point.time, (one, other) => one < other);
    this.#most = extreme(this.#most, value, point.time, (one, other) => one > other);
  }

  /** A stretch of the interval in which one value stood. */
  stood({ value, quality }: HistoryPoint, ms: number): void {
    if (ms <= 0) return;
    if (!this.#isGood(quality)) return;
    this.#goodMs += ms;
    if (!isGood(quality)) this.#uncertainMs += ms;
    const number = numberOf(value);
    if (number === null) return;
    if (number === 0) this.#zeroMs += ms;
    this.#area += number * ms;
    this.#areaMs += ms;
  }

  /** The aggregate, at the beginning of the interval but where its own time is asked for. */
  tell(of: AggregateFunction): MadeValue {
    const { begin } = this.bounds;
    switch (of) {
      case 'Interpolative':
        return this.#interpolated();
      case 'Average':
        return this.#number(this.#numbers > 0 ? this.#mean : null, this.#byValues(), false);
      case 'TimeAverage':
      case 'TimeAverage2':
        return this.#number(this.#timeAverage(), this.#byTime(of === 'TimeAverage'));
      case 'Total':
      case 'Total2': {
        const mean = this.#timeAverage();
        const total = mean === null ? null : mean * (this.#lengthMs / 1_000);
        return this.#number(total, this.#byTime(of === 'Total'));
      }
      case 'Minimum':
      case 'MinimumActualTime':
        return this.#extreme(this.#least, of === 'MinimumActualTime');
      case 'Maximum':
      case 'MaximumActualTime':
        return this.#extreme(this.#most, of === 'MaximumActualTime');
      case 'Range': {
        const [least, most] = [this.#least, this.#most];
        return this.#number(least === null || most === null ? null : most.value - least.value, this.#ofSome());
      }
      case 'Count':
        return this.#made(begin, this.#goods, this.#byValues());
      case 'Start':
      case 'End':
        return this.#edge(of === 'Start' ? this.#first : this.#last);
      case 'Delta':
        return this.#delta();
      case 'StandardDeviationSample':
      case 'VarianceSample':
      case 'StandardDeviationPopulation':
      case 'VariancePopulation':
        return this.#spread(of.endsWith('Sample'), of.startsWith('Standard'));
      case 'DurationGood':
        return this.#made(begin, this.#goodMs, 0);
      case 'DurationBad':
        return this.#made(begin, this.#lengthMs - this.#goodMs, 0);
      case 'DurationInStateZero':
      case 'DurationInStateNonZero': {
        const ms = of === 'DurationInStateZero' ? this.#zeroMs : this.#areaMs - this.#zeroMs;
        return this.#number(this.#areaMs > 0 ? ms : null, this.#byTime(false));
      }
      case 'PercentGood':
        return this.#made(begin, (100 * this.#goodMs) / this.#lengthMs, 0);
      case 'PercentBad':
        return this.#made(begin, (100 * (this.#lengthMs - this.#goodMs)) / this.#lengthMs, 0);
      case 'WorstQuality':
        return this.#worstOf(this.#worst);
      case 'WorstQuality2': {
        const { last = null } = this.#atBegin ?? {};
        const isAmong = last === null || last === this.#last || last.time === begin;
        return this.#worstOf(isAmong ? this.#worst : worseOf({ quality: last.quality, times: 1 }, this.#worst));
      }
    }
  }

  /** Part 13, 5.4.3.4, stepped: the last Good value, Uncertain where something worse came after it. It is never partial. */
  #interpolated(): MadeValue {
    const { last = null, good = null, disturbed = false } = this.#atBegin ?? {};
    const { begin } = this.bounds;
    if (last?.time === begin && this.#isGood(last.quality)) {
      return { time: utcMs(begin), value: last.value, status: (last.quality | historianBits.raw) >>> 0 };
    }
    if (good === null) return this.#nothing();
    const status = (disturbed || !isGood(good.quality) ? uncertainDataSubNormal : 0) | historianBits.interpolated;
    return { time: utcMs(begin), value: good.value, status: status >>> 0 };
  }

  /** Of what stood, in steps. Part 13, 5.4.3.6 would slope TimeAverage; between points kept on a change a slope was never measured. */
  #timeAverage(): number | null {
    return this.#areaMs > 0 ? this.#area / this.#areaMs : null;
  }

  #number(value: number | null, severity: number, mayBePartial = true): MadeValue {
    if (value === null) return this.#nothing();
    const { begin } = this.bounds;
    // With so much of it Bad, there is no value (Part 4, 7.39.1: that of a Bad status is not to be used).
    if (severity === badBits) return { time: utcMs(begin), value: null, status: badBits };
    return this.#made(begin, value, severity, mayBePartial);
  }

  /** Raw where it stands at its own time and nothing was left out (Part 13, 5.4.3.10 to 5.4.3.13). */
  #extreme(found: Extreme | null, ownTime: boolean): MadeValue {
    if (found === null) return this.#nothing();
    const severity = this.#ofSome();
    const isRaw = severity === 0 && (ownTime || found.time === this.bounds.begin);
    const bits = (isRaw ? historianBits.raw : historianBits.calculated) | this.#partialBit();
    const many = found.times > 1 ? historianBits.multiValue : 0;
    const status = (severity | bits | many) >>> 0;
    return { time: utcMs(ownTime ? found.time : this.bounds.begin), value: found.value, status };
  }

  #edge(point: HistoryPoint | null): MadeValue {
    if (point === null) return this.#nothing();
    return {
      time: point.time,
      value: point.value,
      status: (point.quality | historianBits.raw | this.#partialBit()) >>> 0,
    };
  }

  /** Part 13, 5.4.3.27: latest less earliest, also where time runs backwards; Uncertain where something was passed over at either end. */
  #delta(): MadeValue {
    const [first, last] = [numberOf(this.#firstGood?.value ?? null), numberOf(this.#lastGood?.value ?? null)];
    if (first === null || last === null) return this.#nothing();
    const isWhole = this.#first === this.#firstGood && this.#last === this.#lastGood && this.#uncertains === 0;
    return this.#made(this.bounds.begin, last - first, isWhole ? 0 : uncertainDataSubNormal);
  }

  #spread(sample: boolean, root: boolean): MadeValue {
    if (this.#numbers === 0) return this.#nothing();
    const variance = sample
      ? this.#numbers > 1
        ? this.#squares / (this.#numbers - 1)
        : 0
      : this.#squares / this.#numbers;
    return this.#number(root ? Math.sqrt(Math.max(0, variance)) : Math.max(0, variance), this.#byValues());
  }

  #worstOf(found: Worst | null): MadeValue {
    if (found === null) return this.#nothing();
    const made = this.#made(this.bounds.begin, found.quality, 0);
    return found.times > 1 ? { ...made, status: (made.status | historianBits.multiValue) >>> 0 } : made;
  }

  /** Of what is made of values: how many of them are Good (`PercentValues`). */
  #byValues(): number {
    const all = this.#goods + this.#others;
    return all === 0 ? 0 : this.#severity(this.#goods / all, this.#uncertains > 0);
  }

  /** Of what is made of time: for how much of the interval it is Good (`PercentTime`); `strict` where nothing may be left out. */
  #byTime(strict: boolean): number {
    const share = this.#goodMs / this.#lengthMs;
    const uncertain = this.#uncertainMs > 0;
    if (strict) return share < 1 || uncertain ? uncertainDataSubNormal : 0;
    return this.#severity(share, uncertain);
  }

  /** Of what is chosen among Good values: whether others were left out. */
  #ofSome(): number {
    return this.#others > 0 || this.#uncertains > 0 ? uncertainDataSubNormal : 0;
  }

  /** Part 13, 5.4.3.2.1. */
  #severity(goodShare: number, uncertain: boolean): number {
    const { percentDataBad, percentDataGood } = this.#configuration;
    const severity =
      goodShare >= 1
        ? 0
        : 100 * (1 - goodShare) >= percentDataBad
          ? badBits
          : 100 * goodShare >= percentDataGood
            ? 0
            : uncertainDataSubNormal;
    return severity === 0 && uncertain ? uncertainDataSubNormal : severity;
  }

  #made(time: number, value: number, severity: number, mayBePartial = true): MadeValue {
    const partial = mayBePartial ? this.#partialBit() : 0;
    return { time: utcMs(time), value, status: (severity | historianBits.calculated | partial) >>> 0 };
  }

  #nothing(): MadeValue {
    return { time: utcMs(this.bounds.begin), value: null, status: badNoData };
  }

  #partialBit(): number {
    return this.#partial ? historianBits.partial : 0;
  }
}

/** Whether a status code counts as Good: severity 00, and Uncertain too where it is not treated as Bad. */
export const goodBy =
  ({ treatUncertainAsBad }: AggregateConfiguration) =>
  (quality: number): boolean => {
    const severity = quality >>> 30;
    return severity === 0 || (severity === 1 && !treatUncertainAsBad);
  };

const numberOf = (value: TagValue): number | null =>
  typeof value === 'number'
    ? Number.isFinite(value)
      ? value
      : null
    : typeof value === 'boolean'
      ? Number(value)
      : null;

function extreme(
  known: Extreme | null,
  value: number,
  time: number,
  beats: (one: number, other: number) => boolean,
): Extreme {
  if (known === null || beats(value, known.value)) return { value, time, times: 1 };
  return value === known.value ? { ...known, times: known.times + 1 } : known;
}

/** The first of the worst severity, and how many there are of that severity (Part 13, 5.4.3.35). */
function worseOf(first: Worst | null, second: Worst | null): Worst | null {
  if (first === null || second === null) return first ?? second;
  const by = (second.quality >>> 30) - (first.quality >>> 30);
  if (by > 0) return second;
  return by === 0 ? { ...first, times: first.times + second.times } : first;
}
