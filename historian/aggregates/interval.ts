/**
 * One processing interval: points and stretches of time are added in order, and every aggregate can be told of it at the end. Pure.
 *
 * A value stands until the next, `carriedForMs` at most (what does not change is kept once a minute); after that there is no data.
 */
import { utcMs } from '../../plant/clock.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import type { TagValue } from '../../plant/sample.ts';
import type { AggregateConfiguration, AggregateFunction, MadeValue } from '../../plant/history-aggregate.ts';
import { badBits, badNoData, historianBits, uncertainDataSubNormal } from './functions.ts';

/** Where an interval begins and ends in the order in which it is asked for: `begin` is later than `end` where time runs backwards. */
export type Bounds = Readonly<{ begin: number; end: number }>;

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
  #mean = 0;
  #squares = 0;
  #least: Extreme | null = null;
  #most: Extreme | null = null;
  #goodMs = 0;
  #area = 0;
  #areaMs = 0;
  #worst = 0;

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
    if (point.quality >>> 0 > this.#worst) this.#worst = point.quality >>> 0;
    if (!this.#isGood(point.quality)) {
      this.#others += 1;
      return;
    }
    this.#firstGood ??= point;
    this.#lastGood = point;
    this.#goods += 1;
    const value = numberOf(point.value);
    if (value === null) return;
    // Welford: no difference of large sums.
    const before = value - this.#mean;
    this.#mean += before / this.#goods;
    this.#squares += before * (value - this.#mean);
    this.#least = extreme(this.#least, value, point.time, (one, other) => one < other);
    this.#most = extreme(this.#most, value, point.time, (one, other) => one > other);
  }

  /** A stretch of the interval in which one value stood. */
  stood({ value, quality }: HistoryPoint, ms: number): void {
    if (ms <= 0) return;
    if (quality >>> 0 > this.#worst) this.#worst = quality >>> 0;
    if (!this.#isGood(quality)) return;
    this.#goodMs += ms;
    const number = numberOf(value);
    if (number === null) return;
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
        return this.#number(this.#goods > 0 && this.#least !== null ? this.#mean : null);
      case 'TimeAverage':
        return this.#number(this.#areaMs > 0 ? this.#area / this.#areaMs : null);
      case 'Total':
        // Part 13, 5.4.3.8: the time average by the seconds of the interval.
        return this.#number(this.#areaMs > 0 ? (this.#area / this.#areaMs) * (this.#lengthMs / 1_000) : null);
      case 'Minimum':
      case 'MinimumActualTime':
        return this.#extreme(this.#least, of === 'MinimumActualTime');
      case 'Maximum':
      case 'MaximumActualTime':
        return this.#extreme(this.#most, of === 'MaximumActualTime');
      case 'Range':
        return this.#number(this.#least === null || this.#most === null ? null : this.#most.value - this.#least.value);
      case 'Count':
        return this.#made(begin, this.#goods, this.#others > 0 ? uncertainDataSubNormal : 0);
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
      case 'PercentGood':
        return this.#made(begin, (100 * this.#goodMs) / this.#lengthMs, 0);
      case 'PercentBad':
        return this.#made(begin, (100 * (this.#lengthMs - this.#goodMs)) / this.#lengthMs, 0);
      case 'WorstQuality':
        return this.#first === null && this.#goodMs === 0 && this.#worst === 0
          ? this.#nothing()
          : this.#made(begin, this.#worst, 0);
    }
  }

  /** Part 13, 5.4.3.4, stepped: the last Good value, Uncertain where something worse came after it. */
  #interpolated(): MadeValue {
    const { last = null, good = null, disturbed = false } = this.#atBegin ?? {};
    const { begin } = this.bounds;
    if (last?.time === begin && this.#isGood(last.quality)) {
      return { time: utcMs(begin), value: last.value, status: historianBits.raw | this.#partialBit() };
    }
    if (good === null) return this.#nothing();
    const status = (disturbed ? uncertainDataSubNormal : 0) | historianBits.interpolated | this.#partialBit();
    return { time: utcMs(begin), value: good.value, status: status >>> 0 };
  }

  #number(value: number | null): MadeValue {
    return value === null ? this.#nothing() : this.#made(this.bounds.begin, value, this.#severity());
  }

  #extreme(found: Extreme | null, ownTime: boolean): MadeValue {
    if (found === null) return this.#nothing();
    const isRaw = ownTime || found.time === this.bounds.begin;
    const bits = (isRaw ? historianBits.raw : historianBits.calculated) | this.#partialBit();
    const many = found.times > 1 ? historianBits.multiValue : 0;
    const status = (this.#severity() | bits | many) >>> 0;
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

  #delta(): MadeValue {
    const [first, last] = [numberOf(this.#firstGood?.value ?? null), numberOf(this.#lastGood?.value ?? null)];
    if (first === null || last === null) return this.#nothing();
    const isWhole = this.#others === 0;
    const delta = this.bounds.end < this.bounds.begin ? first - last : last - first;
    return this.#made(this.bounds.begin, delta, isWhole ? 0 : uncertainDataSubNormal);
  }

  #spread(sample: boolean, root: boolean): MadeValue {
    if (this.#least === null) return this.#nothing();
    const variance = sample ? (this.#goods > 1 ? this.#squares / (this.#goods - 1) : 0) : this.#squares / this.#goods;
    return this.#number(root ? Math.sqrt(Math.max(0, variance)) : Math.max(0, variance));
  }

  /** Part 13, 5.4.3.2: by how much of the interval is Good. */
  #severity(): number {
    const { percentDataBad, percentDataGood } = this.#configuration;
    const goodPercent = (100 * this.#goodMs) / this.#lengthMs;
    if (goodPercent >= percentDataGood) return 0;
    return 100 - goodPercent >= percentDataBad ? badBits : uncertainDataSubNormal;
  }

  #made(time: number, value: number, severity: number): MadeValue {
    return { time: utcMs(time), value, status: (severity | historianBits.calculated | this.#partialBit()) >>> 0 };
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
