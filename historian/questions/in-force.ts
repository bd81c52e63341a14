/** The value in force at given times, of points that come in order. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import type { MadeValue } from '../../plant/history-aggregate.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { isGood } from '../../plant/quality.ts';
import { badNoData, historianBits } from '../aggregates/functions.ts';
import { carriedForMs } from '../trend.ts';

export class InForce {
  readonly #times: readonly UtcMs[];
  readonly #found: MadeValue[] = [];
  #last: HistoryPoint | null = null;

  /** @param times ascending */
  constructor(times: readonly UtcMs[]) {
    this.#times = times;
  }

  take(point: HistoryPoint): void {
    this.#tellBefore(point.time);
    this.#last = point;
  }

  done(): readonly MadeValue[] {
    this.#tellBefore(Infinity);
    return this.#found;
  }

  #tellBefore(end: number): void {
    for (;;) {
      const time = this.#times[this.#found.length];
      if (time === undefined || time >= end) return;
      this.#found.push(this.#at(time));
    }
  }

  /** A raw value says so; one that stands from before is interpolated (stepped). What is not Good has no value that stands. */
  #at(time: UtcMs): MadeValue {
    const last = this.#last;
    if (last === null || time - last.time > carriedForMs) return { time, value: null, status: badNoData };
    const raw = last.time === time;
    if (!isGood(last.quality) && !raw) return { time, value: null, status: last.quality >>> 0 };
    const bits = raw ? historianBits.raw : historianBits.interpolated;
    return { time, value: last.value, status: (last.quality | bits) >>> 0 };
  }
}
