/**
 * History in SQLite, where there is no InfluxDB: points lie in chunks of one series, compressed and sealed. What was written last lies beside
 * them as it came, so that a write costs one row and one sync; a few series at a time are sealed, so that nothing waits for it.
 */
import type Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { UtcMs } from '../../plant/clock.ts';
import { MesolineError, messageOf } from '../../plant/errors.ts';
import type {
  HistoryEvent,
  HistoryEventQuery,
  HistoryGap,
  HistoryOrder,
  HistoryPoint,
} from '../../plant/ports/history.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { CoarseRow } from '../downsampling/coarse-row.ts';
import { pointAt, valueKinds, type PointBatch, type Series } from '../point.ts';
import { coarseTiers, keepDaysOf, rawTier, usualRawDays, type CoarseTier } from '../schema.ts';
import { StoreUnavailable, type HistoryStore, type Notes, type Rejected } from '../store.ts';
import type { FoundBucket } from '../trend.ts';
import { Chunks } from './chunks.ts';
import { CoarseBlocks } from './coarse-blocks.ts';
import { ordered } from './course.ts';
import { checksum, decodeHot, encodeHot, Hot, type HotBatch } from './hot.ts';
import { convertRows } from './former-rows.ts';
import { NotesTable } from './notes.ts';
import { readRaw, readTrend } from './reading.ts';
import { SeriesTable } from './series-table.ts';
import { openTables } from './tables.ts';

export type EmbeddedOptions = Readonly<{
  /** How long points are kept; null: for good. */
  rawDays?: number | null;
  /** Points of a series that are sealed together, and after how long at the latest. */
  sealPoints?: number;
  sealAfterMs?: number;
  /** What sealing may take of one step. */
  stepMs?: number;
  /** Monotonic milliseconds. */
  now?: () => number;
}>;

type Opened = Readonly<{
  database: Database.Database;
  series: SeriesTable;
  chunks: Chunks;
  coarse: CoarseBlocks;
  notes: NotesTable;
  addHot: Database.Statement<[number, number, Buffer]>;
  dropHot: Database.Statement<[number]>;
}>;

const stepEveryMs = 500;
const dayMs = 86_400_000;

