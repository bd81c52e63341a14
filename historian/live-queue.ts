/**
 * Points of live skids on their way to the spool. They stay here until they are on disk. Declared policy: at most `mostWaiting`
 * wait in memory; with the disk refusing and the memory full, the newest are given up, and the gap is written to history as
 * soon as the disk takes points again.
 */
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import { splitTag, type Sample, type SkidName } from '../plant/sample.ts';
import type { Gap } from './point.ts';

export type AppendLive = (samples: readonly Sample[], gaps: readonly Gap[]) => Promise<void>;

export const mostWaiting = 50_000;
const mostAtOnce = 10_000;

export class LiveQueue {
  readonly #append: AppendLive;
  readonly #log: Log;
  #waiting: Sample[] = [];
  #gaps = new Map<SkidName, Gap>();
  #flushing: Promise<void> | null = null;
  #givenUp = 0;
  #refusal: string | null = null;

  constructor(append: AppendLive, log: Log) {
    this.#append = append;
    this.#log = log;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Points given up since the start, whether their gap is in history yet or not. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** Why the spool does not take points now, or null while it does. */
  get refusal(): string | null {
    return this.#refusal;
  }

  push(samples: readonly Sample[]): void {
    for (const sample of samples) {
      if (this.#waiting.length < mostWaiting) this.#waiting.push(sample);
      else this.#giveUp(sample);
    }
  }

  /** Settles when everything that waits now is on disk, or is refused and waits on. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    let left = this.#waiting.length;
    while (left > 0 || this.#gaps.size > 0) {
      const samples = this.#waiting.slice(0, Math.min(left, mostAtOnce));
      const gaps = [...this.#gaps.values()];
      this.#gaps = new Map();
      try {
        await this.#append(samples, gaps);
      } catch (error) {
        for (const gap of gaps) this.#addGap(gap);
        this.#note(messageOf(error));
        return;
      }
      this.#waiting.splice(0, samples.length);
      left -= samples.length;
      for (const gap of gaps) this.#log.warn({ ...gap }, 'history has a gap: points were given up');
      this.#note(null);
    }
  }

  #giveUp({ tag, serverTime }: Sample): void {
    const reason = this.#refusal ?? 'The spool is slower than the scan.';
    this.#givenUp += 1;
    this.#addGap({ skid: splitTag(tag).skid, from: serverTime, to: serverTime, points: 1, reason });
  }

  #addGap(gap: Gap): void {
    const { skid } = gap;
    const known = this.#gaps.get(skid);
    if (known === undefined) {
      this.#gaps.set(skid, gap);
      return;
    }
    const from = gap.from < known.from ? gap.from : known.from;
    const to = gap.to > known.to ? gap.to : known.to;
    this.#gaps.set(skid, { ...known, from, to, points: known.points + gap.points });
  }

  #note(refusal: string | null): void {
    if (refusal !== null && this.#refusal === null) {
      this.#log.error({ reason: refusal, waiting: this.waiting }, 'the spool refuses live points; they wait in memory');
    }
    if (refusal === null && this.#refusal !== null) this.#log.info({}, 'the spool takes live points again');
    this.#refusal = refusal;
  }
}
