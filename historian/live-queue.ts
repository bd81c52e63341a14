/**
 * Points of live skids on their way to the spool. They stay here until they are on disk. Declared policy: at most `mostWaiting`
 * wait in memory; with the disk refusing and the memory full, the newest are given up, and the gap is written to history as
 * soon as the disk takes points again.
 */
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import { splitTag, type Sample, type SkidName } from '../plant/sample.ts';
import type { UtcMs } from '../plant/clock.ts';
import type { HistoryEvent, HistoryGap } from '../plant/ports/history.ts';

/** What is appended at once: all that was seen up to `seen`, but what `gaps` names. */
export type Live = Readonly<{
  samples: readonly Sample[];
  gaps: readonly HistoryGap[];
  events: readonly HistoryEvent[];
  seen: Readonly<Record<SkidName, UtcMs>>;
}>;
export type AppendLive = (live: Live) => Promise<void>;

export const mostWaiting = 50_000;
const mostAtOnce = 10_000;
/** Events are few; with so many waiting the newest are given up, which is said in the log. */
const mostEvents = 5_000;

export class LiveQueue {
  readonly #append: AppendLive;
  readonly #log: Log;
  #waiting: Sample[] = [];
  #gaps = new Map<string, HistoryGap>();
  #events: HistoryEvent[] = [];
  #seen: Record<SkidName, UtcMs> = {};
  /** Something was seen since the last append, though no point of it is kept. */
  #isSeen = false;
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

  /** @param seen the scan of the skid, of which `samples` are all that is to be kept */
  push(samples: readonly Sample[], seen?: Readonly<{ skid: SkidName; at: UtcMs }>): void {
    if (seen !== undefined) {
      this.#seen[seen.skid] = seen.at;
      this.#isSeen = true;
    }
    for (const sample of samples) {
      if (this.#waiting.length < mostWaiting) this.#waiting.push(sample);
      else this.#giveUp(sample);
    }
  }

  pushGap(gap: HistoryGap): void {
    this.#gaps.set(keyOf(gap), gap);
  }

  pushEvent(event: HistoryEvent): void {
    if (this.#events.length < mostEvents) this.#events.push(event);
    else this.#log.error({ ...event }, 'an event is not in history: too many wait');
  }

  /** Settles when everything that waits now is on disk, or is refused and waits on. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    let left = this.#waiting.length;
    while (left > 0 || this.#gaps.size > 0 || this.#events.length > 0 || this.#isSeen) {
      const samples = this.#waiting.slice(0, Math.min(left, mostAtOnce));
      const isAll = samples.length === this.#waiting.length;
      const gaps = [...this.#gaps.values()];
      const events = this.#events;
      this.#gaps = new Map();
      this.#events = [];
      // Said only with the last of what waits: everything up to then is on disk, or its gap is.
      const seen = isAll ? { ...this.#seen } : {};
      if (isAll) this.#isSeen = false;
      try {
        await this.#append({ samples, gaps, events, seen });
      } catch (error) {
        for (const gap of gaps) this.#addGap(gap);
        this.#events = [...events, ...this.#events].slice(0, mostEvents);
        this.#isSeen ||= isAll;
        this.#note(messageOf(error));
        return;
      }
      this.#waiting.splice(0, samples.length);
      left -= samples.length;
      for (const gap of gaps) this.#log.warn({ ...gap }, 'history has a gap');
      this.#note(null);
      if (left === 0 && this.#gaps.size === 0 && this.#events.length === 0) return;
    }
  }

  #giveUp({ tag, serverTime }: Sample): void {
    const reason = this.#refusal ?? 'The spool is slower than the scan.';
    this.#givenUp += 1;
    const { skid } = splitTag(tag);
    this.#addGap({ skid, kind: 'given-up', from: serverTime, to: serverTime, points: 1, reason, filled: null });
  }

  /** One gap of points given up for each skid; a gap of another kind stands by itself. */
  #addGap(gap: HistoryGap): void {
    const key = keyOf(gap);
    const known = this.#gaps.get(key);
    if (known === undefined || gap.kind !== 'given-up') {
      this.#gaps.set(key, gap);
      return;
    }
    const from = gap.from < known.from ? gap.from : known.from;
    const to = gap.to > known.to ? gap.to : known.to;
    this.#gaps.set(key, { ...known, from, to, points: known.points + gap.points });
  }

  #note(refusal: string | null): void {
    if (refusal !== null && this.#refusal === null) {
      this.#log.error({ reason: refusal, waiting: this.waiting }, 'the spool refuses live points; they wait in memory');
    }
    if (refusal === null && this.#refusal !== null) this.#log.info({}, 'the spool takes live points again');
    this.#refusal = refusal;
  }
}

const keyOf = ({ skid, kind, from }: HistoryGap): string =>
  kind === 'given-up' ? `${skid} ${kind}` : `${skid} ${kind} ${from}`;