export class EmbeddedStore implements HistoryStore {
  readonly name = 'the embedded store';
  readonly #folder: string;
  readonly #options: Required<EmbeddedOptions>;
  #opened: Opened | null = null;
  #hot = new Hot();
  #seq = 0;
  #dropped = 0;
  /** Newest time of each tier: what lies a block before it is over. */
  readonly #newest = new Map<CoarseTier, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, options: EmbeddedOptions = {}) {
    this.#folder = folder;
    this.#options = {
      rawDays: usualRawDays,
      sealPoints: 600,
      sealAfterMs: 600_000,
      stepMs: 8,
      now: () => performance.now(),
      ...options,
    };
  }

  start(): Promise<void> {
    return attempt(() => {
      if (this.#opened !== null) return;
      mkdirSync(this.#folder, { recursive: true });
      this.#open();
      this.#timer = setInterval(() => {
        // What cannot be sealed now stays hot; whoever writes is told of a disk that fails.
        this.#step(() => undefined);
      }, stepEveryMs);
      this.#timer.unref();
    });
  }

  async write(batch: PointBatch, notes: Notes): Promise<readonly Rejected[]> {
    if (this.#opened === null) await this.start();
    return attempt(() => {
      const opened = this.#use();
      const rejected: Rejected[] = [];
      const seq = this.#seq + 1;
      const put = opened.database.transaction((): HotBatch => {
        const hot = hotOf(opened.series, batch, rejected);
        if (hot.count > 0) {
          const body = encodeHot(hot);
          opened.addHot.run(seq, checksum(body), body);
        }
        for (const gap of notes.gaps) opened.notes.writeGap(gap);
        for (const event of notes.events) opened.notes.writeEvent(event);
        return hot;
      });
      try {
        this.#hot.add(put(), seq, this.#options.now());
      } catch (error) {
        // Ids given inside a transaction that was rolled back are nobody's.
        opened.series.forget();
        throw error;
      }
      this.#seq = seq;
      this.#step((error) => {
        throw error;
      });
      return rejected;
    });
  }

  raw(series: Series, from: UtcMs, to: UtcMs, limit: number, order: HistoryOrder): Promise<readonly HistoryPoint[]> {
    return attempt(() => {
      const { series: table, chunks } = this.#use();
      const id = table.find(series);
      return id === null ? [] : readRaw(chunks, id, this.#hot.of(id)?.points ?? null, from, to, limit, order);
    });
  }

  trend(
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
    widthMs: number,
  ): Promise<readonly (readonly FoundBucket[])[]> {
    return attempt(() => {
      const { series: table, chunks } = this.#use();
      return series.map((one) => {
        const id = table.find(one);
        return id === null ? [] : readTrend(chunks, id, this.#hot.of(id)?.points ?? null, from, to, widthMs);
      });
    });
  }

  writeCoarse(tier: CoarseTier, rows: readonly CoarseRow[]): Promise<void> {
    return attempt(() => {
      const { database, series, coarse } = this.#use();
      try {
        database.transaction(() => {
          for (const row of rows) coarse.write(tier, series.idOf(row.series), row);
        })();
      } catch (error) {
        series.forget();
        throw error;
      }
      const newest = rows.reduce((most, { time }) => Math.max(most, time), this.#newest.get(tier) ?? 0);
      this.#newest.set(tier, newest);
    });
  }

  coarse(
    tier: CoarseTier,
    series: readonly Series[],
    from: UtcMs,
    to: UtcMs,
  ): Promise<readonly (readonly CoarseRow[])[]> {
    return attempt(() => {
      const { series: table, coarse } = this.#use();
      return series.map((one) => {
        const id = table.find(one);
        return id === null ? [] : coarse.read(tier, one, id, from, to);
      });
    });
  }

  gaps(skid: SkidName | null, from: UtcMs, to: UtcMs): Promise<readonly HistoryGap[]> {
    return attempt(() => this.#use().notes.gaps(skid, from, to));
  }

  events(query: HistoryEventQuery): Promise<readonly HistoryEvent[]> {
    return attempt(() => this.#use().notes.events(query));
  }

  async diskBytes(): Promise<number | null> {
    const sizes = await Promise.all(
      [this.#path, `${this.#path}-wal`].map((path) =>
        stat(path).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Whole chunks and blocks of which all is too old; gaps and events stay. */
  retain(now: UtcMs): Promise<void> {
    return attempt(() => {
      const { database } = this.#use();
      const { rawDays } = this.#options;
      const rawKept = keepDaysOf(rawTier, rawDays);
      if (rawKept !== null) database.prepare('DELETE FROM chunk WHERE last < ?').run(now - rawKept * dayMs);
      for (const tier of coarseTiers) {
        const days = keepDaysOf(tier, rawDays);
        if (days === null) continue;
        database.prepare('DELETE FROM block WHERE tier = ? AND begin < ?').run(tier.name, now - days * dayMs);
      }
    });
  }

  /** Every series that has ever been written. */
  series(): Promise<readonly Series[]> {
    return attempt(() => this.#use().series.all());
  }

  /** Seals everything that is hot and over, and gives the disk what it needs no more: for whoever measures or copies it. */
  sealAll(): Promise<void> {
    return attempt(() => {
      const { database, coarse } = this.#use();
      for (const [id] of [...this.#hot.entries()]) this.#seal([id], Infinity);
      this.#dropHot(this.#seq + 1);
      for (const tier of coarseTiers) while (this.#sealBlock(coarse, tier));
      database.pragma('wal_checkpoint(TRUNCATE)');
    });
  }

  /** Gives the disk back what has become empty in the file. */
  compact(): Promise<void> {
    return attempt(() => {
      const { database } = this.#use();
      database.exec('VACUUM');
      database.pragma('wal_checkpoint(TRUNCATE)');
    });
  }

  stop(): Promise<void> {
    return attempt(() => {
      clearInterval(this.#timer);
      this.#opened?.database.close();
      this.#opened = null;
      this.#hot = new Hot();
    });
  }

  get #path(): string {
    return `${this.#folder}/history.db`;
  }

  #open(): void {
    const database = openTables(this.#path);
    const series = new SeriesTable(database);
    const chunks = new Chunks(database);
    convertRows(database, series, chunks);
    this.#hot = new Hot();
    const rows = database.prepare<[], { seq: number; crc: number; body: Buffer }>(
      'SELECT seq, crc, body FROM hot ORDER BY seq',
    );
    this.#seq = series.newestSealed();
    for (const { seq, crc, body } of rows.iterate()) {
      if (checksum(body) !== crc) {
        throw new StoreUnavailable(
          this.name,
          `What was written last (${seq}) is damaged.`,
          'Restore history.db from a backup.',
        );
      }
      this.#hot.add(decodeHot(body), seq, this.#options.now(), (id) => series.sealedOf(id) >= seq);
      this.#seq = Math.max(this.#seq, seq);
    }
    this.#opened = {
      database,
      series,
      chunks,
      coarse: new CoarseBlocks(database),
      notes: new NotesTable(database),
      addHot: database.prepare('INSERT INTO hot (seq, crc, body) VALUES (?, ?, ?)'),
      dropHot: database.prepare('DELETE FROM hot WHERE seq < ?'),
    };
  }

  #use(): Opened {
    if (this.#opened !== null) return this.#opened;
    throw new StoreUnavailable(this.name, 'It is not open.', 'Ask again when the service is ready.');
  }

  /** Seals what is due, for a few milliseconds; the rest waits for the next step. */
  #step(failed: (error: unknown) => void): void {
    const opened = this.#opened;
    if (opened === null) return;
    const { now, stepMs } = this.#options;
    const end = now() + stepMs;
    try {
      const due = this.#due(now());
      if (due.length > 0) this.#seal(due, end);
      for (const tier of coarseTiers) while (now() < end && this.#sealBlock(opened.coarse, tier));
    } catch (error) {
      failed(error);
    }
  }

  /** The first chunk of each series has another size, so that they come due at different times. */
  #due(now: number): readonly number[] {
    const { sealPoints, sealAfterMs } = this.#options;
    const due: number[] = [];
    for (const [id, { points, since }] of this.#hot.entries()) {
      const size =
        this.#opened?.series.isSealed(id) === true ? sealPoints : sealPoints / 2 + ((id * 7_919) % sealPoints) / 2;
      const spread = (id * 104_729) % (sealAfterMs / 2);
      if (points.count >= size || now - since >= sealAfterMs + spread) due.push(id);
    }
    return due;
  }

  /** At least one of them; in memory they are sealed when they are so on disk. @param end monotonic milliseconds after which no other is begun */
  #seal(ids: readonly number[], end: number): void {
    const { database, chunks, series } = this.#use();
    const done: number[] = [];
    // Of what the step before has sealed: in the same transaction, since each costs a sync.
    const needed = Math.min(this.#hot.oldestSeq(), this.#seq + 1);
    database.transaction(() => {
      this.#dropHot(needed);
      for (const id of ids) {
        const hot = this.#hot.of(id);
        if (hot === undefined) continue;
        chunks.seal(id, ordered(hot.points));
        series.mark(id, this.#seq);
        done.push(id);
        if (this.#options.now() >= end) break;
      }
    })();
    this.#dropped = Math.max(this.#dropped, needed - 1);
    for (const id of done) {
      series.marked(id, this.#seq);
      this.#hot.drop(id);
    }
  }

  #sealBlock(coarse: CoarseBlocks, tier: CoarseTier): boolean {
    return this.#use().database.transaction(() => coarse.sealOne(tier, this.#newest.get(tier) ?? 0))();
  }

  /** @param needed the first row that a series still needs */
  #dropHot(needed: number): void {
    if (needed > this.#dropped + 1) this.#use().dropHot.run(needed);
  }
}

/** By the ids of their series; a point that has no time is refused, and a number that is none is no value. */
function hotOf(table: SeriesTable, batch: PointBatch, rejected: Rejected[]): HotBatch {
  const ids = new Int32Array(batch.series.length).fill(-1);
  const { count, series, of, times } = batch;
  const kinds = batch.kinds.slice(0, count);
  const byId = new Uint32Array(count);
  const refused: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const place = of[i] ?? 0;
    let id = ids[place] ?? -1;
    const one = series[place];
    if (id === -1 && one !== undefined) {
      id = table.idOf(one);
      ids[place] = id;
    }
    byId[i] = id;
    if (kinds[i] === valueKinds.number && !Number.isFinite(batch.numbers[i])) kinds[i] = valueKinds.nothing;
    if (!Number.isSafeInteger(times[i])) refused.push(i);
  }
  for (const i of refused) {
    rejected.push({ point: pointAt(batch, i), reason: `Its time, ${times[i]}, is no whole number of milliseconds.` });
  }
  const hot = { ...batch, kinds, of: byId };
  return refused.length === 0 ? hot : without(hot, new Set(refused));
}

function without(hot: HotBatch, refused: ReadonlySet<number>): HotBatch {
  const kept = Array.from({ length: hot.count }, (_, i) => i).filter((i) => !refused.has(i));
  const floats = (column: Float64Array): Float64Array => Float64Array.from(kept, (i) => column[i] ?? 0);
  return {
    count: kept.length,
    texts: hot.texts,
    of: Uint32Array.from(kept, (i) => hot.of[i] ?? 0),
    kinds: Uint8Array.from(kept, (i) => hot.kinds[i] ?? 0),
    qualities: Uint32Array.from(kept, (i) => hot.qualities[i] ?? 0),
    numbers: floats(hot.numbers),
    times: floats(hot.times),
    serverTimes: floats(hot.serverTimes),
  };
}

/** SQLite's errors (a full disk, a damaged file) as the store's. */
function attempt<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    if (error instanceof MesolineError) return Promise.reject(error);
    const remedy = 'Look after the disk of the data folder; the points wait in the spool.';
    return Promise.reject(new StoreUnavailable('the embedded store', `${messageOf(error)}.`, remedy, null, error));
  }
}
