/**
 * Brings what is in the spool to the store, in order, for as long as it takes. It waits longer after each failure (with jitter,
 * or as long as the store asks), and moves on only when the store has a batch or its bad points lie in quarantine.
 */
import type { Clock } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { Quarantine } from './quarantine.ts';
import type { SpoolBatch } from './spool/reader.ts';
import type { Spool } from './spool/spool.ts';
import { StoreUnavailable, type HistoryStore, type Rejected } from './store.ts';

/** Waits, but no longer than until the signal; never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export type WriterParts = Readonly<{
  spool: Spool;
  store: HistoryStore;
  quarantine: Quarantine;
  clock: Clock;
  log: Log;
  /** 0 to 1, for the jitter. */
  random: () => number;
  wait: Wait;
}>;

export type WriterFigures = Readonly<{
  written: number;
  /** Server time of the oldest point that the store has not taken, or null where it has all. */
  oldestUnwritten: number | null;
  /** Why the store does not take points now, or null while it does. */
  trouble: string | null;
}>;

const pointsPerWrite = 5_000;
const shortestWaitMs = 250;
const longestWaitMs = 15_000;
const longestRetryAfterMs = 300_000;
const positionEveryMs = 1_000;

/** After the `failures`th failure in a row: doubling, never less than half of it. */
export const backOffMs = (failures: number, random: number): number => {
  const ceiling = Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.max(0, failures - 1));
  return ceiling / 2 + (random * ceiling) / 2;
};

export class Writer {
  readonly #parts: WriterParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #written = 0;
  #oldestUnwritten: number | null = null;
  #trouble: string | null = null;
  #failures = 0;
  #savedAt = -Infinity;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  figures(): WriterFigures {
    return { written: this.#written, oldestUnwritten: this.#oldestUnwritten, trouble: this.#trouble };
  }

  /** Waits for what is in the spool to be written, but no longer than `drainMs`. */
  async stop(drainMs: number): Promise<void> {
    const { spool, wait } = this.#parts;
    const drained = new AbortController();
    const late = wait(drainMs, drained.signal).then(() => this.#stopping.abort());
    while (!this.#stopping.signal.aborted && spool.figures().unwritten > 0 && this.#trouble === null) {
      await wait(10, this.#stopping.signal);
    }
    this.#stopping.abort();
    drained.abort();
    await Promise.all([late, this.#running]);
    await this.#savePosition();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!this.#isStopping()) {
      const { spool } = this.#parts;
      const appended = spool.nextAppend();
      try {
        const batch = await spool.read(pointsPerWrite);
        if (batch === null) {
          await until(appended, signal);
          continue;
        }
        await this.#write(batch, signal);
      } catch (error) {
        if (this.#isStopping()) return;
        await this.#bear(error, signal);
      }
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #write(batch: SpoolBatch, signal: AbortSignal): Promise<void> {
    const { spool, store, quarantine, clock, log } = this.#parts;
    this.#oldestUnwritten = batch.points[0]?.serverTime ?? null;
    if (batch.points.length + batch.gaps.length > 0) {
      const rejected = await store.write(batch.points, batch.gaps, signal);
      if (rejected.length > 0) {
        await quarantine.add(rejected, clock.utc());
        log.warn(
          { points: rejected.length, ...firstOf(rejected) },
          'points put into quarantine: the store will not take them',
        );
      }
      this.#written += batch.points.length - rejected.length;
      if (this.#trouble !== null) log.info({ store: store.name }, 'the history store takes points again');
      this.#trouble = null;
      this.#failures = 0;
    }
    await spool.advance(batch);
    this.#oldestUnwritten = null;
    if (clock.monotonic() - this.#savedAt >= positionEveryMs) await this.#savePosition();
  }

  async #bear(error: unknown, signal: AbortSignal): Promise<void> {
    const { log, store, random, wait } = this.#parts;
    const message = messageOf(error);
    if (message !== this.#trouble) {
      log.warn(
        { store: store.name, reason: message },
        'the history store does not take points; they wait in the spool',
      );
    }
    this.#trouble = message;
    this.#failures += 1;
    const asked = error instanceof StoreUnavailable ? (error.retryAfterMs ?? 0) : 0;
    await wait(Math.max(Math.min(asked, longestRetryAfterMs), backOffMs(this.#failures, random())), signal);
  }

  /** Nothing depends on it: where it fails, points are written again. */
  async #savePosition(): Promise<void> {
    const { spool, clock, log } = this.#parts;
    this.#savedAt = clock.monotonic();
    try {
      await spool.savePosition();
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'the place reached in the spool could not be kept');
    }
  }
}

const firstOf = (rejected: readonly Rejected[]): object => {
  const first = rejected[0];
  return first === undefined
    ? {}
    : { tag: `${first.point.series.skid}/${first.point.series.tag}`, reason: first.reason };
};

async function until(done: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const stop = Promise.withResolvers<undefined>();
  const abort = () => stop.resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([done, stop.promise]);
  signal.removeEventListener('abort', abort);
}
