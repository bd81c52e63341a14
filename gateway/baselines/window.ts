/** The readings of the time before now of which a figure of the skid may be taken. Pure. */
import type { ProcessTime } from '../../plant/clock.ts';
import type { Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { badWaitingForInitialData, isGood } from '../../plant/quality.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { TagSource } from '../../plant/skid/definition.ts';

export type Taken = Extract<TagSource, { kind: 'given' }>['taken'];
export type Samples = ReadonlyMap<LocalTag, Sample>;

/** `spread`: how far the farthest reading lies from the mean, as a share of it. */
export type Figure = Readonly<{ value: number; spread: number; readings: number }>;

/** Fewer readings than this make no mean. */
const fewest = 5;

export class BaselineWindow {
  readonly #taken: Taken;
  #readings: { at: ProcessTime; value: number }[] = [];
  #why = 'Nothing has been read yet.';

  constructor(taken: Taken) {
    this.#taken = taken;
  }

  /**
   * One scan more. Whatever is not Good, or not as `while` says, begins anew; so does an input that is forced, and a time that
   * goes back.
   */
  see(at: ProcessTime, samples: Samples, forced: boolean): void {
    const value = this.#reading(samples, forced);
    if (value === null) {
      this.#readings = [];
      return;
    }
    if (at < (this.#readings.at(-1)?.at ?? at)) this.#readings = [];
    this.#readings.push({ at, value });
    // The oldest kept is the last one that is old enough.
    while ((this.#readings[1]?.at ?? Infinity) <= at - this.#taken.over) this.#readings.shift();
  }

  /** What would be taken now, or why nothing can be. */
  figure(): Figure | Readonly<{ refusedBy: string }> {
    const readings = this.#readings;
    const [first, last] = [readings[0], readings.at(-1)];
    if (first === undefined || last === undefined) return { refusedBy: this.#why };
    const { over, within } = this.#taken;
    const missing = over - (last.at - first.at);
    if (missing > 0) return { refusedBy: `${(missing / 1000).toFixed(0)} s more of steady readings are needed.` };
    if (readings.length < fewest) return { refusedBy: `There are ${readings.length} readings; ${fewest} are needed.` };
    const mean = readings.reduce((sum, { value }) => sum + value, 0) / readings.length;
    const farthest = readings.reduce((most, { value }) => Math.max(most, Math.abs(value - mean)), 0);
    const spread = farthest / Math.abs(mean);
    if (!Number.isFinite(spread)) return { refusedBy: 'The readings are 0 in the mean.' };
    if (spread > within) {
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      return { refusedBy: `The readings lie up to ${percent(spread)} from their mean; ${percent(within)} is allowed.` };
    }
    return { value: mean, spread, readings: readings.length };
  }

  #reading(samples: Samples, forced: boolean): number | null {
    const { from, while: meanwhile } = this.#taken;
    const lookup: Lookup = (tag) => samples.get(tag) ?? { value: null, quality: badWaitingForInitialData };
    if (forced) return this.#no('An input is forced.');
    const fits = evaluate(meanwhile.root, lookup);
    if (!isGood(fits.quality)) return this.#no(`Whether "${meanwhile.text}" is not known.`);
    if (fits.value !== true) return this.#no(`It is taken while ${meanwhile.text}, which is not so now.`);
    const { value, quality } = evaluate(from.root, lookup);
    if (!isGood(quality) || typeof value !== 'number') return this.#no(`${from.text} has no Good value now.`);
    return value;
  }

  #no(why: string): null {
    this.#why = why;
    return null;
  }
}
