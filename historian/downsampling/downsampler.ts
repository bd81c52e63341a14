/**
 * Makes the coarse tiers, on every store alike. What the writer brings is folded as it comes; what comes late, and what an earlier run had
 * begun, is made anew of what the store has. How far it is lies in `spool/downsampled.json`, kept before the writer's own place.
 */
import { utcMs, type Clock, type UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Quality } from '../../plant/quality.ts';
import { valueAt, type PointBatch, type Series } from '../point.ts';
import { coarseTiers, type CoarseTier } from '../schema.ts';
import { replaceFile, type Disk } from '../spool/disk.ts';
import type { HistoryStore } from '../store.ts';
import type { Wait, WrittenListener } from '../writer.ts';
import type { CoarseRow } from './coarse-row.ts';
import { floorTo, numericOf, RowFold, SeriesFold } from './fold.ts';
import { LateSpans, type Span } from './late.ts';
import { remake } from './remake.ts';
import { encodeState, readState } from './state.ts';

export type DownsamplerParts = Readonly<{
  store: HistoryStore;
  disk: Disk;
  folder: string;
  /** Every series that may have been begun by an earlier run. */
  series: readonly Series[];
  clock: Clock;
  log: Log;
  wait: Wait;
}>;

const stateFile = 'downsampled.json';
const everyMs = 5_000;
/** Points of now are on disk and in the store by then. */
const settledMs = 5_000;
const rowsPerWrite = 10_000;
/** Beyond so many that no store has taken, they are made anew of its points later. */
const mostWaiting = 200_000;
const spansAtOnce = 100;

type Folds = Readonly<{ points: SeriesFold; rows: readonly RowFold[] }>;

const [finest] = coarseTiers;

export class Downsampler implements WrittenListener {
  readonly #parts: DownsamplerParts;
  readonly #folds = new Map<Series, Folds>();
  readonly #late = new LateSpans();
  readonly #stopping = new AbortController();
  #waiting: Readonly<{ tier: CoarseTier; row: CoarseRow }>[] = [];
  /** Every row that ends before it is in the store, but for late ones. */
  #to: UtcMs = utcMs(0);
  /** As `#to`, once the rows are written. */
  #asked: UtcMs = utcMs(0);
  /** Of each tier the series whose open row is to be made anew when it is over. */
  readonly #spoilt = new Map<CoarseTier, Set<Series>>(coarseTiers.map((tier) => [tier, new Set()]));
  #unsaved = false;
  #running: Promise<void> | null = null;
  #wake: () => void = () => undefined;
  #trouble: string | null = null;

