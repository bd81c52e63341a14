/**
 * Points of one series, in order of time, into the aggregates of intervals of one length (OPC UA Part 13). However many points there are, no
 * more than one interval is open. Pure.
 */
import type { AggregateConfiguration, AggregateSpan } from '../../plant/history-aggregate.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { carriedForMs } from '../trend.ts';
import { goodBy, Interval, type Standing } from './interval.ts';

/** How many intervals a span has. */
export const intervalsOf = ({ from, to, widthMs }: AggregateSpan): number => Math.ceil(Math.abs(to - from) / widthMs);

export class AggregateFold {
  readonly #span: AggregateSpan;
  readonly #low: number;
  readonly #high: number;
  readonly #backwards: boolean;
  readonly #configuration: AggregateConfiguration;
  readonly #isGood: (quality: number) => boolean;
  readonly #done: (interval: Interval) => void;
  readonly #count: number;
  /** The interval that is open, by its place in time. */
  #place = 0;
  #open: Interval | null = null;
  #standing: Standing = { last: null, good: null, disturbed: false };
  /** Up to when what stands has been counted. */
  #counted: number;

  /** @param done told of each interval in the order of time, which is not that of a span that runs backwards */
  constructor(span: AggregateSpan, configuration: AggregateConfiguration, done: (interval: Interval) => void) {
    this.#span = span;
    this.#backwards = span.to < span.from;
    this.#low = Math.min(span.from, span.to);
    this.#high = Math.max(span.from, span.to);
    this.#configuration = configuration;
    this.#isGood = goodBy(configuration);
    this.#done = done;
    this.#count = intervalsOf(span);
    this.#counted = this.#low;
  }

  /** Points before the span say what stands where it begins. */
  take(point: HistoryPoint): void {
    const { time } = point;
    if (time > this.#high) {
      this.end();
      return;
    }
    this.#countUpTo(time);
    this.#stand(point);
    // A point on the edge of two intervals belongs to the one that begins there.
    const isInside = this.#backwards ? time > this.#low && time <= this.#high : time >= this.#low && time < this.#high;
    if (isInside) this.#opened()?.take(point);
  }

  /** No more points come. */
  end(): void {
    this.#countUpTo(this.#high);
    while (this.#place < this.#count) this.#close();
  }

  #stand(point: HistoryPoint): void {
    const good = this.#isGood(point.quality);
    this.#standing = { last: point, good: good ? point : this.#standing.good, disturbed: !good };
  }

  /** Counts how long what stands has stood, and closes the intervals that are over. */
  #countUpTo(time: number): void {
    while (this.#counted < time && this.#place < this.#count) {
      const open = this.#opened();
      if (!this.#backwards) open?.begins(this.#standingAt(this.#beginOf(this.#place)));
      const over = this.#endOf(this.#place);
      const end = Math.min(time, over);
      const { last } = this.#standing;
      if (last !== null) {
        const stands = Math.min(end, last.time + carriedForMs) - Math.max(this.#counted, last.time);
        open?.stood(last, stands);
      }
      this.#counted = end;
      // Backwards, a point at the very end of this time still belongs to the interval.
      if (end === over && (!this.#backwards || end < time)) this.#close();
    }
  }

  #opened(): Interval | null {
    if (this.#open === null && this.#place < this.#count) {
      const [low, high] = [this.#beginOf(this.#place), this.#endOf(this.#place)];
      const bounds = this.#backwards ? { begin: high, end: low } : { begin: low, end: high };
      this.#open = new Interval(bounds, high - low < this.#span.widthMs, this.#configuration);
    }
    return this.#open;
  }

  /** What has stood for too long stands no more. */
  #standingAt(time: number): Standing {
    const { last, good, disturbed } = this.#standing;
    return { last, good: last === null || time - last.time > carriedForMs ? null : good, disturbed };
  }

  #close(): void {
    const open = this.#opened();
    if (open !== null) {
      open.begins(this.#standingAt(open.bounds.begin));
      this.#done(open);
    }
    this.#open = null;
    this.#place += 1;
  }

  /** Backwards the short interval is the earliest. */
  #beginOf(place: number): number {
    const { widthMs } = this.#span;
    if (!this.#backwards) return this.#low + place * widthMs;
    return place === 0 ? this.#low : this.#high - (this.#count - place) * widthMs;
  }

  #endOf(place: number): number {
    return place + 1 >= this.#count ? this.#high : this.#beginOf(place + 1);
  }
}
