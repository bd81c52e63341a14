/**
 * Brings what is in the spool to the store, in order, for as long as it takes. It waits longer after each failure (with jitter,
 * or as long as the store asks), and moves on only when the store has a batch or its bad points lie in quarantine. While a batch is
 * under way the next one is read.
 */
import type { Clock, UtcMs } from '../plant/clock.ts';
import { utcMs } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import { emptyBatch, type PointBatch } from './point.ts';
import { gapsOfRejected, type Quarantine } from './quarantine.ts';
import type { SpoolBatch } from './spool/reader.ts';
import type { ReplayPosition } from './spool/segment.ts';
import type { Spool } from './spool/spool.ts';
import { StoreUnavailable, type HistoryStore, type Rejected } from './store.ts';

/** Waits, but no longer than until the signal; never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Told what a store has. `save` settles when it remembers that across a crash; the position in the spool is kept after it. */
export interface WrittenListener {
  written(points: PointBatch): void;
  save(): Promise<void>;
}

export type WriterParts = Readonly<{
  spool: Spool;
  store: HistoryStore;
  quarantine: Quarantine;
  listeners?: readonly WrittenListener[];
  clock: Clock;
  log: Log;
  /** 0 to 1, for the jitter. */
  random: () => number;
  wait: Wait;
}>;

export type WriterFigures = Readonly<{
  written: number;
  /** Server time of the oldest point that the store has not taken, or null where it has all. */
  oldestUnwritten: UtcMs | null;
  /** Why the store does not take points now, or null while it does. */
  trouble: string | null;
}>;

const pointsPerWrite = 10_000;
const emptyPoints = emptyBatch(0, []);
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
  #oldestUnwritten: UtcMs | null = null;
  #trouble: string | null = null;
  #failures = 0;
  #savedAt = -Infinity;
  #ahead: Promise<SpoolBatch | null> | null = null;

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
    await this.#ahead?.catch(() => null);
    await this.#savePosition();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { spool } = this.#parts;
    while (!this.#isStopping()) {
      const appended = spool.nextAppend();
      try {
        const batch = await this.#next();
        if (batch === null) {
          await until(appended, signal);
          continue;
        }
        this.#oldestUnwritten = oldestOf(batch.points) ?? this.#oldestUnwritten;
        this.#ahead = this.#read(batch.next);
        await this.#write(batch, signal);
      } catch (error) {
        if (this.#isStopping()) return;
        // What was read ahead lies behind what has failed.
        await this.#ahead?.catch(() => null);
        this.#ahead = null;
        await this.#bear(error, signal);
      }
    }
  }

  async #next(): Promise<SpoolBatch | null> {
    const ahead = await this.#ahead;
    this.#ahead = null;
    return ahead ?? this.#parts.spool.read(pointsPerWrite);
  }

  #read(from: ReplayPosition): Promise<SpoolBatch | null> {
    const read = this.#parts.spool.read(pointsPerWrite, from);
    const { store } = this.#parts;
    // It is awaited later, and may be none of anybody's business by then.
    read.then(
      (batch) => {
        if (batch !== null && batch.points.count > 0) store.ahead?.(batch.points);
      },
      () => null,
    );
    return read;
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #write(batch: SpoolBatch, signal: AbortSignal): Promise<void> {
    const { spool, store, clock, log, listeners = [] } = this.#parts;
    const { points, gaps, events } = batch;
    if (points.count + gaps.length + events.length > 0) {
      const rejected = await store.write(points, { gaps, events }, signal);
      if (rejected.length > 0) await this.#putAside(rejected, signal);
      this.#written += points.count - rejected.length;
      if (this.#trouble !== null) log.info({ store: store.name }, 'the history store takes points again');
      this.#trouble = null;
      this.#failures = 0;
      for (const listener of listeners) listener.written(points);
    }
    await spool.advance(batch);
    this.#oldestUnwritten = null;
    if (clock.monotonic() - this.#savedAt >= positionEveryMs) await this.#savePosition();
  }

  /** Into quarantine, and as a gap into history. */
  async #putAside(rejected: readonly Rejected[], signal: AbortSignal): Promise<void> {
    const { store, quarantine, clock, log } = this.#parts;
    const [first] = rejected;
    if (first === undefined) return;
    await quarantine.add(rejected, clock.utc());
    await store.write(emptyPoints, { gaps: gapsOfRejected(rejected), events: [] }, signal);
    const { skid, tag } = first.point.series;
    log.warn(
      { points: rejected.length, tag: `${skid}/${tag}`, reason: first.reason },
      'points put into quarantine: the store will not take them',
    );
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
    const { spool, clock, log, listeners = [] } = this.#parts;
    this.#savedAt = clock.monotonic();
    try {
      for (const listener of listeners) await listener.save();
      await spool.savePosition();
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'the place reached in the spool could not be kept');
    }
  }
}

function oldestOf({ count, serverTimes }: PointBatch): UtcMs | null {
  const first = serverTimes[0];
  return count === 0 || first === undefined ? null : utcMs(first);
}

async function until(done: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const stop = Promise.withResolvers<undefined>();
  const abort = () => stop.resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([done, stop.promise]);
  signal.removeEventListener('abort', abort);
}
