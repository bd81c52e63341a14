/** Buckets of a trend, as points and whole chunks fall into them in order of time. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Quality } from '../../plant/quality.ts';
import type { FoundBucket } from '../trend.ts';
import type { ChunkRow } from './chunks.ts';
import type { Course } from './codec.ts';
import { numberOf } from './course.ts';

export class Buckets {
  readonly #from: number;
  readonly #widthMs: number;
  readonly #found: FoundBucket[] = [];
  #index = -1;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;
  #last = NaN;
  #worst = 0;
  #lastQuality = 0;

  constructor(from: UtcMs, widthMs: number) {
    this.#from = from;
    this.#widthMs = widthMs;
  }

  indexOf(time: number): number {
    return Math.floor((time - this.#from) / this.#widthMs);
  }

  /** The points from `first` up to `end`. */
  takePoints(course: Course, first: number, end: number): void {
    for (let i = first; i < end; i += 1) {
      this.#openAt(this.indexOf(course.times[i] ?? 0));
      const value = numberOf(course, i);
      this.#count += 1;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
      if (!Number.isNaN(value)) this.#last = value;
      this.#lastQuality = course.qualities[i] ?? 0;
      if (this.#lastQuality > this.#worst) this.#worst = this.#lastQuality;
    }
  }

  /** A chunk that lies in one bucket as a whole. */
  takeChunk({ first, count, least, most, final, worst, finalQuality }: ChunkRow): void {
    this.#openAt(this.indexOf(first));
    this.#count += count;
    if (least !== null && least < this.#min) this.#min = least;
    if (most !== null && most > this.#max) this.#max = most;
    if (final !== null) this.#last = final;
    this.#lastQuality = finalQuality;
    if (worst > this.#worst) this.#worst = worst;
  }

  done(): readonly FoundBucket[] {
    this.#close();
    return this.#found;
  }

  #openAt(index: number): void {
    if (index === this.#index) return;
    this.#close();
    this.#index = index;
  }

  #close(): void {
    if (this.#count > 0) {
      const none = Number.isNaN(this.#last);
      this.#found.push({
        time: utcMs(this.#from + this.#index * this.#widthMs),
        count: this.#count,
        min: none ? null : this.#min,
        max: none ? null : this.#max,
        last: none ? null : this.#last,
        worst: this.#worst as Quality,
        lastQuality: this.#lastQuality as Quality,
      });
    }
    [this.#count, this.#min, this.#max, this.#last, this.#worst, this.#lastQuality] = [
      0,
      Infinity,
      -Infinity,
      NaN,
      0,
      0,
    ];
  }
}
