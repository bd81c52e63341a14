/** Rows of numbers with their time, the newest so many of them, to be looked up by time. Times never go back. */

export class TimeRing {
  readonly #rows: Float64Array;
  readonly #width: number;
  readonly #capacity: number;
  #first = 0;
  #count = 0;

  /** @param columns of a row, besides its time */
  constructor(capacity: number, columns: number) {
    this.#capacity = capacity;
    this.#width = columns + 1;
    this.#rows = new Float64Array(capacity * this.#width);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a row; the oldest goes where there is no room. */
  push(time: number, ...values: readonly number[]): void {
    if (this.#count < this.#capacity) this.#count += 1;
    else this.#first = (this.#first + 1) % this.#capacity;
    this.replaceNewest(time, ...values);
  }

  replaceNewest(time: number, ...values: readonly number[]): void {
    const at = this.#offset(this.#count - 1);
    this.#rows[at] = time;
    for (let i = 1; i < this.#width; i++) this.#rows[at + i] = values[i - 1] ?? NaN;
  }

  /** @param row from 0, the oldest */
  time(row: number): number {
    return this.value(row, -1);
  }

  value(row: number, column: number): number {
    return row < 0 || row >= this.#count ? NaN : (this.#rows[this.#offset(row) + column + 1] ?? NaN);
  }

  /** The last row whose value in `column` (-1: whose time) is not above `most`; -1 where there is none. The column never falls. */
  lastNotAbove(most: number, column = -1): number {
    let [low, high] = [-1, this.#count - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.value(middle, column) <= most) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #offset(row: number): number {
    return ((this.#first + row) % this.#capacity) * this.#width;
  }
}
