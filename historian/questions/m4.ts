/**
 * Of each column the first, least, greatest and last point, in order of time: a line drawn of them covers the same pixels as one drawn of all
 * (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014). What is not Good is kept where it begins and
 * ends, so that a gap is drawn as one. Pure.
 */
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { isGood } from '../../plant/quality.ts';

export class Reduction {
  readonly #from: number;
  readonly #widthMs: number;
  readonly #found: HistoryPoint[] = [];
  #column = -1;
  #first: HistoryPoint | null = null;
  #least: HistoryPoint | null = null;
  #most: HistoryPoint | null = null;
  #last: HistoryPoint | null = null;
  #changes: HistoryPoint[] = [];

  constructor(from: number, widthMs: number) {
    this.#from = from;
    this.#widthMs = widthMs;
  }

  take(point: HistoryPoint): void {
    const column = Math.floor((point.time - this.#from) / this.#widthMs);
    if (column !== this.#column) this.#close();
    this.#column = column;
    this.#first ??= point;
    if (this.#last !== null && isGood(this.#last.quality) !== isGood(point.quality)) {
      if (this.#changes.length < 2) this.#changes.push(point);
    }
    this.#last = point;
    const value = Number(point.value);
    if (point.value === null || typeof point.value === 'string') return;
    if (this.#least === null || value < Number(this.#least.value)) this.#least = point;
    if (this.#most === null || value > Number(this.#most.value)) this.#most = point;
  }

  done(): readonly HistoryPoint[] {
    this.#close();
    return this.#found;
  }

  #close(): void {
    const some = [this.#first, this.#least, this.#most, this.#last, ...this.#changes].filter((one) => one !== null);
    this.#found.push(...[...new Set(some)].sort((one, other) => one.time - other.time));
    [this.#first, this.#least, this.#most, this.#last, this.#changes] = [null, null, null, null, []];
  }
}