  constructor(parts: DownsamplerParts) {
    this.#parts = parts;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  figures(): Readonly<{ lateSpans: number; waitingRows: number }> {
    return { lateSpans: this.#late.size, waitingRows: this.#waiting.length };
  }

  /** Up to when the tier can be asked. */
  cleanTo(tier: CoarseTier): UtcMs {
    return floorTo(this.#asked, tier.widthMs);
  }

  /** Reads how far an earlier run had come: what it may have begun is made anew. */
  async open(): Promise<void> {
    const { disk, folder, series, clock, log } = this.#parts;
    const names = await disk.list(folder);
    const state = names.includes(stateFile) ? await readState(disk, `${folder}/${stateFile}`, series) : null;
    if (state === null) return;
    const now = clock.utc();
    [this.#to, this.#asked] = [state.to, state.to];
    for (const { series: one, span } of state.late) this.#late.add(one, span.from, span.to);
    if (state.to > now) log.warn({ to: state.to }, 'the clock was set back: down-sampled history is ahead of it');
    for (const one of series) this.#late.add(one, Math.min(state.to, now), now);
  }

  /** @param caughtUp whether the store has all that the spool had */
  start(caughtUp: () => boolean): void {
    this.#running ??= this.#run(caughtUp);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
    await this.save().catch((error: unknown) => {
      this.#parts.log.debug({ reason: messageOf(error) }, 'how far down-sampling has come could not be kept');
    });
  }

  written(points: PointBatch): void {
    const foldOf = points.series.map((): Folds | undefined => undefined);
    for (let i = 0; i < points.count; i += 1) {
      const place = points.of[i] ?? 0;
      const series = points.series[place];
      const time = points.times[i] ?? NaN;
      if (series === undefined || !Number.isSafeInteger(time)) continue;
      const folds = (foldOf[place] ??= this.#foldsOf(series, time));
      if (!folds.points.take(time, numericOf(valueAt(points, i)), (points.qualities[i] ?? 0) as Quality)) {
        this.#late.add(series, time, time);
        this.#unsaved = true;
      }
    }
    if (this.#waiting.length >= rowsPerWrite) this.#wake();
  }

  async save(): Promise<void> {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    try {
      const { disk, folder } = this.#parts;
      await replaceFile(
        disk,
        folder,
        stateFile,
        encodeState({ to: this.#asked, late: [...this.#late.all(), ...this.#spoiltSpans()] }),
      );
    } catch (error) {
      this.#unsaved = true;
      throw error;
    }
  }

  /** The first bucket that is seen of a series may have begun before: it is made anew when it is over. */
  #foldsOf(series: Series, time: number): Folds {
    const known = this.#folds.get(series);
    if (known !== undefined) return known;
    const rows = coarseTiers.slice(1).map((tier, level): RowFold => {
      return new RowFold(tier.widthMs, (row, whole) => {
        if (whole) this.#push(tier, row);
        else this.#late.add(series, row.time, row.time + tier.widthMs);
        this.#unsaved ||= !whole;
        folds.rows[level + 1]?.take(row);
      });
    });
    const points = new SeriesFold(series, finest?.widthMs ?? 10_000, (row) => {
      if (finest !== undefined) this.#push(finest, row);
      rows[0]?.take(row);
    });
    const folds: Folds = { points, rows };
    this.#folds.set(series, folds);
    this.#late.add(series, time, time);
    this.#unsaved = true;
    return folds;
  }

  #push(tier: CoarseTier, row: CoarseRow): void {
    if (this.#waiting.length < mostWaiting) this.#waiting.push({ tier, row });
    else this.#late.add(row.series, row.time, row.time + tier.widthMs);
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(caughtUp: () => boolean): Promise<void> {
    const { wait, log, clock } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const woken = new AbortController();
      const end = AbortSignal.any([signal, woken.signal]);
      this.#wake = () => woken.abort();
      await wait(everyMs, end);
      if (this.#isStopping()) return;
      try {
        if (caughtUp()) this.#closeTo(utcMs(clock.utc() - settledMs));
        const to = this.#to;
        await this.#writeWaiting(signal);
        this.#asked = to;
        if (caughtUp()) await this.#remakeLate(signal);
        if (this.#trouble !== null) log.info({}, 'history is down-sampled again');
        this.#trouble = null;
      } catch (error) {
        const message = messageOf(error);
        if (this.#trouble !== message) log.warn({ reason: message }, 'history is not down-sampled; it is tried again');
        this.#trouble = message;
      }
    }
  }

  #closeTo(time: UtcMs): void {
    for (const { points, rows } of this.#folds.values()) {
      points.closeTo(time);
      for (const [level, fold] of rows.entries()) fold.closeTo(floorTo(time, coarseTiers[level]?.widthMs ?? 1));
    }
    const to = floorTo(time, finest?.widthMs ?? 1);
    if (to <= this.#to) return;
    for (const [tier, series] of this.#spoilt) {
      const begin = floorTo(this.#to, tier.widthMs);
      if (floorTo(to, tier.widthMs) <= begin) continue;
      for (const one of series) this.#late.add(one, begin, begin + tier.widthMs - 1);
      series.clear();
    }
    this.#to = to;
    this.#unsaved = true;
  }

  #spoiltSpans() {
    return [...this.#spoilt].flatMap(([tier, all]) => {
      const begin = floorTo(this.#to, tier.widthMs);
      return [...all].map((series) => ({ series, span: { from: begin, to: begin + tier.widthMs - 1 } }));
    });
  }

  async #writeWaiting(signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    while (this.#waiting.length > 0) {
      const part = this.#waiting.slice(0, rowsPerWrite);
      for (const tier of coarseTiers) {
        const rows = part.filter((one) => one.tier === tier).map(({ row }) => row);
        if (rows.length > 0) await store.writeCoarse(tier, rows, signal);
      }
      this.#waiting = this.#waiting.slice(part.length);
    }
  }

  /** What is still open is left: the finest tier until it is over, coarser ones are made anew when they are. */
  async #remakeLate(signal: AbortSignal): Promise<void> {
    const later: Readonly<{ series: Series; span: Span }>[] = [];
    try {
      for (let done = 0; done < spansAtOnce && !signal.aborted; done += 1) {
        const next = this.#late.take();
        if (next === null) break;
        const { series, span } = next;
        if (span.to >= this.#to) later.push({ series, span: { from: Math.max(span.from, this.#to), to: span.to } });
        if (span.from >= this.#to) continue;
        try {
          await remake(this.#parts.store, series, span, this.#to, signal);
        } catch (error) {
          later.push(next);
          throw error;
        }
        this.#unsaved = true;
        for (const [tier, spoilt] of this.#spoilt) if (span.to >= floorTo(this.#to, tier.widthMs)) spoilt.add(series);
      }
    } finally {
      for (const { series, span } of later) this.#late.add(series, span.from, span.to);
    }
  }
}
