/**
 * Points of one series into rows of the finest tier, in the order in which they come; and rows of one tier into those of the next. Pure.
 *
 * A value stands until the next point of its series, but no longer than `carriedForMs`: what does not change is kept once a minute, so a
 * longer silence is a gap. The mean is weighted by the time for which each value stood.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { good, type Quality } from '../../plant/quality.ts';
import type { Series } from '../point.ts';
import { carriedForMs } from '../trend.ts';
import type { CoarseRow } from './coarse-row.ts';

export const floorTo = (time: number, widthMs: number): UtcMs => utcMs(Math.floor(time / widthMs) * widthMs);
export const ceilTo = (time: number, widthMs: number): UtcMs => utcMs(Math.ceil(time / widthMs) * widthMs);

const worseOf = (one: Quality, other: Quality): Quality => (other >>> 0 > one >>> 0 ? other : one);

export class SeriesFold {
  readonly #series: Series;
  readonly #widthMs: number;
  readonly #emit: (row: CoarseRow) => void;
  /** The bucket that is open; null before the first point. */
  #begin: number | null = null;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;
  #weighedMs = 0;
  #worst: Quality = good;
  #value: number | null = null;
  #quality: Quality = good;
  /** From when on the value counts in this bucket, and when its point was. */
  #since = 0;
  #at = -Infinity;

  constructor(series: Series, widthMs: number, emit: (row: CoarseRow) => void) {
    this.#series = series;
    this.#widthMs = widthMs;
    this.#emit = emit;
  }

  /** The beginning of the open bucket, null before the first point. */
  get begin(): number | null {
    return this.#begin;
  }

  /** @returns false where the point comes too late: its bucket is to be made again of what the store has. */
  take(time: number, value: number | null, quality: Quality): boolean {
    this.#begin ??= floorTo(time, this.#widthMs);
    if (time < this.#begin || time <= this.#at) return false;
    this.closeTo(time);
    this.#weigh(Math.min(time, this.#standsUntil()));
    this.#value = value;
    this.#quality = quality;
    this.#since = time;
    this.#at = time;
    this.#count += 1;
    this.#worst = worseOf(this.#worst, quality);
    this.#include(value);
    return true;
  }

  /** Closes every bucket that ends at `time` or before. */
  closeTo(time: number): void {
    while (this.#begin !== null && this.#begin + this.#widthMs <= time) {
      const end = this.#begin + this.#widthMs;
      this.#close(end);
      this.#begin = end;
      // Nothing stands any more: the rest of the silence has no rows.
      if (this.#standsUntil() <= end) this.#begin = Math.max(end, floorTo(time, this.#widthMs));
      this.#open();
    }
  }

  #standsUntil(): number {
    return this.#at + carriedForMs;
  }

  #close(end: number): void {
    const begin = this.#begin ?? end;
    this.#weigh(Math.min(end, this.#standsUntil()));
    if (this.#count === 0 && this.#standsUntil() <= begin) return;
    const none = this.#min === Infinity;
    this.#emit({
      series: this.#series,
      time: utcMs(begin),
      count: this.#count,
      min: none ? null : this.#min,
      max: none ? null : this.#max,
      mean: this.#weighedMs > 0 ? clamped(this.#sum / this.#weighedMs, this.#min, this.#max) : this.#value,
      last: this.#value,
      worst: this.#worst,
    });
  }

  #open(): void {
    const stands = this.#begin !== null && this.#begin < this.#standsUntil();
    [this.#count, this.#sum, this.#weighedMs, this.#min, this.#max] = [0, 0, 0, Infinity, -Infinity];
    this.#worst = good;
    this.#since = this.#begin ?? 0;
    if (!stands) this.#value = null;
  }

  /** What stood up to now counts; a value that a point replaces at the very beginning of a bucket has not stood in it. */
  #weigh(until: number): void {
    if (until <= this.#since || this.#at === -Infinity) return;
    this.#worst = worseOf(this.#worst, this.#quality);
    this.#include(this.#value);
    if (this.#value === null) return;
    this.#sum += this.#value * (until - this.#since);
    this.#weighedMs += until - this.#since;
    this.#since = until;
  }

  #include(value: number | null): void {
    if (value === null) return;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }
}

/** A mean that rounding has carried past what it is a mean of. */
const clamped = (mean: number, min: number, max: number): number => Math.min(Math.max(mean, min), max);

export class RowFold {
  readonly #widthMs: number;
  readonly #emit: (row: CoarseRow, whole: boolean) => void;
  #open: CoarseRow | null = null;
  #means = 0;
  #meanSum = 0;
  /** False for the bucket in which the first row was seen: rows before it may be missing. */
  #whole: boolean;

  /** @param whole the first row that comes is the first of its bucket */
  constructor(widthMs: number, emit: (row: CoarseRow, whole: boolean) => void, whole = false) {
    this.#widthMs = widthMs;
    this.#emit = emit;
    this.#whole = whole;
  }

  take(row: CoarseRow): void {
    this.closeTo(row.time);
    const open = this.#open;
    if (row.mean !== null) {
      this.#means += 1;
      this.#meanSum += row.mean;
    }
    if (open === null) {
      this.#open = { ...row, time: floorTo(row.time, this.#widthMs) };
      return;
    }
    this.#open = {
      ...open,
      count: open.count + row.count,
      min: least(open.min, row.min),
      max: most(open.max, row.max),
      last: row.last,
      worst: worseOf(open.worst, row.worst),
    };
  }

  closeTo(time: number): void {
    const open = this.#open;
    if (open === null || open.time + this.#widthMs > time) return;
    const mean =
      this.#means === 0 ? null : clamped(this.#meanSum / this.#means, open.min ?? -Infinity, open.max ?? Infinity);
    this.#emit({ ...open, mean }, this.#whole);
    [this.#open, this.#means, this.#meanSum, this.#whole] = [null, 0, 0, true];
  }
}

const least = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other);
const most = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.max(one, other);

/** What a value counts as: booleans are 0 and 1, and what is no number has none. */
export const numericOf = (value: number | boolean | string | null): number | null =>
  typeof value === 'number'
    ? Number.isFinite(value)
      ? value
      : null
    : typeof value === 'boolean'
      ? Number(value)
      : null;
