/** A word that is held in a controller: what it holds, as far as it is known, while what was just written is not read back yet. */
import type { Monotonic } from '../plant/clock.ts';
import { isGood } from '../plant/quality.ts';
import type { Reading } from './scan/field-image.ts';

export class HeldWord {
  readonly #reading: () => Pick<Reading, 'value' | 'quality' | 'at'> | null;
  #written: Readonly<{ value: number; at: Monotonic }> | null = null;

  constructor(reading: () => Pick<Reading, 'value' | 'quality' | 'at'> | null) {
    this.#reading = reading;
  }

  /** The device has acknowledged it. */
  wrote(value: number, at: Monotonic): void {
    this.#written = { value, at };
  }

  /** When it was last acknowledged; null before. */
  get writtenAt(): Monotonic | null {
    return this.#written?.at ?? null;
  }

  /** What it held when that was last known; null where it never was. */
  get last(): number | null {
    const value = this.#reading()?.value;
    return typeof value === 'number' ? value : (this.#written?.value ?? null);
  }

  /** What it holds: what was written, until a newer reading comes; null while it is not known. */
  get value(): number | null {
    const [reading, written] = [this.#reading(), this.#written];
    if (written !== null && (reading?.at == null || reading.at < written.at)) return written.value;
    return reading !== null && isGood(reading.quality) && typeof reading.value === 'number' ? reading.value : null;
  }
}
